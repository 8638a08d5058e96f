"""Tables at rest, schema ``fleet``: what the vendors say about a tenant's fleet.

Each record of ``models/records.py`` has a table here with the same fields in the same order; a
field ``x_json`` is the jsonb column ``x``. Around them stand the columns of ``Landed``: whose row
it is, which run wrote it, and whether the vendor still names it.
"""

from models.fleet.drivers import Driver, HosClock, HosDailyLog
from models.fleet.histories import FuelPricePeriod, HosStatusPeriod, LoadPeriod
from models.fleet.landed import (
    CREATED,
    EXTERNAL,
    LATITUDE,
    LONGITUDE,
    TAGS,
    UPDATED,
    FirstSeen,
    Landed,
    LandedChild,
    belongs_to,
    landed,
)
from models.fleet.links import DriverLink
from models.fleet.loads import Load, LoadStop
from models.fleet.places import FuelPrice, FuelStation, WeatherObservation
from models.fleet.plans import PlanStatus, RoutePlan, RoutePlanStop
from models.fleet.vehicles import Vehicle, VehiclePosition

__all__ = [
    "CREATED",
    "EXTERNAL",
    "LATITUDE",
    "LONGITUDE",
    "TAGS",
    "UPDATED",
    "Driver",
    "DriverLink",
    "FirstSeen",
    "FuelPrice",
    "FuelPricePeriod",
    "FuelStation",
    "HosClock",
    "HosDailyLog",
    "HosStatusPeriod",
    "Landed",
    "LandedChild",
    "Load",
    "LoadPeriod",
    "LoadStop",
    "PlanStatus",
    "RoutePlan",
    "RoutePlanStop",
    "Vehicle",
    "VehiclePosition",
    "WeatherObservation",
    "belongs_to",
    "landed",
]
