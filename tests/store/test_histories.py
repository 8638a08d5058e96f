"""What was true when: histories that follow every change, without gaps of ours and overlaps."""

from __future__ import annotations

import asyncio
import itertools
import random
from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest

from models import records
from store.connection import connect
from store.loading import DatasetResult, RunClose, RunResult
from store.retention import RULES, prune

from .conftest import NOW, load

RULE = {rule.table: rule for rule in RULES}

STATUSES = "SELECT vendor_id, duty_status, valid_to IS NULL FROM fleet.hos_status_history" \
    " ORDER BY vendor_id, valid_from"  # fmt: skip


def clock(number: int, status: str = "driving", **more: object) -> records.HosClock:
    absent = dict.fromkeys(records.HosClock._fields)
    return records.HosClock(
        **{**absent, "vendor_id": f"d{number}", "duty_status": status, **more}
    )  # fmt: skip


def station(number: int) -> records.FuelStation:
    absent = dict.fromkeys(records.FuelStation._fields)
    told = {"vendor_id": f"s{number}", "latitude": 1.0, "longitude": 2.0, "status": "open",
            "amenities_json": "[]"}  # fmt: skip
    return records.FuelStation(**{**absent, **told})


def price(number: int, amount: str, **more: object) -> records.FuelPrice:
    told = {"parent_id": f"s{number}", "vendor_id": f"s{number}:diesel", "product": "diesel",
            "price_type": "posted", "amount": Decimal(amount), "currency": "USD", "unit": "gal",
            "is_estimated": None, "source_updated_at": None}  # fmt: skip
    return records.FuelPrice(**{**told, **more})


@pytest.fixture
async def land(house):
    """Lands rows of one kind as a whole sync does; children by keyword."""
    await house.fleets(1)

    async def landing(*rows, children=(), vanished=()):
        record = type(rows[0]) if rows else records.HosClock
        claim = await house.start()
        hashes = [hash(children) for _ in rows] if record in (records.FuelStation, records.Load) \
            else None  # fmt: skip
        await house.staging.add(claim.run_id, record, rows, hashes)
        if children:
            await house.staging.add(claim.run_id, type(children[0]), children)
        told = DatasetResult("rows", record, "success", fetched=len(rows), is_complete=True,
                             is_snapshot=not vanished, started_at=NOW,
                             vanished=vanished)  # fmt: skip
        result = RunResult(claim.run_id, claim.integration_id, RunClose("success"), [told])
        return (await house.staging.land([result]))[claim.run_id]

    return landing


async def test_a_status_that_changes_closes_one_period_and_opens_the_next(house, land):
    for status in ("driving", "on_duty", "off_duty"):
        await land(clock(1, status), clock(2))

    assert await house.rows(STATUSES) == [
        ("d1", "driving", False), ("d1", "on_duty", False), ("d1", "off_duty", True),
        ("d2", "driving", True),
    ]  # fmt: skip
    gaps = await house.rows(
        "SELECT valid_to <> lead(valid_from) OVER (ORDER BY valid_from)"
        " FROM fleet.hos_status_history WHERE vendor_id = 'd1'"
    )
    assert gaps == [(False,), (False,), (None,)]


async def test_what_does_not_matter_opens_no_period(house, land):
    """Clocks run down all the time; a status and a truck are what a history is asked for."""
    for left in (9000, 8000, 7000):
        await land(clock(1, drive_remaining_s=left))

    assert await house.rows(STATUSES) == [("d1", "driving", True)]
    await land(clock(1, drive_remaining_s=6000, vehicle_id="v9"))
    assert len(await house.rows(STATUSES)) == 2


async def test_a_period_belongs_to_the_run_that_opened_it(house, land):
    await land(clock(1))
    await land(clock(1, "on_duty"))

    runs = await house.rows(
        "SELECT h.run_id = c.run_id FROM fleet.hos_status_history h"
        " JOIN fleet.hos_clock c USING (integration_id, vendor_id) ORDER BY h.valid_from"
    )
    assert runs == [(False,), (True,)]


async def test_what_is_deleted_closes_its_period_and_what_returns_opens_another(house, land):
    others = [clock(number) for number in range(2, 9)]
    await land(clock(1), *others)
    await land(*others)
    assert ("d1", "driving", True) in await house.rows(STATUSES), "one absence proves nothing"
    await land(*others)
    assert [row for row in await house.rows(STATUSES) if row[0] == "d1"] == [
        ("d1", "driving", False)
    ]

    await land(clock(1), *others)

    assert [row for row in await house.rows(STATUSES) if row[0] == "d1"] == [
        ("d1", "driving", False), ("d1", "driving", True)
    ]  # fmt: skip


async def test_a_row_that_is_removed_closes_its_period(house, land):
    await land(clock(1))
    await house.conn.execute("DELETE FROM fleet.hos_clock")

    assert await house.rows(STATUSES) == [("d1", "driving", False)]


async def test_a_table_that_is_emptied_closes_every_period(house, land):
    """As somebody does who wants it all read anew; what is read then opens others."""
    await land(clock(1), clock(2))
    await house.conn.execute("RESET ROLE; TRUNCATE fleet.hos_clock; SET ROLE sally_pipeline")
    assert [is_open for _, _, is_open in await house.rows(STATUSES)] == [False, False]

    await land(clock(1), clock(2))
    assert [is_open for _, _, is_open in await house.rows(STATUSES)] == [False, True] * 2


async def test_a_load_says_which_fields_changed_and_how(house, land):
    first = load(1, customer_name="Ann", rate_amount=Decimal("100.5"), notes=None)
    await land(first)
    await land(first._replace(status="in_transit", rate_amount=Decimal("120"), notes="call"))
    await land(first._replace(status="in_transit", rate_amount=Decimal("120"), notes="call",
                              source_updated_at=NOW))  # fmt: skip

    changes = await house.rows("SELECT status, changes FROM fleet.load_history ORDER BY valid_from")
    assert changes == [
        ("assigned", {}),
        ("in_transit", {"status": ["assigned", "in_transit"], "rate_amount": [100.5, 120],
                        "notes": [None, "call"]}),
    ]  # fmt: skip


async def test_a_price_has_a_period_for_each_amount(house, land):
    for amount in ("4.10", "4.10", "4.25"):
        await land(station(1), children=(price(1, amount),))
    await land(station(1), children=(price(1, "4.25", source_updated_at=NOW),))

    assert await house.rows(
        "SELECT amount, valid_to IS NULL FROM fleet.fuel_price_history ORDER BY valid_from"
    ) == [(Decimal("4.10"), False), (Decimal("4.25"), True)]


async def test_a_price_that_its_station_drops_ends(house, land):
    await land(station(1), children=(price(1, "4.10"),))
    await land(station(1))

    assert await house.rows("SELECT valid_to IS NULL FROM fleet.fuel_price_history") == [(False,)]


async def test_what_was_known_before_is_told_from_what_is_first_known(house, land):
    """A connection without a past opens first periods; one that has any is looked up row by row."""
    await land(clock(1), clock(2))
    await house.conn.execute("DELETE FROM fleet.hos_clock WHERE vendor_id = 'd1'")
    await house.fleets(1, prefix="other")
    claims = await house.claim(limit=2)  # the one with a past and the one without, together
    for claim in claims:
        await house.staging.open_run(claim.run_id, claim.tenant_id, claim.integration_id)
        await house.staging.add(claim.run_id, records.HosClock, [clock(n) for n in (1, 2, 3)])
    told = DatasetResult("rows", records.HosClock, "success", fetched=3, is_complete=True,
                         is_snapshot=True, started_at=NOW)  # fmt: skip
    closed = RunClose("success")
    await house.staging.land(
        [RunResult(claim.run_id, claim.integration_id, closed, [told]) for claim in claims]
    )

    periods = await house.rows(
        "SELECT t.slug, h.vendor_id, h.is_first FROM fleet.hos_status_history h"
        " JOIN ops.tenant t ON t.id = h.tenant_id ORDER BY t.slug, h.vendor_id, h.valid_from"
    )
    assert periods == [
        ("fleet1", "d1", True), ("fleet1", "d1", False), ("fleet1", "d2", True),
        ("fleet1", "d3", True),
        ("other1", "d1", True), ("other1", "d2", True), ("other1", "d3", True),
    ]  # fmt: skip


async def test_a_landing_that_changes_nothing_writes_nothing(house, land):
    await land(clock(1))
    await land(clock(1, "on_duty"))
    before = await house.rows("SELECT ctid, xmin FROM fleet.hos_status_period")
    await land(clock(1, "on_duty"))

    assert len(before) == 2
    assert await house.rows("SELECT ctid, xmin FROM fleet.hos_status_period") == before


async def test_changes_of_one_transaction_make_periods_that_do_not_overlap(house, land):
    """``now()`` stands still in a transaction; periods must not be empty for it."""
    await land(clock(1))
    async with house.conn.transaction():
        for status in ("on_duty", "driving", "off_duty"):
            await house.conn.execute("UPDATE fleet.hos_clock SET duty_status = %s", [status])

    assert [row[1] for row in await house.rows(STATUSES)] == [
        "driving", "on_duty", "driving", "off_duty"
    ]  # fmt: skip


async def test_a_transaction_that_waited_for_another_comes_after_it(house, land, database):
    """Its now() is older than the period that it finds when its turn comes."""
    await land(clock(1))
    change = "UPDATE fleet.hos_clock SET duty_status = %s"
    async with connect(database) as early, early.transaction():
        await early.execute("SELECT now()")  # its transaction begins first …
        await house.conn.execute(change, ["on_duty"])  # … and the other's change lands first
        await early.execute(change, ["off_duty"])

    assert [row[1:] for row in await house.rows(STATUSES)] == [
        ("driving", False), ("on_duty", False), ("off_duty", True)
    ]  # fmt: skip
    orders = await house.rows("SELECT valid_to > valid_from FROM fleet.hos_status_history")
    assert orders == [(True,), (True,), (None,)]


async def test_a_change_of_many_rows_compares_each_with_itself_only(house, land):
    """A plan kept from a landing without changes took minutes for 100,000 changed rows."""
    for left in (1, 1, 1):
        await land(*[clock(n, drive_remaining_s=left) for n in range(20_000)])
    async with asyncio.timeout(120):  # it would hang
        await land(*[clock(n, drive_remaining_s=2) for n in range(20_000)])

    assert len(await house.rows(STATUSES)) == 20_000


@pytest.mark.parametrize("table", [name for name in RULE if name.endswith("_period")])
async def test_periods_leave_when_they_closed_long_ago_and_open_ones_stay(
    house, land, database, table
):
    """What is so today is kept however long it has been so."""
    await land(clock(1))
    await land(load(1))
    await land(station(1), children=(price(1, "4.1"),))
    # As they landed they have no period stored; the open one of each is all that is to be.
    await land(clock(1, "on_duty"))
    await land(load(1, status="in_transit"))
    await land(station(1), children=(price(1, "4.2"),))
    await house.conn.execute(f"DELETE FROM {table} WHERE valid_to IS NOT NULL")
    keep = RULE[table].keep
    async with connect(database, "sally_owner") as owner:
        await owner.execute(f"UPDATE {table} SET valid_from = now() - %s - interval '9 days'",
                            [keep])  # fmt: skip
    assert (await prune(house.conn, RULE[table], seconds=5)).rows == 0

    closing = f"UPDATE {table} SET valid_to = now() - %s - %s"
    await house.conn.execute(closing, [keep, timedelta(hours=-1)])
    assert (await prune(house.conn, RULE[table], seconds=5)).rows == 0
    await house.conn.execute(closing, [keep, timedelta(hours=1)])
    assert (await prune(house.conn, RULE[table], seconds=5)).rows == 1


INSERT = "INSERT INTO fleet.hos_status_period (tenant_id, integration_id, run_id, vendor_id," \
    " duty_status, valid_from{more}) SELECT tenant_id, integration_id, run_id, 'd1', 'on_duty'," \
    " {values} FROM fleet.hos_clock LIMIT 1"  # fmt: skip


async def test_a_second_open_period_is_refused(house, land):
    await land(clock(1))
    await house.conn.execute("DELETE FROM fleet.hos_clock; DELETE FROM fleet.hos_status_period")
    await land(clock(1))
    again = INSERT.format(more=", is_first", values="now() + interval '%s h', true")
    await house.conn.execute(again % 1)
    with pytest.raises(psycopg.errors.UniqueViolation):
        await house.conn.execute(again % 2)


async def test_an_overlap_is_refused_by_the_constraint(house, land):
    await land(clock(1))
    await land()  # an empty complete fetch proves nothing yet
    await house.conn.execute("UPDATE fleet.hos_clock SET deleted_at = now()")
    with pytest.raises(psycopg.errors.ExclusionViolation):
        await house.conn.execute(INSERT.format(more="", values="now() - interval '1 h'"))


@pytest.mark.parametrize(
    "forbidden",
    [
        INSERT.format(more=", valid_to", values="now() - interval '2 h', now() - interval '1 h'"),
        "UPDATE fleet.hos_status_period SET valid_from = valid_from - interval '1 h'",
        "UPDATE fleet.hos_status_period SET duty_status = 'off_duty'",
    ],
    ids=["a closed period", "an earlier beginning", "another status"],
)
async def test_the_past_cannot_be_rewritten_by_the_pipeline(house, land, forbidden):
    await land(clock(1))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await house.conn.execute(forbidden)


async def test_no_periods_overlap_whatever_happened(house, land):
    """All orders of a few changes, and a look at every pair of periods."""
    for statuses in itertools.permutations(("driving", "on_duty", "off_duty")):
        for status in statuses:
            await land(clock(1, status), clock(2, statuses[0]))

    overlaps = await house.rows(
        "SELECT a.vendor_id FROM fleet.hos_status_history a JOIN fleet.hos_status_history b"
        " USING (integration_id, vendor_id) WHERE a IS DISTINCT FROM b AND"
        " tstzrange(a.valid_from, a.valid_to) && tstzrange(b.valid_from, b.valid_to)"
    )
    assert overlaps == []
    assert (await house.row("SELECT count(*) FROM fleet.hos_status_history"))[0] > 10


async def test_what_is_as_it_first_landed_has_no_period_stored(house, land):
    """A first load of a hundred thousand rows writes each once, and its history is told."""
    told = "SELECT vendor_id, run_id, valid_from, is_first, duty_status, vehicle_id" \
        " FROM fleet.hos_status_{} ORDER BY vendor_id, valid_from"  # fmt: skip
    await land(clock(1, vehicle_id="v1"), clock(2, vehicle_id="v2"))
    first = await house.rows(told.format("history"))
    assert [row[3] for row in first] == [True, True]
    assert await house.rows(told.format("period")) == []
    await land(clock(1, vehicle_id="v1", drive_remaining_s=5), clock(2, vehicle_id="v2"))
    assert await house.rows(told.format("history")) == first, "another run, and the same period"

    await land(clock(1, "on_duty", vehicle_id="v1"), clock(2, vehicle_id="v2"))

    stored = await house.rows(told.format("period"))
    assert stored[:1] == first[:1], "what the row told of its beginning"
    assert [row[3:5] for row in stored] == [(True, "driving"), (False, "on_duty")]
    assert await house.rows(told.format("history")) == [*stored, first[1]]


async def test_what_was_there_before_first_periods_were_implied_stays_as_it_is(house, land):
    """Its open period is stored, and no second one is told of it."""
    await land(clock(1))
    await house.conn.execute(
        INSERT.format(more=", is_first", values="now() - interval '1 h', true")
    )
    await house.conn.execute("RESET ROLE; UPDATE fleet.hos_clock SET first_run_id = NULL;"
                             "SET ROLE sally_pipeline")  # fmt: skip

    assert await house.rows(STATUSES) == [("d1", "on_duty", True)]
    await land(clock(1, "off_duty"))
    assert await house.rows(STATUSES) == [("d1", "on_duty", False), ("d1", "off_duty", True)]


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_happens_the_history_says_what_happened(house, land, seed):
    """Landings, deletions of every kind and returns in any order, told by a list beside them."""
    chance = random.Random(seed)
    told: dict[str, list[list[object]]] = {f"d{n}": [] for n in (1, 2, 3)}

    def end(name):
        if told[name]:
            told[name][-1][1] = False

    for _ in range(25):
        what, name = (
            chance.choice(["land"] * 4 + ["mark", "remove", "empty"]),
            f"d{chance.randint(1, 3)}",
        )
        if what == "land":
            now = {each: chance.choice(["driving", "on_duty"]) for each in told}
            await land(*[clock(int(each[1:]), status) for each, status in now.items()])
            for each, status in now.items():
                if not told[each] or told[each][-1] != [status, True]:
                    end(each)
                    told[each].append([status, True])
        elif what == "mark":
            await house.conn.execute(
                "UPDATE fleet.hos_clock SET deleted_at = now() WHERE vendor_id = %s", [name]
            )
            end(name)
        elif what == "remove":
            await house.conn.execute("DELETE FROM fleet.hos_clock WHERE vendor_id = %s", [name])
            end(name)
        else:
            await house.conn.execute(
                "RESET ROLE; TRUNCATE fleet.hos_clock; SET ROLE sally_pipeline"
            )
            for each in told:
                end(each)
        expected = [(each, *period) for each, periods in told.items() for period in periods]
        assert await house.rows(STATUSES) == expected
    firsts = await house.rows(
        "SELECT vendor_id, is_first FROM fleet.hos_status_history ORDER BY vendor_id, valid_from"
    )
    assert firsts == [(each, n == 0) for each, some in told.items() for n in range(len(some))]
