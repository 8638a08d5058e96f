"""Faults inside a good answer: rows lost, doubled or broken, pages that lead nowhere."""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from sandbox.exchange import Answer, Ask, Vendor
from sandbox.faults import Strike
from sandbox.world.dice import number


class Weak(NamedTuple):
    """Where an endpoint's rows break: dotted keys. `enum` and `wrong` also say the bad value.

    `ways`: more ways to be wrong; a value that is a function makes the bad one from the good one.
    """

    enum: tuple[str, Any] | None
    optional: tuple[str, ...]
    required: str
    wrong: tuple[str, Any]
    ways: tuple[tuple[str, Any], ...] = ()


def spoiled(answer: Answer, strikes: tuple[Strike, ...], vendor: Vendor, ask: Ask) -> Answer:
    """The answer with every strike done to it; errors stay as they are."""
    if answer.status != 200 or not strikes:
        return answer
    value = orjson.loads(answer.body)
    for strike in strikes:
        if strike.rule.kind in ("empty_page", "repeated_cursor"):
            value = vendor.misled(strike.rule.kind, ask, value)
        else:
            _spoil_rows(value, strike, vendor, ask.path)
    return answer._replace(body=orjson.dumps(value))


def _spoil_rows(value: Any, strike: Strike, vendor: Vendor, path: str) -> None:
    rows = vendor.rows(value)
    kind, weak = strike.rule.kind, vendor.weak(path)
    if kind in ("duplicate_rows", "vanished_rows"):
        if rows is not None:
            copies = 2 if kind == "duplicate_rows" else 0
            hit = set(_struck(len(rows), strike))
            rows[:] = [
                row for place, row in enumerate(rows) for _ in range(copies if place in hit else 1)
            ]
        return
    single = value.get("data", value)
    found = rows if rows is not None else [single]
    for turn, place in enumerate(_struck(len(found), strike)):
        _spoil_row(found[place], kind, weak, strike, turn)


def _spoil_row(row: Any, kind: str, weak: Weak, strike: Strike, turn: int) -> None:
    if kind == "unknown_enum":
        if weak.enum:
            _put(row, *weak.enum)
    elif kind == "bad_row":
        ways = (weak.wrong, *weak.ways)[: max(int(strike.rule.args.get("ways", 1)), 1)]
        _put(row, *ways[turn % len(ways)])
    else:
        which = strike.rule.args.get("which", "both")
        optional = weak.optional[(strike.nth + turn) % len(weak.optional)]
        is_optional = which == "optional" or (which == "both" and turn % 2 == 0)
        _drop(row, optional if is_optional else weak.required)


def _struck(count: int, strike: Strike) -> list[int]:
    """The places of the rows that are hit, at least one."""
    share = float(strike.rule.args.get("rows", 0.25))
    seed = strike.rule.seed
    nth = 0 if strike.rule.args.get("same") else strike.nth
    draws = [number(seed, nth, place) / 2**32 for place in range(count)]
    hit = [place for place, drawn in enumerate(draws) if drawn < share]
    return hit or ([draws.index(min(draws))] if draws else [])


def _walk(row: Any, dotted: str) -> tuple[Any, str]:
    *way, last = dotted.split(".")
    for step in way:
        row = row[int(step)] if isinstance(row, list) else row.get(step)
        if not row:
            return None, last
    return row, last


def _put(row: Any, dotted: str, value: Any) -> None:
    holder, last = _walk(row, dotted)
    if isinstance(holder, dict):
        holder[last] = value(holder.get(last)) if callable(value) else value
    elif isinstance(row, dict):
        # The row has no such part: give it a broken one.
        row[dotted.split(".")[0]] = value


def _drop(row: Any, dotted: str) -> None:
    holder, last = _walk(row, dotted)
    if isinstance(holder, dict):
        holder.pop(last, None)
