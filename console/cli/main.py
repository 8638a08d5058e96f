"""Puts the commands together; each is imported when it is called."""

from __future__ import annotations

import sys
from typing import Annotated

import cyclopts
from rich.console import Console

from core import logs, redaction
from core.errors import SallyError

HELP = "Syncs trucking fleets' vendors into PostgreSQL: hours of service, loads, fuel, weather."

app = cyclopts.App(name="sally", help=HELP, help_format="plaintext", version="0.1.0")
tenant = cyclopts.App(name="tenant", help="Fleets.")
user = cyclopts.App(name="user", help="People of a tenant.")
integration = cyclopts.App(name="integration", help="A tenant's connections to vendors.")
breaker = cyclopts.App(name="breaker", help="Circuit breakers: whether vendors are called.")
hos = cyclopts.App(name="hos", help="Drivers' hours of service: DRIVER shows one driver's.")
link = cyclopts.App(name="link", help="Whose hours a load's driver has.")
alerts = cyclopts.App(name="alerts", help="Incidents, and who hears of them.")
analyst = cyclopts.App(name="analyst", help="Logins that read one tenant's tables and views.")
quarantine = cyclopts.App(name="quarantine", help="Rows that could not be used.")
deletions = cyclopts.App(name="deletions", help="Mass deletions that are held for approval.")
quality = cyclopts.App(name="quality", help="Rules of data: what broke them, and what changed.")
credentials = cyclopts.App(name="credentials", help="Stored vendor credentials.")
database = cyclopts.App(name="db", help="The database.")

# The help stands here, because reading it from a command would import the command.
ROOT = {
    "sync": ("sync:sync", "Sync now: everything that is configured, or a part of it."),
    "up": ("stack:up", "Start the whole stack and stay: schedules, worker, Prefect UI."),
    "console": ("stack:console", "Serve the console: its API and its pages."),
    "plan": ("plans:plan", "Can a load be delivered on time, legally, and how: LOAD, or all."),
    "history": ("history:history", "Every sync, newest first."),
    "sandbox": ("stack:sandbox", "Serve the vendors' stand-in on this machine."),
}
GROUPS = (
    (
        tenant,
        {
            "add": ("tenants:add_tenant", "Add a fleet."),
            "list": ("tenants:list_tenants", "Every fleet, and the vendors it is connected to."),
        },
    ),
    (
        user,
        {
            "add": ("people:add_user", "Add a person to a tenant."),
            "passwd": ("people:passwd", "Give a person a password for the console."),
        },
    ),
    (
        integration,
        {
            "add": ("integrations:add", "Connect a tenant to a vendor: test the key, store it."),
            "list": (
                "integrations:list_integrations",
                "Who is connected to what, and what is wrong.",
            ),
            "test": (
                "integrations:test",
                "Ask each endpoint whether the key works; changes nothing.",
            ),
            "replace-key": ("integrations:replace_key", "Give an integration another key."),
            "enable": ("integrations:enable", "Sync it again, at once."),
            "disable": ("integrations:disable", "Sync it no more; its rows stay."),
        },
    ),
    (
        breaker,
        {
            "list": ("breakers:list_breakers", "How each vendor's breaker stands, and why."),
            "history": ("breakers:history", "Every time one opened or closed, newest first."),
            "force-open": ("breakers:force_open", "Let no call go to a vendor for a while."),
            "auto": ("breakers:auto", "End forced_open or disabled."),
            "reset": ("breakers:reset", "Close a breaker now; counting starts anew."),
        },
    ),
    (
        hos,
        {
            "override": ("hours:override", "Enter hours for a driver, for 24 hours at most."),
            "overrides": ("hours:list_overrides", "The hours that people entered."),
            "end-override": ("hours:end_override", "Read the vendor's hours again."),
        },
    ),
    (
        link,
        {
            "list": ("plans:list_links", "Whose hours are whose, and who is linked to nobody."),
            "confirm": ("plans:confirm_link", "Say who a driver of the TMS is."),
        },
    ),
    (
        alerts,
        {
            "list": ("alerts:list_incidents", "What is wrong now, and who was told."),
            "log": ("alerts:log", "Every message: to whom, when, or why it did not leave."),
            "ack": ("alerts:ack", "Take an incident on: no more reminders."),
            "mute": ("alerts:mute", "Tell nobody anything of an incident for a while."),
            "test": ("alerts:send_test", "Send a marked test alert the way that real ones take."),
            "slack": ("alerts:slack", "Give a tenant a Slack channel of its own."),
        },
    ),
    (
        analyst,
        {
            "grant": ("analysts:grant", "Make a login, and print its connection string once."),
            "list": ("analysts:list_analysts", "Every analyst's login, and what it reads."),
            "revoke": ("analysts:revoke", "Take a login back at once."),
        },
    ),
    (
        quarantine,
        {
            "list": ("quarantine:list_entries", "Rows that were set aside, and why."),
            "show": ("quarantine:show", "One of them, with its row as sent, redacted."),
            "replay": ("quarantine:replay_entries", "Read rows again, and land what can be used."),
            "discard": ("quarantine:discard", "Let rows go that nobody wants."),
        },
    ),
    (
        deletions,
        {
            "list": ("deletions:list_held", "Rows that vanished, too many at once."),
            "approve": ("deletions:approve", "Let the next complete sync delete them."),
        },
    ),
    (
        quality,
        {
            "show": ("quality:show", "What broke a rule, at the gate or in an audit."),
            "drift": ("quality:drift", "How vendors' payloads differ from what is documented."),
            "accept": ("quality:accept", "Take the next fetch as it comes: it is really so."),
            "docs": ("quality:docs", "Write Great Expectations' Data Docs to the data folder."),
        },
    ),
    (
        credentials,
        {
            "rotate": ("credentials:rotate", "Encrypt what is stored with the current key."),
        },
    ),
    (database, {"migrate": ("stack:migrate", "Bring the database to the newest shape.")}),
)


def _register(group: cyclopts.App, commands: dict[str, tuple[str, str]]) -> None:
    for name, (where, said) in commands.items():
        group.command(f"console.cli.{where}", name=name, help=said)


_register(app, ROOT)
for group, commands in GROUPS:
    app.command(group)
    _register(group, commands)


@hos.default
def show_hours(
    driver: Annotated[str, cyclopts.Parameter(help="The vendor's id, or the full name.")],
    *,
    tenant: Annotated[str, cyclopts.Parameter(help="The tenant's short name.")],
) -> None:
    """One driver's hours now: what is left, which clock binds first, and where it comes from."""
    from console.cli import hours  # imported when it is called, as every command is

    hours.show(driver, tenant=tenant)


def main() -> None:
    """Run a command; any error of ours is one sentence on standard error and exit code 1."""
    redaction.install()
    try:
        logs.install()
        # Commands answer with their exit code, or None.
        code = app(result_action="return_value")
    except SallyError as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(
            redaction.text(str(error)), style="red", markup=False
        )
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)
