"""The flow `maintain`, through Prefect: what it tidies, what it says, and what a failure costs."""

import asyncio

import psycopg
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

from core import settings
from flows.maintain import maintain
from tasks.maintenance import steps

STEPS = len(steps())
LEASES_END = (
    "UPDATE ops.integration SET lease_expires_at = now() - interval '1 s'",
    "UPDATE ops.sync_run SET lease_expires_at = now() - interval '1 s'",
)


async def abandon(fleet):
    """A run that claimed an integration and was never heard of again."""
    await fleet.conn.execute(
        "INSERT INTO ops.sync_run (id, tenant_id, integration_id, vendor, sync_type, datasets,"
        " lease_expires_at) SELECT gen_random_uuid(), tenant_id, id, vendor, 'scheduled',"
        " '{loads}', now() FROM ops.integration"
    )
    await fleet.conn.execute(
        "UPDATE ops.integration i SET lease_run_id = r.id, lease_expires_at = now(),"
        " next_sync_at = now() + interval '1 h' FROM ops.sync_run r"
    )
    for statement in LEASES_END:
        await fleet.conn.execute(statement)


async def leave_outcome(fleet):
    """A row that is past its retention."""
    await fleet.conn.execute(
        "INSERT INTO ops.vendor_outcome (vendor, happened_at, tenants, integrations, successes,"
        " failures) VALUES ('truckbase', now() - interval '2 h', '{}', '{}', '{}', '{}')"
    )


async def rows(fleet, query):
    return await (await fleet.conn.execute(query)).fetchall()


async def summaries(state):
    run = state.state_details.flow_run_id
    async with get_client() as client:
        mine = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run]))
        return [artifact.data for artifact in await client.read_artifacts(artifact_filter=mine)]


async def test_nothing_to_do_leaves_nothing(fleet):
    """Every five minutes: a page of summaries that say nothing would hide those that do."""
    fleet.add("acme", "truckbase")
    await fleet.sync("truckbase")

    state = await maintain(return_state=True)

    assert (state.type, state.message) == ("COMPLETED", "Nothing was left to tidy.")
    assert await summaries(state) == []


async def test_what_was_left_is_closed_pruned_and_told(fleet):
    """An abandoned run becomes crashed with its datasets, and its integration is due at once."""
    fleet.add("acme", "truckbase")
    await abandon(fleet)
    await leave_outcome(fleet)

    state = await maintain(return_state=True)

    assert state.is_completed()
    assert await rows(fleet, "SELECT status, error_kind FROM ops.sync_run") == [
        ("crashed", "crashed")
    ]
    assert await rows(fleet, "SELECT dataset, status FROM ops.sync_run_dataset") == [
        ("loads", "failed")
    ]
    assert await rows(fleet, "SELECT lease_run_id, next_sync_at <= now() FROM ops.integration") == [
        (None, True)
    ]
    (told,) = await summaries(state)
    assert "- Closed 1 run as crashed" in told
    assert "- Removed 1 row of ops.vendor_outcome." in told
    assert "failed" not in told
    done = await fleet.sync("truckbase", force=False)
    assert [run.status for run in done.runs] == ["success"]


async def test_a_transition_that_nobody_told_is_told(fleet):
    """A person's reset, or a live read while Prefect was down."""
    await fleet.conn.execute(
        "WITH b AS (INSERT INTO ops.breaker (vendor, scope) VALUES ('truckbase', 'vendor')"
        " RETURNING id) INSERT INTO ops.breaker_event (breaker_id, vendor, happened_at, actor,"
        " from_state, to_state, reason) SELECT id, 'truckbase', now() - interval '2 min', 'Ann',"
        " 'OPEN', 'CLOSED', 'It answers again.' FROM b"
    )

    state = await maintain(return_state=True)

    assert state.message == "Told Prefect of 1 breaker transition."
    assert await rows(fleet, "SELECT told_at IS NULL FROM ops.breaker_event") == [(False,)]


async def test_a_step_that_fails_is_named_and_the_others_are_done(fleet, database):
    """Those before it and those after it."""
    fleet.add("acme", "truckbase")
    await abandon(fleet)
    await leave_outcome(fleet)
    await fleet.conn.execute(
        "INSERT INTO ops.incident (key, kind, severity, happened, closed_at)"
        " VALUES ('late', 'late', 'WARNING', 'It was late.', now() - interval '1 year')"
    )
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute("REVOKE DELETE ON ops.vendor_outcome FROM sally_pipeline")

    state = await maintain(return_state=True)

    assert state.is_failed()
    assert state.message.startswith(f"1 of {STEPS} steps failed. prune ops.vendor_outcome: ")
    assert await rows(fleet, "SELECT status FROM ops.sync_run") == [("crashed",)]
    assert await rows(fleet, "SELECT count(*) FROM ops.incident") == [(0,)]
    assert await rows(fleet, "SELECT count(*) FROM ops.vendor_outcome") == [(1,)]
    (told,) = await summaries(state)
    assert "- **Failed: prune ops.vendor_outcome.** InsufficientPrivilege" in told
    assert "- Closed 1 run as crashed" in told
    assert "- Removed 1 row of ops.incident." in told


async def test_a_database_that_is_gone_is_one_sentence(fleet, monkeypatch):
    """What needs it fails; what concerns Prefect alone is done."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:canary-word@127.0.0.1:9/sally")
    settings.settings.cache_clear()

    state = await maintain(return_state=True)

    assert state.is_failed()
    assert state.message.startswith(f"{STEPS - 1} of {STEPS} steps failed.")
    assert state.message.count("127.0.0.1:9 cannot be reached") == 1
    assert "canary" not in state.message + "".join(await summaries(state))


async def test_two_at_once_do_the_work_once(fleet):
    """A run that a person starts beside the scheduled one does no harm."""
    fleet.add("acme", "truckbase")
    await abandon(fleet)
    await leave_outcome(fleet)

    states = await asyncio.gather(*(maintain(return_state=True) for _ in range(2)))

    assert all(state.is_completed() for state in states)
    assert await rows(fleet, "SELECT status FROM ops.sync_run") == [("crashed",)]
    told = " ".join(state.message for state in states)
    assert told.count("Removed 1 row of ops.vendor_outcome") == 1
