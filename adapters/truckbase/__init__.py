"""Truckbase. Its quirks are written down in README.md, next to this file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from adapters._kit.vendor import (
    Account,
    Authorization,
    CallLimit,
    Children,
    CredentialField,
    Dataset,
    Vendor,
)
from adapters.truckbase import client, mapping
from adapters.truckbase.documented import BY_DATASET
from models.records import Load, LoadStop


def _authorize(credentials: Mapping[str, str]) -> Authorization:
    headers = {"X-API-Key": credentials["api_key"], "X-API-Secret": credentials["api_secret"]}
    return Authorization(headers, {})


VENDOR = Vendor(
    name="truckbase",
    title="Truckbase",
    category="tms",
    base_url="https://api.truckbase.io/v1",
    poll_every=timedelta(minutes=5),
    credentials=(
        CredentialField("api_key", "API key", "Truckbase gives the key and its secret together."),
        CredentialField("api_secret", "API secret", "The second half; both are needed."),
    ),
    authorize=_authorize,
    sandbox_path="/truckbase/v1",
    limits=(CallLimit("key", 60, 60.0, 30),),
    account=Account(client.probe_account),
    datasets=(
        Dataset(
            name="loads",
            documented=BY_DATASET["loads"],
            title="Loads",
            record=Load,
            pages=client.loads,
            read=mapping.load,
            again=client.again,
            probe=client.probe_loads,
            children=Children(LoadStop, mapping.stops),
            keeps_cursor=True,
        ),
    ),
)
