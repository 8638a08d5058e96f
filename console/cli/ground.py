"""What a command stands on: the database, started or shared, and migrated; the stack for a sync.

The command line is where the parts are put together, so it alone may start the local stack.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status
from sqlmodel import Session

from console.cli import demo
from core import settings
from deployments import stack as local
from deployments import up as local_up
from deployments.stack import Part, Stack
from store import migrate, tenants
from store.connection import session
from tasks.tools import database_url, key_ring

SEEDED = "Nothing is configured yet: created two demo tenants, acme and bluemesa, on the sandbox."
SYNC_PARTS = frozenset({Part.PREFECT, Part.DEPLOYMENTS, Part.WORKER})


@contextmanager
def database(console: Console | None = None) -> Iterator[str]:
    """The migrated database's URL: the configured one, or the local one started or shared."""
    with (
        _steps(console or Console(stderr=True)) as say,
        local.database(on_step=say.update) as stack,
    ):
        settings.apply(stack.env)
        url = database_url()
        migrate.upgrade_if_needed(url)
        say.stop()
        yield url


@contextmanager
def stack_for_sync(console: Console, tenant: str | None) -> Iterator[Stack]:
    """Everything that a sync runs on; the demo tenants where nothing is configured yet."""
    with _steps(console) as say, local.database(on_step=say.update) as held:
        settings.apply(held.env)
        url = database_url()
        migrate.upgrade_if_needed(url)
        ring = key_ring()
        if demo.seed_if_empty(url, ring):
            console.print(SEEDED)
        with session(url) as db:
            if tenant is not None:
                tenants.get(db, tenant)
            parts = _parts(db)
        with local.running(want=parts, on_step=say.update) as stack:
            settings.apply(stack.env)
            say.stop()
            yield stack


@contextmanager
def sandbox_if(is_needed: bool) -> Iterator[None]:
    """The sandbox, started or shared, for a tenant whose vendors it plays."""
    if not is_needed:
        yield
        return
    with local.running(want={Part.SANDBOX}) as stack:
        settings.apply(stack.env)
        yield


def stay_up(console: Console) -> None:
    """The whole stack until Ctrl-C: what `make up` does."""
    with database(console) as url, session(url) as db:
        if demo.seed_if_empty(url, key_ring()):
            console.print(SEEDED)
        parts = _parts(db)
    local_up.up(
        want=parts,
        on_step=lambda step: console.print(step, style="dim"),
        on_ready=lambda stack: _welcome(console, stack),
    )


def _parts(db: Session) -> frozenset[Part]:
    """What a sync runs on; the sandbox only where some tenant uses it."""
    return SYNC_PARTS | {Part.SANDBOX} if tenants.any_on_sandbox(db) else SYNC_PARTS


def _welcome(console: Console, stack: Stack) -> None:
    console.print()
    for name, url in stack.urls.items():
        console.print(f"[bold]{name:<10}[/] {url}", soft_wrap=True)
    console.print(f"[bold]{'Data':<10}[/] {stack.data}", soft_wrap=True)
    console.print("\nSchedules are on. Sync now with [bold]sally sync[/]; stop with Ctrl-C.")


@contextmanager
def _steps(console: Console) -> Iterator[Status]:
    """A spinner that says which step is being taken; quiet where nobody watches."""
    status = console.status("Looking for the local stack", spinner="dots")
    if not console.is_terminal:
        yield status
        return
    with status:
        yield status
