"""Rows that were set aside come back: through a whole sync, and a replay after a fix."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from adapters import registry
from adapters._kit.vendor import Unreadable
from core.errors import RecordInvalid
from core.secrets import KeyRing
from store import entries, hos
from store.entries import Which
from tasks.replaying import Fate, replay
from tests.flows.conftest import KEY
from tests.support.truth import assert_samsara_is_true

COUNTS = ("inserted", "updated", "unchanged", "quarantined", "duplicate")
LISTS = {
    "drivers": ("/fleet/drivers", ("active", "deactivated")),
    "vehicles": ("/fleet/vehicles", ()),
    "positions": ("/fleet/vehicles/stats", ()),
    "hos_clocks": ("/fleet/hos/clocks", ()),
    "hos_daily_logs": ("/fleet/hos/daily-logs", ("active", "deactivated")),
}
TABLES = {
    "drivers": "driver",
    "vehicles": "vehicle",
    "positions": "vehicle_position",
    "hos_clocks": "hos_clock",
    "hos_daily_logs": "hos_daily_log",
}
BAD = {"kind": "bad_row", "vendor": "samsara", "args": {"rows": 0.05, "ways": 9, "same": True}}


async def sent(fleet, keys) -> dict[str, list[dict]]:
    """What the vendor answers now, read by nothing of ours."""
    today = datetime.now(UTC).date()
    found: dict[str, list[dict]] = {}
    async with httpx.AsyncClient(
        base_url=f"{fleet.box.url}/samsara",
        headers={"Authorization": f"Bearer {keys['samsara']['api_key']}"},
    ) as client:
        for name, (path, activations) in LISTS.items():
            found[name] = []
            for activation in activations or (None,):
                asked = {"limit": "512", "types": "gps", "startDate": str(today - timedelta(8)),
                         "endDate": str(today)}  # fmt: skip
                if activation:
                    asked["driverActivationStatus"] = activation
                while True:
                    page = (await client.get(path, params=asked)).json()
                    found[name] += page["data"]
                    if not page["pagination"]["hasNextPage"]:
                        break
                    asked["after"] = page["pagination"]["endCursor"]
    return found


async def bad_rows(fleet, keys) -> Counter[str]:
    """How many rows the fault spoils, by dataset: those that differ from the good answer."""
    fleet.box.clear()
    good = await sent(fleet, keys)
    fleet.box.faults(BAD)
    bad = await sent(fleet, keys)
    pairs = {name: zip(good[name], bad[name], strict=True) for name in LISTS}
    return Counter({name: sum(a != b for a, b in rows) for name, rows in pairs.items()})


def mended(vendor):
    """The vendor with a mapping that can do without a field that is wrong."""

    def without(raw, path):
        *way, last = path.split(".")
        for step in way:
            raw = raw[step]
        if last == "id":
            raw[last] = str(raw[last])
        else:
            del raw[last]

    def dataset(one):
        def again(kept):
            row = one.again(kept)
            while type(row) is Unreadable:
                without(kept.row, row.path)
                row = one.again(kept)
            return row

        def read(row):
            try:
                return one.read(row)
            except RecordInvalid as error:
                if error.path == "gps":
                    row.pop("latitude", None), row.pop("longitude", None)
                elif error.path == "endTime":
                    row["endTime"] = row["startTime"] + timedelta(days=1)
                else:
                    del row[error.path]
                return read(row)

        return replace(one, again=again, read=read)

    return replace(vendor, datasets=tuple(dataset(one) for one in vendor.datasets))


async def rows(fleet, statement, *arguments):
    return await (await fleet.conn.execute(statement, arguments)).fetchall()


@pytest.fixture
async def spoiled(fleet):
    """A fleet of 120 drivers whose vendor sends one row in twenty wrong, in twelve ways; synced."""
    keys = fleet.box.add_tenant("large", drivers=120, loads=0)
    fleet.add("large", "samsara", keys=keys)
    expected = await bad_rows(fleet, keys)
    run = (await fleet.sync("samsara")).runs[0]
    return expected, run


async def open_entries(fleet, **which):
    return await entries.listing(fleet.conn, Which(limit=10_000, **which))


async def test_bad_rows_of_many_kinds_come_back_once_the_mapping_is_mended(fleet, spoiled):
    expected, run = spoiled

    assert sum(expected.values()) > 60
    assert run.status == "partial"
    assert run.fetched == sum(getattr(run, name) for name in COUNTS)
    assert {each.dataset: each.quarantined for each in run.datasets} == expected
    found = await open_entries(fleet)
    assert Counter(entry.dataset for entry in found) == expected
    assert len({(e.dataset, e.path, e.reason) for e in found}) >= 10  # kinds of bad
    assert {entry.times for entry in found} == {1}

    # The same bad rows again: the same entries, counted.
    again = (await fleet.sync("samsara")).runs[0]
    found = await open_entries(fleet)
    assert again.fetched == sum(getattr(again, name) for name in COUNTS)
    assert Counter(entry.dataset for entry in found) == expected
    assert {entry.times for entry in found} == {2}

    told = await replay(
        fleet.url, KeyRing.parse(KEY), found, who="Ann",
        vendors=lambda name: mended(registry.vendor(name)),
    )  # fmt: skip

    assert Counter(each.fate for each in told) == {Fate.LANDED: sum(expected.values())}
    assert await open_entries(fleet) == []
    assert await rows(
        fleet,
        "SELECT resolution, count(*), count(sealed) FROM ops.quarantine GROUP BY 1",
    ) == [("replayed", sum(expected.values()), 0)]
    ((status, fetched, *counts),) = await rows(
        fleet,
        f"SELECT status, fetched, {', '.join(COUNTS)} FROM ops.sync_run WHERE sync_type = 'replay'",
    )
    assert (status, fetched, sum(counts)) == ("success", sum(expected.values()), fetched)
    for name, table in TABLES.items():
        ((here,),) = await rows(fleet, f"SELECT count(*) FROM fleet.{table}")
        assert here == next(each.fetched for each in again.datasets if each.dataset == name)

    fleet.box.clear()
    good = (await fleet.sync("samsara")).runs[0]
    assert (good.status, good.inserted, good.quarantined) == ("success", 0, 0)
    await assert_samsara_is_true(fleet.conn, fleet.box, "large")


async def test_a_replay_without_a_fix_changes_nothing(fleet, spoiled):
    """Today's mapping refuses the rows as well: they stay set aside, and are not seen again."""
    expected, _ = spoiled
    found = await open_entries(fleet, dataset="positions")

    told = await replay(fleet.url, KeyRing.parse(KEY), found, who="Ann")

    assert {each.fate for each in told} == {Fate.STILL_BAD}
    after = await open_entries(fleet, dataset="positions")
    assert [(e.id, e.times, e.last_seen_at) for e in after] == [
        (e.id, e.times, e.last_seen_at) for e in found
    ]
    ((status, fetched, quarantined),) = await rows(
        fleet,
        "SELECT status, fetched, quarantined FROM ops.sync_run WHERE sync_type = 'replay'",
    )
    assert (status, fetched, quarantined) == (
        "failed", expected["positions"], expected["positions"]
    )  # fmt: skip


async def test_hours_that_were_set_aside_do_not_pass_for_hours_of_now(fleet, spoiled):
    """They are as old as the fetch that brought them, whatever was confirmed since."""
    _, run = spoiled
    found = await open_entries(fleet, dataset="hos_clocks")
    await fleet.conn.execute("UPDATE ops.dataset_state SET confirmed_at = now()")

    await replay(
        fleet.url, KeyRing.parse(KEY), found, who="Ann",
        vendors=lambda name: mended(registry.vendor(name)),
    )  # fmt: skip

    assert found
    tenant = await hos.tenant_id(fleet.conn, "large")
    for entry in found:
        case = await hos.look(fleet.conn, tenant, entry.vendor_id, {"samsara": "hos_clocks"})
        assert (case.reading.as_of, case.reading.is_confirmed) == (run.started_at, False)


async def test_too_many_bad_rows_fail_the_run_and_the_good_ones_land(fleet):
    keys = fleet.box.add_tenant("large", drivers=60, loads=0)
    fleet.add("large", "samsara", keys=keys)
    fleet.box.faults(kind="bad_row", vendor="samsara", path="/fleet/hos/clocks", args={"rows": 0.8})

    run = (await fleet.sync("samsara")).runs[0]

    clocks = next(each for each in run.datasets if each.dataset == "hos_clocks")
    assert (run.status, run.error_kind) == ("failed", "too_many_set_aside")
    assert (clocks.status, clocks.inserted > 0, clocks.quarantined > 30) == ("failed", True, True)
    assert "more than is borne (1,000 rows or 50%)" in clocks.error_happened
    assert await rows(fleet, "SELECT count(*) FROM fleet.hos_clock") == [(clocks.inserted,)]
    assert await rows(
        fleet, "SELECT confirmed_at FROM ops.dataset_state WHERE dataset = 'hos_clocks'"
    ) == [(None,)]
