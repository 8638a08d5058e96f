"""Arguments that several commands take: a span of time, and who it is."""

from __future__ import annotations

import os
import pwd
import re
from datetime import timedelta
from typing import Annotated

from cyclopts import Parameter

from core.errors import ConfigurationError

SPAN = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
HOUR = timedelta(hours=1)

Who = Annotated[str | None, Parameter(help="Your name. Default: this machine's user.")]


def span(text: str, longest: timedelta) -> timedelta:
    """A length of time such as 1h30m; ConfigurationError when it cannot be used."""
    found = SPAN.fullmatch(text.strip().lower())
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    given = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if not timedelta(0) < given <= longest:
        raise ConfigurationError(
            f"--for cannot be “{text}”: use 30m, 1h or 1h30m, more than nothing and at most "
            f"{longest // HOUR}h."
        )
    return given


def who(given: str | None) -> str:
    """The name given, or this machine's user."""
    if given is not None and given.strip():
        return given.strip()
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        raise ConfigurationError(
            "This machine's user has no name. Give yours with --who."
        ) from None
