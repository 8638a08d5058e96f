"""What holds of loads and their stops."""

from __future__ import annotations

from models.records import Load, LoadStatus, LoadStop, StopStatus, StopType
from quality.rules import (
    Between,
    Declared,
    Mostly,
    NullRate,
    OneOf,
    Ordered,
    Severity,
    Together,
    Unique,
)

W, C = Severity.WARNING, Severity.CRITICAL
_status = OneOf(
    name="load_status_known", severity=W, field="status", word="vendor_status",
    words=frozenset(one.value for one in LoadStatus) - {LoadStatus.UNKNOWN.value},
    says="A load's status is one that the vendor documents.",
)  # fmt: skip

LOADS = Declared(
    record=Load,
    child_record=LoadStop,
    rows=(
        Unique(name="load_once", severity=C, field="vendor_id",
            says="A load comes once; the newest is kept."),
        Between(name="weight_possible", severity=C, field="weight_lb", least=0, most=2_000_000,
            says="A load weighs between 0 and 2,000,000 lb, the heaviest there is on wheels."),
        Between(name="miles_possible", severity=C, field="loaded_miles", least=0, most=100_000,
            says="A load travels between 0 and 100,000 miles."),
        Between(name="empty_miles_possible", severity=C, field="empty_miles",
            least=0, most=100_000, says="Empty miles lie between 0 and 100,000."),
        _status,
        Between(name="weight_usual", severity=W, field="weight_lb", most=200_000,
            says="A load weighs at most 200,000 lb."),
        Between(name="miles_usual", severity=W, field="loaded_miles", most=5_000,
            says="A load travels at most 5,000 miles."),
        Between(name="rate_not_negative", severity=W, field="rate_amount", least=0,
            says="A load's rate is not negative."),
        Ordered(name="pickup_before_delivery", severity=W,
            earlier="pickup_at", later="delivery_at",
            says="A load is picked up before it is delivered."),
        Ordered(name="load_changed_after_made", severity=W,
            earlier="source_created_at", later="source_updated_at",
            says="A load changed last after being created."),
    ),
    children=(
        Together(name="stop_position_whole", severity=C, field="latitude", other="longitude",
            says="A stop's position has both coordinates or none."),
        OneOf(name="stop_type_known", severity=W, field="stop_type",
            words=frozenset(one.value for one in StopType) - {StopType.UNKNOWN.value},
            says="A stop's type is one that the vendor documents."),
        OneOf(name="stop_status_known", severity=W, field="status",
            words=frozenset(one.value for one in StopStatus) - {StopStatus.UNKNOWN.value},
            says="A stop's status is one that the vendor documents."),
        Ordered(name="arrival_before_departure", severity=W,
            earlier="arrived_at", later="departed_at",
            says="A truck arrives at a stop before it leaves."),
        Ordered(name="appointment_ends_after_start", severity=W,
            earlier="appointment_start_at", later="appointment_end_at",
            says="An appointment ends after it begins."),
    ),
    batch=(
        NullRate(name="loads_not_emptied", severity=C, most_growth=0.9,
            fields=("load_number", "pickup_at", "delivery_at", "vendor_status"),
            says="A column that loads have does not become empty from one fetch to the next."),
    ),
    audit=(
        Mostly(name="load_statuses_known", severity=C, rule=_status, share=0.9,
            says="At least nine in ten of the statuses are ones that the vendor documents."),
    ),
)  # fmt: skip
