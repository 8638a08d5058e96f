"""Truckbase's words to ours. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson

from adapters._kit.times import utc
from adapters.truckbase import wire
from core.errors import RecordInvalid
from models.records import ChildRecord, Load, LoadStatus, LoadStop, StopStatus, StopType

_STATUS: Mapping[str, LoadStatus] = {
    "draft": LoadStatus.UNASSIGNED,
    "booked": LoadStatus.UNASSIGNED,
    "assigned": LoadStatus.ASSIGNED,
    "dispatched": LoadStatus.ASSIGNED,
    "at_pickup": LoadStatus.IN_TRANSIT,
    "in_transit": LoadStatus.IN_TRANSIT,
    "at_delivery": LoadStatus.IN_TRANSIT,
    "delivered": LoadStatus.DELIVERED,
    "completed": LoadStatus.DELIVERED,
    "invoiced": LoadStatus.DELIVERED,
    "paid": LoadStatus.DELIVERED,
    "cancelled": LoadStatus.CANCELLED,
    "canceled": LoadStatus.CANCELLED,
    "tonu": LoadStatus.CANCELLED,
}
_OPEN = {"booked", "assigned", "dispatched", "at_pickup", "in_transit", "at_delivery"}
_STOP_TYPES = {kind.value for kind in StopType}
_STOP_STATUSES = {status.value for status in StopStatus}
_POUNDS: Mapping[str, Decimal] = {
    "lb": Decimal(1),
    "lbs": Decimal(1),
    "kg": Decimal("2.20462262"),
}
_HUNDREDTH = Decimal("0.01")


def load(sent: wire.ListedLoad) -> Load:
    """A load. A status we do not know is kept in its own words and is never a finished one."""
    status, word = _status(sent)
    return Load(
        vendor_id=sent["id"],
        load_number=sent.get("load_number") or None,
        status=status.value,
        vendor_status=sent.get("status"),
        is_open=word in _OPEN or (word not in _STATUS and sent.get("is_listed_active", False)),
        driver_id=_driver_id(sent),
        driver_name=sent.get("driver_name") or None,
        co_driver_id=sent.get("co_driver_id") or None,
        truck_id=sent.get("truck_id") or None,
        truck_unit=sent.get("truck_unit") or None,
        truck_vin=sent.get("truck_vin") or None,
        trailer_id=sent.get("trailer_id") or None,
        trailer_unit=sent.get("trailer_unit") or None,
        customer_id=sent.get("customer_id") or None,
        customer_name=sent.get("customer_name") or None,
        pickup_location=sent.get("pickup_location") or None,
        pickup_at=utc(sent.get("pickup_time")),
        delivery_location=sent.get("delivery_location") or None,
        delivery_at=utc(sent.get("delivery_time")),
        equipment_type=sent.get("equipment_type") or None,
        commodity=sent.get("commodity") or None,
        weight_lb=_pounds(sent),
        loaded_miles=_not_negative("miles.loaded", sent.get("loaded_miles")),
        empty_miles=_not_negative("miles.empty", sent.get("empty_miles")),
        rate_amount=sent.get("rate_amount"),
        rate_currency=sent.get("rate_currency") or None,
        references_json=_json(sent.get("references")),
        notes=sent.get("notes") or None,
        source_created_at=utc(sent.get("created_at")),
        source_updated_at=utc(sent.get("updated_at")),
    )


def _status(sent: wire.ListedLoad) -> tuple[LoadStatus, str]:
    word = _word(sent.get("status"))
    status = _STATUS.get(word, LoadStatus.UNKNOWN)
    if status is LoadStatus.UNASSIGNED and _driver_id(sent):
        return LoadStatus.ASSIGNED, word
    return status, word


def _driver_id(sent: wire.ListedLoad) -> str | None:
    return sent.get("driver_id") or sent.get("drivers_id") or None


def _pounds(sent: wire.ListedLoad) -> Decimal | None:
    """The weight, when its unit is one we know."""
    value = _not_negative("weight.value", sent.get("weight_value"))
    factor = _POUNDS.get(_word(sent.get("weight_unit")))
    if value is None or factor is None:
        return None
    return value if factor == 1 else (value * factor).quantize(_HUNDREDTH)


def _not_negative(path: str, value: Decimal | None) -> Decimal | None:
    if value is not None and value < 0:
        raise RecordInvalid(path, "should not be negative")
    return value


def stops(sent: wire.ListedLoad) -> list[ChildRecord]:
    """The load's stops in order. A load that came without any has none: two are not invented."""
    found = [_stop(sent["id"], place, stop) for place, stop in enumerate(sent.get("stops") or [])]
    by_id: dict[str, LoadStop] = {}
    for stop in found:
        if by_id.setdefault(stop.vendor_id, stop) != stop:
            raise RecordInvalid("stops", "names two different stops with one id")
    ordered = sorted(by_id.values(), key=lambda stop: stop.sequence)
    return list[ChildRecord](ordered)


def _stop(load_id: str, place: int, sent: wire.Stop) -> LoadStop:
    given = sent.get("sequence")
    sequence = place + 1 if given is None else given
    latitude, longitude = sent.get("latitude"), sent.get("longitude")
    if (latitude is None) != (longitude is None) or (latitude == 0 and longitude == 0):
        raise RecordInvalid(f"stops.{place}.location", "should hold a whole position or none")
    return LoadStop(
        parent_id=load_id,
        vendor_id=sent.get("id") or f"{load_id}#{sequence}",
        sequence=sequence,
        stop_type=_known(sent.get("type"), _STOP_TYPES),
        status=_known(sent.get("status"), _STOP_STATUSES),
        name=sent.get("name") or None,
        address1=sent.get("address1") or None,
        address2=sent.get("address2") or None,
        city=sent.get("city") or None,
        state=sent.get("state") or None,
        zip=sent.get("zip") or None,
        country=sent.get("country") or None,
        latitude=latitude,
        longitude=longitude,
        timezone=sent.get("timezone") or None,
        appointment_type=sent.get("appointment_type") or None,
        appointment_start_at=utc(sent.get("appointment_start")),
        appointment_end_at=utc(sent.get("appointment_end")),
        appointment_confirmed=sent.get("appointment_confirmed"),
        eta_at=utc(sent.get("eta")),
        arrived_at=utc(sent.get("arrived_at")),
        departed_at=utc(sent.get("departed_at")),
        references_json=_json(sent.get("references")),
        instructions=sent.get("instructions") or None,
    )


def _known(sent: str | None, words: set[str]) -> str:
    word = _word(sent)
    return word if word in words else "unknown"


def _word(sent: str | None) -> str:
    """Statuses compare without regard to case and to how words are joined."""
    return (sent or "").strip().lower().replace(" ", "_").replace("-", "_")


def _json(references: Sequence[Any] | None) -> str:
    return orjson.dumps(references or [], option=orjson.OPT_SORT_KEYS).decode()
