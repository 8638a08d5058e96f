"""Data that gets old is noticed by a flow of its own, and told when it has lasted."""

from __future__ import annotations

from flows.freshness import check_freshness
from tests.flows.alerts.conftest import until


async def look():
    state = await check_freshness(return_state=True)
    assert state.is_completed()
    return state.message


async def age(fleet, minutes):
    await fleet.conn.execute(
        "UPDATE ops.dataset_state SET last_success_at = last_success_at - %s * interval '1 min'",
        [minutes],
    )


async def level(fleet):
    found = await fleet.conn.execute("SELECT level, told_level FROM ops.freshness")
    return (await found.fetchall())[-1]


async def opened(fleet):
    found = await fleet.conn.execute(
        "SELECT severity FROM ops.incident WHERE kind = 'stale' AND closed_at IS NULL"
    )
    return [row[0] for row in await found.fetchall()]


async def test_old_data_is_told_when_it_lasts_and_when_it_is_over(fleet, people, mail):
    fleet.add("acme", "samsara")
    await people.add("acme", ann="ADMIN")
    await fleet.sync("samsara", "acme")
    await fleet.conn.execute("DELETE FROM ops.pulse; DELETE FROM ops.freshness")

    assert "Nobody looked for a while" in await look()
    assert "1 of 1 integrations are fresh" in await look()
    await age(fleet, 11)
    assert "1 late, 0 critically; 1 changed" in await look()
    assert "1 late, 0 critically; 0 changed" in await look()
    await until(lambda: _is(fleet, ["WARNING"]))
    await age(fleet, 10)
    assert "0 late, 1 critically; 1 changed" in await look()
    await until(lambda: _is(fleet, ["CRITICAL"]))
    assert await level(fleet) == ("critical", "critical")

    await fleet.sync("samsara", "acme")
    assert "1 of 1 integrations are fresh" in await look()
    await until(lambda: _is(fleet, []))
    # It was over within the minute that it has to last: nobody was told of it.
    assert mail.got == []


async def _is(fleet, severities):
    return await opened(fleet) == severities


async def test_what_never_started_is_noticed(fleet):
    fleet.add("bluemesa", "samsara")
    await fleet.conn.execute("DELETE FROM ops.freshness")
    await look()
    await fleet.conn.execute(
        "UPDATE ops.integration SET created_at = now() - interval '1 hour' WHERE tenant_id ="
        " (SELECT id FROM ops.tenant WHERE slug = 'bluemesa')"
    )

    await look()

    assert await level(fleet) == ("critical", "critical")
    await until(lambda: _is(fleet, ["CRITICAL"]))
