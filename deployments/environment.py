"""The environment that the stack's processes start with."""

from __future__ import annotations

import os

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


def inherited() -> dict[str, str]:
    """Our environment without what belongs to one process alone."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in OURS and not name.startswith(PRIVATE)
    }
