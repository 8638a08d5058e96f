"""How a run ended, as its log says it."""

from __future__ import annotations

from collections.abc import Sequence

from store.results import DatasetResult, Landed
from tasks import outcome


def of_run(slug: str, results: Sequence[DatasetResult], landed: Landed) -> tuple[str, bool]:
    """Counts when it landed, the error when it did not."""
    if landed.lost_lease:
        return f"{slug}: another run took over; nothing of this one was stored.", False
    error = landed.error or outcome.worst([each.error for each in results if each.error])
    status = "failed" if landed.error else outcome.run_status(results)
    counts = landed.counts.values()
    odd = {
        "set aside": sum(each.quarantined for each in counts),
        "repeated": sum(each.duplicate for each in counts),
    }
    said = (
        f"{slug}: {status}; {sum(each.fetched for each in counts):,} fetched, "
        f"{sum(each.inserted for each in counts):,} new, "
        f"{sum(each.updated for each in counts):,} changed, "
        f"{sum(each.unchanged for each in counts):,} unchanged"
        + "".join(f", {number:,} {words}" for words, number in odd.items() if number)
        + "."
    )
    held = "".join(
        f" {name}: {one.absent} of {one.live} rows were absent at once; none was taken as gone."
        " See: sally deletions list."
        for name, one in landed.held.items()
    )
    problem = f" {error.happened} {error.who} {error.next_step}" if error else ""
    return said + held + problem, not (error or held)
