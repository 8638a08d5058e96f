"""A plan as two drawings: the road with its stops, and the days with what is done in them.

SVG text, complete in itself: no script, no link, no tile server. All words in it are escaped, and
colour is never alone: each stop has a sign and a title that says what it is. What has a colour has
a class too (`k-fuel`, `k-late`, `k-road`, `k-weather`), so that a page may fit it to its theme.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time
from html import escape
from math import cos, radians

from console.plans import SIGNS, stay, what
from core.hours import next_at
from core.route.plan import Plan, PlanStop
from core.route.roads import Point
from core.route.trip import Kind
from core.route.words import clock_time

WIDTH, HEIGHT, MARGIN = 640.0, 360.0, 28.0
ROW, LABEL = 26.0, 90.0
COLOURS = {
    Kind.START: "#444",
    Kind.PICKUP: "#1f6f8b",
    Kind.DELIVERY: "#1f6f8b",
    Kind.FUEL: "#8a5a00",
    Kind.REST: "#4b3f8f",
    Kind.BREAK: "#5f7a2b",
    Kind.OTHER: "#444",
}
DRIVING, LATE, WEATHER = "#9aa7b0", "#b3261e", "#b3261e"


def map_of(plan: Plan) -> str | None:
    """The road from above, north up, with its stops and the weather that is warned of."""
    if len(plan.road) < 2:
        return None
    place = _placed([*plan.road, *(s.point for s in plan.stops if s.point)])
    line = " ".join("{:.1f},{:.1f}".format(*place(point)) for point in plan.road)
    parts = [
        f'<polyline class="k-road" points="{line}" fill="none" stroke="{DRIVING}" '
        'stroke-width="4"/>'
    ]
    for warning in plan.warnings:
        x, y = place(warning.point)
        parts.append(
            f'<g class="k-weather"><title>{escape(warning.said)}</title>'
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="14" '
            f'fill="none" stroke="{WEATHER}" stroke-width="2" stroke-dasharray="4 3"/>'
            f'<text x="{x:.1f}" y="{y - 17:.1f}" text-anchor="middle" font-size="11">'
            f"{escape(warning.severity)}</text></g>"
        )
    parts += [_pin(stop, *place(stop.point)) for stop in plan.stops if stop.point is not None]
    return _drawing(WIDTH, HEIGHT, f"The road of load {plan.load_id}", parts)


def timeline_of(plan: Plan) -> str | None:
    """Time from left to right: driving, pauses and stays, each in its row, midnights marked."""
    if not plan.stops:
        return None
    first, last = plan.stops[0].arrives_at, plan.stops[-1].departs_at
    seconds = max((last - first).total_seconds(), 1.0)

    def x(at: datetime) -> float:
        share = (at - first).total_seconds() / seconds
        return LABEL + share * (WIDTH - LABEL - MARGIN)

    height, zone = MARGIN * 2 + ROW * 2, plan.stops[0].timezone
    parts = [_row_name("driving", 0), _row_name("standing", 1), *_midnights(first, last, x, zone)]
    left = first
    for stop in plan.stops:
        if stop.kind is not Kind.START:
            parts.append(_bar(x(left), x(stop.arrives_at), 0, DRIVING, f"drives to {stop.name}",
                              "k-road"))  # fmt: skip
        title = f"{what(stop)}: {stop.name}, {stay(stop)}. {stop.why}"
        parts.append(_bar(x(stop.arrives_at), x(stop.departs_at), 1, _colour(stop), title,
                          _class(stop), SIGNS[stop.kind]))  # fmt: skip
        left = stop.departs_at
    for at, anchor in ((first, "start"), (last, "end")):
        parts.append(
            f'<text x="{x(at):.1f}" y="{height - 6:.1f}" text-anchor="{anchor}" font-size="11">'
            f"{escape(clock_time(at, zone))}</text>"
        )
    return _drawing(WIDTH, height, f"The days of load {plan.load_id}", parts)


def _placed(points: Sequence[Point]) -> Callable[[Point], tuple[float, float]]:
    """Where points come to lie: as wide as it is long on the ground, in the middle of the sheet."""
    south, north = min(p.latitude for p in points), max(p.latitude for p in points)
    west, east = min(p.longitude for p in points), max(p.longitude for p in points)
    narrow = cos(radians((south + north) / 2))
    wide, high = max((east - west) * narrow, 1e-6), max(north - south, 1e-6)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
    left, top = (WIDTH - wide * scale) / 2, (HEIGHT - high * scale) / 2

    def place(point: Point) -> tuple[float, float]:
        x = left + (point.longitude - west) * narrow * scale
        return x, top + (north - point.latitude) * scale

    return place


def _pin(stop: PlanStop, x: float, y: float) -> str:
    colour = _colour(stop)
    title = escape(f"{what(stop)}: {stop.name}, {stay(stop)}. {stop.why}")
    return (
        f'<g class="{_class(stop)}"><title>{title}</title>'
        f'<circle class="pin" cx="{x:.1f}" cy="{y:.1f}" r="10" fill="#fff" '
        f'stroke="{colour}" stroke-width="2"/><text x="{x:.1f}" y="{y + 4:.1f}" fill="{colour}" '
        f'text-anchor="middle" font-size="12">{SIGNS[stop.kind]}</text></g>'
    )


def _colour(stop: PlanStop) -> str:
    return LATE if stop.late_s else COLOURS[stop.kind]


def _class(stop: PlanStop) -> str:
    return "k-late" if stop.late_s else f"k-{stop.kind}"


def _bar(
    start: float, end: float, row: int, colour: str, title: str, kind: str, sign: str = ""
) -> str:
    top, wide = MARGIN + row * ROW, max(end - start, 1.5)
    text = ""
    if sign:
        middle = start + wide / 2
        text = (
            f'<text x="{middle:.1f}" y="{top - 2 + ROW * 1.45:.1f}" text-anchor="middle" '
            f'font-size="11" fill="{colour}">{sign}</text>'
        )
    return (
        f'<g class="{kind}"><title>{escape(title)}</title><rect x="{start:.1f}" y="{top:.1f}" '
        f'width="{wide:.1f}" height="{ROW * 0.6:.1f}" fill="{colour}"/>{text}</g>'
    )


def _row_name(name: str, row: int) -> str:
    y = MARGIN + row * ROW + ROW * 0.45
    return f'<text x="8" y="{y:.1f}" font-size="12">{name}</text>'


def _midnights(
    first: datetime, last: datetime, x: Callable[[datetime], float], zone: str | None
) -> list[str]:
    """A line at each midnight of the driver's home."""
    found = []
    at = next_at(first, zone or "UTC", time(0))
    while at is not None and at < last:
        found.append(
            f'<g><title>midnight</title><line x1="{x(at):.1f}" x2="{x(at):.1f}" '
            f'y1="{MARGIN - 8:.1f}" y2="{MARGIN + 2 * ROW:.1f}" stroke="#888" '
            'stroke-dasharray="2 3"/></g>'
        )
        at = next_at(at, zone or "UTC", time(0))
    return found


def _drawing(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'font-family="sans-serif"><title>{escape(title)}</title>{"".join(parts)}</svg>'
    )
