"""What each record's table looks like, read from the models.

A staged record and its table have the same fields in the same order; a field ``x_json`` is the
column ``x``. Integers are staged as bigint, so that one that is too large is refused by the
database instead of wrapping around on its way.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects import postgresql

from models import fleet, records
from models.records import ChildRecord, Record

AnyRecord = Record | ChildRecord
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Shape:
    """One record's table: ``columns`` and ``types`` stand in the order of the record's fields.

    ``key``: the columns that tell rows of one integration apart. ``children``: the record whose
    rows belong to this one's.
    """

    record: type[AnyRecord]
    table: SqlTable
    columns: tuple[str, ...]
    types: tuple[str, ...]
    key: tuple[str, ...]
    children: type[ChildRecord] | None

    @property
    def has_history(self) -> bool:
        """Whether its rows say when they were first seen: what their history begins with."""
        return "first_run_id" in self.table.columns

    @property
    def name(self) -> str:
        """The table's name with its schema, as SQL."""
        return f"fleet.{self.table.name}"

    @property
    def stage(self) -> str:
        """The name of the temporary table that rows wait in."""
        return f"stage_{self.table.name}"

    @property
    def parent(self) -> type[Record] | None:
        """The record that this one's rows belong to."""
        return next((each for each, child in CHILDREN.items() if child is self.record), None)

    @property
    def staged_types(self) -> tuple[str, ...]:
        """The types that rows are staged with."""
        return tuple("bigint" if kind == "integer" else kind for kind in self.types)


CHILDREN: dict[type[Record], type[ChildRecord]] = {
    records.Load: records.LoadStop,
    records.FuelStation: records.FuelPrice,
}
TABLES: dict[type[AnyRecord], type[fleet.Landed]] = {
    records.Driver: fleet.Driver,
    records.Vehicle: fleet.Vehicle,
    records.VehiclePosition: fleet.VehiclePosition,
    records.HosClock: fleet.HosClock,
    records.HosDailyLog: fleet.HosDailyLog,
    records.Load: fleet.Load,
    records.LoadStop: fleet.LoadStop,
    records.FuelStation: fleet.FuelStation,
    records.FuelPrice: fleet.FuelPrice,
    records.WeatherObservation: fleet.WeatherObservation,
}


def shape(record: type[AnyRecord]) -> Shape:
    """The shape of a record's table; KeyError for a class that has none."""
    return SHAPES[record]


def _shape(record: type[AnyRecord]) -> Shape:
    table: SqlTable = TABLES[record].__table__  # type: ignore[attr-defined]
    columns = tuple(field.removesuffix("_json") for field in record._fields)
    key = ("parent_id", "vendor_id") if "parent_id" in columns else ("vendor_id",)
    return Shape(
        record=record,
        table=table,
        columns=columns,
        types=tuple(_type(table, name) for name in columns),
        key=key,
        children=CHILDREN.get(record),  # type: ignore[arg-type]
    )


def _type(table: SqlTable, name: str) -> str:
    return table.columns[name].type.compile(_DIALECT).lower()


SHAPES: dict[type[AnyRecord], Shape] = {record: _shape(record) for record in TABLES}
