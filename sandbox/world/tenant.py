"""One tenant: its drivers and trucks by number, made when asked for and never kept in bulk."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from sandbox.world.bumps import Bumps
from sandbox.world.dice import Dice, number, stirred
from sandbox.world.duty import Duty, library
from sandbox.world.instants import DAY, HOUR
from sandbox.world.plan import Driver, TenantPlan, Vehicle
from sandbox.world.roads import Corridor, corridor_of

if TYPE_CHECKING:
    from sandbox.world.loads import Load

# What a driver is for, by place in every row of 25; the rest are ordinary.
FULL, LICENCE_ONLY, MINIMAL, EXEMPT, DISCONNECTED = 0, 1, 2, 3, 4
YARD_HAND, PERSONAL_USE, CANADIAN, DEACTIVATED, RETIRED = 5, 6, 7, 8, 17
ROW = 25
# A Monday, midnight UTC: fortnights are counted from here.
FIRST_MONDAY = 4 * DAY

_FIRST_NAMES = (
    "Maria Dewayne Jo Rasheed Tomasz Luz Hank Pat Aisha Bill Carmen Dmitri Elena Frank Grace "
    "Hector Irene Jamal Keiko Leroy Mei Nate Olga Pedro Quinn Rosa Sam Tanya Ulises Vera"
)
_LAST_NAMES = (
    "Alvarez Carter Nguyen O'Neal Kowalski Ibarra Sorensen Doyle Washington Hughes Ortiz Petrov "
    "Novak Miller Chen Ramirez Walsh Brooks Tanaka Jackson Zhang Fischer Ivanova Lopez Reyes "
    "Castillo Turner Singh Moreno Hoffman"
)
_FIRST, _LAST = tuple(_FIRST_NAMES.split()), tuple(_LAST_NAMES.split())
_MAKES = (
    ("FREIGHTLINER", "CASCADIA", "1FUJGLDR"),
    ("KENWORTH", "T680", "1XKYD49X"),
    ("PETERBILT", "579", "1XPBD49X"),
    ("VOLVO", "VNL", "4V4NC9EH"),
    ("INTERNATIONAL", "LT", "3HSDZAPR"),
)
_LETTERS = "ABCDEFGHJKLMNPRSTVWXYZ0123456789"  # thirty-two


class Seat(NamedTuple):
    """What a driver's hours and road hang on."""

    duty: Duty
    anchor: int
    kind: int
    residue_ms: int


class Tenant:
    """A fleet, a pure function of the seed and its plan; `bumps` holds what tests changed."""

    def __init__(self, seed: int, plan: TenantPlan, draw: int = 0) -> None:
        """``draw``: which of its numbers it has: a further one where another fleet has that."""
        self.seed = seed
        self.plan = plan
        self.slug = plan.slug
        drawn = (plan.slug, draw) if draw else (plan.slug,)
        self.number = number("tenant", *drawn, bits=27)
        self._bases = tuple(number(seed, plan.slug, column, bits=64) for column in range(4))
        self.bumps = Bumps()
        self._seats: dict[int, Seat] = {}
        # The loads of the newest instant asked for, kept by the module that makes them.
        self.held_loads: tuple[tuple[int, int], list[Load]] | None = None
        # By row: (from, until, bumps, the load as it is in between).
        self.settled_loads: dict[int, tuple[int, int, int, Load]] = {}

    def kind(self, which: int) -> int:
        """What the driver in this place is for."""
        return which % ROW

    def is_active(self, which: int) -> bool:
        """Whether this driver still works here."""
        return which % ROW not in (DEACTIVATED, RETIRED)

    @cached_property
    def active(self) -> list[int]:
        """The places of active drivers."""
        return [which for which in range(self.plan.drivers) if self.is_active(which)]

    @cached_property
    def deactivated(self) -> list[int]:
        """The places of drivers who left."""
        return [which for which in range(self.plan.drivers) if not self.is_active(which)]

    def driver_id(self, which: int) -> str:
        """Digits, unique over all tenants."""
        return str((self.number << 20) + which + 1)

    def vehicle_id(self, which: int) -> str:
        """Digits, unique over all tenants and unlike any driver's."""
        return str(281_474_976_710_656 + (self.number << 20) + which + 1)

    def tms_id(self, which: int) -> str:
        """The driver's id in the TMS, which is another."""
        return f"drv_{self.number}{which:05d}"

    def place(self, driver_id: str) -> int | None:
        """The place of a driver or vehicle id; None if it is not of this tenant."""
        if not driver_id.isdigit():
            return None
        raw = int(driver_id)
        raw -= 281_474_976_710_656 if raw >= 281_474_976_710_656 else 0
        which = raw - (self.number << 20) - 1
        return which if 0 <= which < self.plan.drivers else None

    def name(self, which: int) -> str:
        """First and last name."""
        drawn = stirred(self._bases[0], which)
        return f"{_FIRST[drawn % 30]} {_LAST[drawn // 30 % 30]}"

    def vehicle_name(self, which: int) -> str:
        """The name of the truck in this place, while it is plugged in."""
        return f"Truck {1000 + which}"

    def seat(self, which: int) -> Seat:
        """The driver's fortnight and when it began."""
        seat = self._seats.get(which)
        if seat is None:
            seat = self._seats[which] = self._find_seat(which)
        return seat

    def _find_seat(self, which: int) -> Seat:
        kind = self.kind(which)
        drawn = stirred(self._bases[1], which)
        drawn, roll = divmod(drawn, 10)
        style = "road70" if roll < 5 else "long70" if roll < 8 else "road60"
        special = {
            YARD_HAND: "yard",
            PERSONAL_USE: "personal",
            CANADIAN: "canada",
            DISCONNECTED: "idle",
            DEACTIVATED: "idle",
            RETIRED: "idle",
        }
        duties = library(self.seed)[special.get(kind, style)]
        drawn, pick = divmod(drawn, len(duties))
        drawn, day = divmod(drawn, 14)
        drawn, minute = divmod(drawn, 600)
        # Most shifts begin between 04:00 and 14:00 Central, 10:00 and 20:00 UTC.
        anchor = FIRST_MONDAY + day * DAY + 10 * HOUR + minute * 60
        return Seat(duties[pick], anchor, kind, drawn % 1000)

    @cached_property
    def _corridors(self) -> dict[int, tuple[Corridor, float]]:
        return {}

    def corridor(self, which: int) -> tuple[Corridor, float]:
        """The road a driver works, and the miles to start from."""
        found = self._corridors.get(which)
        if found is None:
            dice = Dice(self.seed, self.slug, "road", which)
            road = corridor_of(dice, canadian=self.kind(which) == CANADIAN)
            found = road, dice.unit() * 2 * road.length
            if len(self._corridors) < 50_000:
                self._corridors[which] = found
        return found

    def driver(self, which: int) -> Driver:
        """Everything that is known about a driver."""
        kind, dice = self.kind(which), Dice(self.seed, self.slug, "driver", which)
        name, bumped = self.name(which), self.bumps.of("drivers", which)
        home = self.corridor(which)[0].cities[-1 if kind == CANADIAN else 0]
        bare = kind == MINIMAL
        created = 1_640_000_000 + dice.below(90_000_000)
        has_phone, line = dice.chance(0.5), 100 + (dice.below(100) + bumped) % 100
        phone = f"+1{dice.spread(201, 989)}555{line:04d}"
        licence = f"{dice.spread(10_000_000, 99_999_999)}"
        has_tms = kind == FULL or (kind != LICENCE_ONLY and dice.chance(0.6))
        changed = self.bumps.at("drivers", which)
        return Driver(
            id=self.driver_id(which),
            name=name,
            username=f"{name[0]}{name.split()[1]}{which}".lower().replace("'", ""),
            active=self.is_active(which),
            timezone=home.zone,
            created_at=created,
            updated_at=changed if changed else created + dice.below(60_000_000),
            day_start_hour=12 if kind == LICENCE_ONLY or dice.chance(0.1) else 0,
            phone=None if bare else phone if has_phone or bumped else None,
            license_number=None if bare else licence,
            license_state=None if bare else home.state,
            ruleset=None if bare else self._ruleset(which),
            eld_exempt=kind == EXEMPT,
            tms_id=self.tms_id(which) if has_tms and not bare else None,
            payroll_id=f"P{dice.spread(10_000, 99_999)}" if dice.chance(0.5) else None,
            tagged=not bare and dice.chance(0.7),
            notes=None if bare else f"Changed {bumped} times" if bumped else "",
            vehicle_id=self.vehicle_id(which) if self.is_active(which) and not bare else None,
        )

    def _ruleset(self, which: int) -> str:
        if self.kind(which) == CANADIAN:
            return "canada_70_7"
        return "us_60_7" if self.seat(which).duty.cycle_limit == 60 * HOUR else "us_70_8"

    def vin(self, which: int) -> str | None:
        """Seventeen characters; None for an unplugged truck."""
        if self.kind(which) == DEACTIVATED:
            return None
        return f"{self._make(which)[2]}{self.number % 1000:03d}{which:06d}"

    def serial(self, which: int) -> str | None:
        """The gateway's serial, where it is known."""
        found = self._gateway(which)
        return found if self.kind(which) != DEACTIVATED and ord(found[9]) % 10 < 7 else None

    def _gateway(self, which: int) -> str:
        drawn = stirred(self._bases[2], which)
        return "G" + "".join(_LETTERS[(drawn >> shift) & 31] for shift in range(0, 45, 5))

    def _make(self, which: int) -> tuple[str, str, str]:
        return _MAKES[stirred(self._bases[3], which) % len(_MAKES)]

    def vehicle(self, which: int) -> Vehicle:
        """The truck in this place. An unplugged one has no VIN and never reports."""
        kind, dice = self.kind(which), Dice(self.seed, self.slug, "vehicle", which)
        unplugged = kind == DEACTIVATED
        make, model, _ = self._make(which)
        gateway = self._gateway(which)
        bumped, changed = self.bumps.of("vehicles", which), self.bumps.at("vehicles", which)
        plate = f"R{self.number % 97:02d}{1000 + which}"
        created = 1_640_000_000 + dice.below(60_000_000)
        driven = self.is_active(which) and kind != MINIMAL
        dashed = f"{gateway[:4]}-{gateway[4:7]}-{gateway[7:]}"
        return Vehicle(
            id=self.vehicle_id(which),
            name=dashed if unplugged else self.vehicle_name(which),
            vin=self.vin(which),
            serial=self.serial(which),
            make=None if unplugged else make,
            model=None if unplugged else model,
            year=None if unplugged else dice.spread(2016, 2026),
            license_plate=None if unplugged else plate,
            created_at=created,
            updated_at=changed if changed else created + dice.below(50_000_000),
            notes=f"Changed {bumped} times" if bumped else "",
            driver_id=self.driver_id(which) if driven else None,
            has_gps=not unplugged,
        )
