"""Traces are off until asked for, and hold no more than they should."""

from __future__ import annotations

import subprocess
import sys

import pytest

from core import logs, traces
from core.errors import ConfigurationError
from core.settings import PROJECT
from tests.support.collector import collecting, facts

VARIABLES = (
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_PROTOCOL",
    "OTEL_TRACES_EXPORTER",
    "OTEL_SDK_DISABLED",
    "OTEL_SERVICE_NAME",
)


@pytest.fixture(autouse=True)
def _off(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    yield
    traces.stop()


def test_off_a_span_takes_notes_and_does_nothing():
    traces.start()

    with traces.span("load", runs=1) as step:
        step.note(rows=2)
        step.failed(ValueError("x"))

    assert not step.is_kept


def test_off_neither_the_sdk_nor_an_exporter_is_imported():
    program = (
        "import sys; from core import traces; traces.start()\n"
        "with traces.span('x'): pass\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry.sdk.trace')\n"
        "       or name.startswith('opentelemetry.exporter')])"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"


def test_spans_arrive_with_whose_work_they_are(monkeypatch):
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        traces.start()
        with (
            logs.about(tenant="acme"),
            traces.span("outer"),
            traces.span("inner", traces.CALL, url__path="/x", nothing=None) as step,
        ):
            step.note(http__response__status_code=200)
        traces.stop()

    outer, inner = collector.named("outer")[0], collector.named("inner")[0]
    assert collector.parent(inner) == outer
    assert facts(inner) == {
        "sally.tenant": "acme",
        "url.path": "/x",
        "http.response.status_code": 200,
    }
    assert collector.services == {"sally-integrations"}


def test_an_error_is_its_kind_and_its_clean_words(monkeypatch):
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        traces.start()
        with pytest.raises(ValueError), traces.span("outer"):
            raise ValueError("GET https://x.example/y?appid=canary-value-79&q=1")
        traces.stop()

    (span,) = collector.spans
    assert facts(span)["error.type"] == "ValueError"
    assert "canary-value-79" not in str(span)
    assert not span.events


def test_the_service_can_be_named(monkeypatch):
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        monkeypatch.setenv("OTEL_SERVICE_NAME", "fleet-sync")
        traces.start()
        with traces.span("x"):
            pass
        traces.stop()

    assert collector.services == {"fleet-sync"}


@pytest.mark.parametrize(
    "variables",
    [
        {"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"},
        {"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"},
    ],
)
def test_it_can_be_told_to_stay_off(monkeypatch, variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    traces.start()

    with traces.span("x") as step:
        assert not step.is_kept


@pytest.mark.parametrize(
    ("name", "value"), [("OTEL_TRACES_EXPORTER", "zipkin"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]
)
def test_what_is_not_supported_is_refused_in_one_sentence(monkeypatch, name, value):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigurationError, match=f"{name} is “{value}”"):
        traces.start()


async def test_nobody_waits_long_for_a_collector_that_is_away(monkeypatch):
    """The flush gives up by itself; what is left is tried once more when the process ends."""
    monkeypatch.setattr(traces, "FLUSH_S", 0.01)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    traces.start()
    with traces.span("x"):
        pass

    await traces.flush()
