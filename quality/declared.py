"""Which rules hold for which records."""

from __future__ import annotations

from models.records import Record
from quality import fleet, hours, loads, places
from quality.rules import Declared

ALL = (
    fleet.DRIVERS,
    fleet.VEHICLES,
    fleet.POSITIONS,
    hours.CLOCKS,
    hours.DAILY_LOGS,
    loads.LOADS,
    places.STATIONS,
    places.WEATHER,
)
_by_record = {one.record: one for one in ALL}


def declared(record: type[Record]) -> Declared:
    """What is declared of a kind of record; nothing for one that is not listed."""
    return _by_record.get(record) or Declared(record)
