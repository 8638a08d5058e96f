"""What a process prints: lines of JSON that say whose work they are about, and no credential."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core import logs, redaction
from core.errors import ConfigurationError
from core.settings import settings


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Logging, and the settings, as they were."""
    ours, root = logging.getLogger(logs.OURS), logging.getLogger()
    level, handlers, factory = ours.level, list(root.handlers), logging.getLogRecordFactory()
    settings.cache_clear()
    yield
    ours.setLevel(level)
    root.handlers[:] = handlers
    logging.setLogRecordFactory(factory)
    settings.cache_clear()


def install(monkeypatch, **variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    logs.install()


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Callable[[], list[dict[str, Any]]]:
    """What was printed since it was last asked."""
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_says_whose_work_it_is(monkeypatch, lines):
    install(monkeypatch, SALLY_LOG_FORMAT="json")

    with logs.about(tenant="acme", vendor="samsara", run_id=7, integration_id=None):
        logging.getLogger("sally.sync").warning("3 of %d rows", 5)

    (line,) = lines()
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "WARNING",
        "logger": "sally.sync",
        "message": "3 of 5 rows",
        "tenant": "acme",
        "vendor": "samsara",
        "run_id": "7",
    }


def test_what_was_named_ends_with_its_block_and_adds_up_within(monkeypatch, lines):
    install(monkeypatch, SALLY_LOG_FORMAT="json")
    log = logging.getLogger("sally.sync")

    with logs.about(vendor="samsara"):
        with logs.about(dataset="drivers"):
            log.error("inner")
        log.error("outer")
    log.error("after")

    inner, outer, after = lines()
    assert (inner["vendor"], inner["dataset"]) == ("samsara", "drivers")
    assert "dataset" not in outer
    assert outer["vendor"] == "samsara"
    assert "vendor" not in after


async def test_works_side_by_side_do_not_mix(monkeypatch, lines):
    install(monkeypatch, SALLY_LOG_FORMAT="json")

    async def work(tenant):
        with logs.about(tenant=tenant):
            for _ in range(3):
                await asyncio.sleep(0)
                logging.getLogger("sally.sync").error(tenant)

    await asyncio.gather(work("acme"), work("bluemesa"))

    said = lines()
    assert len(said) == 6
    assert all(line["tenant"] == line["message"] for line in said)


def test_a_traceback_is_one_field_without_credentials(monkeypatch, lines):
    install(monkeypatch, SALLY_LOG_FORMAT="json")
    redaction.remember(["canary-value-78"])

    try:
        raise ValueError("it was canary-value-78")
    except ValueError:
        logging.getLogger("sally.sync").exception("met a fault")

    (line,) = lines()
    assert "ValueError" in line["exception"]
    assert "canary-value-78" not in str(line)


def test_what_prints_is_replaced_once_and_what_sends_stays(monkeypatch, lines):
    other = logging.getLogger("tests.logs.other")
    printing, sending = logging.StreamHandler(sys.stderr), logging.StreamHandler(io.StringIO())
    other.handlers[:] = [printing, sending]

    install(monkeypatch, SALLY_LOG_FORMAT="json")
    install(monkeypatch, SALLY_LOG_FORMAT="json")
    other.propagate = False
    other.error("said")

    assert sending in other.handlers
    assert printing not in other.handlers
    assert [line["message"] for line in lines()] == ["said"]
    assert sending.stream.getvalue() == "said\n"
    other.handlers.clear()


def test_what_prefect_gives_a_run_stands_on_its_lines(monkeypatch, lines):
    install(monkeypatch, SALLY_LOG_FORMAT="json")

    told = {"flow_run_id": "f1", "flow_name": "<unknown>"}
    logging.getLogger("sally.sync").error("said", extra=told)

    (line,) = lines()
    assert line["flow_run_id"] == "f1"
    assert "flow_name" not in line


@pytest.mark.parametrize(("level", "said"), [("DEBUG", 3), ("WARNING", 1), ("ERROR", 0)])
def test_the_level_is_obeyed(monkeypatch, lines, level, said):
    install(monkeypatch, SALLY_LOG_FORMAT="json", SALLY_LOG_LEVEL=level)

    log = logging.getLogger("sally.sync")
    log.debug("a")
    log.info("b")
    log.warning("c")

    assert len(lines()) == said


def test_words_stay_words_unless_json_is_asked_for(monkeypatch):
    monkeypatch.delenv("SALLY_LOG_FORMAT", raising=False)
    before = list(logging.getLogger().handlers)

    install(monkeypatch)

    assert logging.getLogger().handlers == before


def test_another_format_is_refused_in_one_sentence(monkeypatch):
    with pytest.raises(ConfigurationError, match="SALLY_LOG_FORMAT"):
        install(monkeypatch, SALLY_LOG_FORMAT="xml")
