"""From what happened to what is written down: statuses, sentences, the next due time.

Pure functions: the same outcome always closes a run the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core import redaction
from core.bearable import Bearable
from core.errors import (
    Actor,
    AuthRejected,
    ConfigurationError,
    Deferred,
    RateLimited,
    Sentences,
    VendorError,
)
from store.results import DatasetResult, ErrorFields, QuarantineRow, RunClose

WORST_FIRST = ("auth_rejected", "permission_missing", "contract_broken", "request_rejected")
SET_ASIDE = "rows_set_aside"
TOO_MANY = "too_many_set_aside"
LAST = ("deferred", SET_ASIDE)  # what explains least why nothing landed


def error_fields(error: Exception) -> ErrorFields:
    """An error as it is stored: kind, three sentences, and what helps the vendor's support."""
    if isinstance(error, VendorError):
        said, origin = error.sentences, error.origin
        return ErrorFields(
            kind=error.kind,
            happened=redaction.text(said.happened),
            who=said.who,
            next_step=said.next_step,
            http_status=origin.status,
            vendor_request_id=origin.request_id,
        )
    said = _ours(error)
    kind = "configuration" if isinstance(error, ConfigurationError) else "internal"
    return ErrorFields(kind, said.happened, said.who, said.next_step)


def _ours(error: Exception) -> Sentences:
    who = f"Who must act: {Actor.US}."
    if isinstance(error, ConfigurationError):
        return Sentences(redaction.text(str(error)), who, "Mend the setting and sync again.")
    happened = f"The sync met a fault of its own ({type(error).__name__})."
    return Sentences(happened, who, "Tell support the run's id; the last good data stays in place.")


def set_aside(place: str, rows: Sequence[QuarantineRow], fetched: int) -> ErrorFields | None:
    """What a person is told of rows that could not be read; None when there are none."""
    if not rows:
        return None
    first = f"{rows[0].path} {rows[0].reason}".strip().rstrip(".")
    rest = ", the others landed" if len(rows) < fetched else ""
    happened = f"{place}: {len(rows):,} of {fetched:,} rows cannot be read; the first: {first}."
    return ErrorFields(
        kind=SET_ASIDE,
        happened=redaction.text(happened),
        who=f"Who must act: {Actor.US}.",
        next_step=f"Tell support the run's id; these rows are set aside{rest}.",
    )


def judged(place: str, result: DatasetResult, bearable: Bearable) -> DatasetResult:
    """A complete fetch, with what is told of its rows that were set aside.

    With too many of them it is failed. Its good rows land all the same; but what such a fetch does
    not name is not taken as gone, it confirms nothing, and it does not teach what is usual.
    """
    rows, fetched = result.quarantined, result.fetched
    error = set_aside(place, rows, fetched)
    if error is None:
        return result
    if bearable.holds(len(rows), fetched):
        return replace(result, error=error)
    happened = f"{error.happened} That is more than is borne ({bearable.words})."
    too_many = replace(error, kind=TOO_MANY, happened=happened)
    return replace(result, status="failed", is_snapshot=False, profile=None, error=too_many)


def wait_of(error: Exception, now: datetime, pause: timedelta) -> datetime | None:
    """Until when a vendor asked us to wait; None for every other error."""
    if isinstance(error, Deferred):
        return error.not_before
    if isinstance(error, RateLimited):
        hint = error.retry_after
        return now + (timedelta(seconds=hint) if hint is not None else pause)
    return None


def close(
    results: Sequence[DatasetResult],
    *,
    not_before: datetime | None,
    attempts: int,
    poll_every: timedelta,
) -> RunClose:
    """How a run ends, from how its datasets ended."""
    error = worst([result.error for result in results if result.error is not None])
    is_rejected = error is not None and error.kind == AuthRejected.kind
    return RunClose(
        status=run_status(results),
        error=error,
        not_before=not_before,
        integration_status="needs_attention" if is_rejected else None,
        attempts=attempts,
        poll_seconds=int(poll_every.total_seconds()),
    )


def put_off(refusal: Deferred) -> RunClose:
    """How a run ends whose vendor is left alone: nothing was attempted."""
    error = error_fields(refusal)
    return RunClose("deferred", error, not_before=refusal.not_before, attempts=0)


def run_status(results: Sequence[DatasetResult]) -> str:
    """A run's status. A dataset with too many rows set aside makes a partial run a failed one."""
    status = status_of([result.status for result in results])
    is_unbearable = any(result.error and result.error.kind == TOO_MANY for result in results)
    return "failed" if status == "partial" and is_unbearable else status


def status_of(statuses: Sequence[str]) -> str:
    """A run's status: cut short is deferred; some landed is partial; none is failed."""
    if "deferred" in statuses:
        return "deferred"
    if all(status == "success" for status in statuses):
        return "success"
    return "partial" if any(s in ("success", "partial") for s in statuses) else "failed"


def worst(errors: Sequence[ErrorFields]) -> ErrorFields | None:
    """The error that a person should hear first: one they can mend."""
    ranks = {kind: rank for rank, kind in enumerate(WORST_FIRST, -len(WORST_FIRST))}
    ranks |= {kind: rank for rank, kind in enumerate(LAST, 1)}
    return min(errors, key=lambda error: ranks.get(error.kind, 0), default=None)
