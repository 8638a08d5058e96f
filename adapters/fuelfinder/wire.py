"""Fuel Finder's words, exactly; the flat form and the other names of a field are accepted."""

from typing import Annotated, Any, NotRequired, Required

from pydantic import AliasPath, BeforeValidator, Field, with_config
from typing_extensions import TypedDict

from adapters._kit.fields import (
    STRICT,
    Amount,
    AnyId,
    AnyText,
    Count,
    Flag,
    Latitude,
    Longitude,
    Shape,
    Text,
    When,
    called,
)
from adapters._kit.reading import Isolated, PageReader


def _split(value: Any) -> Any:
    return value.split(",") if isinstance(value, str) else value


Words = Annotated[list[str] | None, BeforeValidator(_split)]
Code = Annotated[str, Field(min_length=1, max_length=40)]


@with_config(STRICT)
class Price(TypedDict, total=False):
    """One of a station's prices; without a currency and a unit it says nothing."""

    product: Required[Code]
    amount: Amount
    currency: Required[Code]
    unit: Required[Code]
    price_type: Required[Code]
    is_estimated: Flag
    updated_at: When


@with_config(STRICT)
class Station(TypedDict, total=False):
    """One truck stop."""

    id: Required[Annotated[AnyId, called("id", "station_id")]]
    name: Text
    brand: Text
    address: Text
    city: Text
    state: Text
    zip: Annotated[AnyText, called("zip", "postal_code")]
    country: Text
    latitude: Required[Annotated[Latitude, called("lat", "latitude")]]
    longitude: Required[Annotated[Longitude, called("lon", "longitude", "lng")]]
    status: Text
    diesel_price: Amount
    prices: list[Price] | None
    amenities: Words
    truck_accessible: Flag
    truck_parking_spaces: Count
    phone: Text
    updated_at: When


class StationsPage(TypedDict):
    """A page of `/stations`; the flat form has no `meta`."""

    rows: Annotated[list[Isolated[Station]], Field(validation_alias="stations")]
    meta: NotRequired[Shape]
    total: NotRequired[
        Annotated[int | None, Field(strict=True, ge=0, validation_alias=AliasPath("meta", "total"))]
    ]


STATIONS = PageReader(StationsPage, Station)
