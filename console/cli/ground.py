"""What a command stands on: the database, started or shared, and migrated; the stack for a sync.

The command line is where the parts are put together, so it alone may start the local stack.
Migrations and the demo are imported only when they are needed: a command on a ready database is
quick.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from rich.console import Console
from rich.status import Status

from core import settings
from core.settings import Settings
from deployments import stack as local
from deployments.keys import console_key
from deployments.stack import Part, Stack
from store import lookup
from store.lookup import Installed
from tasks.config import database_url, key_ring

SEEDED = "Nothing is configured yet: created two demo tenants, acme and bluemesa, on the sandbox."
SYNC_PARTS = frozenset({Part.PREFECT, Part.DEPLOYMENTS, Part.WORKER})


@contextmanager
def database(console: Console | None = None) -> Iterator[str]:
    """The migrated database's URL: the configured one, or the local one started or shared."""
    with (
        _steps(console or Console(stderr=True)) as say,
        local.database(_configured(), on_step=say.update) as stack,
    ):
        settings.apply(stack.env)
        url = database_url()
        migrated(url)
        say.stop()
        yield url


@contextmanager
def stack_for_sync(console: Console) -> Iterator[Stack]:
    """Everything that a sync runs on; the demo tenants where nothing is configured yet."""
    configured = _configured()
    with _steps(console) as say, local.database(configured, on_step=say.update) as held:
        settings.apply(held.env)
        parts = ready(console, database_url())
        with local.running(configured, want=parts, on_step=say.update) as stack:
            settings.apply(stack.env)
            say.stop()
            yield stack


@contextmanager
def prefect_too(console: Console) -> Iterator[str]:
    """The migrated database's URL, with a Prefect server started or shared beside it."""
    with database(console) as url:
        parts = frozenset({Part.PREFECT})
        with (
            _steps(console) as say,
            local.running(_configured(), want=parts, on_step=say.update) as stack,
        ):
            settings.apply(stack.env)
            say.stop()
            yield url


def prefect_if_up() -> bool:
    """Whether a Prefect server answers now, ours or the configured one; nothing is started."""
    address = local.prefect_api(_configured())
    if address is not None:
        settings.apply({"PREFECT_API_URL": address})
    return address is not None


@contextmanager
def ready_for_console(console: Console) -> Iterator[None]:
    """What the console stands on: the database, its key, the sandbox, and Prefect if it is up."""
    with database(console) as url:
        held = _configured().console_jwt_key
        data = Path(os.environ["SALLY_DATA"])
        settings.apply({"CONSOLE_JWT_KEY": held.get_secret_value() if held else console_key(data)})
        prefect_if_up()
        with sandbox_if(lookup.installed(url).has_sandbox_tenants):
            welcome(console, url, data)
            yield


@contextmanager
def sandbox_if(is_needed: bool) -> Iterator[None]:
    """The sandbox, started or shared, for a tenant whose vendors it plays."""
    if not is_needed:
        yield
        return
    with local.running(_configured(), want={Part.SANDBOX}) as stack:
        settings.apply(stack.env)
        yield


def stay_up(console: Console) -> None:
    """The whole stack until Ctrl-C: what `make up` does."""
    from deployments import up as local_up

    with database(console) as url:
        local_up.up(
            _configured(),
            want=ready(console, url) | {Part.CONSOLE},
            on_step=lambda step: console.print(step, style="dim"),
            on_ready=lambda stack: _welcome(console, stack, url),
        )


def migrated(url: str) -> Installed:
    """Migrate the database if it needs that, and say what it holds."""
    found = lookup.installed(url)
    if found.revision != lookup.newest_revision():
        from store import migrate

        migrate.upgrade(url)
        found = lookup.installed(url)
    return found


def ready(console: Console, url: str) -> frozenset[Part]:
    """Migrate, seed an empty installation, and say which parts of the stack a sync needs."""
    found, ring = migrated(url), key_ring()
    if not found.has_tenants:
        from console.cli import demo

        demo.seed(url, ring)
        console.print(SEEDED, soft_wrap=True)
        found = lookup.installed(url)
    return SYNC_PARTS | {Part.SANDBOX} if found.has_sandbox_tenants else SYNC_PARTS


@lru_cache(maxsize=1)
def _configured() -> Settings:
    """The settings as they were given, before the local stack's addresses were put in force."""
    return settings.settings()


def welcome(console: Console, url: str, data: Path) -> None:
    """How to sign in to the console; the demo's logins where a sandbox tenant has them."""
    from console.cli import demo

    for line in demo.logins(url, data):
        console.print(line, soft_wrap=True, markup=False)


def _welcome(console: Console, stack: Stack, url: str) -> None:
    console.print()
    for name, address in stack.urls.items():
        console.print(f"[bold]{name:<10}[/] {address}", soft_wrap=True)
    console.print(f"[bold]{'Data':<10}[/] {stack.data}", soft_wrap=True)
    console.print()
    welcome(console, url, stack.data)
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
