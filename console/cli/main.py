"""Puts the commands together; each is imported when it is called."""

from __future__ import annotations

import sys

import cyclopts
from rich.console import Console

from core import redaction
from core.errors import SallyError

HELP = "Syncs trucking fleets' vendors into PostgreSQL: hours of service, loads, fuel, weather."

app = cyclopts.App(name="sally", help=HELP, help_format="plaintext", version="0.1.0")
tenant = cyclopts.App(name="tenant", help="Fleets.")
user = cyclopts.App(name="user", help="People of a tenant.")
integration = cyclopts.App(name="integration", help="A tenant's connections to vendors.")
credentials = cyclopts.App(name="credentials", help="Stored vendor credentials.")
database = cyclopts.App(name="db", help="The database.")

app.command("console.cli.sync:sync")
app.command("console.cli.history:history")
app.command("console.cli.stack:up")
app.command("console.cli.stack:sandbox")
for group in (tenant, user, integration, credentials, database):
    app.command(group)
tenant.command("console.cli.tenants:add_tenant", name="add")
tenant.command("console.cli.tenants:list_tenants", name="list")
user.command("console.cli.tenants:add_user", name="add")
integration.command("console.cli.integrations:add", name="add")
integration.command("console.cli.integrations:list_integrations", name="list")
integration.command("console.cli.integrations:test", name="test")
integration.command("console.cli.integrations:replace_key", name="replace-key")
integration.command("console.cli.integrations:enable", name="enable")
integration.command("console.cli.integrations:disable", name="disable")
credentials.command("console.cli.credentials:rotate", name="rotate")
database.command("console.cli.stack:migrate", name="migrate")


def main() -> None:
    """Run a command; any error of ours is one sentence on standard error and exit code 1."""
    redaction.install()
    try:
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
