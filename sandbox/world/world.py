"""The world: every tenant, road, station and sky, as a pure function of (seed, instant)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from itertools import count
from typing import Any

from sandbox.world import hours, truth
from sandbox.world.bumps import DATASETS, Bumps
from sandbox.world.dice import number
from sandbox.world.instants import MINUTE
from sandbox.world.loads import loads
from sandbox.world.plan import DEFAULT_TENANTS, Clock, DailyLog, Driver, Position, TenantPlan
from sandbox.world.shifts import PERIOD
from sandbox.world.stations import Stations
from sandbox.world.tenant import EXEMPT, Tenant
from sandbox.world.weather import Weather, weather

Instant = int | datetime


def seconds(now: Instant) -> int:
    """Whole seconds since 1970."""
    return int(now.timestamp()) if isinstance(now, datetime) else now


class World:
    """Tenants by slug, made from their plans; ask for anything at any instant, in any order."""

    def __init__(
        self,
        seed: int = 7,
        tenants: Iterable[TenantPlan] = DEFAULT_TENANTS,
        stations: int = 1000,
    ) -> None:
        self.seed = seed
        self.station_count = stations
        self.station_bumps = Bumps()
        self.tenants: dict[str, Tenant] = {}
        self._numbers: dict[int, str] = {}
        for plan in tenants:
            self.add(plan)

    def add(self, plan: TenantPlan) -> Tenant:
        """A new tenant, or the same slug with another plan. No two have ids in common."""
        draws = (Tenant(self.seed, plan, draw) for draw in count())
        tenant = next(
            one for one in draws
            if self._numbers.setdefault(one.number, plan.slug) == plan.slug
        )  # fmt: skip
        self.tenants[plan.slug] = tenant
        return tenant

    def tenant(self, slug: str) -> Tenant:
        """The tenant; KeyError if it is not in the plan."""
        return self.tenants[slug]

    @cached_property
    def stations(self) -> Stations:
        """Every truck stop."""
        return Stations(self.seed, self.station_count, self.station_bumps)

    def at(self, now: Instant) -> Snapshot:
        """The world at an instant."""
        return Snapshot(self, seconds(now))

    def weather(self, lat: float, lon: float, now: Instant) -> Weather:
        """The sky over a place."""
        return weather(self.seed, lat, lon, seconds(now))

    def weather_truth(self, lat: float, lon: float, now: Instant) -> dict[str, Any]:
        """The same as plain values."""
        return truth.weather_row(self.weather(lat, lon, now))

    def truth(self, slug: str, now: Instant) -> dict[str, Any]:
        """Everything that is true about a tenant at an instant; shapes are in `truth.py`."""
        tenant, at = self.tenant(slug), seconds(now)
        return {
            "drivers": truth.drivers(tenant),
            "vehicles": truth.vehicles(tenant),
            "positions": truth.positions(tenant, at),
            "hos_clocks": truth.hos_clocks(tenant, at),
            "hos_daily_logs": truth.hos_daily_logs(tenant, at),
            "loads": truth.all_loads(tenant, at),
            "stations": [
                truth.station(self.stations, station, at) for station in self.stations.all
            ],
        }

    def moment(self, slug: str, status: str, after: Instant) -> int | None:
        """The first full minute from `after` on at which some driver has this duty status."""
        tenant, start = self.tenant(slug), seconds(after)
        start += -start % MINUTE
        for now in range(start, start + PERIOD, MINUTE):
            for which in range(min(tenant.plan.drivers, 50)):
                if hours.clock(tenant, which, now).status == status:
                    return now
        return None

    def mutate(self, slug: str | None, dataset: str, share: float, seed: int, now: Instant) -> int:
        """Change this share of a dataset's rows as of now; returns how many.

        hos_clocks: the cycle. drivers: phone and notes. vehicles: notes. loads: notes.
        stations (no tenant): the price. ValueError for an unknown dataset or share.
        """
        if dataset not in DATASETS or not 0 <= share <= 1:
            raise ValueError(f"dataset is one of {', '.join(DATASETS)}; share is between 0 and 1")
        at = seconds(now)
        bumps = self.station_bumps if dataset == "stations" else self.tenant(slug or "").bumps
        rows, total = self._rows(slug, dataset, at)
        wanted = min(len(rows), round(share * total))
        drawn = sorted(rows, key=lambda row: number("mutate", dataset, seed, row, bits=60))
        bumps.bump(dataset, sorted(drawn[:wanted]), at)
        return wanted

    def _rows(self, slug: str | None, dataset: str, now: int) -> tuple[list[int], int]:
        """The rows that can be changed, and the number of all."""
        if dataset == "stations":
            priced = [found.place for found in self.stations.all if found.priced]
            return priced, len(self.stations.all)
        tenant = self.tenant(slug or "")
        if dataset == "loads":
            found = [load.row for load in loads(tenant, now)]
            return found, len(found)
        everybody = range(tenant.plan.drivers)
        if dataset == "hos_clocks":
            # The exempt have no clock to change.
            return [row for row in everybody if tenant.kind(row) != EXEMPT], len(everybody)
        return list(everybody), len(everybody)


class Snapshot:
    """The world at one instant, in domain values."""

    def __init__(self, world: World, now: int) -> None:
        self.world = world
        self.now = now

    def drivers(self, slug: str) -> list[Driver]:
        """Everybody, those who left included."""
        tenant = self.world.tenant(slug)
        return [tenant.driver(which) for which in range(tenant.plan.drivers)]

    def clocks(self, slug: str) -> list[Clock]:
        """Hours left, in the order of the drivers."""
        tenant = self.world.tenant(slug)
        return [hours.clock(tenant, which, self.now) for which in range(tenant.plan.drivers)]

    def positions(self, slug: str) -> list[Position | None]:
        """Where the trucks are, in the order of the drivers; None for one that never reports."""
        tenant = self.world.tenant(slug)
        return [hours.position(tenant, which, self.now) for which in range(tenant.plan.drivers)]

    def daily_logs(self, slug: str, which: int) -> list[DailyLog]:
        """Eight log days of the driver in this place."""
        return list(hours.trailing_logs(self.world.tenant(slug), which, self.now))
