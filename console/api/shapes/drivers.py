"""Drivers' hours as the API shows them: what is at least left, how urgent, and where it is from."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field

from console.api.shapes.integrations import Told
from console.api.words import Line, Strict
from core.hours import Band, Which, band_of, worst_band
from models.hours import DriverHours, Source
from models.ops.people import OVERRIDE_STATUSES


class Clock(BaseModel):
    """One clock."""

    left_s: int | None = Field(description="Seconds that are at least left; null: nobody knows.")
    said_s: int | None = Field(description="What the vendor said, at as_of.")
    band: Band | None = Field(description="How urgent it is; null: nobody knows.")


class Clocks(BaseModel):
    """The four clocks."""

    drive: Clock
    shift: Clock
    break_: Clock = Field(alias="break")
    cycle: Clock


class BindingClock(BaseModel):
    """The clock that ends first if the driver drives from now on."""

    which: Which
    at: datetime
    left_s: int


class OverrideShown(BaseModel):
    """Hours that a person entered."""

    author: str
    reason: str
    created_at: datetime
    expires_at: datetime | None
    drive_s: int | None
    shift_s: int | None
    break_s: int | None
    cycle_s: int | None
    duty_status: str | None


class Hours(BaseModel):
    """One driver's hours, now."""

    driver_id: str
    name: str | None
    is_active: bool | None
    is_available: bool = Field(description="Surely time to drive: the only yes to plan with.")
    status: str = Field(description="The duty status at as_of; unknown is never available.")
    vehicle: str | None
    vendor: str
    home_timezone: str | None
    source: Source
    now: datetime
    as_of: datetime
    age_s: int
    is_exempt: bool
    exempt_reason: str | None
    clocks: Clocks
    worst_band: Band | None
    binding: BindingClock | None
    gained_s: int | None = Field(description="Cycle that comes back at next_day_at.")
    next_day_at: datetime | None
    override: OverrideShown | None
    degraded: bool = Field(description="Not as fresh as it should be; why says so.")
    why: Told | None
    retry_at: datetime | None = Field(description="From when on the vendor is asked again.")


class Driver(BaseModel):
    """A driver of the board; hours are null where nothing is known of them."""

    driver_id: str
    name: str | None
    hours: Hours | None
    unknown: Told | None = Field(description="Why there are no hours.")


class Drivers(BaseModel):
    """A page of the board, by id. Nobody was asked for it: see /drivers/{id}/hos."""

    items: list[Driver]
    next_cursor: str | None


Left = Annotated[int, Field(ge=0, le=252_000)]
Status = Literal[
    "driving", "on_duty", "yard_move", "off_duty", "sleeper_berth", "personal_conveyance"
]
assert set(OVERRIDE_STATUSES) == set(Status.__args__)  # type: ignore[attr-defined]  # at import


class NewOverride(Strict):
    """Hours for a driver in place of the vendor's, for 24 hours at most. One clock at least."""

    reason: Line = Field(description="Why the vendor's hours are not to be used.")
    expires_at: AwareDatetime
    drive_s: Left | None = None
    shift_s: Left | None = None
    break_s: Left | None = None
    cycle_s: Left | None = None
    duty_status: Status | None = Field(
        None, description="What the driver does; left out, every clock runs."
    )


def hours(of: DriverHours) -> Hours:
    """As the API shows them."""
    bound = of.binding
    return Hours.model_validate(
        {
            "driver_id": of.driver_id,
            "name": of.driver_name,
            "is_active": of.is_active,
            "is_available": of.is_available,
            "status": of.status,
            "vehicle": of.reading.vehicle_name if of.reading else None,
            "vendor": of.vendor,
            "home_timezone": of.home_timezone,
            "source": of.source,
            "now": of.now,
            "as_of": of.as_of,
            "age_s": of.age_s,
            "is_exempt": of.clocks.is_exempt,
            "exempt_reason": of.exempt_reason,
            "clocks": {str(which): _clock(of, which) for which in Which},
            "worst_band": worst_band(of.clocks),
            "binding": bound and {"which": bound.which, "at": bound.at, "left_s": bound.seconds},
            "gained_s": of.gained_s,
            "next_day_at": of.next_day_at,
            "override": _override(of),
            "degraded": of.degraded,
            "why": _why(of),
            "retry_at": of.retry_at,
        }
    )


def _clock(of: DriverHours, which: Which) -> dict[str, object]:
    said = getattr(of.reading.clocks, f"{which}_s") if of.reading else None
    return {"left_s": of.clocks.left_s(which), "said_s": said, "band": band_of(of.clocks, which)}


def _override(of: DriverHours) -> dict[str, object] | None:
    if of.override is None:
        return None
    return {name: getattr(of.override, name) for name in OverrideShown.model_fields}


def _why(of: DriverHours) -> Told | None:
    if of.why is None:
        return None
    said = of.why.sentences
    return Told(kind=of.why.kind, happened=said.happened, who=said.who, next_step=said.next_step)
