"""The sky over any place: by the hour and by region, sometimes severe, always the same again."""

from __future__ import annotations

from math import acos, asin, cos, degrees, pi, radians, sin, tan
from typing import NamedTuple

from sandbox.world.dice import Dice, number
from sandbox.world.instants import DAY, HOUR, MINUTE, offset_seconds
from sandbox.world.places import City, nearest_city

STEP = 10 * MINUTE
FAR_MILES = 300.0

# id: (main, description, icon, mm an hour, visibility in metres, clouds in %, extra wind in mph)
CONDITIONS: dict[int, tuple[str, str, str, float, int, int, int]] = {
    800: ("Clear", "clear sky", "01", 0, 10000, 0, 0),
    801: ("Clouds", "few clouds", "02", 0, 10000, 20, 0),
    803: ("Clouds", "broken clouds", "04", 0, 10000, 70, 2),
    804: ("Clouds", "overcast clouds", "04", 0, 10000, 100, 3),
    500: ("Rain", "light rain", "10", 0.6, 9000, 90, 4),
    501: ("Rain", "moderate rain", "10", 3.2, 4828, 100, 9),
    502: ("Rain", "heavy intensity rain", "10", 9.5, 2400, 100, 14),
    511: ("Rain", "freezing rain", "13", 0.7, 1609, 100, 8),
    200: ("Thunderstorm", "thunderstorm with light rain", "11", 1.4, 7000, 90, 15),
    212: ("Thunderstorm", "heavy thunderstorm", "11", 12.0, 1800, 100, 28),
    600: ("Snow", "light snow", "13", 0.5, 4000, 100, 5),
    601: ("Snow", "snow", "13", 1.4, 1600, 100, 9),
    602: ("Snow", "heavy snow", "13", 2.6, 402, 100, 16),
    701: ("Mist", "mist", "50", 0, 3000, 60, 0),
    741: ("Fog", "fog", "50", 0, 300, 100, 0),
    781: ("Tornado", "tornado", "50", 0, 800, 100, 60),
}
_MILD = (800, 800, 800, 801, 801, 803, 803, 804, 804, 500, 500, 701)
_ROUGH_WARM = (501, 501, 502, 200, 200, 741, 501, 212, 781)
_ROUGH_COLD = (600, 600, 601, 601, 741, 602, 511)


class Weather(NamedTuple):
    """The weather at a place. Temperatures in deg F, wind in mph, rain in mm/h, sight in metres."""

    lat: float
    lon: float
    at: int
    conditions: tuple[int, ...]
    temperature: float
    feels_like: float
    pressure: int
    humidity: int
    visibility: int
    wind: float
    gust: float | None
    wind_from: int
    rain: float | None
    snow: float | None
    clouds: int
    sunrise: int | None
    sunset: int | None
    offset: int
    city: City | None

    @property
    def daylight(self) -> bool:
        """Whether the sun is up."""
        return bool(self.sunrise and self.sunset and self.sunrise <= self.at < self.sunset)


def _sun(lat: float, lon: float, at: int) -> tuple[int | None, int | None]:
    """Sunrise and sunset of the solar day; None in the polar day and night."""
    noon = (at + int(lon * 240)) // DAY * DAY + DAY // 2 - int(lon * 240)
    year = 2 * pi * ((noon // DAY) % 365.25 - 80) / 365.25
    tilt = asin(0.39779 * sin(year))
    reach = -tan(radians(max(-89.9, min(89.9, lat)))) * tan(tilt)
    if not -1 < reach < 1:
        return None, None
    half = int(degrees(acos(reach)) * 240)
    return noon - half, noon + half


def _condition(seed: int, lat: float, lon: float, at: int, temperature: float) -> Dice:
    # A front covers some two degrees and lasts three hours.
    return Dice(seed, "front", int(lat // 2), int(lon // 2), at // (3 * HOUR), temperature < 34)


def _temperature(seed: int, lat: float, lon: float, at: int) -> float:
    season = cos(2 * pi * ((at // DAY) % 365.25 - 200) / 365.25) * (1 if lat >= 0 else -1)
    hour = ((at + lon * 240) % DAY) / HOUR
    daily = cos(2 * pi * (hour - 15) / 24) * 9
    noise = number(seed, "air", int(lat // 2), int(lon // 2), at // (6 * HOUR)) % 160 / 10 - 8
    return 88 - abs(lat) * 0.85 + season * (6 + abs(lat) * 0.5) + daily + noise


def weather(seed: int, lat: float, lon: float, now: int) -> Weather:
    """As the model computed it at the last full ten minutes."""
    at = now - now % STEP
    temperature = round(_temperature(seed, lat, lon, at), 2)
    dice = _condition(seed, lat, lon, at, temperature)
    rough = dice.chance(0.3)
    options = _MILD if not rough else _ROUGH_COLD if temperature < 34 else _ROUGH_WARM
    first = dice.pick(options)
    if first == 500 and temperature < 34:
        first = 600
    main, _, _, fall, sight, clouds, extra = CONDITIONS[first]
    wind = round(2 + dice.unit() * 8 + extra, 2)
    city, away = nearest_city(round(lat, 1), round(lon, 1))
    near = city if away <= FAR_MILES else None
    sunrise, sunset = _sun(lat, lon, at)
    falls = round(fall * (0.7 + 0.6 * dice.unit()), 2) if fall else None
    return Weather(
        lat=round(lat, 4),
        lon=round(lon, 4),
        at=at,
        conditions=(first, 741) if first == 602 else (first,),
        temperature=temperature,
        feels_like=round(temperature - wind * 0.3, 2),
        pressure=dice.spread(998, 1030),
        humidity=dice.spread(75, 98) if fall else dice.spread(25, 75),
        visibility=sight,
        wind=wind,
        gust=round(wind * 1.6, 2) if extra > 3 else None,
        wind_from=dice.below(360),
        rain=falls if main in ("Rain", "Thunderstorm") else None,
        snow=falls if main == "Snow" else None,
        clouds=clouds,
        sunrise=sunrise,
        sunset=sunset,
        offset=offset_seconds(near.zone, at) if near else round(lon / 15) * HOUR,
        city=near,
    )
