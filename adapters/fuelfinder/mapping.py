"""Fuel Finder's words to ours. No I/O."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

import orjson

from adapters._kit.times import utc
from adapters.fuelfinder import wire
from core.errors import RecordInvalid
from models.records import ChildRecord, FuelPrice, FuelStation, StationStatus

_STATUSES = {status.value for status in StationStatus}
_UNITS = {"gal": "gal", "gallon": "gal", "us_gallon": "gal", "l": "l", "liter": "l", "litre": "l"}
_TENTH_OF_A_CENT = Decimal("0.001")
_CHEAPEST_DIESEL, _DEAREST_DIESEL = Decimal("1.50"), Decimal("9.99")  # USD a US gallon
_MOST = Decimal(1000)
_POSTED = ("posted", "credit")  # the flat fields are the posted, that is the credit, price
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def station(sent: wire.Station) -> FuelStation:
    """A truck stop. Its diesel price is USD per US gallon or null, and never a guess."""
    if sent["latitude"] == 0 and sent["longitude"] == 0:
        raise RecordInvalid("lat", "0,0 is no position")
    return FuelStation(
        vendor_id=sent["id"],
        name=sent.get("name") or None,
        brand=sent.get("brand") or None,
        address=sent.get("address") or None,
        city=sent.get("city") or None,
        state=sent.get("state") or None,
        zip=sent.get("zip") or None,
        country=sent.get("country") or None,
        latitude=sent["latitude"],
        longitude=sent["longitude"],
        status=_status(sent.get("status")),
        diesel_price=_diesel(sent),
        amenities_json=_amenities(sent.get("amenities") or []),
        truck_accessible=sent.get("truck_accessible"),
        truck_parking_spaces=sent.get("truck_parking_spaces"),
        phone=sent.get("phone") or None,
        source_updated_at=utc(sent.get("updated_at")),
    )


def prices(sent: wire.Station) -> list[ChildRecord]:
    """The station's prices in their own units, the newest where one is told twice."""
    return list(_prices(sent))


def _prices(sent: wire.Station) -> list[FuelPrice]:
    newest: dict[str, FuelPrice] = {}
    for place, told in enumerate(sent.get("prices") or []):
        price = _price(sent["id"], f"prices.{place}", told)
        if price is None:
            continue
        before = newest.get(price.vendor_id)
        if before is None or _told_at(price) >= _told_at(before):
            newest[price.vendor_id] = price
    return list(newest.values())


def _told_at(price: FuelPrice) -> datetime:
    return price.source_updated_at or _LONG_AGO


def _price(station_id: str, path: str, told: wire.Price) -> FuelPrice | None:
    amount = told.get("amount")
    product, kind = _word(told["product"]), _word(told["price_type"])
    if amount is None or (amount == 0 and kind == "cash"):  # a cash price of 0 is a missing one
        return None
    if not 0 < amount < _MOST:
        raise RecordInvalid(f"{path}.amount", "is no price")
    unit = _UNITS.get(_word(told["unit"]), _word(told["unit"]))
    currency = told["currency"].strip().upper()
    if product == "diesel" and (unit, currency) == ("gal", "USD"):
        _check_band(f"{path}.amount", amount)
    return FuelPrice(
        parent_id=station_id,
        vendor_id=f"{station_id}:{product}:{kind}:{unit}:{currency}",
        product=product,
        price_type=kind,
        amount=_rounded(amount),
        currency=currency,
        unit=unit,
        is_estimated=told.get("is_estimated"),
        source_updated_at=utc(told.get("updated_at")),
    )


def _diesel(sent: wire.Station) -> Decimal | None:
    """The flat price; without one the posted price per gallon.

    Where diesel is posted only in another unit or currency, the flat figure may be that one:
    it is left out.
    """
    posted = [
        price
        for price in _prices(sent)
        if price.product == "diesel" and price.price_type in _POSTED
    ]
    per_gallon = [price for price in posted if (price.unit, price.currency) == ("gal", "USD")]
    if posted and not per_gallon:
        return None
    flat = sent.get("diesel_price")
    if flat is not None:
        _check_band("diesel_price", flat)
        return _rounded(flat)
    per_gallon.sort(key=lambda price: _POSTED.index(price.price_type))
    return per_gallon[0].amount if per_gallon else None


def _check_band(path: str, amount: Decimal) -> None:
    if not _CHEAPEST_DIESEL <= amount <= _DEAREST_DIESEL:
        raise RecordInvalid(
            path,
            f"should be between {_CHEAPEST_DIESEL} and {_DEAREST_DIESEL} USD a gallon of diesel",
        )


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_TENTH_OF_A_CENT, ROUND_HALF_UP)


def _status(sent: str | None) -> str:
    word = _word(sent or "")
    return word if word in _STATUSES else StationStatus.UNKNOWN.value


def _amenities(words: list[str]) -> str:
    return orjson.dumps([word.strip() for word in words if word.strip()]).decode()


def _word(sent: str) -> str:
    return sent.strip().lower().replace(" ", "_").replace("-", "_")
