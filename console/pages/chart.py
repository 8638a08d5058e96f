"""The chart of the last seven days: bars by outcome and a line of durations, as numbers to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from store.run_pages import Day

WIDTH, HEIGHT, BAR = 700.0, 160.0, 44.0
# From the bottom up.
OUTCOMES = ("succeeded", "partial", "deferred", "failed")


@dataclass(frozen=True, slots=True)
class Bar:
    """One outcome of one day."""

    outcome: str
    count: int
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """One day. ``said``: all of it in words, for those who do not see the bars."""

    day: date
    total: int
    bars: tuple[Bar, ...]
    x: float
    median_ms: int | None
    said: str


@dataclass(frozen=True, slots=True)
class Chart:
    """``line``: stretches of days with a duration; a day without one is a gap, not a zero."""

    columns: tuple[Column, ...]
    line: tuple[tuple[tuple[float, float], ...], ...]
    most: int
    slowest_ms: int | None


def draw(days: Sequence[Day]) -> Chart:
    """Where everything lies in a drawing of WIDTH by HEIGHT."""
    totals = [sum(getattr(day, name) for name in OUTCOMES) for day in days]
    most, step = max(totals, default=0), WIDTH / max(len(days), 1)
    slowest = max((day.median_ms for day in days if day.median_ms is not None), default=None)
    columns = tuple(
        _column(day, total, most, step * (number + 0.5))
        for number, (day, total) in enumerate(zip(days, totals, strict=True))
    )
    return Chart(columns, _line(columns, slowest), most, slowest)


def _column(day: Day, total: int, most: int, middle: float) -> Column:
    bars, top = [], HEIGHT
    for outcome in OUTCOMES:
        count = getattr(day, outcome)
        if count:
            height = count / most * (HEIGHT - 8)
            top -= height
            bars.append(
                Bar(outcome, count, round(middle - BAR / 2, 2), round(top, 2), round(height, 2))
            )
    at = date.fromisoformat(day.day)
    parts = [f"{bar.count} {bar.outcome}" for bar in bars] or ["no syncs"]
    return Column(at, total, tuple(bars), round(middle, 2), day.median_ms, ", ".join(parts))


def _line(
    columns: Sequence[Column], slowest: int | None
) -> tuple[tuple[tuple[float, float], ...], ...]:
    stretches: list[list[tuple[float, float]]] = [[]]
    for column in columns:
        if column.median_ms is None:
            stretches.append([])
            continue
        share = column.median_ms / slowest if slowest else 0.0
        stretches[-1].append((column.x, round(HEIGHT - 12 - share * (HEIGHT - 28), 2)))
    return tuple(tuple(each) for each in stretches if each)
