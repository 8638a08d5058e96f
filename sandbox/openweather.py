"""OpenWeather's current weather, as its contract describes it: odd `cod` types and all."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any
from urllib.parse import parse_qsl

import orjson

from sandbox.exchange import Answer, Ask, Refused, as_json
from sandbox.spoil import Weak
from sandbox.world.dice import number
from sandbox.world.weather import CONDITIONS, Weather, weather

_PLAN = (
    "Please note that using One Call 3.0 requires a separate subscription to the One Call by Call "
    "plan. Learn more here https://openweathermap.org/price. If you have a valid subscription to "
    "the One Call by Call plan, but still receive this error, then please see "
    "https://openweathermap.org/faq#error401 for more info."
)
_KEY = "Invalid API key. Please see https://openweathermap.org/faq#error401 for more info."
_BLOCKED = (
    "Your account is temporary blocked due to exceeding of requests limitation of your "
    "subscription type. Please choose the proper subscription https://openweathermap.org/price"
)
_WEAK = Weak(("weather.0.id", 999), ("visibility", "wind", "sys"), "main", ("main.temp", "warm"))


def error(status: int, message: str, *, quoted: bool) -> Answer:
    """`cod` is a string in 400 and 404, an integer in 401 and 429."""
    return as_json({"cod": str(status) if quoted else status, "message": message}, status)


def _place(ask: Ask) -> tuple[float, float]:
    lat, lon = ask.one("lat"), ask.one("lon")
    if not lat or not lon:
        if ask.one("q") or ask.one("id") or ask.one("zip"):
            raise Refused(error(404, "city not found", quoted=True))
        raise Refused(error(400, "Nothing to geocode", quoted=True))
    return _degrees(lat, 90, "latitude"), _degrees(lon, 180, "longitude")


def _degrees(text: str, most: int, name: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value) or abs(value) > most:
        raise Refused(error(400, f"wrong {name}", quoted=True))
    return value


def _temperature(fahrenheit: float, units: str) -> float:
    if units == "imperial":
        return fahrenheit
    celsius = (fahrenheit - 32) / 1.8
    return round(celsius if units == "metric" else celsius + 273.15, 2)


def _conditions(found: Weather) -> list[dict[str, Any]]:
    night = "d" if found.daylight else "n"
    return [
        {"id": code, "main": known[0], "description": known[1], "icon": known[2] + night}
        for code, known in ((code, CONDITIONS[code]) for code in found.conditions)
    ]


def weather_row(found: Weather, units: str) -> dict[str, Any]:
    """The weather in OpenWeather's words. Rain, sight and pressure have one unit everywhere."""
    pace = 1.0 if units == "imperial" else 0.44704
    wind: dict[str, Any] = {"speed": round(found.wind * pace, 2), "deg": found.wind_from}
    if found.gust is not None:
        wind["gust"] = round(found.gust * pace, 2)
    city = found.city
    sun = {"sunrise": found.sunrise, "sunset": found.sunset} if found.sunrise else {}
    country = {"type": 2, "id": 2003218, "country": city.country} if city else {}
    row: dict[str, Any] = {
        "coord": {"lon": found.lon, "lat": found.lat},
        "weather": _conditions(found),
        "base": "stations",
        "main": {
            "temp": _temperature(found.temperature, units),
            "feels_like": _temperature(found.feels_like, units),
            "temp_min": _temperature(found.temperature - 2, units),
            "temp_max": _temperature(found.temperature + 2, units),
            "pressure": found.pressure,
            "humidity": found.humidity,
            "sea_level": found.pressure,
            "grnd_level": found.pressure - 17,
        },
        "visibility": found.visibility,
        "wind": wind,
    }
    if found.rain:
        row["rain"] = {"1h": found.rain}
    if found.snow:
        row["snow"] = {"1h": found.snow}
    return row | {
        "clouds": {"all": found.clouds},
        "dt": found.at,
        "sys": {**country, **sun},
        "timezone": found.offset,
        "id": 4_000_000 + number(city.name, bits=20) if city else 0,
        "name": city.name if city else "",
        "cod": 200,
    }


class OpenWeather:
    """The vendor at /openweather/data/2.5."""

    name = "openweather"
    base = "/openweather/data/2.5"
    scopes: tuple[str, ...] = ("weather",)
    usual_retry_after: str | None = None
    request_id_header: str | None = None

    def presented(self, headers: Mapping[str, str], raw_query: str) -> str | None:
        """The `appid` of the query."""
        place = raw_query.find("appid=")
        if place < 0:
            return None
        return dict(parse_qsl(raw_query[place:])).get("appid")

    def keyed(self, keys: Mapping[str, str]) -> str:
        """The key itself."""
        return keys["api_key"]

    def scope(self, path: str) -> str | None:
        """The subscription."""
        return "weather"

    def answer(self, ask: Ask) -> Answer:
        """/weather; One Call needs a subscription that nobody here has."""
        if ask.path.startswith("/openweather/data/3.0/onecall"):
            return error(401, _PLAN, quoted=False)
        if ask.path != "/weather":
            return error(404, "Internal error", quoted=True)
        lat, lon = _place(ask)
        units = ask.one("units") or "standard"
        found = weather(ask.world.seed, lat, lon, ask.now)
        return ask.page(found.at, lambda: orjson.dumps(weather_row(found, units)))

    def unauthorized(self) -> Answer:
        """A wrong key, or one that is not active yet."""
        return error(401, _KEY, quoted=False)

    def forbidden(self) -> Answer:
        """A plan problem is a 401 too."""
        return error(401, _PLAN, quoted=False)

    def rate_limited(self, retry_after: str | None) -> Answer:
        """The account is blocked; no header says for how long."""
        answer = error(429, _BLOCKED, quoted=False)
        headers = (("Retry-After", retry_after),) if retry_after is not None else ()
        return answer._replace(headers=headers)

    def rows(self, value: Any) -> list[Any] | None:
        """One object."""
        return None

    def misled(self, kind: str, ask: Ask, value: Any) -> Any:
        """There are no pages."""
        return value

    def weak(self, path: str) -> Weak:
        """One shape."""
        return _WEAK

    def onward(self, answer: Answer, query: str) -> str | None:
        """There are no pages."""
        return None
