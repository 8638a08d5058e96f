"""What texts may hold: PostgreSQL keeps no NUL, and nobody needs control characters."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Word = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,63}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
# One line of printable text, in any language.
Line = Annotated[
    str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$")
]


class Strict(BaseModel):
    """What a client sends: a field that is not known is a mistake, not something to overlook."""

    model_config = ConfigDict(extra="forbid")
