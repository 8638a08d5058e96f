"""The environment that the stack's processes start with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

# One flow run's, or one worker's: never meant for a server or a worker that we start.
PRIVATE = "PREFECT__"
# Where the stack is, and the key of the credentials: told anew to each process that needs it.
OURS = (
    "CONSOLE_JWT_KEY",
    "CREDENTIALS_ENCRYPTION_KEY",
    "DATABASE_URL",
    "PREFECT_API_URL",
    "PREFECT_HOME",
    "PREFECT_PROFILE",
    "SALLY_SANDBOX_URL",
)

# A certificate that no other can be checked against: expired, no authority's, its key not kept.
NO_ROOTS = Path(__file__).with_name("nobody.pem")


def inherited() -> dict[str, str]:
    """Our environment without what belongs to one process alone."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in OURS and not name.startswith(PRIVATE)
    }


def for_a_run(env: Mapping[str, str | None]) -> dict[str, str | None]:
    """What a flow run's process gets for this environment; what is set in it, holds.

    It need not do all anew: its worker has compared versions with the server. And Prefect reads
    all trusted roots for each of a run's four clients, 20 ms a time, even where its server is
    spoken to without TLS.
    """
    spared: dict[str, str | None] = {"PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false"}
    if (env.get("PREFECT_API_URL") or "").startswith("http://"):
        spared["PREFECT_API_SSL_CERT_FILE"] = str(NO_ROOTS)
    return spared | dict(env)
