"""What a world is asked to hold, and the things it holds, in our words and not a vendor's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class TenantPlan:
    """How large one tenant is; `loads` unset means one per driver, at most 400."""

    slug: str
    drivers: int = 12
    loads: int | None = None
    name: str | None = None

    @property
    def title(self) -> str:
        """The company's name."""
        if self.name:
            return self.name
        known = {"acme": "Acme Freight", "bluemesa": "Blue Mesa Freight"}
        return known.get(self.slug) or f"{self.slug.replace('-', ' ').title()} Freight"

    @property
    def load_lanes(self) -> int:
        """How many loads are under way or on offer at about any time."""
        return min(self.drivers, 400) if self.loads is None else self.loads


DEFAULT_TENANTS = (TenantPlan("acme", 12), TenantPlan("bluemesa", 25))


class Driver(NamedTuple):
    """A driver. None is what the vendor leaves out."""

    id: str
    name: str
    username: str
    active: bool
    timezone: str
    created_at: int
    updated_at: int
    day_start_hour: int
    phone: str | None
    license_number: str | None
    license_state: str | None
    ruleset: str | None
    eld_exempt: bool
    tms_id: str | None
    payroll_id: str | None
    tagged: bool
    notes: str | None
    vehicle_id: str | None


class Vehicle(NamedTuple):
    """A truck. None is what the vendor leaves out."""

    id: str
    name: str
    vin: str | None
    serial: str | None
    make: str | None
    model: str | None
    year: int | None
    license_plate: str | None
    created_at: int
    updated_at: int
    notes: str
    driver_id: str | None
    has_gps: bool


class Position(NamedTuple):
    """Where a truck was last seen. Speed in mph, heading in compass degrees."""

    vehicle_id: str
    latitude: float
    longitude: float
    at: int
    speed: float | None
    heading: int | None
    location: str | None


class Clock(NamedTuple):
    """A driver's hours of service, milliseconds left. An exempt driver has no clocks at all."""

    status: str
    drive_ms: int
    shift_ms: int
    rest_ms: int | None
    cycle_ms: int
    cycle_started_at: int
    in_vehicle: bool
    exempt: bool


class DailyLog(NamedTuple):
    """One log day of a driver; seconds by status, up to now for a day that lasts."""

    driver: int
    date: str
    start_at: int
    end_at: int
    drive_s: int
    on_duty_s: int
    yard_move_s: int
    off_duty_s: int
    sleeper_s: int
    personal_conveyance_s: int
