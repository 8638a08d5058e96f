"""A replay lands what today's mapping can read, and never puts older words over newer ones."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import pytest

from adapters import registry
from core.secrets import KeyRing
from store import claims, endings, entries
from store.entries import Which
from tasks import replaying
from tasks.replaying import Fate
from tests.support import aside
from tests.support.aside import position

RING = KeyRing.parse(aside.KEY)
COUNTS = "fetched, inserted, updated, unchanged, quarantined, duplicate"
RUN = f"SELECT status, {COUNTS} FROM ops.sync_run WHERE sync_type = 'replay' ORDER BY id"
HELD = "SELECT vendor_id, latitude, source_updated_at FROM fleet.vehicle_position ORDER BY 1"


def mended(name):
    """Positions whose latitude may be the word north, which is 45 degrees."""
    vendor = registry.vendor(name)
    one = vendor.dataset("positions")

    def again(kept):
        gps = kept.row.get("gps", {})
        if gps.get("latitude") == "north":
            kept = replace(kept, row=kept.row | {"gps": gps | {"latitude": 45.0}})
        return one.again(kept)

    return replace(vendor, datasets=(replace(one, again=again),))


@pytest.fixture
def replay(conn, database):
    """Replay everything that is open, with the mended mapping unless told otherwise."""

    async def run(ring=RING, **more):
        found = await entries.listing(conn, Which(limit=100))
        more = {"vendors": mended, "who": "Ann"} | more
        told = await replaying.replay(database, ring, found, **more)
        return Counter(each.fate for each in told), told

    return run


async def rows(conn, statement, *arguments):
    return await (await conn.execute(statement, arguments)).fetchall()


async def test_a_row_lands_once_it_can_be_read(conn, database, replay):
    await aside.synced(database, [position(1), position(2, "north"), position(3, "up")])

    fates, told = await replay()

    assert fates == {Fate.LANDED: 1, Fate.STILL_BAD: 1}
    assert [each.why for each in told if each.why] == ["gps.latitude should be a valid number"]
    assert await rows(conn, RUN) == [("partial", 2, 1, 0, 0, 1, 0)]
    assert [row[:2] for row in await rows(conn, HELD)] == [("v1", 31.5), ("v2", 45.0)]
    assert await rows(
        conn, "SELECT vendor_id, resolution, sealed IS NULL FROM ops.quarantine ORDER BY 1"
    ) == [("v2", "replayed", True), ("v3", None, False)]


async def test_an_older_row_never_replaces_a_newer_one(conn, database, replay):
    """It is resolved without a write: the vendor has said something newer since."""
    await aside.synced(database, [position(1, "north", minute=5)], is_snapshot=False)
    await aside.synced(database, [position(2)], is_snapshot=False)
    # What came in between carries another id in our eyes: the entry is open still.
    await conn.execute("UPDATE ops.quarantine SET resolved_at = NULL, vendor_id = 'unseen'")
    await aside.synced(database, [position(1, 40.0, minute=9)], is_snapshot=False)
    before = await rows(conn, HELD)

    fates, _ = await replay()

    assert fates == {Fate.SUPERSEDED: 1}
    assert await rows(conn, HELD) == before
    assert await rows(conn, RUN) == [("success", 1, 0, 0, 0, 0, 1)]
    assert await rows(conn, "SELECT resolution, sealed FROM ops.quarantine") == [
        ("superseded", None)
    ]


async def test_a_row_that_went_since_does_not_come_back(conn, database, replay):
    await aside.synced(database, [position(1, minute=1), position(2)])
    await aside.synced(database, [position(1, "north", minute=5), position(2)])
    await conn.execute(
        "UPDATE fleet.vehicle_position SET deleted_at = now(), synced_at = now()"
        " WHERE vendor_id = 'v1'"
    )

    fates, _ = await replay()

    assert fates == {Fate.SUPERSEDED: 1}
    assert await rows(
        conn, "SELECT count(*) FROM fleet.vehicle_position WHERE deleted_at IS NOT NULL"
    ) == [(1,)]


async def test_of_two_entries_of_a_row_the_newest_lands(conn, database, replay):
    bad = position(1, "north", minute=5)
    worse = position(1, "north", minute=9) | {"name": 7}
    for row in (bad, worse):
        await aside.synced(database, [row], is_snapshot=False)

    def forgiving(name):
        vendor = mended(name)
        one = vendor.datasets[0]

        def again(kept):
            return one.again(replace(kept, row=kept.row | {"name": "Truck"}))

        return replace(vendor, datasets=(replace(one, again=again),))

    fates, _ = await replay(vendors=forgiving)

    assert fates == {Fate.LANDED: 1, Fate.SUPERSEDED: 1}
    ((_, _, updated),) = await rows(conn, HELD)
    assert updated.minute == 9
    assert await rows(conn, RUN) == [("success", 2, 1, 0, 0, 0, 1)]


async def test_a_replay_leaves_the_integration_as_it_was(conn, database, replay):
    """It says nothing about the vendor: no schedule, status, cursor or failure changes."""
    await aside.synced(database, [position(1), position(2, "north")])
    await conn.execute(
        "UPDATE ops.integration SET status = 'needs_attention', consecutive_failures = 3,"
        " last_run_status = 'failed', next_sync_at = now() - interval '1 h'"
    )
    kept = (
        "SELECT i.status, consecutive_failures, last_run_status, next_sync_at, last_started_at,"
        " i.last_success_at, lease_run_id, s.cursor, s.last_attempt_at, s.confirmed_at,"
        " s.last_run_id FROM ops.integration i JOIN ops.dataset_state s ON s.integration_id = i.id"
    )
    before = await rows(conn, kept)

    fates, _ = await replay()

    assert fates == {Fate.LANDED: 1}
    assert await rows(conn, kept) == before


async def test_a_replay_waits_for_no_sync_and_disturbs_none(conn, database, replay):
    await aside.synced(database, [position(2, "north")])
    await claims.claim(
        conn, vendor="samsara", flow_run_id="flow", batch=None, limit=1, poll_seconds=300,
        datasets=["positions"], force=True,
    )  # fmt: skip

    fates, _ = await replay()

    assert fates == {Fate.BUSY: 1}
    assert await rows(conn, RUN) == []


async def test_a_row_that_is_not_kept_is_told_apart(conn, database, replay):
    await aside.synced(database, [position(2, "north"), position(3, "north")])
    await conn.execute("UPDATE ops.quarantine SET sealed = NULL WHERE vendor_id = 'v3'")

    fates, _ = await replay()

    assert fates == {Fate.LANDED: 1, Fate.NOT_KEPT: 1}


async def test_a_row_of_another_key_does_not_open_and_costs_no_other(conn, database, replay):
    await aside.synced(database, [position(2, "north")])

    fates, (told,) = await replay(ring=KeyRing.parse("cd" * 32))

    assert fates == {Fate.NOT_KEPT: 1}
    assert "not in CREDENTIALS_ENCRYPTION_KEY" in told.why
    assert await rows(conn, "SELECT sealed IS NOT NULL FROM ops.quarantine") == [(True,)]


async def test_a_rule_may_refuse_what_the_mapping_reads(conn, database, replay):
    """The rules of today hold for a replay as for a sync."""

    @dataclass
    class Broken:
        rule: str = "north"
        path: str = "latitude"
        says: str = "is too far north"

    await aside.synced(database, [position(2, "north")])

    fates, (told,) = await replay(rules=lambda dataset: lambda record, family: Broken())

    assert fates == {Fate.STILL_BAD: 1}
    assert told.why == "latitude breaks a rule: is too far north"
    assert await rows(conn, HELD) == []


async def test_a_replay_is_noted(conn, database, replay):
    await aside.synced(database, [position(2, "north"), position(3, "up")])

    await replay()

    ((actor, action, details),) = await rows(
        conn, "SELECT actor, action, details FROM ops.audit_log"
    )
    assert (actor, action) == ("Ann", "quarantine.replay")
    assert details == {"vendor": "samsara", "datasets": ["positions"], "landed": 1, "still bad": 1}


async def test_a_fault_of_ours_gives_the_lease_back(conn, database, replay):
    """Nothing lands, and the next sync need not wait for the lease to run out."""
    await aside.synced(database, [position(2, "north")])

    def broken(name):
        vendor = mended(name)

        def read(row):
            raise ZeroDivisionError

        return replace(vendor, datasets=(replace(vendor.datasets[0], read=read),))

    with pytest.raises(ZeroDivisionError):
        await replay(vendors=broken)

    assert await rows(
        conn, "SELECT lease_run_id, consecutive_failures, last_run_status FROM ops.integration"
    ) == [(None, 0, "partial")]
    assert await rows(conn, RUN) == [("crashed", 0, 0, 0, 0, 0, 0)]


async def test_a_replay_that_was_killed_says_nothing_about_the_integration(
    conn, database, replay, monkeypatch
):
    """Its lease runs out; neither schedule nor failures change, and nobody is told of a sync."""
    await aside.synced(database, [position(2, "north")])
    kept = "SELECT consecutive_failures, last_run_status, next_sync_at, last_error_kind" \
        " FROM ops.integration"  # fmt: skip
    before = await rows(conn, kept)

    async def killed(*_, **__):
        """No process is left that could give anything back."""

    def broken(name):
        vendor = mended(name)

        def read(row):
            raise ZeroDivisionError

        return replace(vendor, datasets=(replace(vendor.datasets[0], read=read),))

    with monkeypatch.context() as patch:
        patch.setattr(claims, "give_back", killed)
        with pytest.raises(ZeroDivisionError):
            await replay(vendors=broken)
    await conn.execute("UPDATE ops.integration SET lease_expires_at = now() - interval '1 s'")
    closed = await claims.close_expired_runs(conn)

    assert await rows(conn, kept) == before
    assert await rows(conn, "SELECT status FROM ops.sync_run WHERE sync_type = 'replay'") == [
        ("crashed",)
    ]
    assert len(closed) == 1
    assert await endings.of_runs(conn, closed) == []


async def test_kept_rows_outlive_the_key_they_were_sealed_with(conn, database, replay):
    """After a rotation the old key may be thrown away."""
    await aside.synced(database, [position(2, "north")])
    new = "cd" * 32

    rotated = await entries.rotate(conn, KeyRing.parse(f"{new},{aside.KEY}"))
    again = await entries.rotate(conn, KeyRing.parse(new))
    fates, _ = await replay(ring=KeyRing.parse(new))

    assert (rotated, again) == ((1, []), (0, []))
    assert fates == {Fate.LANDED: 1}


async def test_a_row_whose_key_is_lost_is_named_by_a_rotation(conn, database):
    await aside.synced(database, [position(2, "north")])

    rotated, (locked,) = await entries.rotate(conn, KeyRing.parse("cd" * 32))

    assert (rotated, locked.startswith("quarantine/")) == (0, True)
