"""Where a run's time goes, as OpenTelemetry spans: run, batch, integration, vendor call, load.

Off unless the standard variables ask for it (OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_TRACES_EXPORTER);
off, a span costs one comparison, and neither the SDK nor an exporter is imported. A span holds ids,
counts and the kind of an error: no query, no payload, no header.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from opentelemetry import trace
from opentelemetry.trace import SpanKind, Status, StatusCode

from core import logs, redaction
from core.errors import ConfigurationError
from core.settings import export, variable

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter

SERVICE = "sally-integrations"
CALL = SpanKind.CLIENT
FLUSH_S = 2.0
_PROTOCOL = "http/protobuf"
_provider: TracerProvider | None = None


class Span:
    """A step under way. ``note`` adds what is known of it by now; what is None is left out."""

    __slots__ = ("_held",)

    def __init__(self, held: trace.Span | None) -> None:
        self._held = held

    @property
    def is_kept(self) -> bool:
        """Whether anybody is told of it."""
        return self._held is not None

    def __enter__(self) -> Span:
        return self

    def __exit__(self, *_: object) -> None:
        """It ends with the block of whoever keeps it."""

    def note(self, **facts: str | int | float | bool | None) -> None:
        """Facts under the names of OpenTelemetry: ``http__path`` is written ``http.path``."""
        if self._held is not None:
            self._held.set_attributes(_named(facts))

    def failed(self, error: BaseException) -> None:
        """The step met this error, which somebody deals with."""
        if self._held is not None:
            self._held.set_attribute("error.type", type(error).__name__)
            self._held.set_status(Status(StatusCode.ERROR, redaction.text(str(error))))


_SILENT = Span(None)


def span(
    name: str, kind: SpanKind = SpanKind.INTERNAL, **facts: str | int | float | bool | None
) -> AbstractContextManager[Span]:
    """A step of the run, from here to the end of the block; an error that passes marks it.

    Whose work it is (``logs.about``) stands on it as ``sally.tenant``, ``sally.run_id`` and so on.
    """
    return _SILENT if _provider is None else _kept(_provider, name, kind, facts)


@contextmanager
def _kept(
    provider: TracerProvider,
    name: str,
    kind: SpanKind,
    facts: Mapping[str, str | int | float | bool | None],
) -> Iterator[Span]:
    tracer = provider.get_tracer(SERVICE)
    with tracer.start_as_current_span(
        name,
        kind=kind,
        attributes=_named({**_whose(), **facts}),
        # Its text and its traceback could hold what must not leave.
        record_exception=False,
        set_status_on_exception=False,
    ) as held:
        made = Span(held)
        try:
            yield made
        except Exception as error:
            made.failed(error)
            raise


def start() -> None:
    """Send spans from this process on, if the environment asks for it. Not before a fork.

    It sends from a thread of its own, and what is left when the process ends.
    Raises ConfigurationError for a variable that cannot be used.
    """
    global _provider
    if _provider is not None:
        return
    export("OTEL_")
    exporter = _exporter()
    if exporter is None:
        return
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    _provider = TracerProvider(resource=Resource.create(_default_name()))
    _provider.add_span_processor(BatchSpanProcessor(exporter))
    # For Prefect's own spans, which it makes when told to.
    if isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        trace.set_tracer_provider(_provider)


async def flush() -> None:
    """Send what is left, for two seconds at most: nobody waits for a collector that is away."""
    provider = _provider
    if provider is None:
        return
    sent = asyncio.Event()
    loop = asyncio.get_running_loop()

    def send() -> None:
        provider.force_flush()
        with contextlib.suppress(RuntimeError):  # nobody waited, and the loop is closed
            loop.call_soon_threadsafe(sent.set)

    threading.Thread(target=send, name="sally-traces", daemon=True).start()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(sent.wait(), FLUSH_S)


def stop() -> None:
    """Send what is left, and no more."""
    global _provider
    if _provider is not None:
        _provider.shutdown()
        _provider = None


def _exporter() -> SpanExporter | None:
    """What the standard variables ask for; None when it is nothing."""
    if (variable("OTEL_SDK_DISABLED") or "").strip().lower() == "true":
        return None
    where = variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") or variable(
        "OTEL_EXPORTER_OTLP_ENDPOINT"
    )
    kind = (variable("OTEL_TRACES_EXPORTER") or ("otlp" if where else "none")).strip().lower()
    if kind == "none":
        return None
    if kind == "console":
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter

        return ConsoleSpanExporter()
    if kind != "otlp":
        raise ConfigurationError(
            f"OTEL_TRACES_EXPORTER is “{kind}”. Traces can go to: otlp, console, none."
        )
    _check_protocol()
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()


def _check_protocol() -> None:
    for name in ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"):
        asked = variable(name)
        if asked and asked.strip().lower() != _PROTOCOL:
            raise ConfigurationError(
                f"{name} is “{asked}”. Traces leave as {_PROTOCOL} only; collectors take it on "
                "port 4318."
            )


def _whose() -> dict[str, str]:
    return {f"sally.{name}": held for name, held in logs.known().items()}


def _default_name() -> dict[str, str]:
    """Our service's name, unless the environment gives it one."""
    told = variable("OTEL_SERVICE_NAME") or "service.name=" in (
        variable("OTEL_RESOURCE_ATTRIBUTES") or ""
    )
    return {} if told else {"service.name": SERVICE}


def _named(
    facts: Mapping[str, str | int | float | bool | None],
) -> dict[str, str | int | float | bool]:
    return {name.replace("__", "."): held for name, held in facts.items() if held is not None}
