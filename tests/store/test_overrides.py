"""Hours that a person enters: within the law, signed, short, noted, and one at a time."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from core.errors import ConfigurationError, NotFoundError
from core.hours_limits import RULES, Maxima
from core.hours_override import Override
from store import hos, overrides, tenants
from store.connection import as_console, connect, session

from .conftest import driver

HOUR = 3600
PROPERTY = '[{"shift": "US Interstate Property", "cycle": "USA 70 hour / 8 day"}]'
PASSENGER = '[{"shift": "US Interstate Passenger", "cycle": "USA 70 hour / 8 day"}]'
FEEDS = {"acme": "clocks"}


@pytest.fixture
async def case(house):
    """A property carrier's driver, as the database holds him."""
    (fleet,) = await house.fleets(1)
    await house.sync([driver(1, rulesets_json=PROPERTY, home_timezone="America/Chicago")])
    return await hos.look(house.conn, fleet.tenant_id, "d1", FEEDS)


def wanted(case, **more):
    # Whatever creation a caller gives, it is the database's: nobody dates one back or ahead.
    ends = case.read_at + timedelta(hours=6)
    given = {"drive_s": 2 * HOUR, "author": "Ann", "reason": "ELD malfunction"} | more
    return Override(created_at=datetime(2000, 1, 1, tzinfo=UTC), **({"expires_at": ends} | given))


def enter(database, case, override, actor="Ann"):
    with session(database) as db:
        return overrides.enter(db, case, override, actor=actor)


async def again(house, case):
    return await hos.look(house.conn, case.tenant_id, case.driver_id, FEEDS)


async def test_what_is_entered_is_read(house, database, case):
    """From the database's clock on, by name and with the reason."""
    entered = enter(database, case, wanted(case, duty_status="off_duty", cycle_s=9 * HOUR))

    found = (await again(house, case)).override
    assert found == Override(
        author="Ann", reason="ELD malfunction", created_at=entered.created_at,
        expires_at=entered.expires_at, drive_s=2 * HOUR, cycle_s=9 * HOUR, duty_status="off_duty",
    )  # fmt: skip
    assert abs(found.created_at - case.read_at) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"author": " "}, "author"),
        ({"reason": ""}, "reason"),
        ({"expires_at": None}, "time at which it ends"),
        ({"drive_s": 11 * HOUR + 1}, "at most 11 h"),
        ({"drive_s": None}, "at least one clock"),
        ({"duty_status": "resting"}, "no duty status"),
    ],
)
async def test_what_is_refused_leaves_no_trace(house, database, case, more, says):
    """All that is wrong is said, and neither an override nor a note is kept."""
    with pytest.raises(ConfigurationError, match=says):
        enter(database, case, wanted(case, **more))

    assert await house.row("SELECT (SELECT count(*) FROM ops.hos_override),"
                           " (SELECT count(*) FROM ops.audit_log)") == (0, 0)  # fmt: skip


async def test_the_drivers_own_ruleset_decides(house, database, case):
    """15 hours of shift are lawful for passenger drivers, and refused for all others."""
    with pytest.raises(ConfigurationError, match="at most 14 h"):
        enter(database, case, wanted(case, shift_s=15 * HOUR))
    await house.conn.execute("UPDATE fleet.driver SET rulesets = %s::jsonb", [PASSENGER])
    passenger = await again(house, case)

    entered = enter(database, passenger, wanted(passenger, shift_s=15 * HOUR))

    assert entered.shift_remaining_s == 15 * HOUR


async def test_the_tables_checks_are_the_highest_maxima_of_any_ruleset(house, case):
    """The database refuses what no ruleset allows, and nothing that one does."""
    columns = {"drive_s": "drive", "shift_s": "shift", "break_s": "break", "cycle_s": "cycle"}
    statement = ("INSERT INTO ops.hos_override (id, tenant_id, driver_id, author, reason,"
                 " expires_at, {0}_remaining_s) VALUES (%s, %s, 'd1', 'a', 'b',"
                 " now() + interval '1h', %s)")  # fmt: skip
    for field in fields(Maxima):
        known = [getattr(rule.maxima, field.name) for rule in RULES]
        most = max(limit for limit in known if limit is not None)
        insert = statement.format(columns[field.name])
        await house.conn.execute(insert, [uuid4(), case.tenant_id, most])
        with pytest.raises(psycopg.errors.CheckViolation):
            await house.conn.execute(insert, [uuid4(), case.tenant_id, most + 1])


async def test_a_new_one_takes_the_place_of_the_old_one(house, database, case):
    """One word at a time: ending the new one does not bring the old one back."""
    first = enter(database, case, wanted(case))
    second = enter(database, case, wanted(case, drive_s=HOUR), actor="Bob")

    assert (await again(house, case)).override.drive_s == HOUR
    notes = await house.rows("SELECT actor, action, subject_id, details FROM ops.audit_log"
                             " ORDER BY happened_at")  # fmt: skip
    assert [(actor, action, subject) for actor, action, subject, _ in notes] == [
        ("Ann", "hos_override.enter", str(first.id)),
        ("Bob", "hos_override.enter", str(second.id)),
    ]
    assert notes[1][3]["replaced"] == [str(first.id)]
    assert notes[1][3]["drive_s"] == HOUR
    assert notes[1][3]["reason"] == "ELD malfunction"

    with session(database) as db:
        assert overrides.end(db, case, actor="Bob") == 1
    assert (await again(house, case)).override is None
    last = await house.row("SELECT actor, action, subject_id FROM ops.audit_log"
                           " ORDER BY happened_at DESC LIMIT 1")  # fmt: skip
    assert last == ("Bob", "hos_override.end", str(second.id))


async def test_there_must_be_one_to_end(database, case):
    with session(database) as db, pytest.raises(NotFoundError, match=r"No override .*d1"):
        overrides.end(db, case, actor="Ann")


async def test_the_author_may_be_one_of_the_tenants_people(house, database, case):
    """By address; somebody else's people are only names."""
    with session(database) as db:
        ann = tenants.add_user(db, "fleet1", "Ann@example.com", "Ann Lee")
        tenants.add(db, "other")
        tenants.add_user(db, "other", "bob@example.com", "Bob")

    ours = enter(database, case, wanted(case, author="ann@example.com"))
    theirs = enter(database, case, wanted(case, author="bob@example.com"))

    assert (ours.author_id, ours.author) == (ann.id, "Ann Lee")
    assert (theirs.author_id, theirs.author) == (None, "bob@example.com")


async def test_only_those_that_hold_are_listed(house, database, case):
    """Not those that ended, by themselves or by a person, and no other tenant's."""
    enter(database, case, wanted(case))
    await house.conn.execute("UPDATE ops.hos_override SET created_at = now() - interval '2h',"
                             " expires_at = now() - interval '1h'")  # fmt: skip
    held = enter(database, case, wanted(case))

    with session(database) as db:
        assert [one.id for one in overrides.in_force(db, case.tenant_id)] == [held.id]
        assert overrides.in_force(db, uuid4()) == []
        overrides.end(db, case, actor="Ann")
        assert overrides.in_force(db, case.tenant_id) == []


async def test_the_console_may_enter_one_for_its_tenant_only(house, database, case):
    """Its role has what it takes, and the wall holds."""
    (other,) = await house.fleets(1, prefix="other")

    def as_tenant(tenant_id, to):
        with session(database, role="sally_console") as db:
            told = [str(tenant_id)]
            db.connection().exec_driver_sql("SELECT set_config('sally.tenant_id', %s, true)",
                                            tuple(told))  # fmt: skip
            return overrides.enter(db, to, wanted(case), actor="Ann")

    assert as_tenant(case.tenant_id, case).driver_id == "d1"
    with pytest.raises(Exception, match="row-level security"):
        as_tenant(other.tenant_id, case)


async def test_reading_as_the_console_writes_nothing_and_sees_one_tenant(house, database, case):
    """Whatever is asked inside; outside, the connection is what it was."""
    (other,) = await house.fleets(1, prefix="other")
    async with connect(database) as conn:
        async with as_console(conn, case.tenant_id):
            seen = await (await conn.execute("SELECT slug FROM ops.tenant")).fetchall()
            assert seen == [("fleet1",)]
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                async with conn.transaction():
                    await conn.execute("UPDATE ops.integration SET status = 'disabled'")
        after = await (
            await conn.execute("SELECT current_user, count(*) FROM ops.tenant")
        ).fetchone()
        assert after == ("sally_pipeline", 2)
        with pytest.raises(NotFoundError, match="d1"):
            await hos.look(conn, other.tenant_id, "d1", FEEDS)


async def test_two_drivers_of_one_name_are_not_told_apart(house, case):
    """Nobody reads the wrong one's hours; the ids are told."""
    rows = [driver(1, rulesets_json=PROPERTY), driver(2), driver(3, "Joanna")]
    await house.sync(rows)

    with pytest.raises(ConfigurationError, match=r"2 drivers are called “ANN”.* d1, d2"):
        await hos.look(house.conn, case.tenant_id, "ANN", FEEDS)
    assert (await hos.look(house.conn, case.tenant_id, "joanna", FEEDS)).driver_id == "d3"
    with pytest.raises(NotFoundError, match=r"Similar: Joanna \(d3\)"):
        await hos.look(house.conn, case.tenant_id, "joan", FEEDS)


async def test_a_driver_who_left_is_not_found(house, case):
    await house.conn.execute("UPDATE fleet.driver SET deleted_at = now()")

    with pytest.raises(NotFoundError):
        await again(house, case)
