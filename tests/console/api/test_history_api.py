"""The history: pages that neither skip nor repeat, figures that leave nothing out, runs whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.support.console import put_run


@pytest.fixture
def one(filled):
    return f"/integrations/{filled['acme'].integrations['samsara']}"


async def test_the_newest_comes_first_with_the_counts_and_the_error(console, one):
    found = (await console.ask("GET", f"{one}/sync-history")).json()

    assert [each["status"] for each in found["items"]] == [
        "running", "partial", "success", "deferred", "failed", "success",
    ]  # fmt: skip
    failed = found["items"][4]
    assert failed["error"]["kind"] == "vendor_unavailable"
    assert failed["duration_ms"] == 2000
    assert (failed["records_processed"], failed["records_created"], failed["records_updated"]) == (
        10, 4, 3,
    )  # fmt: skip
    assert found["items"][0]["completed_at"] is None
    assert (found["total"], found["next_cursor"]) == (6, None)


async def test_pages_by_offset_and_by_cursor_show_each_run_once(console, one):
    by_offset, by_cursor, cursor = [], [], None
    for offset in (0, 2, 4):
        page = (await console.ask("GET", f"{one}/sync-history?limit=2&offset={offset}")).json()
        by_offset += [each["id"] for each in page["items"]]
    for _ in range(3):
        more = f"&cursor={cursor}" if cursor else ""
        page = (await console.ask("GET", f"{one}/sync-history?limit=2{more}")).json()
        by_cursor += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]

    assert by_offset == by_cursor
    assert len(set(by_cursor)) == 6


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("status=failed", 1),
        ("status=success", 2),
        ("sync_type=manual", 0),
        ("sync_type=scheduled", 6),
    ],
)
async def test_filters(console, one, asked, count):
    found = (await console.ask("GET", f"{one}/sync-history?{asked}")).json()

    assert (len(found["items"]), found["total"]) == (count, count)


async def test_a_flow_runs_run_is_found_as_soon_as_there_is_one(console, one):
    all_of = (await console.ask("GET", f"{one}/sync-history")).json()["items"]
    wanted = all_of[1]["flow_run_id"]

    found = (await console.ask("GET", f"{one}/sync-history?flow_run_id={wanted}")).json()

    assert [each["id"] for each in found["items"]] == [all_of[1]["id"]]


async def test_since_leaves_out_what_began_before(console, one):
    since = (datetime.now(UTC) - timedelta(hours=3)).isoformat().replace("+", "%2B")

    found = (await console.ask("GET", f"{one}/sync-history?since={since}")).json()

    assert [each["status"] for each in found["items"]] == ["running", "partial", "success"]


async def test_the_figures_count_what_ended_and_rates_of_nothing_are_null(console, one):
    """Waiting for a vendor is no failure, and no success either."""
    found = (await console.ask("GET", f"{one}/sync-history/stats")).json()
    day, week, month = found["last_24h"], found["last_7d"], found["last_30d"]

    assert (day["total_syncs"], day["successful_syncs"], day["failed_syncs"]) == (4, 2, 0)
    assert (day["deferred_syncs"], day["running_syncs"], day["success_rate"]) == (1, 1, 1.0)
    assert week["success_rate"] == pytest.approx(2 / 3)
    assert (month["total_syncs"], month["successful_syncs"]) == (6, 3)
    assert month["avg_records_per_sync"] == 10
    assert (day["p50_duration_ms"], month["p95_duration_ms"]) == (4000, 4900)


async def test_figures_of_nothing(console, one, fleets):
    with psycopg.connect(fleets) as conn:
        conn.execute("DELETE FROM ops.sync_run_dataset")
        conn.execute("DELETE FROM ops.sync_run")

    found = (await console.ask("GET", f"{one}/sync-history/stats")).json()

    assert found["last_30d"]["total_syncs"] == 0
    assert found["last_30d"]["success_rate"] is None
    assert found["last_30d"]["p50_duration_ms"] is None
    assert len(found["days"]) == 7


async def test_the_chart_s_days_are_the_viewer_s(console, one, filled, fleets):
    """A run of 23:30 in Chicago belongs to that evening there, and to the next day in UTC."""
    acme = filled["acme"]
    late = datetime.now(UTC).replace(hour=4, minute=30, second=0, microsecond=0) - timedelta(days=2)
    with psycopg.connect(fleets) as conn:
        tenant = conn.execute("SELECT id FROM ops.tenant WHERE slug = 'acme'").fetchone()[0]
        told = {"integration": acme.integrations["samsara"], "tenant": tenant,
                "vendor": "samsara", "datasets": ["drivers"], "dataset": "drivers"}  # fmt: skip
        ago = (datetime.now(UTC) - late).total_seconds() / 60
        put_run(conn, told, "success", ago, 7, None)

    there = (await console.ask("GET", f"{one}/sync-history/stats?tz=America/Chicago")).json()
    here = (await console.ask("GET", f"{one}/sync-history/stats")).json()

    def day_of(stats):
        return [each["day"] for each in stats["days"] if each["median_ms"] == 7000]

    assert day_of(here) == [late.strftime("%Y-%m-%d")]
    assert day_of(there) == [(late - timedelta(days=1)).strftime("%Y-%m-%d")]


async def test_a_zone_that_is_none_is_refused(console, one):
    found = await console.ask("GET", f"{one}/sync-history/stats?tz=Mars/Olympus")

    assert found.status_code == 422


async def test_a_run_whole_has_its_datasets_and_the_rows_it_set_aside(console, filled):
    run = filled["acme"].runs["samsara"][-2]

    found = (await console.ask("GET", f"/runs/{run}")).json()

    assert found["status"] == "partial"
    assert [each["dataset"] for each in found["dataset_results"]] == ["hos_clocks"]
    assert found["dataset_results"][0]["duration_ms"] == 1500
    assert [each["path"] for each in found["quarantined_rows"]] == ["odometer"]
    # A vendor's words come as they are; whoever shows them escapes them.
    assert found["quarantined_rows"][0]["payload"] == {"name": "<script>alert(1)</script>"}
    assert found["prefect_url"] is None


async def test_the_way_to_prefect_is_for_operators(console, filled):
    run = filled["acme"].runs["samsara"][-2]

    found = (await console.ask("GET", f"/runs/{run}", by="SUPER_ADMIN")).json()

    assert found["prefect_url"].startswith("http://127.0.0.1:9/runs/flow-run/")


async def test_the_timeline_tells_of_keys_breakers_and_messages(console, filled, fleets, one):
    with psycopg.connect(fleets) as conn:
        conn.execute(
            "INSERT INTO ops.breaker_event (breaker_id, vendor, is_sandbox, tenant_id,"
            " integration_id, actor, from_state, to_state, reason) SELECT id, vendor, is_sandbox,"
            " tenant_id, integration_id, 'a run', 'CLOSED', 'OPEN', '5 failures.'"
            " FROM ops.breaker WHERE vendor = 'samsara'"
        )
        conn.execute(
            "INSERT INTO ops.alert_delivery (incident_id, tenant_id, channel, recipient, step,"
            " status, sent_at, message_id) SELECT id, tenant_id, 'email', 'ann@acme.example',"
            " 'opened', 'sent', now(), id::text FROM ops.incident"
        )
    await console.ask("PATCH", one, json={"poll_seconds": 900})

    samsara = (await console.ask("GET", f"{one}/events")).json()["items"]
    fuel = filled["acme"].integrations["fuelfinder"]
    others = (await console.ask("GET", f"/integrations/{fuel}/events")).json()["items"]

    kinds = [each["kind"] for each in samsara]
    assert kinds[0] == "settings_changed"
    assert {"connected", "breaker_open"} <= set(kinds)
    # The fleet's one incident is about fuel.
    assert "alert_sent" in [each["kind"] for each in others]
    assert kinds.count("breaker_open") == 1  # not the other fleet's


async def test_the_quarantine_is_paged_and_filtered(console, filled):
    whole = (await console.ask("GET", "/quarantine")).json()
    first = (await console.ask("GET", "/quarantine?limit=2")).json()
    rest = (await console.ask("GET", f"/quarantine?cursor={first['next_cursor']}")).json()
    of_one = (await console.ask("GET", "/quarantine?dataset=loads")).json()

    ids = [each["id"] for each in whole["items"]]
    assert set(ids) == {str(each) for each in filled["acme"].aside.values()}
    assert [each["id"] for page in (first, rest) for each in page["items"]] == ids
    assert [each["vendor"] for each in of_one["items"]] == ["truckbase"]
