"""Fuel Finder. Its quirks are written down in README.md, next to this file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from adapters._kit.vendor import (
    Authorization,
    CallLimit,
    Children,
    CredentialField,
    Dataset,
    Vendor,
)
from adapters.fuelfinder import client, mapping, wire
from adapters.fuelfinder.documented import BY_DATASET
from models.records import FuelPrice, FuelStation


def _authorize(credentials: Mapping[str, str]) -> Authorization:
    return Authorization({"X-API-Key": credentials["api_key"]}, {})


VENDOR = Vendor(
    name="fuelfinder",
    title="Fuel Finder",
    category="fuel",
    base_url="https://api.fuelfinder.com/v1",
    poll_every=timedelta(minutes=60),
    credentials=(CredentialField("api_key", "API key", "Fuel Finder, account page, API access."),),
    authorize=_authorize,
    sandbox_path="/fuelfinder/v1",
    limits=(CallLimit("key", 60, 60.0, 50),),
    datasets=(
        Dataset(
            name="stations",
            documented=BY_DATASET["stations"],
            title="Truck stops and diesel prices",
            record=FuelStation,
            pages=client.stations,
            read=mapping.station,
            again=wire.STATIONS.again,
            probe=client.probe_stations,
            children=Children(FuelPrice, mapping.prices),
            needs_places=True,
        ),
    ),
)
