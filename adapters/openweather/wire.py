"""OpenWeather's words, exactly (`units=imperial`)."""

from typing import Annotated, NamedTuple, Required

from pydantic import Field, with_config
from typing_extensions import TypedDict

from adapters._kit.fields import STRICT, Amount, Number, Shape, Text, at
from adapters._kit.reading import BodyReader
from models.asking import Place

_LAST_SECOND = 4_102_444_800  # the year 2100
Instant = Annotated[int, Field(gt=0, le=_LAST_SECOND)]  # unix seconds, UTC
MaybeInstant = Annotated[int, Field(ge=0, le=_LAST_SECOND)] | None
Shift = Annotated[int, Field(ge=-64_800, le=64_800)] | None  # seconds from UTC


@with_config(STRICT)
class Condition(TypedDict, total=False):
    """One of the conditions at a place; the first is the primary one."""

    id: Required[Annotated[int, Field(ge=0, le=99_999)]]
    main: Required[str]
    description: Text


@with_config(STRICT)
class Weather(TypedDict, total=False):
    """The answer of `/weather`. `rain` and `snow` are there only while it falls."""

    weather: Required[Annotated[list[Condition], Field(min_length=1, max_length=50)]]
    dt: Required[Instant]
    main: Shape
    temp: Annotated[Amount, at("main", "temp")]
    feels_like: Annotated[Amount, at("main", "feels_like")]
    pressure: Annotated[Amount, at("main", "pressure")]
    humidity: Annotated[Number, at("main", "humidity")]
    visibility: Number
    wind: Shape
    wind_speed: Annotated[Amount, at("wind", "speed")]
    wind_gust: Annotated[Amount, at("wind", "gust")]
    wind_deg: Annotated[Number, at("wind", "deg")]
    rain: Shape
    rain_1h: Annotated[Amount, at("rain", "1h")]
    snow: Shape
    snow_1h: Annotated[Amount, at("snow", "1h")]
    clouds: Shape
    cloud_cover: Annotated[Number, at("clouds", "all")]
    sys: Shape
    country: Annotated[Text, at("sys", "country")]
    sunrise: Annotated[MaybeInstant, at("sys", "sunrise")]
    sunset: Annotated[MaybeInstant, at("sys", "sunset")]
    timezone: Shift
    name: Text


class Seen(NamedTuple):
    """What was sent for the place that was asked for; the vendor rounds coordinates."""

    place: Place
    sent: Weather


WEATHER = BodyReader(Weather)
