"""Truckbase's words, exactly; the shorter form of a load is accepted as well."""

from typing import Annotated, Any, NotRequired, Required

from pydantic import AliasPath, BeforeValidator, Field, with_config
from typing_extensions import TypedDict

from adapters._kit.fields import (
    STRICT,
    Amount,
    AnyId,
    AnyText,
    Flag,
    Latitude,
    Longitude,
    MaybeAnyId,
    Shape,
    Text,
    When,
    at,
)
from adapters._kit.reading import BodyReader, Isolated, PageReader

_PLACE_PARTS = ("address", "city", "state", "zip")


def _label(value: Any) -> Any:
    """A place that came as an object, in the words it has as text: "City, ST zip"."""
    if not isinstance(value, dict):
        return value
    parts = {name: value.get(name) for name in _PLACE_PARTS}
    if not all(part is None or isinstance(part, str) for part in parts.values()):
        return value  # not a place: the text that should stand here is missing
    region = " ".join(part for part in (parts["state"], parts["zip"]) if part)
    town = ", ".join(part for part in (parts["city"], region) if part)
    return town or parts["address"] or None


PlaceLabel = Annotated[str | None, BeforeValidator(_label)]
Sequence = Annotated[int, Field(ge=0, le=10_000)] | None


@with_config(STRICT)
class Reference(TypedDict, total=False):
    """A number that somebody knows the load by."""

    type: Text
    value: AnyText


@with_config(STRICT)
class Stop(TypedDict, total=False):
    """One of a load's stops."""

    id: MaybeAnyId
    sequence: Sequence
    type: Text
    status: Text
    location: Shape
    name: Annotated[Text, at("location", "name")]
    address1: Annotated[Text, at("location", "address1")]
    address2: Annotated[Text, at("location", "address2")]
    city: Annotated[Text, at("location", "city")]
    state: Annotated[Text, at("location", "state")]
    zip: Annotated[AnyText, at("location", "zip")]
    country: Annotated[Text, at("location", "country")]
    latitude: Annotated[Latitude | None, at("location", "lat")]
    longitude: Annotated[Longitude | None, at("location", "lon")]
    timezone: Annotated[Text, at("location", "timezone")]
    appointment: Shape
    appointment_type: Annotated[Text, at("appointment", "type")]
    appointment_start: Annotated[When, at("appointment", "start")]
    appointment_end: Annotated[When, at("appointment", "end")]
    appointment_confirmed: Annotated[Flag, at("appointment", "confirmed")]
    eta: When
    arrived_at: When
    departed_at: When
    references: list[Reference] | None
    instructions: Text


@with_config(STRICT)
class Load(TypedDict, total=False):
    """One load."""

    id: Required[AnyId]
    load_number: AnyText
    status: Text
    pickup_location: PlaceLabel
    pickup_time: When
    delivery_location: PlaceLabel
    delivery_time: When
    customer: Shape
    customer_id: Annotated[MaybeAnyId, at("customer", "id")]
    customer_name: Annotated[Text, at("customer", "name")]
    references: list[Reference] | None
    stops: list[Stop] | None
    driver_id: MaybeAnyId
    driver: Shape
    drivers_id: Annotated[MaybeAnyId, at("driver", "id")]
    driver_name: Annotated[Text, at("driver", "name")]
    co_driver_id: MaybeAnyId
    truck: Shape
    truck_id: Annotated[MaybeAnyId, at("truck", "id")]
    truck_unit: Annotated[AnyText, at("truck", "unit_number")]
    truck_vin: Annotated[Text, at("truck", "vin")]
    trailer: Shape
    trailer_id: Annotated[MaybeAnyId, at("trailer", "id")]
    trailer_unit: Annotated[AnyText, at("trailer", "unit_number")]
    equipment_type: Text
    commodity: Text
    weight: Shape
    weight_value: Annotated[Amount, at("weight", "value")]
    weight_unit: Annotated[Text, at("weight", "unit")]
    miles: Shape
    loaded_miles: Annotated[Amount, at("miles", "loaded")]
    empty_miles: Annotated[Amount, at("miles", "empty")]
    rate: Shape
    rate_amount: Annotated[Amount, at("rate", "amount")]
    rate_currency: Annotated[Text, at("rate", "currency")]
    notes: Text
    created_at: When
    updated_at: When


class ListedLoad(Load, total=False):
    """A load and what we know of it besides: whether the list of active ones named it."""

    is_listed_active: bool


class LoadsPage(TypedDict):
    """A page of `/loads`; without a `pagination` block it is the only one."""

    rows: Annotated[list[Isolated[Load]], Field(validation_alias="loads")]
    pagination: NotRequired[Shape]
    next_page: NotRequired[
        Annotated[
            int | None,
            Field(strict=True, validation_alias=AliasPath("pagination", "next_page")),
        ]
    ]


LOADS = PageReader(LoadsPage, Load, kept=ListedLoad)
LOAD = BodyReader(Load)
