"""OpenWeather. Its quirks are written down in README.md, next to this file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from adapters._kit.vendor import Authorization, CallLimit, CredentialField, Dataset, Vendor
from adapters.openweather import client, mapping
from adapters.openweather.documented import BY_DATASET
from models.records import WeatherObservation


def _authorize(credentials: Mapping[str, str]) -> Authorization:
    return Authorization({}, {"appid": credentials["api_key"]})


VENDOR = Vendor(
    name="openweather",
    title="OpenWeather",
    category="weather",
    base_url="https://api.openweathermap.org/data/2.5",
    poll_every=timedelta(minutes=30),
    credentials=(
        CredentialField(
            "api_key",
            "API key",
            "OpenWeather, My API keys. A new key is refused for up to two hours.",
        ),
    ),
    authorize=_authorize,
    sandbox_path="/openweather/data/2.5",
    # The free plan; beyond it the account is blocked for minutes.
    limits=(CallLimit("plan", 60, 60.0, 50),),
    pause=timedelta(minutes=5),  # the account stays blocked for a while
    error_200=client.error_in_200,
    datasets=(
        Dataset(
            name="weather",
            documented=BY_DATASET["weather"],
            title="Weather",
            record=WeatherObservation,
            pages=client.weather,
            read=mapping.observation,
            again=client.again,
            names=client.name_of,
            probe=client.probe_weather,
            needs_places=True,
        ),
    ),
)
