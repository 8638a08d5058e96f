"""What a process prints of its work: words for people, or lines of JSON for a log store.

Whose work it is gets bound for as long as it goes on (``about``); each line of JSON made meanwhile
names it. SALLY_LOG_FORMAT chooses, SALLY_LOG_LEVEL says from which level on we speak ourselves.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType

from opentelemetry import trace

from core import redaction
from core.settings import settings

OURS = "sally"
# What Prefect gives the lines of a run, under its own names.
OF_PREFECT = ("flow_name", "flow_run_id", "flow_run_name", "task_run_id", "task_run_name")
UNKNOWN = "<unknown>"  # Prefect's word
_about: ContextVar[Mapping[str, str]] = ContextVar("about", default=MappingProxyType({}))


@contextmanager
def about(**ids: object) -> Iterator[None]:
    """Name whose work this is in every line until the end: tenant, vendor, run_id and the like.

    What is None is not known, and is left out. Tasks that start meanwhile take it along.
    """
    known = {name: str(held) for name, held in ids.items() if held is not None}
    token = _about.set({**_about.get(), **known})
    try:
        yield
    finally:
        _about.reset(token)


def known() -> Mapping[str, str]:
    """Whose work goes on here, as ``about`` named it."""
    return _about.get()


def install() -> None:
    """Print as the settings say, without credentials; again after somebody set logging up anew.

    Raises ConfigurationError for a setting that cannot be used.
    """
    redaction.install()
    configured = settings()
    logging.getLogger(OURS).setLevel(configured.sally_log_level)
    if configured.sally_log_format == "json":
        _print_json()


class Line(logging.Formatter):
    """A record as one line of JSON: when, level, who says it, what, and whose work it is."""

    def format(self, record: logging.LogRecord) -> str:
        """Times are UTC; what is not known is absent."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **known(),
        }
        for name in OF_PREFECT:
            if (held := getattr(record, name, None)) not in (None, UNKNOWN):
                line[name] = str(held)
        span = trace.get_current_span().get_span_context()
        if span.is_valid:
            line["trace_id"] = trace.format_trace_id(span.trace_id)
            line["span_id"] = trace.format_span_id(span.span_id)
        # Ready and clean already where redaction made the record.
        if text := record.exc_text or (record.exc_info and self.formatException(record.exc_info)):
            line["exception"] = redaction.text(text)
        return json.dumps(line, ensure_ascii=False)


class _Lines(logging.StreamHandler):  # type: ignore[type-arg]  # of text, as sys.stderr is
    """Prints lines of JSON on standard error, whatever that is at the moment."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)
        self.setFormatter(Line())

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def _print_json() -> None:
    """Put our handler in the place of each that prints; those that send elsewhere stay."""
    root = logging.getLogger()
    named = [held for held in root.manager.loggerDict.values() if isinstance(held, logging.Logger)]
    for logger in (root, *named):
        printing = [handler for handler in logger.handlers if _prints(handler)]
        for handler in printing:
            logger.removeHandler(handler)
        if printing or (logger is root and not any(isinstance(h, _Lines) for h in root.handlers)):
            logger.addHandler(_lines_like(printing))


def _prints(handler: logging.Handler) -> bool:
    if isinstance(handler, _Lines) or not isinstance(handler, logging.StreamHandler):
        return False
    return handler.stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)


def _lines_like(replaced: list[logging.Handler]) -> _Lines:
    lines = _Lines()
    lines.setLevel(min((handler.level for handler in replaced), default=logging.NOTSET))
    for handler in replaced:
        for each in handler.filters:
            lines.addFilter(each)
    return lines
