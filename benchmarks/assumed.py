"""What the projection takes for given: each figure with where it was measured, or that it was not.

Seconds of one core of the machine in results.md (CPU), seconds of wall, bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from adapters._kit.vendor import CallLimit, Vendor
from adapters.registry import VENDORS
from core import gate

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class Figure(NamedTuple):
    """A number, its unit, and where it comes from."""

    value: float
    unit: str
    source: str


MEASURED: Mapping[str, Figure] = {
    "flow, an integration": Figure(0.00025, "CPU s", "W3: what calls and rows leave of 2.52"),
    "flow, a call": Figure(0.00065, "CPU s", "README, where the time goes: W3"),
    "flow, a row": Figure(0.0000163, "CPU s", "W2, 1 % changed: 1.63 for 100,000"),
    "flow, a flow run": Figure(1.3, "CPU s", "WORKERS: (10.4 - 6.6) / 3 more runs"),
    "PostgreSQL, a dataset": Figure(0.00052, "CPU s", "W3: what rows leave of 1.23, by 2"),
    "PostgreSQL, a row": Figure(0.0000097, "CPU s", "W2, 1 % changed: 0.97 for 100,000"),
    "Prefect, a task run": Figure(0.025, "CPU s", "W3: 0.79 for 32"),
    "Prefect, a flow run": Figure(1.0, "CPU s", "WORKERS: (6.4 - 3.3) / 3 more runs"),
    "sandbox, a call": Figure(0.00026, "CPU s", "W3: 0.78 for 3,000; where it shares the cores"),
    "log, a run": Figure(3300, "bytes", "W3, nothing changed: 3.3 MB for 1,000"),
}
"""Of results.md of 2026-11-26."""
BY_HAND: Mapping[str, Figure] = {
    "claim, an integration looked at": Figure(
        0.0000016,
        "CPU s",
        "EXPLAIN ANALYZE of FIND: 1.1, 17.9, 157 ms among 1,000, 10,000, 100,000",
    ),
    "claim, an integration claimed": Figure(0.0001, "CPU s", "claims of 250 among 10,000"),
    "put off, an integration": Figure(0.00028, "CPU s", "34,212 in one claim: 9.6 s"),
    "database, a run": Figure(660.0, "bytes", "80,000 runs of all vendors, indexes included"),
    "database, a dataset of a run": Figure(205.0, "bytes", "160,000 of them, the same"),
    "a worker looks every": Figure(1.0, "s", "CLICK: its poll"),
}
"""Statements of the product on tables filled for it, warm, on the same machine with other work."""
SUPPOSED: Mapping[str, Figure] = {
    "a call": Figure(0.2, "s", "as in WORKERS; no vendor was measured"),
    "calls that fail": Figure(0.001, "share", "5xx or no answer, alone among good ones"),
    "calls that are refused (429)": Figure(0.0001, "share", "asks for 30 s"),
    "refused for": Figure(30.0, "s", "Retry-After"),
    "trucks and drivers": Figure(10, "each", "as in W3 and WORKERS"),
    "places of stations": Figure(10, "each", "a call each; the product's cap is 25"),
    "places of weather": Figure(15, "each", "a call each; the product's cap is 25"),
    "an outage": Figure(600.0, "s", "of Samsara: every call ends as a 503 after its latency"),
    "a disk": Figure(1e12, "bytes", "for what is kept of runs, to say when it is full"),
    "a killed flow run": Figure(1, "an hour", "in the middle of its batches"),
}
"""Measured nowhere: what a fleet and its vendors are taken to be."""
ALL: Mapping[str, Figure] = {**MEASURED, **BY_HAND, **SUPPOSED}
SIMPLER = (
    "each tenant has four integrations, with keys of its own, at the vendors' own intervals",
    "a core for flow runs is as fast as one of the machine of results.md; a flow run uses one at a "
    "time; PostgreSQL has as many as it asks for, and Prefect's server one",
    "costs grow with calls, rows and datasets only; nothing waits for a lock, a disk, a network or "
    "a connection; but for claims, PostgreSQL is as fast with large tables as with small ones",
    "the vendors answer after the same time, always; their own limits are those of the adapters",
    "own gates are full again before the next cycle (checked by core.gate); refusals pause by "
    "core.gate; breakers are core.breaker with the default policies",
    "an attempt lands as one; one that takes longer than its rounds of 5 s lands earlier in fact",
    "nobody clicks; maintain, freshness, alerts, plans and the console cost nothing",
)


def value(name: str) -> float:
    """The figure of that name; KeyError when there is none."""
    return ALL[name].value


@dataclass(frozen=True, slots=True)
class Traffic:
    """What one integration of a vendor asks for in a cycle.

    ``calls``: by the name of their limit. ``chain``: how many go one after another.
    ``gate_s``: what its own gates hold it up, from full buckets.
    """

    vendor: Vendor
    every_s: float
    calls: Mapping[str, int]
    chain: int
    rows: int
    gate_s: float = 0.0

    @property
    def name(self) -> str:
        """The vendor's."""
        return self.vendor.name

    @property
    def poll_s(self) -> float:
        """How often it is due."""
        return self.vendor.poll_every.total_seconds()

    @property
    def all_calls(self) -> int:
        """In a cycle, under whichever limit."""
        return sum(self.calls.values())

    @property
    def flow_s(self) -> float:
        """CPU of the flow."""
        of_calls = value("flow, a call") * self.all_calls
        return value("flow, an integration") + of_calls + value("flow, a row") * self.rows

    @property
    def postgres_s(self) -> float:
        """CPU of PostgreSQL, its landing and the questions before it."""
        of_rows = value("PostgreSQL, a row") * self.rows
        return value("PostgreSQL, a dataset") * len(self.vendor.datasets) + of_rows

    @property
    def run_bytes(self) -> float:
        """What its run leaves in the database."""
        return value("database, a run") + value("database, a dataset of a run") * len(
            self.vendor.datasets
        )


def limit(of: CallLimit) -> gate.Limit:
    """The pace that the product keeps under a vendor's limit."""
    return gate.paced(of.most, of.window_s, of.burst)


def held_up(of: gate.Limit, calls: int, each_s: float) -> float:
    """Seconds that calls in a row wait at a full gate. ``each_s``: what a call itself takes."""
    held, now, waited = gate.fresh(of, EPOCH), EPOCH, 0.0
    for _ in range(calls):
        held, wait = gate.take(held, of, now)
        waited += wait.total_seconds()
        now += wait + timedelta(seconds=each_s)
    return waited


def is_rested(of: gate.Limit, calls: int, every_s: float) -> bool:
    """Whether a gate is full again when the next cycle comes to it."""
    held = gate.take(gate.fresh(of, EPOCH), of, EPOCH, calls).gate
    return gate.ready(held, of, EPOCH + timedelta(seconds=every_s)) >= int(of.burst)


def carried(of: gate.Limit, calls: int, poll_s: float) -> int:
    """How many tenants one key would carry, if they shared it."""
    return int(of.per_second * poll_s / calls)


def traffic() -> tuple[Traffic, ...]:
    """The four vendors at their own intervals, with the fleet that is supposed."""
    trucks = int(value("trucks and drivers"))
    stations, weather = int(value("places of stations")), int(value("places of weather"))
    asked: dict[str, tuple[float, dict[str, int], int, int]] = {
        # Drivers and daily logs of active and of deactivated drivers; nine days of logs.
        "samsara": (60, {"token": 4, "vehicles": 1, "daily_logs": 2}, 7, trucks * (4 + 9)),
        "truckbase": (60, {"key": 2}, 2, 2 * trucks),
        # Four at once: `adapters._kit.paging.each`.
        "fuelfinder": (300, {"key": stations}, -(-stations // 4), 10 * stations),
        "openweather": (300, {"plan": weather}, -(-weather // 4), weather),
    }
    return tuple(_of(vendor, *asked[vendor.name]) for vendor in VENDORS)


def _of(vendor: Vendor, every_s: float, calls: Mapping[str, int], chain: int, rows: int) -> Traffic:
    waited = sum(
        held_up(limit(vendor.limit(name)), count, value("a call")) for name, count in calls.items()
    )
    for name, count in calls.items():
        assert is_rested(limit(vendor.limit(name)), count, vendor.poll_every.total_seconds())
    return Traffic(vendor, every_s, calls, chain, rows, waited)
