"""What one sync tells OpenTelemetry, and whose work its lines say it was."""

from __future__ import annotations

import json
import logging

import pytest
from opentelemetry import trace
from opentelemetry.util._once import Once

from core import traces
from core.logs import Line
from tests.support.collector import Collector, collecting, facts


@pytest.fixture
def collector(monkeypatch):
    # A process chooses its provider once; here each test is a process of its own. Prefect's spans
    # stand between ours, so they have to come to the same one.
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)
    monkeypatch.setattr(trace, "_TRACER_PROVIDER_SET_ONCE", Once())
    with collecting() as held:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", held.url)
        yield held
        traces.stop()


def ancestors(collector: Collector, span) -> list[str]:
    """Ours only: Prefect adds its own span of the task run."""
    names = []
    while (span := collector.parent(span)) is not None:
        names.append(span.name)
    return [name for name in names if name != "acme"]


async def test_a_sync_is_one_trace_from_the_run_to_the_vendors_answer(fleet, collector):
    fleet.add("acme", "samsara")

    done = await fleet.sync("samsara")

    (run,) = collector.named("sync")
    calls = collector.named("GET samsara")
    assert len(calls) == sum(each.requests for each in done.runs[0].datasets)
    assert {call.trace_id for call in collector.spans} == {run.trace_id}
    for call in calls:
        fetch, *rest = ancestors(collector, call)
        assert fetch.startswith("fetch ")
        assert rest == ["sync integration", "batch", "sync"]
    (load,) = collector.named("load")
    assert ancestors(collector, load) == ["batch", "sync"]
    assert facts(load)["sally.inserted"] > 0
    assert facts(calls[0])["sally.tenant"] == "acme"
    assert facts(calls[0])["http.response.status_code"] == 200


async def test_a_failed_call_is_marked_and_its_retry_is_another_span(fleet, collector):
    fleet.add("acme", "truckbase")
    fleet.box.faults(kind="error_500", vendor="truckbase", times=1)

    await fleet.sync("truckbase")

    calls = collector.named("GET truckbase")
    failed = [call for call in calls if "error.type" in facts(call)]
    assert len(failed) == 1
    assert facts(failed[0])["http.response.status_code"] == 500
    assert [facts(each)["sally.attempt"] for each in collector.named("sync integration")] == [1, 2]


async def test_no_span_holds_a_credential_or_a_query(fleet, collector):
    """OpenWeather's key travels in the query, with places."""
    fleet.add("acme")

    await fleet.sync_all()

    told = "".join(str(span) for span in collector.spans)
    assert collector.named("GET openweather")
    for key in fleet.box.keys("acme").values():
        assert not any(held in told for held in key.values())
    assert "appid" not in told
    assert "lat=" not in told


async def test_the_line_of_a_sync_names_tenant_vendor_and_run(fleet, caplog):
    fleet.add("acme", "truckbase")
    caplog.handler.setFormatter(Line())

    with caplog.at_level(logging.INFO):
        done = await fleet.sync("truckbase")

    lines = [json.loads(line) for line in caplog.text.splitlines() if line.startswith("{")]
    (said,) = [line for line in lines if line["message"].startswith("acme: success")]
    (run,) = done.runs
    assert said["run_id"] == str(run.id)
    assert said["integration_id"] == str(run.integration_id)
    assert (said["tenant"], said["vendor"]) == ("acme", "truckbase")
    assert said["flow_run_id"]
    assert said["task_run_id"]
