"""`/integrations`: a tenant's connections to vendors, from made and tested to removed."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from adapters import registry
from console import connecting, syncing
from console.api import limits, problems
from console.api.house import House, Housed
from console.api.shapes.changes import ChangedIntegration, NewIntegration, Trial
from console.api.shapes.integrations import Integration, Integrations, integration
from console.api.shapes.trials import Syncing, Tested, Vendors, tested, vendor
from console.api.who import Admin, Dispatcher, Me, acting
from console.connecting import KeyRefused, Site
from console.orchestrator import OrchestratorError
from core.errors import Sentences
from store import connected
from store.connected import Connected
from store.connection import Connection
from store.integrations import AlreadyConnected

router = APIRouter(tags=["integrations"])


@router.get("/vendors", responses=problems.documented(401, 403, 404))
async def list_vendors(_me: Dispatcher) -> Vendors:
    """The vendors that can be connected, and what their credentials are made of."""
    return Vendors(items=[vendor(each) for each in registry.VENDORS])


@router.get("/integrations", responses=problems.documented(401, 403, 404))
async def list_integrations(me: Dispatcher, house: Housed) -> Integrations:
    """Every vendor that the tenant is connected to, and how each connection fares."""
    async with acting(house, me) as conn:
        found = await connected.listed(conn)
    return Integrations(items=[integration(each) for each in found])


@router.post(
    "/integrations", status_code=201, responses=problems.documented(401, 403, 404, 409, 413, 429)
)
async def add_integration(
    given: NewIntegration, response: Response, me: Admin, house: Housed
) -> Integration:
    """Connect a vendor. Its first sync is due at once."""
    if given.test_first:
        await limits.count(house, me, "test", limits.TESTS)
    try:
        made = await connecting.add(
            site(house, me),
            given.vendor,
            given.credentials,
            settings=given.settings.kept() if given.settings else {},
            poll_seconds=given.poll_seconds,
            test_first=given.test_first,
        )
    except KeyRefused as error:
        raise _key_refused(error) from None
    except AlreadyConnected:
        raise problems.conflict(
            f"{registry.vendor(given.vendor).title} is connected already.",
            "Change that connection: give it another key.",
        ) from None
    response.headers["Location"] = f"/api/v1/integrations/{made}"
    return integration(await one(house, me, made))


@router.post("/integrations/test", responses=problems.documented(401, 403, 404, 413, 429))
async def test_key(given: Trial, me: Admin, house: Housed) -> Tested:
    """Ask each of the vendor's endpoints whether a key works; stores nothing."""
    await limits.count(house, me, "test", limits.TESTS)
    return tested(await connecting.try_key(site(house, me), given.vendor, given.credentials))


@router.get("/integrations/{integration_id}", responses=problems.documented(401, 403, 404))
async def read_integration(integration_id: UUID, me: Dispatcher, house: Housed) -> Integration:
    """One connection, and how it fares."""
    return integration(await one(house, me, integration_id))


@router.patch(
    "/integrations/{integration_id}", responses=problems.documented(401, 403, 404, 413, 429)
)
async def change_integration(
    integration_id: UUID, given: ChangedIntegration, me: Admin, house: Housed
) -> Integration:
    """Change its options, its interval or its key. A new key resumes it at once."""
    held = await one(house, me, integration_id)
    if given.credentials is not None and given.test_first:
        await limits.count(house, me, "test", limits.TESTS)
    try:
        await connecting.change(
            site(house, me),
            held.vendor,
            given=given.credentials,
            settings=None if given.settings is None else given.settings.kept(),
            poll_seconds=given.poll_seconds,
            enabled=given.enabled,
            test_first=given.test_first,
        )
    except KeyRefused as error:
        raise _key_refused(error) from None
    return integration(await one(house, me, integration_id))


@router.delete(
    "/integrations/{integration_id}",
    status_code=204,
    responses=problems.documented(401, 403, 404),
)
async def remove_integration(integration_id: UUID, me: Admin, house: Housed) -> None:
    """Disconnect it: its credential is destroyed, its rows and runs stay."""
    held = await one(house, me, integration_id)
    await connecting.remove(site(house, me), held.vendor)


@router.post(
    "/integrations/{integration_id}/test", responses=problems.documented(401, 403, 404, 429)
)
async def test_integration(integration_id: UUID, me: Dispatcher, house: Housed) -> Tested:
    """Ask each of the vendor's endpoints whether the stored key works; changes nothing."""
    held = await one(house, me, integration_id)
    await limits.count(house, me, "test", limits.TESTS)
    found = await connecting.try_stored(site(house, me), held.vendor)
    outcome = "accepted" if found.refused is None else "refused"
    await connecting.note(site(house, me), "integration.test", held.id, after=outcome)
    return tested(found)


@router.post(
    "/integrations/{integration_id}/sync",
    status_code=202,
    responses=problems.documented(401, 403, 404, 409),
)
async def sync_now(integration_id: UUID, me: Dispatcher, house: Housed) -> Syncing:
    """Sync it now, due or not: the run that is going on, or a new one."""
    held = await one(house, me, integration_id)
    if held.status == "disabled":
        raise problems.conflict("This connection is switched off.", "Switch it on first.")
    try:
        found = await syncing.start(house.orchestrator, held, me.tenant_slug)
    except OrchestratorError as error:
        raise problems.unavailable(str(error), "The next sync on schedule comes anyway.") from None
    if found.run_id is None:
        await connecting.note(
            site(house, me), "integration.sync", held.id, flow_run_id=found.flow_run_id
        )
    status = "scheduled" if found.run_id is None else "running"
    return Syncing(status=status, run_id=found.run_id, flow_run_id=found.flow_run_id)


async def one(house: House, me: Me, integration_id: UUID) -> Connected:
    """One of the tenant's connections; 404 for a stranger's."""
    async with acting(house, me) as conn:
        return await known(conn, integration_id)


async def known(conn: Connection, integration_id: UUID) -> Connected:
    """The same on a connection that is behind the tenant's wall."""
    found = await connected.one(conn, integration_id)
    if found is None:
        raise problems.not_found("integration")
    return found


def site(house: House, me: Me) -> Site:
    """Whose connections are changed, and by whom."""
    return Site(house.url, house.ring, me.tenant_id, me.tenant_slug, me.is_sandbox, me.actor)


def _key_refused(error: KeyRefused) -> problems.Refusal:
    """422, with each endpoint's answer as an error."""
    errors = [
        problems.Wrong(where=f"credentials ({each.dataset})", why=each.sentence)
        for each in error.verdict.results
        if each.outcome != "ok"
    ]
    said = Sentences(f"{error} Nothing was stored.", problems.YOU, "Enter the right key.")
    return problems.Refusal(422, "key-refused", said, errors=errors)
