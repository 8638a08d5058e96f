"""Truckbase, as its contract describes it: a TMS with loads, their stops, and page numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from sandbox.exchange import Answer, Ask, Refused, as_json
from sandbox.spoil import Weak
from sandbox.world.instants import iso, iso_local, iso_or_none, parse
from sandbox.world.loads import ACTIVE, Load, Stop, find, loads
from sandbox.world.tenant import Tenant

STATUSES = ACTIVE | {"draft", "delivered", "completed", "invoiced", "paid", "cancelled", "tonu"}
MOST, USUAL = 100, 50
_WEAK = Weak(("status", "teleporting"), ("miles", "customer", "rate"), "id", ("stops", "none"))


def error(status: int, code: str, message: str, field: str | None = None, **headers: str) -> Answer:
    """`{"error": {"code", "message", "field"?}}`."""
    told = {"code": code, "message": message} | ({"field": field} if field else {})
    return as_json({"error": told}, status, **headers)


def _whole_number(ask: Ask, name: str, usual: int, most: int | None) -> int:
    text = ask.one(name)
    if text is None:
        return usual
    if not text.isdigit() or int(text) < 1 or (most is not None and int(text) > most):
        range_ = f"between 1 and {most}" if most else "1 or more"
        raise Refused(error(422, "invalid_parameter", f"{name} must be {range_}", name))
    return int(text)


def _stop_row(stop: Stop, *, local: bool) -> dict[str, Any]:
    known = stop.latitude is not None
    zone, window = stop.city.zone, stop.window
    appointment = None
    if window:
        kind, start, end, confirmed = window
        # Some systems write the offset of the place; it is the same instant.
        said = (lambda at: iso_local(at, zone)) if local else iso
        appointment = {
            "type": kind,
            "start": said(start),
            "end": said(end) if end is not None else None,
            "confirmed": confirmed,
        }
    return {
        "id": stop.id,
        "sequence": stop.sequence,
        "type": stop.type,
        "status": stop.status,
        "location": {
            "name": stop.name,
            "address1": stop.address,
            "address2": None,
            "city": stop.city.name,
            "state": stop.city.state,
            "zip": stop.city.zip if known else None,
            "country": stop.city.country,
            "lat": stop.latitude,
            "lon": stop.longitude,
            "timezone": zone if known else None,
        },
        "appointment": appointment,
        "eta": iso_or_none(stop.eta),
        "arrived_at": iso_or_none(stop.arrived_at),
        "departed_at": iso_or_none(stop.departed_at),
        "references": [],
        "instructions": None,
    }


def _label(stop: Stop) -> str:
    zipped = f" {stop.city.zip}" if stop.latitude is not None else ""
    return f"{stop.city.name}, {stop.city.state}{zipped}"


def _people(tenant: Tenant, load: Load) -> dict[str, Any]:
    """The driver, truck and trailer, all null until somebody has the load."""
    if load.driver is None:
        return {"driver_id": None, "driver": None, "co_driver_id": None, "truck": None}
    driver, vehicle = tenant.driver(load.driver), tenant.vehicle(load.driver)
    known = tenant.tms_id(load.driver)
    unit = vehicle.name.removeprefix("Truck ")
    return {
        "driver_id": known,
        "driver": {"id": known, "name": driver.name, "phone": driver.phone},
        "co_driver_id": None,
        "truck": {"id": f"trk_{vehicle.id}", "unit_number": unit, "vin": vehicle.vin},
    }


def load_row(tenant: Tenant, load: Load) -> dict[str, Any]:
    """A load in Truckbase's words."""
    first, last = load.stops[0], load.stops[-1]
    rate = {"amount": load.rate, "currency": "USD"} if load.rate else None
    trailer = (
        {"id": f"trl_{load.trailer[3:]}", "unit_number": load.trailer} if load.trailer else None
    )
    local = load.row % 3 == 1
    return {
        "id": load.id,
        "load_number": load.number,
        "status": load.status,
        "pickup_location": _label(first),
        "pickup_time": iso(first.window[1]) if first.window else None,
        "delivery_location": _label(last),
        "delivery_time": iso(last.window[1]) if last.window else None,
        "customer": {"id": load.customer[0], "name": load.customer[1]},
        "references": [{"type": kind, "value": value} for kind, value in load.references],
        "stops": [_stop_row(stop, local=local) for stop in load.stops],
        **_people(tenant, load),
        "trailer": trailer,
        "equipment_type": load.equipment,
        "commodity": load.commodity,
        "weight": {"value": load.weight_lb, "unit": "lb"} if load.weight_lb else None,
        "miles": {"loaded": load.miles, "empty": None},
        "rate": rate,
        "notes": load.notes,
        "created_at": iso(load.created_at),
        "updated_at": iso(load.updated_at),
    }


def _wanted(ask: Ask) -> list[Load]:
    found = loads(ask.tenant, ask.now)
    status, since = ask.one("status"), ask.one("updated_since")
    if status == "active":
        found = [load for load in found if load.status in ACTIVE]
    elif status is not None:
        if status.lower() not in STATUSES:
            raise Refused(error(422, "invalid_parameter", "status is not known", "status"))
        found = [load for load in found if load.status == status.lower()]
    if since is not None:
        try:
            limit = parse(since)
        except ValueError:
            told = "updated_since must be an RFC 3339 timestamp"
            raise Refused(error(422, "invalid_parameter", told, "updated_since")) from None
        found = [load for load in found if load.updated_at >= limit]
    return found


class Truckbase:
    """The vendor at /truckbase/v1."""

    name = "truckbase"
    base = "/truckbase/v1"
    scopes: tuple[str, ...] = ("api",)
    usual_retry_after: str | None = "12"
    request_id_header: str | None = None

    def presented(self, headers: Mapping[str, str], raw_query: str) -> str | None:
        """Key and secret, both of them."""
        key, secret = headers.get("X-API-Key"), headers.get("X-API-Secret")
        return f"{key}:{secret}" if key and secret else None

    def keyed(self, keys: Mapping[str, str]) -> str:
        """The two as one text."""
        return f"{keys['api_key']}:{keys['api_secret']}"

    def scope(self, path: str) -> str | None:
        """API access as a whole."""
        return "api"

    def answer(self, ask: Ask) -> Answer:
        """/company, /loads and /loads/{id}."""
        stamp = (ask.now, ask.tenant.bumps.version["loads"], ask.tenant.bumps.version["drivers"])
        if ask.path == "/company":
            return ask.page(0, lambda: orjson.dumps(self._company(ask.tenant)))
        if ask.path == "/loads":
            page = _whole_number(ask, "page", 1, None)
            size = _whole_number(ask, "per_page", USUAL, MOST)
            wanted = _wanted(ask)
            return ask.page(stamp, lambda: self._loads(ask.tenant, wanted, page, size))
        if ask.path.startswith("/loads/"):
            asked = ask.path.removeprefix("/loads/")
            load = find(ask.tenant, asked, ask.now)
            if load is None:
                return error(404, "not_found", f"Load {asked} not found")
            return ask.page(stamp, lambda: orjson.dumps(load_row(ask.tenant, load)))
        return error(404, "not_found", "Not found")

    @staticmethod
    def _company(tenant: Tenant) -> dict[str, Any]:
        return {
            "id": f"cmp_{tenant.number}",
            "name": f"{tenant.plan.title} LLC",
            "mc_number": f"{tenant.number % 900_000 + 100_000}",
            "dot_number": f"{1_000_000 + tenant.number % 3_000_000}",
            "timezone": "America/Chicago",
            "created_at": "2023-04-18T17:09:00Z",
        }

    @staticmethod
    def _loads(tenant: Tenant, wanted: list[Load], page: int, size: int) -> bytes:
        pages = -(-len(wanted) // size)
        rows = [load_row(tenant, load) for load in wanted[(page - 1) * size : page * size]]
        pagination = {
            "page": page,
            "per_page": size,
            "total_count": len(wanted),
            "total_pages": pages,
            "next_page": page + 1 if page < pages else None,
        }
        return orjson.dumps({"loads": rows, "pagination": pagination})

    def unauthorized(self) -> Answer:
        """Key or secret wrong or missing."""
        return error(401, "unauthorized", "Invalid API key or secret")

    def forbidden(self) -> Answer:
        """The account has no API."""
        return error(403, "forbidden", "API access is not enabled for this account")

    def rate_limited(self, retry_after: str | None) -> Answer:
        """Retry-After in whole seconds."""
        headers = {} if retry_after is None else {"Retry_After": retry_after}
        return error(429, "rate_limited", "Too many requests", **headers)

    def rows(self, value: Any) -> list[Any] | None:
        """`loads`; one load is no list."""
        found = value.get("loads")
        return found if isinstance(found, list) else None

    def misled(self, kind: str, ask: Ask, value: Any) -> Any:
        """An empty page behind the last one, or a page that names itself as the next."""
        under = value.get("pagination")
        if under is None:
            return value
        if kind == "repeated_cursor":
            return {**value, "pagination": {**under, "next_page": under["page"]}}
        if under["next_page"] is None and value["loads"]:
            more = {"next_page": under["page"] + 1, "total_pages": under["total_pages"] + 1}
            return {**value, "pagination": {**under, **more}}
        return value

    def weak(self, path: str) -> Weak:
        """A load breaks the same way everywhere; the company has no status."""
        return _WEAK if path != "/company" else Weak(None, ("timezone",), "id", ("id", {"v": 7}))

    def onward(self, answer: Answer, query: str) -> str | None:
        """The query of the page after this one."""
        if answer.status != 200:
            return None
        onward = orjson.loads(answer.body).get("pagination", {}).get("next_page")
        return f"{query}&page={onward}".lstrip("&") if onward else None
