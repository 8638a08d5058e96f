"""What is wrong, who takes it on, and the figures that Prometheus reads and Grafana shows."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from prometheus_client.parser import text_string_to_metric_families

from tests.support.console import served

DASHBOARD = Path(__file__).resolve().parents[3] / "docs/grafana/sally.json"


async def test_breakers_and_gates_are_the_tenants_own(console, filled):
    found = (await console.ask("GET", "/breakers")).json()
    own = {str(each) for each in filled["acme"].integrations.values()}

    assert {each["integration_id"] for each in found["breakers"]} == own
    assert {each["state"] for each in found["breakers"]} == {"OPEN"}
    assert {each["integration_id"] for each in found["gates"]} == own
    assert all(each["not_before"] for each in found["gates"])


async def test_a_vendors_breaker_is_everybodys(console, fleets):
    """The sandbox's for a tenant on the sandbox, and not the real one's."""
    with psycopg.connect(fleets) as conn:
        for is_sandbox, state in ((True, "HALF_OPEN"), (False, "OPEN")):
            conn.execute(
                "INSERT INTO ops.breaker (vendor, is_sandbox, scope, state)"
                " VALUES ('samsara', %s, 'vendor', %s)", [is_sandbox, state],
            )  # fmt: skip

    found = (await console.ask("GET", "/breakers")).json()["breakers"]

    assert [each["state"] for each in found if each["integration_id"] is None] == ["HALF_OPEN"]


async def test_ages_are_judged_now_by_the_rules_that_alerts_come_from(console, fleets):
    with psycopg.connect(fleets) as conn:
        conn.execute(
            "UPDATE ops.dataset_state SET last_success_at = now() - interval '11 minutes'"
            " WHERE dataset = 'hos_clocks'"
        )

    found = (await console.ask("GET", "/freshness")).json()["items"]

    samsara = next(each for each in found if each["vendor"] == "samsara")
    clocks = next(each for each in samsara["datasets"] if each["dataset"] == "hos_clocks")
    assert (samsara["level"], clocks["level"]) == ("warning", "warning")
    assert 660 <= clocks["age_s"] < 700
    assert "hos clocks" in samsara["said"]


async def test_an_incident_is_taken_on_and_muted_by_name(console, filled, rows):
    path = f"/incidents/{filled['acme'].incident}"

    taken = await console.ask("POST", f"{path}/ack", by="DISPATCHER")
    muted = await console.ask("POST", f"{path}/mute", by="DISPATCHER", json={"minutes": 30})

    assert taken.json()["acknowledged_by"] == "dispatcher@acme.example"
    until = datetime.fromisoformat(muted.json()["muted_until"])
    assert timedelta(minutes=29) < until - datetime.now(UTC) < timedelta(minutes=31)
    assert rows("SELECT action, tenant_id IS NOT NULL FROM ops.audit_log"
                " WHERE subject = 'incident' ORDER BY happened_at") == [
        ("incident.acknowledge", True), ("incident.mute", True),
    ]  # fmt: skip


async def test_what_is_over_is_not_taken_on(console, filled, fleets):
    with psycopg.connect(fleets) as conn:
        conn.execute("UPDATE ops.incident SET closed_at = now()")

    found = await console.ask("POST", f"/incidents/{filled['acme'].incident}/ack")
    left = (await console.ask("GET", "/incidents")).json()["items"]
    past = (await console.ask("GET", "/incidents?closed=true")).json()["items"]

    assert (found.status_code, left, len(past)) == (409, [], 4)


async def test_a_test_alert_says_why_it_did_not_leave(console, rows):
    """No mail server is set here."""
    found = (await console.ask("POST", "/alerts/test")).json()

    assert {each["status"] for each in found["messages"]} <= {"pending", "failed"}
    assert found["messages"] or found["note"]
    assert rows("SELECT actor FROM ops.audit_log WHERE action = 'alert.test'") == [
        ("admin@acme.example",)
    ]


async def scrape(console, **headers):
    found = await console.http.get("/metrics", headers=headers)
    assert found.status_code == 200
    return {
        sample.name: sample
        for family in text_string_to_metric_families(found.text)
        for sample in family.samples
    }, list(text_string_to_metric_families(found.text))


async def test_figures_of_all_tenants_name_none(console, filled):
    _, families = await scrape(console)
    samples = [sample for family in families for sample in family.samples]
    labels = {value for sample in samples for value in sample.labels.values()}
    found = {(s.name, *sorted(s.labels.values())): s.value for s in samples}

    assert not labels & {"acme", "bluemesa"}
    assert not [label for label in labels if re.search(r"[0-9a-f]{8}", label)]
    # Both fleets' runs of the last hour: one went partly, one goes on.
    assert found["sally_sync_runs_last_hour", "partial", "samsara"] == 2
    assert found["sally_sync_runs_last_hour", "running", "samsara"] == 2
    assert found["sally_breakers", "OPEN", "integration", "samsara"] == 2
    assert 0 < found["sally_gate_wait_seconds", "samsara"] <= 60
    assert found["sally_quarantine_open", "loads", "truckbase"] == 2
    assert found["sally_sync_duration_seconds", "0.5", "samsara"] == 5


async def test_answers_are_counted_by_route_and_not_by_address(console, filled):
    """An id in a label would be a series for each, for ever."""
    await console.ask("GET", f"/integrations/{filled['acme'].integrations['samsara']}")
    await console.http.request("BREW", "/no/such/thing")

    _, families = await scrape(console)

    counted = [s for f in families for s in f.samples if s.name == "sally_console_requests_total"]
    assert {"/integrations/{integration_id}", "none"} <= {s.labels["route"] for s in counted}
    assert "BREW" not in {s.labels["method"] for s in counted}


async def test_metrics_answer_this_machine_or_who_has_the_token(console, fleets, house_settings):
    proxied = await console.http.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    async with served(fleets, console_metrics_token="canary-token") as other:
        without = await other.http.get("/metrics")
        wrong = await other.http.get("/metrics", headers={"Authorization": "Bearer wrong"})
        right = await other.http.get("/metrics", headers={"Authorization": "Bearer canary-token"})

    assert [each.status_code for each in (proxied, without, wrong, right)] == [401, 401, 401, 200]


def queries():
    panels = json.loads(DASHBOARD.read_text())["panels"]
    return [
        (panel["title"], target["expr"], target.get("legendFormat", ""))
        for panel in panels
        for target in panel.get("targets", [])
    ]


async def test_the_dashboard_asks_for_figures_that_there_are(console):
    """By name and by label: a figure that is renamed is renamed there too."""
    await console.ask("GET", "/vendors")
    _, families = await scrape(console)
    from console.api.metrics import FAMILIES

    labels = {name: set(names) for _, name, _, names in FAMILIES}
    for family in families:
        for sample in family.samples:
            labels.setdefault(sample.name, set()).update(sample.labels)
    assert {name for _, name, _, _ in FAMILIES} <= {family.name for family in families}

    for title, expression, legend in queries():
        names = re.findall(r"\bsally_\w+", expression)
        assert names, title
        for name in names:
            assert name in labels, (title, name)
        used = set(re.findall(r"(\w+)\s*(?:=~|!=|=)\s*\"", expression))
        used |= {
            label.strip()
            for group in re.findall(r"by \(([^)]*)\)", expression)
            for label in group.split(",")
        }
        used |= set(re.findall(r"{{(\w+)}}", legend))
        known = set().union(*(labels[name] for name in names))
        assert used <= known, (title, used - known)


def test_the_dashboard_shows_every_figure():
    from console.api.metrics import FAMILIES

    asked = " ".join(expression for _, expression, _ in queries())

    for name in [*(name for _, name, _, _ in FAMILIES), "sally_console_requests_total"]:
        assert name in asked


def test_panels_have_places_of_their_own():
    seen = set()
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not cells & seen, panel["title"]
        seen |= cells
