"""How things were before: one row for each period in which what matters stayed the same.

Triggers write them in the transaction that lands the change (migration 0019), nobody else does.
``valid_from`` and ``valid_to`` say when we knew it: vendors often do not say when it happened.

What is as it was when it first landed has no period: its own row says it all, and the views
``fleet.*_history``, which people read, tell it as one. The first change stores it.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from models.ops.columns import (
    Table,
    boolean,
    decimal,
    instant,
    jsonb,
    one_of,
    table,
    text,
    uuid,
)
from models.records import DutyStatus, LoadStatus


def periods(name: str, *key: str, parts: tuple[Any, ...] = ()) -> tuple[Any, ...]:
    """What stands in ``__table_args__``: the periods of one thing never overlap.

    A GiST index costs 45 µs a row. So the first period of a thing joins the exclusion constraint
    when it closes. Until then it is the only one, by the unique index, for which there is one open
    end: nobody may insert a closed one.
    """
    columns = ("integration_id", *key)
    view = f"fleet.{name.replace('_period', '_history')}"
    return table(
        "fleet",
        f"What {view} reads: every period but those of rows that are as they first landed.",
        ExcludeConstraint(
            *((column, "=") for column in columns),
            (sql("tstzrange(valid_from, valid_to)"), "&&"),
            using="gist",
            where=sql("NOT is_first OR valid_to IS NOT NULL"),
            name=f"ex_{name}_no_overlap",
        ),
        CheckConstraint("valid_to > valid_from", name="order"),
        # By tenant first: analysts' policies ask for it. By the end, and not by the beginning:
        # so one index finds a thing's periods, and keeps the open one alone.
        Index(
            f"uq_{name}_end",
            "tenant_id",
            *columns,
            "valid_to",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        # What is past its retention is found here.
        Index(f"ix_{name}_valid_to", "valid_to", postgresql_where=sql("valid_to IS NOT NULL")),
        *parts,
    )


def named(*key: str) -> dict[str, Any]:
    """What names a period for the mapper. In the database the end does, of which one is open."""
    return {"primary_key": ["tenant_id", "integration_id", *key, "valid_from"]}


class Period(Table):
    """What every period carries."""

    tenant_id: UUID = uuid("The tenant that it belongs to.")
    integration_id: UUID = uuid("The connection it came through.")
    run_id: UUID = uuid("The run that brought it; runs are pruned earlier than rows.")
    valid_from: datetime = instant("When we learned it.")
    valid_to: datetime | None = instant("When it was no longer so, as far as we know; null: it is.")
    is_first: bool = boolean("True for the first that is known of it.", "false")


class HosStatusPeriod(Period, table=True):
    """Duty statuses of drivers."""

    __tablename__ = "hos_status_period"
    __table_args__ = periods(
        "hos_status_period",
        "vendor_id",
        parts=(one_of("duty_status", DutyStatus),),
    )
    __mapper_args__ = named("vendor_id")

    vendor_id: str = text("The vendor's id of the driver.")
    duty_status: str = text("Duty status; unknown is never rest and never available.")
    vendor_duty_status: str | None = text("The vendor's own word; empty when the app is offline.")
    vehicle_id: str | None = text("The vehicle the driver was in.")
    vehicle_name: str | None = text("The fleet's name for that vehicle.")


class LoadPeriod(Period, table=True):
    """Versions of loads."""

    __tablename__ = "load_period"
    __table_args__ = periods(
        "load_period",
        "vendor_id",
        parts=(one_of("status", LoadStatus),),
    )
    __mapper_args__ = named("vendor_id")

    vendor_id: str = text("The vendor's id of the load.")
    load_number: str | None = text("The number people call it by.")
    status: str = text("Where it stood.")
    is_open: bool = boolean("True while it was on the vendor's active list, by its status.")
    driver_id: str | None = text("The driver's id at this vendor.")
    driver_name: str | None = text("The driver's name.")
    truck_unit: str | None = text("The fleet's number of the truck.")
    pickup_at: datetime | None = instant("When it was to be picked up.")
    delivery_at: datetime | None = instant("When it was to be delivered.")
    rate_amount: Decimal | None = decimal("What the customer was to pay.")
    rate_currency: str | None = text("In which currency.")
    changes: dict[str, Any] = jsonb(
        "The columns of fleet.load that changed with this version, each as [before, after]; {} for "
        "the first one.",
        "'{}'",
    )


class FuelPricePeriod(Period, table=True):
    """Prices of truck stops over time."""

    __tablename__ = "fuel_price_period"
    __table_args__ = periods(
        "fuel_price_period",
        "parent_id",
        "vendor_id",
    )
    __mapper_args__ = named("parent_id", "vendor_id")

    parent_id: str = text("The vendor's id of the station.")
    vendor_id: str = text("Station, product, kind, unit and currency.")
    product: str = text("What is sold.")
    price_type: str = text("Kind of price: posted, cash or of a card.")
    amount: Decimal = decimal("The price of one unit.")
    currency: str = text("Its currency.")
    unit: str = text("What it buys: a gallon or a litre.")
    is_estimated: bool | None = boolean("True when the vendor estimated it.")
    source_updated_at: datetime | None = instant(
        "When the vendor says that the price was set; null when it does not say."
    )
