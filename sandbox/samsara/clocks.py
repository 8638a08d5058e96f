"""GET /fleet/hos/clocks. Rows are written as bytes: a fleet of 100,000 asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

import orjson

from sandbox.exchange import Answer, Ask
from sandbox.samsara.cursor import limit, pagination, read
from sandbox.samsara.fleet import vehicle_externals
from sandbox.world import hours
from sandbox.world.instants import iso
from sandbox.world.shifts import DRIVING, OFF, ON_DUTY, PERSONAL, SLEEPER, UNKNOWN, YARD
from sandbox.world.tenant import Tenant

STATUS_WORDS = {
    DRIVING: b"driving",
    ON_DUTY: b"onDuty",
    YARD: b"yardMove",
    OFF: b"offDuty",
    SLEEPER: b"sleeperBed",
    PERSONAL: b"personalConveyance",
    UNKNOWN: b"",
}
# Per tenant and driver: the opening of the row, and the vehicle, which never change.
_fixed: WeakKeyDictionary[Tenant, dict[int, tuple[bytes, bytes]]] = WeakKeyDictionary()


def _fixed_parts(tenant: Tenant, which: int) -> tuple[bytes, bytes]:
    driver = orjson.dumps({"id": tenant.driver_id(which), "name": tenant.name(which)})
    externals = vehicle_externals(tenant.serial(which), tenant.vin(which))
    shown = {"ExternalIds": externals} if externals else {}
    named = {"id": tenant.vehicle_id(which), "name": tenant.vehicle_name(which)}
    opening = b'{"driver":%b,"currentDutyStatus":{"hosStatusType":"' % driver
    return opening, b',"currentVehicle":%b' % orjson.dumps({**shown, **named})


def row(tenant: Tenant, which: int, now: int) -> bytes:
    """One driver's clocks; an exempt driver has none."""
    parts = _fixed.setdefault(tenant, {})
    fixed = parts.get(which)
    if fixed is None:
        fixed = parts[which] = _fixed_parts(tenant, which)
    opening, vehicle = fixed
    found = hours.clock(tenant, which, now)
    opening = b'%b%b"}%b' % (
        opening,
        STATUS_WORDS[found.status],
        vehicle if found.in_vehicle else b"",
    )
    if found.exempt:
        return opening + b"}"
    # The vendor's numbers may be floats: one driver in seven has them.
    point = b".0" if which % 7 == 3 else b""
    pause = b"" if found.rest_ms is None else _PAUSE % found.rest_ms
    started = iso(found.cycle_started_at).encode()
    cycle = (found.cycle_ms, point, started, found.cycle_ms, point)
    return _ROW % (opening, pause, *cycle, found.drive_ms, found.shift_ms, point)


_PAUSE = b'"break":{"timeUntilBreakDurationMs":%d},'
_ROW = (
    b'%b,"clocks":{%b"cycle":{"cycleRemainingDurationMs":%d%b,"cycleStartedAtTime":"%b",'
    b'"cycleTomorrowDurationMs":%d%b},"drive":{"driveRemainingDurationMs":%d},'
    b'"shift":{"shiftRemainingDurationMs":%d%b}},'
    b'"violations":{"cycleViolationDurationMs":0,"shiftDrivingViolationDurationMs":0}}'
)


def clocks(ask: Ask) -> Answer:
    """Right now, for every driver, deactivated ones included."""
    tenant, size, start = ask.tenant, limit(ask), read(ask).offset
    wanted: Sequence[int] = range(tenant.plan.drivers)
    if ids := ask.many("driverIds"):
        places = [tenant.place(one) for one in ids]
        wanted = [which for which in places if which is not None]
    rows, now, total = wanted[start : start + size], ask.now, len(wanted)
    stamp = tenant.bumps.stamp("hos_clocks", min(rows), max(rows)) if rows else 0

    def make() -> bytes:
        data = b",".join([row(tenant, which, now) for which in rows])
        under = orjson.dumps(pagination(ask, start + len(rows), total))
        return b'{"data":[%b],"pagination":%b}' % (data, under)

    return ask.page((now, total, stamp), make)
