"""Fuel Finder, as its contract describes it: truck stops around a point, with prices."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

import orjson

from sandbox.exchange import Answer, Ask, Refused, as_json
from sandbox.spoil import Weak
from sandbox.world.instants import iso_or_none
from sandbox.world.stations import Station, Stations

PRODUCTS = ("diesel", "regular", "midgrade", "premium", "def", "biodiesel", "renewable_diesel")
_WEAK = Weak(
    ("status", "renovating"), ("brand", "prices", "amenities", "updated_at"), "lat", ("lat", "x")
)


def error(status: int, code: str, message: str, **headers: str) -> Answer:
    """`{"error": {"code", "message"}}`."""
    return as_json({"error": {"code": code, "message": message}}, status, **headers)


def _number(ask: Ask, name: str, low: float, high: float, usual: float | None = None) -> float:
    text = ask.one(name)
    try:
        value = float(text) if text is not None else usual
    except ValueError:
        value = None
    if value is None or not isfinite(value) or not low <= value <= high:
        told = f"{name} must be between {low:g} and {high:g}"
        raise Refused(error(400, "invalid_request", told))
    return value


def station_row(
    stations: Stations, station: Station, now: int, miles: float | None
) -> dict[str, Any]:
    """A truck stop in Fuel Finder's words."""
    at = iso_or_none(stations.priced_at(station, now))
    prices = stations.prices(station, now)
    posted = {price.product: price.mills / 1000 for price in prices if price.kind == "posted"}
    return ({"phone": station.phone} if station.phone else {}) | {
        "id": station.id,
        "name": station.name,
        "brand": station.brand,
        "address": station.address,
        "city": station.city.name,
        "state": station.city.state,
        "zip": station.city.zip,
        "country": station.city.country,
        "lat": station.lat,
        "lon": station.lon,
        "distance": None if miles is None else round(miles, 1),
        "distance_unit": None if miles is None else "mi",
        "status": station.status,
        "diesel_price": posted.get("diesel"),
        "regular_price": posted.get("regular"),
        "prices": [
            {
                "product": price.product,
                "amount": price.amount,
                "currency": "USD",
                "unit": "gal",
                "price_type": price.kind,
                "is_estimated": station.estimated,
                "updated_at": at,
            }
            for price in prices
        ],
        "amenities": list(station.amenities),
        "truck_accessible": station.truck_accessible,
        "truck_parking_spaces": station.parking_spaces,
        "updated_at": at,
    }


class FuelFinder:
    """The vendor at /fuelfinder/v1."""

    name = "fuelfinder"
    base = "/fuelfinder/v1"
    scopes: tuple[str, ...] = ("quota",)
    usual_retry_after: str | None = "30"
    request_id_header: str | None = None

    def presented(self, headers: Mapping[str, str], raw_query: str) -> str | None:
        """One key in a header."""
        return headers.get("X-API-Key")

    def keyed(self, keys: Mapping[str, str]) -> str:
        """The key itself."""
        return keys["api_key"]

    def scope(self, path: str) -> str | None:
        """The month's quota."""
        return "quota"

    def answer(self, ask: Ask) -> Answer:
        """/stations and /stations/{id}."""
        if ask.path == "/stations":
            return self._stations(ask)
        if ask.path.startswith("/stations/"):
            stations = ask.world.stations
            station = stations.by_id.get(ask.path.removeprefix("/stations/"))
            if station is None:
                return error(404, "not_found", "Station not found")
            stamp = (ask.now, ask.station_bumps.version["stations"])
            row = station_row(stations, station, ask.now, None)
            return ask.page(stamp, lambda: orjson.dumps(row))
        return error(404, "not_found", "Not found")

    @staticmethod
    def _stations(ask: Ask) -> Answer:
        lat, lon = _number(ask, "lat", -90, 90), _number(ask, "lon", -180, 180)
        radius = _number(ask, "radius", 1, 100, 25)
        limit = int(_number(ask, "limit", 1, 100, 50))
        offset = int(_number(ask, "offset", 0, 1_000_000, 0))
        fuel = ask.one("fuel_type")
        if fuel is not None and fuel not in PRODUCTS:
            told = f"fuel_type must be one of {', '.join(PRODUCTS)}"
            raise Refused(error(400, "invalid_request", told))
        stations, now = ask.world.stations, ask.now

        def make() -> bytes:
            found = stations.near(lat, lon, radius)
            if fuel:
                # A stop whose prices nobody knows may sell it.
                sold = [
                    {price.product for price in stations.prices(station, now)}
                    for _, station in found
                ]
                found = [
                    pair for pair, has in zip(found, sold, strict=True) if not has or fuel in has
                ]
            rows = [
                station_row(stations, station, now, miles)
                for miles, station in found[offset : offset + limit]
            ]
            meta = {
                "latitude": lat,
                "longitude": lon,
                "radius": int(radius) if radius == int(radius) else radius,
                "radius_unit": "mi",
                "offset": offset,
                "limit": limit,
                "total": len(found),
            }
            return orjson.dumps({"stations": rows, "meta": meta})

        return ask.page((now, ask.station_bumps.version["stations"]), make)

    def unauthorized(self) -> Answer:
        """No key, or a wrong one."""
        return error(401, "unauthorized", "Missing or invalid API key")

    def forbidden(self) -> Answer:
        """The month is used up."""
        return error(403, "quota_exceeded", "Monthly quota exhausted")

    def rate_limited(self, retry_after: str | None) -> Answer:
        """Retry-After in whole seconds."""
        headers = {} if retry_after is None else {"Retry_After": retry_after}
        return error(429, "rate_limited", "Rate limit exceeded", **headers)

    def rows(self, value: Any) -> list[Any] | None:
        """`stations`; one station is no list."""
        found = value.get("stations")
        return found if isinstance(found, list) else None

    def misled(self, kind: str, ask: Ask, value: Any) -> Any:
        """A total that promises a page more, or an offset that is not listened to."""
        meta = value.get("meta")
        if meta is None:
            return value
        if kind == "repeated_cursor":
            first = Ask(
                ask.world, ask.tenant, ask.pages, ask.now, ask.path,
                f"{ask.raw_query}&offset=0", ask.station_bumps,
            )  # fmt: skip
            again = orjson.loads(self.answer(first).body)
            return {**again, "meta": meta}
        if value["stations"]:
            return {**value, "meta": {**meta, "total": meta["total"] + meta["limit"]}}
        return value

    def weak(self, path: str) -> Weak:
        """A station breaks the same way everywhere."""
        return _WEAK

    def onward(self, answer: Answer, query: str) -> str | None:
        """One page is enough to warm."""
        return None
