"""What holds of drivers' hours of service.

The clocks do not say their ruleset, so the bounds are those of the loosest one we know of, with the
two hours of adverse conditions on top: Alaska allows 15 h of driving in 20 h, Canada's second cycle
has 120 h. What only the common rulesets forbid is a warning.
"""

from __future__ import annotations

from models.records import DutyStatus, HosClock, HosDailyLog
from quality.rules import (
    Between,
    Declared,
    Mostly,
    NotMore,
    NullRate,
    OneOf,
    Ordered,
    Required,
    Severity,
    SumAtMost,
    Unique,
    Varied,
    Volume,
)

HOUR = 3600
MINUTE = 60
W, C = Severity.WARNING, Severity.CRITICAL
KNOWN_DUTY = frozenset(status.value for status in DutyStatus) - {DutyStatus.UNKNOWN.value}

_duty = OneOf(
    name="duty_status_known", severity=W, field="duty_status", words=KNOWN_DUTY,
    word="vendor_duty_status",
    says="The duty status is one that the vendor documents, or empty.",
)  # fmt: skip

CLOCKS = Declared(
    record=HosClock,
    rows=(
        Unique(name="driver_once", severity=C, field="vendor_id",
            says="A driver has one clock; the newest is kept."),
        Between(name="drive_possible", severity=C, field="drive_remaining_s",
            least=0, most=17 * HOUR,
            says="Driving time left is between 0 and 17 h, the most that any ruleset allows."),
        Between(name="shift_possible", severity=C, field="shift_remaining_s",
            least=0, most=22 * HOUR,
            says="The shift's time left is between 0 and 22 h, the most that any ruleset allows."),
        Between(name="cycle_possible", severity=C, field="cycle_remaining_s",
            least=0, most=120 * HOUR,
            says="The cycle's time left is between 0 and 120 h, the most of any ruleset."),
        Between(name="cycle_tomorrow_possible", severity=C, field="cycle_tomorrow_s",
            least=0, most=120 * HOUR,
            says="The cycle's time left tomorrow is between 0 and 120 h."),
        Between(name="break_possible", severity=C, field="break_remaining_s",
            least=0, most=17 * HOUR,
            says="The time until the break is between 0 and the 17 h that anybody may drive."),
        Between(name="shift_violation_possible", severity=C, field="shift_driving_violation_s",
            least=0, most=14 * 24 * HOUR,
            says="A shift's violation lasts no longer than two weeks, the longest cycle."),
        Between(name="cycle_violation_possible", severity=C, field="cycle_violation_s",
            least=0, most=14 * 24 * HOUR,
            says="A cycle's violation lasts no longer than two weeks, the longest cycle."),
        _duty,
        Between(name="drive_usual", severity=W, field="drive_remaining_s", most=13 * HOUR,
            says="Driving time left is at most 13 h: 11 with adverse conditions, or Canada's."),
        Between(name="shift_usual", severity=W, field="shift_remaining_s", most=16 * HOUR,
            says="The shift's time left is at most 16 h: 14 with adverse conditions, or Canada's."),
        Between(name="cycle_usual", severity=W, field="cycle_remaining_s", most=80 * HOUR,
            says="The cycle's time left is at most 80 h; only Canada's second cycle has more."),
        Between(name="break_usual", severity=W, field="break_remaining_s", most=8 * HOUR,
            says="The break is due within 8 h of driving."),
    ),
    batch=(
        Volume(name="clocks_all_there", severity=C, least_share=0.2,
            says="A complete fetch brings at least a fifth of the usual number of clocks."),
        NullRate(name="clocks_not_emptied", severity=C, most_growth=0.9,
            fields=("drive_remaining_s", "shift_remaining_s", "cycle_remaining_s"),
            says="A clock's column does not become empty from one fetch to the next."),
        NullRate(name="clocks_as_full_as_usual", severity=W, most_growth=0.4,
            fields=("drive_remaining_s", "shift_remaining_s", "cycle_remaining_s"),
            says="The share of empty clocks stays within 40 points of the usual one."),
    ),
    audit=(
        Mostly(name="duty_statuses_known", severity=C, rule=_duty, share=0.9,
            says="At least nine in ten of the vendor's words for duty are ones that it documents."),
        Mostly(name="cycles_given", severity=W, share=0.5,
            rule=Required(name="cycle_given", severity=W, field="cycle_remaining_s",
                says="The cycle's time left is given."),
            says="At least half of all drivers have a cycle's time left; exempt ones have none."),
        Varied(name="cycles_differ", severity=W, field="cycle_remaining_s", least=2, from_rows=200,
            says="Of 200 drivers, not all have the same time left in their cycle."),
    ),
)  # fmt: skip

_PARTS = (
    "drive_s", "on_duty_s", "yard_move_s", "off_duty_s", "sleeper_berth_s",
)  # fmt: skip

DAILY_LOGS = Declared(
    record=HosDailyLog,
    rows=(
        Unique(name="day_once", severity=C, field="vendor_id",
            says="A driver's day comes once; the newest is kept."),
        SumAtMost(name="drive_fits_day", severity=C, fields=("drive_s",),
            since="start_at", until="end_at", slack=MINUTE,
            says="Driving takes no longer than the day."),
        SumAtMost(name="work_fits_day", severity=C, fields=("drive_s", "on_duty_s"),
            since="start_at", until="end_at", slack=5 * MINUTE,
            says="Driving and other work together take no longer than the day."),
        SumAtMost(name="statuses_fit_day", severity=W, fields=_PARTS,
            since="start_at", until="end_at", slack=5 * MINUTE,
            says="The times of all statuses together take no longer than the day."),
        Between(name="drive_usual", severity=W, field="drive_s", least=0, most=16 * HOUR,
            says="A day holds at most 16 h of driving: two shifts with a rest between them."),
        NotMore(name="drive_is_active", severity=W, field="drive_s", than="active_s", slack=MINUTE,
            says="Driving is part of the active time."),
        Between(name="distance_possible", severity=W, field="drive_distance_m",
            least=0, most=2_500_000,
            says="A day's distance is at most 2,500 km."),
        Ordered(name="certified_after_start", severity=W, earlier="start_at", later="certified_at",
            says="A day is certified after it began."),
    ),
    batch=(
        NullRate(name="days_not_emptied", severity=C, most_growth=0.9,
            fields=("drive_s", "on_duty_s", "off_duty_s"),
            says="A column of times does not become empty from one fetch to the next."),
    ),
    audit=(
        Mostly(name="days_of_legal_driving", severity=W, share=0.95,
            rule=Between(name="drive_legal", severity=W, field="drive_s", most=13 * HOUR,
                says="A day holds at most 13 h of driving."),
            says="At least 95 in 100 days hold no more than 13 h of driving."),
    ),
)  # fmt: skip
