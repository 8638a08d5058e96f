"""What Prefect was last seen to hold, kept for those who must know it without Prefect."""

from datetime import UTC, datetime, timedelta

import pytest

from core.breaker import Mode, Policy
from core.errors import ConfigurationError
from core.policies import Policies
from store import breaker_policies
from store.connection import DatabaseLost, connect

POLICY = Policy(
    failure_threshold=7,
    window=timedelta(seconds=90, microseconds=1),
    jitter_share=0.07,
    failure_rate=None,
    minimum_tenants=4,
    mode=Mode.FORCED_OPEN,
    who="Ann",
    why="maintenance",
    until=datetime(2026, 10, 5, 15, 30, tzinfo=UTC),
)


async def age(conn, minutes):
    await conn.execute(
        "UPDATE ops.breaker_policy"
        " SET seen_at = seen_at - %(by)s, changed_at = changed_at - %(by)s",
        {"by": timedelta(minutes=minutes)},
    )


async def test_a_policy_comes_back_as_it_was(conn):
    await breaker_policies.save(conn, "acme", POLICY)

    assert await breaker_policies.read(conn, "acme") == POLICY


async def test_without_one_the_usual_policy_holds(conn):
    assert await breaker_policies.read(conn, "acme") == Policies().vendor
    assert await breaker_policies.all_of(conn) == {}


async def test_only_what_differs_is_written(conn):
    """Every batch of every process asks for this."""
    written = [await breaker_policies.save(conn, "acme", POLICY) for _ in range(3)]

    assert written == [True, False, False]
    assert await breaker_policies.save(conn, "acme", Policy())
    assert await breaker_policies.read(conn, "acme") == Policy()


async def test_an_unchanged_policy_is_seen_again_now_and_then(conn):
    """So that a person can tell an old mirror from a fresh one."""
    await breaker_policies.save(conn, "acme", POLICY)
    await age(conn, 6)
    before = (await breaker_policies.all_of(conn))["acme"]

    assert await breaker_policies.save(conn, "acme", POLICY)

    now = (await breaker_policies.all_of(conn))["acme"]
    assert now.seen_at - before.seen_at >= timedelta(minutes=6)
    assert now.changed_at == before.changed_at


async def test_a_refused_document_leaves_the_last_good_policy(conn):
    await breaker_policies.save(conn, "acme", POLICY)
    await breaker_policies.refuse(conn, "acme", "It cannot be used.")

    held = (await breaker_policies.all_of(conn))["acme"]
    assert (held.policy, held.problem) == (POLICY, "It cannot be used.")

    await breaker_policies.save(conn, "acme", POLICY)
    assert (await breaker_policies.all_of(conn))["acme"].problem is None


async def test_a_first_document_that_is_refused_leaves_the_usual_policy(conn):
    await breaker_policies.refuse(conn, "acme", "It cannot be used.")

    assert await breaker_policies.read(conn, "acme") == Policies().vendor


async def test_the_console_may_read_it_and_not_change_it(database, conn):
    await breaker_policies.save(conn, "acme", POLICY)

    async with connect(database, "sally_console") as console:
        assert await breaker_policies.read(console, "acme") == POLICY
        with pytest.raises(Exception, match="permission denied"):
            await breaker_policies.save(console, "acme", Policy())


async def test_a_row_that_cannot_be_read_is_one_sentence(conn):
    await conn.execute(
        "INSERT INTO ops.breaker_policy (vendor, policy) VALUES ('acme', '{\"mode\": \"x\"}')"
    )

    with pytest.raises(ConfigurationError, match="mode"):
        await breaker_policies.read(conn, "acme")


async def test_a_lost_connection_has_a_name(conn):
    await conn.close()

    with pytest.raises(DatabaseLost, match="tried again with the next batch"):
        await breaker_policies.read(conn, "acme")
