"""Batch rules: a whole fetch against the good fetches before it. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.quality import Finding, Profile
from quality.rules import HISTORY, BatchRule, NullRate, Volume

LEAST_HISTORY = 3  # good fetches before anything is usual
WHOLE = 1000  # per mille
CHANGED = 25  # per mille: a share that moved less is the same one, and is not written again


def judge(
    rules: Sequence[BatchRule],
    rows: int,
    judged: int,
    nulls: Mapping[str, int],
    history: Profile,
) -> list[Finding]:
    """The broken rules. ``rows``: distinct rows; ``judged``: rows in which nulls were counted."""
    if len(history.rows) < LEAST_HISTORY:
        return []
    found = []
    for rule in rules:
        said = (
            _volume(rule, rows, history)
            if isinstance(rule, Volume)
            else _null_rate(rule, judged, nulls, history)
        )
        if said is not None:
            found.append(Finding(rule.name, rule.severity.value, rows, rows, (), said))
    return found


def _volume(rule: Volume, rows: int, history: Profile) -> str | None:
    usual = _usual(history.rows)
    if usual < rule.from_rows or rows >= usual * rule.least_share:
        return None
    return f"{rows:,} rows came where {usual:,} are usual"


def _null_rate(
    rule: NullRate, judged: int, nulls: Mapping[str, int], history: Profile
) -> str | None:
    if judged < rule.from_rows:
        return None
    for name in rule.fields:
        now = share(nulls.get(name, 0), judged)
        if now < rule.most_growth * WHOLE:
            continue  # whatever is usual
        usual = _usual(history.nulls.get(name, (0,)))
        if now - usual >= rule.most_growth * WHOLE:
            return (
                f"{name} is empty in {now / 10:.0f} % of the rows where {usual / 10:.0f} % is usual"
            )
    return None


def _usual(values: Sequence[int]) -> int:
    """The median; of an even number the larger of the middle two."""
    return sorted(values)[len(values) // 2]


def share(nulls: int, rows: int) -> int:
    """Per mille, rounded; all of nothing is none."""
    return round(WHOLE * nulls / rows) if rows else 0


def grown(history: Profile, rows: int, judged: int, nulls: Mapping[str, int]) -> Profile:
    """The history with one more good fetch.

    A share close to the last one is kept as that one, so that a history does not change, and is not
    written, because a driver went on duty.
    """
    shares: dict[str, tuple[int, ...]] = {}
    for name in nulls:
        if not nulls[name] and name not in history.nulls:
            continue  # it never lacked a value
        before = history.nulls.get(name, (0,) * len(history.rows))
        now = share(nulls[name], judged)
        if before and abs(before[-1] - now) < CHANGED:
            now = before[-1]
        after = (*before, now)[-HISTORY:]
        if any(after):
            shares[name] = after
    return Profile((*history.rows, rows)[-HISTORY:], shares)
