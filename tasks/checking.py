"""What a gate found decides what becomes of a fetched dataset. Pure functions."""

from __future__ import annotations

from core.alerts import OF_QUALITY
from core.errors import Actor
from models.quality import Finding, Profile
from quality.gate import is_critical
from store.results import ErrorFields
from tasks.collecting import Tally


def unusual(
    tally: Tally, place: str, history: Profile
) -> tuple[list[Finding], ErrorFields | None, Profile | None]:
    """The findings of a complete fetch; why it must not land, if so; else what is usual now.

    What is usual is None where it stays as it was.
    """
    rows = tally.fetched - tally.duplicate
    whole = tally.gate.judge_whole(rows, history)
    findings = [*tally.gate.findings(), *whole]
    if is_critical(whole):
        return findings, refused(place, whole), None
    if not tally.gate.declared.batch:
        return findings, None, None
    grown = tally.gate.profile(rows, history)
    return findings, None, grown if grown != history else None


def refused(place: str, whole: list[Finding]) -> ErrorFields:
    """Why a fetch does not land although it could be read."""
    said = "; ".join(found.says for found in whole if found.severity == "critical")
    return ErrorFields(
        kind=OF_QUALITY,
        happened=f"{place}: the answer is not like those before: {said}. Nothing of it was taken; "
        "the rows of the last good sync stay.",
        who=f"Who must act: {Actor.US}.",
        next_step="Look at the vendor's dashboard: if it is really so, `sally quality accept` "
        "takes the next sync as it comes; else tell the vendor.",
    )
