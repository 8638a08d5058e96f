"""Types of the fields of wire rows: strict (no guessing), bounded (what a column can hold).

Rows are flat ``TypedDict``s whose fields reach into the vendor's nesting with ``at(...)``: that
reads as fast as JSON without validation, nested models cost several times as much. A field that
reaches through an object is silent when that object has another shape, so each such object is
also named once as a ``Shape``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AliasChoices, AliasPath, AwareDatetime, BeforeValidator, ConfigDict, Field
from typing_extensions import TypedDict

STRICT = ConfigDict(strict=True, hide_input_in_errors=True, defer_build=True)
LONGEST_ID = 200
# The ends of the calendar: what lies beyond them in another time zone is no instant in UTC.
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
# Three years; a clock or a day never holds as much, and seconds still fit an integer column.
MOST_MS = 100_000_000_000.0


def at(*path: str) -> Any:
    """The field stands here in the vendor's object."""
    return Field(validation_alias=AliasPath(path[0], *path[1:]))


def called(*names: str) -> Any:
    """The field has one of these names."""
    return Field(validation_alias=AliasChoices(*names))


class _Object(TypedDict):
    """Any JSON object; its members are not kept."""


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Shape = _Object | None
Id = Annotated[str, Field(min_length=1, max_length=LONGEST_ID)]
AnyId = Annotated[Id, BeforeValidator(_as_text)]  # text, or the integer that means the same
MaybeId = Annotated[str | None, Field(max_length=LONGEST_ID)]
MaybeAnyId = Annotated[MaybeId, BeforeValidator(_as_text)]
Text = str | None
AnyText = Annotated[str | None, BeforeValidator(_as_text)]
Words = dict[str, str | None] | None  # by the vendor's or the fleet's own names
ManyWords = list[dict[str, str | None]] | None
Flag = bool | None
Instant = Annotated[AwareDatetime, Field(ge=_FIRST, le=_LAST)]
When = Instant | None
Millis = Annotated[float, Field(ge=0, le=MOST_MS, allow_inf_nan=False)] | None
Number = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)] | None
HourOfDay = Annotated[int, Field(ge=0, le=23)] | None
Count = Annotated[int, Field(ge=0, le=1_000_000_000)] | None
Amount = Annotated[Decimal, Field(ge=-100_000_000, le=100_000_000, allow_inf_nan=False)] | None
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
