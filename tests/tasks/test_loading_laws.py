"""What a sync leaves does not depend on how often, or in which order, its rows came."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters import registry
from adapters._kit.vendor import Kept
from models.asking import Ask
from store import claims
from store.asking import AskParts
from store.connection import connect
from store.loading import RunClose, RunResult, Staging
from tasks import work
from tasks.collecting import collect
from tests.support import aside

FEW = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
OURS = "'run_id', 'synced_at', 'first_run_id', 'first_seen_at', 'tenant_id', 'integration_id'"
ids = st.integers(1, 2)
minutes = st.integers(0, 3)
NUMBERS = count()


def position(number, minute):
    """At one time a vehicle is in one place."""
    return aside.position(number, 30 + minute / 10, minute)


def load(number, minute):
    """A load whose stops change with it."""
    stops = [{"id": f"s{number}-{place}", "sequence": place} for place in range(minute)]
    return {"id": f"l{number}", "status": "booked", "notes": f"as of {minute}", "stops": stops,
            "updated_at": f"2026-10-05T15:{minute:02}:00Z"}  # fmt: skip


def clock(number, minute):
    """A row without a time: twice in a list, it is the same."""
    left = {"driveRemainingDurationMs": number * 1000}
    return {"driver": {"id": f"d{number}"}, "clocks": {"drive": left}}


def bad(number, minute):
    return {"id": f"v{number}", "gps": {"latitude": "north"}}


KINDS = [
    pytest.param("samsara", "positions", position, ("vehicle_position",), id="positions"),
    pytest.param("truckbase", "loads", load, ("load", "load_stop"), id="loads with stops"),
    pytest.param("samsara", "hos_clocks", clock, ("hos_clock",), id="clocks"),
]


def pages_of(make):
    rows = st.builds(make, ids, minutes)
    if make is position:
        rows = rows | st.builds(bad, st.integers(6, 7), minutes)
    return st.lists(st.lists(rows, max_size=3), min_size=2, max_size=4)


async def load_pages(conn, url, slug, vendor, name, pages):
    """A whole sync of these pages: collected, staged, landed; its counts."""
    one = registry.vendor(vendor).dataset(name)

    async def sent(session, ask):
        for page in pages:
            yield [one.again(Kept(row, False)) for row in page]

    await aside.connected(conn, slug, vendor)
    async with Staging.connected(url) as staging:
        (claim,) = await claims.claim(
            conn, vendor=vendor, flow_run_id=None, batch=None, limit=1, poll_seconds=300,
            tenant_slugs=[slug], datasets=[name], force=True,
        )  # fmt: skip
        await staging.open_run(claim.run_id, claim.tenant_id, claim.integration_id)
        (now,) = await (await conn.execute("SELECT now()")).fetchone()
        tally = await collect(None, replace(one, pages=sent), Ask(now), claim.run_id, staging)
        result = work._result(one, tally, AskParts(None, frozenset(), (), now))
        close = RunClose(result.status)
        run = RunResult(claim.run_id, claim.integration_id, close, [result])
        return (await staging.land([run]))[claim.run_id].counts[name]


async def tables_of(conn, slug, tables):
    """All that is kept of a tenant, but for when and by which run."""
    found = []
    for table in (f"fleet.{table}" for table in tables):
        rows = await conn.execute(
            f"SELECT to_jsonb(f) - ARRAY[{OURS}] FROM {table} f"
            " JOIN ops.tenant t ON t.id = f.tenant_id WHERE t.slug = %s ORDER BY f.vendor_id",
            [slug],
        )
        found.append([row[0] for row in await rows.fetchall()])
    entries = await conn.execute(
        "SELECT vendor_id, path, reason, payload FROM ops.quarantine q"
        " JOIN ops.tenant t ON t.id = q.tenant_id WHERE t.slug = %s AND resolved_at IS NULL"
        " ORDER BY 1",
        [slug],
    )
    return found, await entries.fetchall()


@pytest.mark.parametrize(("vendor", "name", "make", "tables"), KINDS)
@FEW
@given(data=st.data())
def test_loading_a_batch_twice_equals_loading_it_once(database, vendor, name, make, tables, data):
    """Killed and done again, or simply done again: nothing is repeated."""
    pages = data.draw(pages_of(make))

    async def play():
        slug = f"twice{next(NUMBERS)}"
        async with connect(database) as conn:
            await load_pages(conn, database, slug, vendor, name, pages)
            once = await tables_of(conn, slug, tables)
            counts = await load_pages(conn, database, slug, vendor, name, pages)
            assert (counts.inserted, counts.updated) == (0, 0)
            assert await tables_of(conn, slug, tables) == once
            kept = await conn.execute(
                "SELECT DISTINCT times FROM ops.quarantine q"
                " JOIN ops.tenant t ON t.id = q.tenant_id WHERE t.slug = %s",
                [slug],
            )
            assert all(times % 2 == 0 for (times,) in await kept.fetchall())

    asyncio.run(play())


@pytest.mark.parametrize(("vendor", "name", "make", "tables"), KINDS)
@FEW
@given(data=st.data())
def test_any_order_of_the_same_pages_gives_the_same_tables(
    database, vendor, name, make, tables, data
):
    """The newest word on each row stays, wherever in the list it came."""
    pages = data.draw(pages_of(make))
    other = data.draw(st.permutations(pages))

    async def play():
        first, second = (f"order{next(NUMBERS)}" for _ in range(2))
        async with connect(database) as conn:
            await load_pages(conn, database, first, vendor, name, pages)
            await load_pages(conn, database, second, vendor, name, other)
            assert await tables_of(conn, first, tables) == await tables_of(conn, second, tables)

    asyncio.run(play())
