"""Samsara. Its quirks are written down in README.md, next to this file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from adapters._kit.vendor import Account, Authorization, CallLimit, CredentialField, Dataset, Vendor
from adapters.samsara import client, mapping, wire
from adapters.samsara.documented import BY_DATASET
from models.records import Driver, HosClock, HosDailyLog, Vehicle, VehiclePosition

_HOS_SCOPE = "Read ELD Compliance Settings (US)"


def _authorize(credentials: Mapping[str, str]) -> Authorization:
    return Authorization({"Authorization": f"Bearer {credentials['api_key']}"}, {})


VENDOR = Vendor(
    name="samsara",
    title="Samsara",
    category="telematics",
    base_url="https://api.samsara.com",
    poll_every=timedelta(minutes=5),
    credentials=(
        CredentialField(
            "api_key",
            "API token",
            "Samsara dashboard, Settings, API Tokens. Read scopes: Drivers, Vehicles, "
            "Vehicle Statistics, ELD Compliance Settings (US).",
        ),
    ),
    authorize=_authorize,
    sandbox_path="/samsara",
    limits=(
        CallLimit("daily_logs", 5, 1.0, 1, ("/fleet/hos/daily-logs",)),
        CallLimit("vehicles", 25, 1.0, 5, ("/fleet/vehicles",)),
        CallLimit("token", 150, 1.0, 20),
    ),
    account=Account(client.probe_account, is_optional=True),
    datasets=(
        Dataset(
            name="drivers",
            documented=BY_DATASET["drivers"],
            title="Drivers",
            record=Driver,
            pages=client.drivers,
            read=mapping.driver,
            again=wire.DRIVERS.again,
            probe=client.probe_drivers,
            is_snapshot=True,
            scope="Read Drivers",
        ),
        Dataset(
            name="vehicles",
            documented=BY_DATASET["vehicles"],
            title="Vehicles",
            record=Vehicle,
            pages=client.vehicles,
            read=mapping.vehicle,
            again=wire.VEHICLES.again,
            probe=client.probe_vehicles,
            limit="vehicles",
            is_snapshot=True,
            scope="Read Vehicles",
        ),
        Dataset(
            name="positions",
            documented=BY_DATASET["positions"],
            title="Vehicle positions",
            record=VehiclePosition,
            pages=client.positions,
            read=mapping.position,
            again=wire.POSITIONS.again,
            probe=client.probe_positions,
            is_snapshot=True,
            scope="Read Vehicle Statistics",
        ),
        Dataset(
            name="hos_clocks",
            documented=BY_DATASET["hos_clocks"],
            title="Hours-of-service clocks",
            record=HosClock,
            pages=client.hos_clocks,
            read=mapping.hos_clock,
            again=wire.CLOCKS.again,
            probe=client.probe_hos_clocks,
            one=client.hos_clock,
            is_snapshot=True,
            scope=_HOS_SCOPE,
        ),
        Dataset(
            name="hos_daily_logs",
            documented=BY_DATASET["hos_daily_logs"],
            title="Hours-of-service daily logs",
            record=HosDailyLog,
            pages=client.hos_daily_logs,
            read=mapping.hos_daily_log,
            again=wire.DAILY_LOGS.again,
            names=mapping.name_of_day,
            probe=client.probe_hos_daily_logs,
            limit="daily_logs",
            scope=_HOS_SCOPE,
        ),
    ),
)
