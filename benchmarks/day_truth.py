"""DAY's reckoning with the vendors: what the fleets' tables hold against the sandbox's truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from benchmarks.day_faults import Tenant
from benchmarks.day_house import House
from benchmarks.vendor import Sandbox

CLOCKS = ("drive_remaining_s", "shift_remaining_s", "cycle_remaining_s", "break_remaining_s")
LOGS = ("drive_s", "on_duty_s", "off_duty_s")
Rows = dict[Any, Any]
Truth = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Check:
    """One table. ``held``: key and value of each live row by tenant's slug; ``true``: the same.

    ``all_of_it``: whether the table has nothing else; otherwise either may know more of the past.
    """

    name: str
    vendor: str
    held: str
    true: Callable[[Truth], Rows]
    all_of_it: bool = True


def _drivers(truth: Truth) -> Rows:
    return {each["id"]: [each["name"], each["active"]] for each in truth["drivers"]}


def _vehicles(truth: Truth) -> Rows:
    return {each["id"]: [each["vin"]] for each in truth["vehicles"]}


def _positions(truth: Truth) -> Rows:
    return {each["vehicle_id"]: [each["latitude"], each["longitude"]]
            for each in truth["positions"]}  # fmt: skip


def _clocks(truth: Truth) -> Rows:
    return {each["driver_id"]: [each["duty_status"], *(each[name] for name in CLOCKS)]
            for each in truth["hos_clocks"]}  # fmt: skip


def _logs(truth: Truth) -> Rows:
    """Those of the last days; the vendors' clock and ours need not agree on the oldest one."""
    oldest = (datetime.now(UTC) - timedelta(days=6)).isoformat()
    return {
        f"{each['driver_id']} {datetime.fromisoformat(each['start_at']).timestamp():.0f}": [
            each[name] for name in LOGS
        ]
        for each in truth["hos_daily_logs"]
        if each["active"] and each["start_at"] > oldest
    }


def _open_loads(truth: Truth) -> Rows:
    return {each["id"]: [each["status"], _number(each["rate"])]
            for each in truth["loads"] if each["active"]}  # fmt: skip


def _all_loads(truth: Truth) -> Rows:
    return {each["id"]: [each["status"], _number(each["rate"])] for each in truth["loads"]}


def _stops(truth: Truth) -> Rows:
    return {f"{load['id']} {stop['sequence']}": [stop["status"], stop["city"]]
            for load in truth["loads"] for stop in load["stops"]}  # fmt: skip


def _stations(truth: Truth) -> Rows:
    return {each["id"]: [each["name"], each["status"]] for each in truth["stations"]}


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _select(table: str, key: str, values: Sequence[str], where: str = "true") -> str:
    return (
        f"SELECT t.slug, {key}, ARRAY[{', '.join(f'to_jsonb(f.{v})' for v in values)}]"
        f" FROM fleet.{table} f JOIN ops.tenant t ON t.id = f.tenant_id"
        f" WHERE f.deleted_at IS NULL AND {where}"
    )


CHECKS = (
    Check("driver", "samsara", _select("driver", "vendor_id", ["name", "is_active"]), _drivers),
    Check("vehicle", "samsara", _select("vehicle", "vendor_id", ["vin"]), _vehicles),
    Check("vehicle_position", "samsara",
          _select("vehicle_position", "vendor_id", ["latitude", "longitude"],
                  "latitude IS NOT NULL"), _positions),
    Check("hos_clock", "samsara",
          _select("hos_clock", "vendor_id", ["duty_status", *CLOCKS]), _clocks),
    Check("hos_daily_log", "samsara",
          _select("hos_daily_log", "driver_id || ' ' || extract(epoch FROM start_at)::bigint",
                  LOGS), _logs, all_of_it=False),
    Check("open load", "truckbase",
          _select("load", "vendor_id", ["vendor_status", "rate_amount"], "is_open"), _open_loads),
    Check("load", "truckbase",
          _select("load", "vendor_id", ["vendor_status", "rate_amount"]), _all_loads,
          all_of_it=False),
    Check("load_stop", "truckbase",
          _select("load_stop", "parent_id || ' ' || sequence", ["status", "city"]), _stops,
          all_of_it=False),
    Check("fuel_station", "fuelfinder",
          _select("fuel_station", "vendor_id", ["name", "status"]), _stations,
          all_of_it=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """What was found. ``rows``: that were compared; ``wrong``: a line for each difference."""

    rows: int
    wrong: Sequence[str]


def compare(house: House, served: Sandbox, given: Sequence[Tenant]) -> Compared:
    """Every tenant's live rows against the truth; the sandbox's clock stands still."""
    truths = {tenant.slug: served.ask("GET", f"truth/{tenant.slug}") for tenant in given}
    rows, wrong = 0, []
    for check in CHECKS:
        held: dict[str, Rows] = {tenant.slug: {} for tenant in given}
        for slug, key, values in house.rows(check.held):
            if key in held[slug]:
                wrong.append(f"{slug}: {check.name} {key} is held twice")
            held[slug][key] = [_plain(value) for value in values]
        for tenant in given:
            if check.vendor not in tenant.keys:
                continue
            true = {key: [_plain(value) for value in values]
                    for key, values in check.true(truths[tenant.slug]).items()}  # fmt: skip
            found = held[tenant.slug]
            keys = set(true) | set(found) if check.all_of_it else _shared(check, true, found)
            rows += len(keys)
            wrong += [
                f"{tenant.slug}: {check.name} {key}: held {found.get(key)}, true {true.get(key)}"
                for key in sorted(keys) if found.get(key) != true.get(key)
            ]  # fmt: skip
    return Compared(rows, wrong)


def _shared(check: Check, true: Rows, found: Rows) -> set[Any]:
    """Days must all be there; of loads and stations, what is held must be true."""
    return set(true) if check.name == "hos_daily_log" else set(found)


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, int | float | Decimal) and not isinstance(
        value, bool
    ) else value  # fmt: skip
