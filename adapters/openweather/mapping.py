"""OpenWeather's words to ours. No I/O."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import orjson

from adapters.openweather import severity, wire
from adapters.openweather.client import place_key
from core.errors import RecordInvalid
from models.records import WeatherObservation

_CAPPED_M = 10_000  # the vendor's word for "10 km or more"
_COLDEST_F, _HOTTEST_F = Decimal(-130), Decimal(140)  # beyond the records: another unit


def observation(seen: wire.Seen) -> WeatherObservation:
    """The weather at the place that was asked for.

    No rain and no snow are 0, because the vendor leaves them out while nothing falls; a missing
    visibility is unknown.
    """
    place, sent = seen
    conditions = sent["weather"]
    visibility = _whole("visibility", sent.get("visibility"), 0, 100_000)
    return WeatherObservation(
        vendor_id=place_key(place),
        latitude=place.latitude,
        longitude=place.longitude,
        place_name=sent.get("name") or None,
        country=sent.get("country") or None,
        condition_id=conditions[0]["id"],
        condition=conditions[0]["main"],
        description=conditions[0].get("description") or None,
        conditions_json=orjson.dumps(conditions, option=orjson.OPT_SORT_KEYS).decode(),
        road_severity=severity.of_all((one["id"] for one in conditions), visibility).value,
        temperature_f=_temperature("main.temp", sent.get("temp")),
        feels_like_f=_temperature("main.feels_like", sent.get("feels_like")),
        pressure_hpa=_within("main.pressure", sent.get("pressure"), 300, 1200),
        humidity_pct=_whole("main.humidity", sent.get("humidity"), 0, 100),
        visibility_m=visibility,
        visibility_is_capped=None if visibility is None else visibility >= _CAPPED_M,
        wind_speed_mph=_within("wind.speed", sent.get("wind_speed"), 0, 500),
        wind_gust_mph=_within("wind.gust", sent.get("wind_gust"), 0, 500),
        wind_direction_deg=_whole("wind.deg", sent.get("wind_deg"), 0, 360),
        rain_1h_mm=_fallen("rain.1h", sent.get("rain_1h")),
        snow_1h_mm=_fallen("snow.1h", sent.get("snow_1h")),
        cloud_cover_pct=_whole("clouds.all", sent.get("cloud_cover"), 0, 100),
        sunrise_at=_instant(sent.get("sunrise")),
        sunset_at=_instant(sent.get("sunset")),
        utc_offset_s=sent.get("timezone"),
        source_updated_at=datetime.fromtimestamp(sent["dt"], UTC),
    )


def _temperature(path: str, sent: Decimal | None) -> Decimal | None:
    if sent is not None and not _COLDEST_F <= sent <= _HOTTEST_F:
        raise RecordInvalid(path, "is no temperature in degrees Fahrenheit")
    return sent


def _fallen(path: str, sent: Decimal | None) -> Decimal:
    return _within(path, sent, 0, 1000) or Decimal(0)


def _within(path: str, sent: Decimal | None, least: int, most: int) -> Decimal | None:
    if sent is not None and not least <= sent <= most:
        raise RecordInvalid(path, f"should be between {least} and {most}")
    return sent


def _whole(path: str, sent: float | None, least: int, most: int) -> int | None:
    if sent is None:
        return None
    if not least <= sent <= most:
        raise RecordInvalid(path, f"should be between {least} and {most}")
    return round(sent)


def _instant(sent: int | None) -> datetime | None:
    """Absent (or 0) in polar day and night."""
    return datetime.fromtimestamp(sent, UTC) if sent else None
