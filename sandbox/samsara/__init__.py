"""Samsara, as its contract describes it: paths, scopes, and who may ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from sandbox.exchange import Answer, Ask
from sandbox.samsara import clocks, fleet, hos
from sandbox.samsara.cursor import AFTER_EMPTY, Cursor, read, write
from sandbox.samsara.errors import error
from sandbox.spoil import Weak

ENDPOINTS: dict[str, tuple[Callable[[Ask], Answer], str]] = {
    "/me": (fleet.me, "Read Org Information"),
    "/fleet/drivers": (fleet.drivers, "Read Drivers"),
    "/fleet/vehicles": (fleet.vehicles, "Read Vehicles"),
    "/fleet/vehicles/stats": (fleet.stats, "Read Vehicle Statistics"),
    "/fleet/hos/clocks": (clocks.clocks, "Read ELD Compliance Settings (US)"),
    "/fleet/hos/logs": (hos.logs, "Read ELD Compliance Settings (US)"),
    "/fleet/hos/daily-logs": (hos.daily_logs, "Read ELD Compliance Settings (US)"),
    "/fleet/hos/violations": (hos.violations, "Read ELD Compliance Settings (US)"),
}


def _at_zero(gps: Any) -> Any:
    """A position where no truck is."""
    return {**gps, "latitude": 0, "longitude": 0} if gps else {"latitude": 0, "longitude": 0}


_ONWARD = re.compile(rb'"endCursor":"([^"]+)","hasNextPage":true')
_LOGS = Weak(("hosLogs.0.hosStatusType", "WAITING_TIME"), ("hosLogs",), "driver", ("hosLogs", 7))
WEAK: dict[str, Weak] = {
    "/me": Weak(None, ("carrierSettings",), "id", ("id", {"value": 7})),
    "/fleet/drivers": Weak(
        ("driverActivationStatus", "suspended"),
        ("timezone", "eldSettings", "updatedAtTime"),
        "id",
        ("name", {"first": 7}),
        (("id", int), ("eldDayStartHour", 24), ("tags", "none")),
    ),
    "/fleet/vehicles": Weak(
        None, ("vin", "name", "year"), "id", ("name", ["Truck"]), (("year", "twenty"),)
    ),
    "/fleet/vehicles/stats": Weak(
        None, ("gps",), "gps.latitude", ("gps.latitude", "north"), (("gps", _at_zero),)
    ),
    "/fleet/hos/clocks": Weak(
        ("currentDutyStatus.hosStatusType", "WAITING_TIME"),
        ("clocks", "currentVehicle", "violations", "currentDutyStatus"),
        "driver",
        ("clocks.drive.driveRemainingDurationMs", "soon"),
        (("clocks.cycle.cycleRemainingDurationMs", -1),),
    ),
    "/fleet/hos/logs": _LOGS,
    "/fleet/hos/daily-logs": Weak(
        None,
        ("dutyStatusDurations", "logMetaData"),
        "startTime",
        ("dutyStatusDurations.driveDurationMs", "long"),
        (("endTime", "2000-01-01T00:00:00Z"),),
    ),
    "/fleet/hos/violations": Weak(
        ("violations.0.type", "nobodyKnows"), ("violations",), "violations", ("violations", 7)
    ),
}


class Samsara:
    """The vendor at /samsara."""

    name = "samsara"
    base = "/samsara"
    scopes: tuple[str, ...] = tuple(dict.fromkeys(scope for _, scope in ENDPOINTS.values()))
    usual_retry_after: str | None = "0.40235"
    request_id_header: str | None = "Request-Id"

    def presented(self, headers: Mapping[str, str], raw_query: str) -> str | None:
        """The bearer token."""
        text = headers.get("Authorization", "")
        return text[7:] if text[:7].lower() == "bearer " else None

    def keyed(self, keys: Mapping[str, str]) -> str:
        """The token itself."""
        return keys["api_key"]

    def scope(self, path: str) -> str | None:
        """One of the token's permissions."""
        found = ENDPOINTS.get(path)
        return found[1] if found else None

    def answer(self, ask: Ask) -> Answer:
        """Any path that is not of the contract is a 404."""
        found = ENDPOINTS.get(ask.path)
        return found[0](ask) if found else error(404, "Not Found")

    def unauthorized(self) -> Answer:
        """As captured from real calls."""
        return error(401, "invalid token")

    def forbidden(self) -> Answer:
        """Scope or licence missing."""
        return error(403, "Permission denied")

    def rate_limited(self, retry_after: str | None) -> Answer:
        """Retry-After in fractional seconds."""
        headers = {} if retry_after is None else {"Retry_After": retry_after}
        return error(429, "Rate limit exceeded", **headers)

    def rows(self, value: Any) -> list[Any] | None:
        """`data`, unless it is one object as in /me."""
        return value["data"] if isinstance(value["data"], list) else None

    def misled(self, kind: str, ask: Ask, value: Any) -> Any:
        """An empty page that is asked for only once, or a page that leads back to itself."""
        if "pagination" not in value:
            return value
        here = read(ask)
        if kind == "repeated_cursor":
            again = {"endCursor": write(ask, here), "hasNextPage": True}
            return {**value, "pagination": again}
        if here.flag == AFTER_EMPTY:
            return value
        onward = write(ask, Cursor(here.offset, AFTER_EMPTY))
        return {"data": [], "pagination": {"endCursor": onward, "hasNextPage": True}}

    def weak(self, path: str) -> Weak:
        """By endpoint."""
        return WEAK[path]

    def onward(self, answer: Answer, query: str) -> str | None:
        """The query of the page after this one; it is cut out of the end of the page."""
        found = _ONWARD.search(answer.body[-200:])
        return f"{query}&after={quote(found[1].decode())}".lstrip("&") if found else None
