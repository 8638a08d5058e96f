"""What holds of drivers, vehicles and where these are."""

from __future__ import annotations

from models.records import Driver, Vehicle, VehiclePosition
from quality.rules import (
    Between,
    Declared,
    MeanBetween,
    Mostly,
    NullRate,
    Ordered,
    Required,
    Severity,
    Together,
    Unique,
    Varied,
    Volume,
)

W, C = Severity.WARNING, Severity.CRITICAL
_named = Required(
    name="driver_named", severity=W, field="name", says="A driver has a name."
)  # fmt: skip

DRIVERS = Declared(
    record=Driver,
    rows=(
        Unique(name="driver_once", severity=C, field="vendor_id",
            says="A driver comes once; the newest is kept."),
        _named,
        Required(name="driver_active_said", severity=W, field="is_active",
            says="Whether a driver is active is said."),
        Required(name="driver_zone_said", severity=W, field="home_timezone",
            says="A driver's home terminal has a time zone."),
        Between(name="day_start_is_hour", severity=C, field="eld_day_start_hour",
            least=0, most=23, says="A log day starts at a full hour between 0 and 23."),
        Ordered(name="driver_changed_after_made", severity=W,
            earlier="source_created_at", later="source_updated_at",
            says="A driver changed last after being created."),
    ),
    batch=(
        Volume(name="drivers_all_there", severity=C, least_share=0.2,
            says="A complete fetch brings at least a fifth of the usual number of drivers."),
        NullRate(name="drivers_not_emptied", severity=C, most_growth=0.9,
            fields=("name", "is_active", "home_timezone"),
            says="A column that drivers have does not become empty from one fetch to the next."),
    ),
    audit=(
        Mostly(name="drivers_named", severity=C, rule=_named, share=0.5,
            says="At least half of all drivers have a name."),
    ),
)  # fmt: skip

VEHICLES = Declared(
    record=Vehicle,
    rows=(
        Unique(name="vehicle_once", severity=C, field="vendor_id",
            says="A vehicle comes once; the newest is kept."),
        Required(name="vehicle_named", severity=W, field="name", says="A vehicle has a name."),
        Unique(name="vin_once", severity=W, field="vin",
            says="No two vehicles of a fleet have the same VIN."),
        Between(name="model_year_possible", severity=W, field="model_year",
            least=1950, most=2100, says="A model year lies between 1950 and 2100."),
        Ordered(name="vehicle_changed_after_made", severity=W,
            earlier="source_created_at", later="source_updated_at",
            says="A vehicle changed last after being created."),
    ),
    batch=(
        Volume(name="vehicles_all_there", severity=C, least_share=0.2,
            says="A complete fetch brings at least a fifth of the usual number of vehicles."),
        NullRate(name="vehicles_not_emptied", severity=C, most_growth=0.9, fields=("name", "vin"),
            says="A column that vehicles have does not become empty from one fetch to the next."),
    ),
    audit=(
        Mostly(name="vehicles_with_vin", severity=W, share=0.5,
            rule=Required(name="vin_given", severity=W, field="vin", says="A vehicle has a VIN."),
            says="At least half of all vehicles have a VIN; unplugged gateways have none."),
    ),
)  # fmt: skip

POSITIONS = Declared(
    record=VehiclePosition,
    rows=(
        Unique(name="position_once", severity=C, field="vendor_id",
            says="A vehicle has one last position; the newest is kept."),
        Between(name="latitude_possible", severity=C, field="latitude", least=-90, most=90,
            says="A latitude lies between -90 and 90 degrees."),
        Between(name="longitude_possible", severity=C, field="longitude", least=-180, most=180,
            says="A longitude lies between -180 and 180 degrees."),
        Together(name="position_whole", severity=C, field="latitude", other="longitude",
            says="A position has both coordinates or none."),
        Between(name="speed_possible", severity=C, field="speed_mph", least=0, most=250,
            says="A speed lies between 0 and 250 mph."),
        Between(name="heading_possible", severity=C, field="heading_degrees", least=0, most=360,
            says="A heading lies between 0 and 360 degrees."),
        Between(name="speed_usual", severity=W, field="speed_mph", most=100,
            says="A truck drives at most 100 mph."),
    ),
    batch=(
        Volume(name="positions_all_there", severity=C, least_share=0.2,
            says="A complete fetch brings at least a fifth of the usual number of vehicles."),
        NullRate(name="positions_not_emptied", severity=C, most_growth=0.9,
            fields=("latitude", "longitude"),
            says="Positions do not become empty from one fetch to the next."),
    ),
    audit=(
        Varied(name="positions_differ", severity=C, field="latitude", least=2, from_rows=50,
            says="Of 50 vehicles, not all stand at the same latitude."),
        MeanBetween(name="speeds_in_mph", severity=W, field="speed_mph", least=0, most=75,
            says="The mean speed is at most 75: more would be another unit."),
    ),
)  # fmt: skip
