"""Runs as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from console.api.shapes.integrations import Told, told
from models.ops import RunStatus, SyncType
from store.history import RunDataset, RunWithDatasets
from store.run_pages import Day, Figures, Row, SetAside
from store.timeline import Happening
from tasks.replaying import Fate


class Sync(BaseModel):
    """One sync of the history."""

    id: UUID
    integration_id: UUID
    vendor: str
    sync_type: SyncType
    status: RunStatus
    started_at: datetime
    completed_at: datetime | None
    duration_ms: int = Field(description="So far, while it runs.")
    not_before: datetime | None = Field(description="Deferred: when the vendor is asked again.")
    attempts: int
    datasets: list[str]
    flow_run_id: str | None
    records_processed: int = Field(description="Rows that the vendor sent.")
    records_created: int
    records_updated: int
    records_unchanged: int
    records_quarantined: int
    records_duplicate: int
    error: Told | None


class History(BaseModel):
    """A page of the history, the newest first."""

    items: list[Sync]
    total: int = Field(description="How many there are with these filters.")
    next_cursor: UUID | None = Field(description="Ask again with this cursor; null at the end.")


class Span(BaseModel):
    """Figures of a span of time. Deferred and running syncs count in none of the rates."""

    total_syncs: int
    successful_syncs: int = Field(description="Those that were partial included.")
    partial_syncs: int
    failed_syncs: int = Field(description="Those that crashed included.")
    deferred_syncs: int
    running_syncs: int
    success_rate: float | None = Field(description="Of those that ended well or badly; 0 to 1.")
    avg_records_per_sync: float | None
    p50_duration_ms: int | None
    p95_duration_ms: int | None


class DayShown(BaseModel):
    """One day of the chart."""

    model_config = ConfigDict(from_attributes=True)

    day: str = Field(description="As YYYY-MM-DD in the time zone asked for.")
    succeeded: int
    partial: int
    failed: int
    deferred: int
    median_ms: int | None


class Stats(BaseModel):
    """The last day, week and month, and the last seven days one by one."""

    last_24h: Span
    last_7d: Span
    last_30d: Span
    days: list[DayShown]


class DatasetOfRun(BaseModel):
    """What became of one dataset in a run."""

    dataset: str
    status: Literal["success", "partial", "failed", "deferred"]
    attempts: int
    pages: int
    requests: int
    duration_ms: int
    is_complete: bool
    records_processed: int
    records_created: int
    records_updated: int
    records_unchanged: int
    records_quarantined: int
    records_duplicate: int
    http_status: int | None
    vendor_request_id: str | None = Field(description="What to tell the vendor's support.")
    error: Told | None


class Quarantined(BaseModel):
    """A vendor's row that could not be used."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    integration_id: UUID
    vendor: str
    dataset: str
    vendor_id: str | None
    rule: str
    path: str = Field(description="The field at fault.")
    reason: str
    payload: Any = Field(description="The row as sent, without secrets and personal data.")
    times: int
    first_seen_at: datetime
    last_seen_at: datetime
    last_run_id: UUID
    resolved_at: datetime | None
    resolution: str | None
    is_kept: bool = Field(description="Whether the whole row is kept, so that it can be replayed.")


class Replayed(BaseModel):
    """What became of a row that was read again with today's mapping and rules."""

    fate: Fate
    why: str = Field(description="Why it did not land, without its values; empty when it did.")
    entry: Quarantined


class Quarantine(BaseModel):
    """A page of the quarantine, the newest first."""

    items: list[Quarantined]
    next_cursor: UUID | None


class Run(Sync):
    """One sync, whole."""

    http_status: int | None
    vendor_request_id: str | None
    dataset_results: list[DatasetOfRun]
    quarantined_rows: list[Quarantined] = Field(description="The first hundred.")
    prefect_url: str | None = Field(description="For a SUPER_ADMIN: the flow run in Prefect's UI.")


class EventShown(BaseModel):
    """Something that happened beside the syncs."""

    model_config = ConfigDict(from_attributes=True)

    happened_at: datetime
    kind: str = Field(description="Such as credential_changed, breaker_open or alert_sent.")
    actor: str | None
    said: str


class Events(BaseModel):
    """What happened, the newest first."""

    items: list[EventShown]


COUNTS = {
    "records_processed": "fetched",
    "records_created": "inserted",
    "records_updated": "updated",
    "records_unchanged": "unchanged",
    "records_quarantined": "quarantined",
    "records_duplicate": "duplicate",
}


def sync(of: Row) -> Sync:
    """As the API shows it."""
    return Sync.model_validate(_sync(of, of.duration_ms, of.datasets))


def run(of: RunWithDatasets, rows: list[SetAside], *, now: datetime, ui: str | None) -> Run:
    """A run as the API shows it. ``ui``: where Prefect's pages are, for who may open them."""
    lasted = int(((of.completed_at or now) - of.started_at).total_seconds() * 1000)
    shown = _sync(of, max(0, lasted), [each.dataset for each in of.datasets])
    shown |= {
        "http_status": of.http_status,
        "vendor_request_id": of.vendor_request_id,
        "dataset_results": [_dataset(each) for each in of.datasets],
        "quarantined_rows": [Quarantined.model_validate(each) for each in rows],
        "prefect_url": f"{ui}/runs/flow-run/{of.flow_run_id}" if ui and of.flow_run_id else None,
    }
    return Run.model_validate(shown)


def span(of: Figures) -> Span:
    """Figures as the API shows them; a rate of nothing is null, not 0."""
    good = of.succeeded + of.partial
    ended = good + of.failed
    return Span(
        total_syncs=of.total,
        successful_syncs=good,
        partial_syncs=of.partial,
        failed_syncs=of.failed,
        deferred_syncs=of.deferred,
        running_syncs=of.running,
        success_rate=good / ended if ended else None,
        avg_records_per_sync=of.processed / good if good else None,
        p50_duration_ms=of.p50_ms,
        p95_duration_ms=of.p95_ms,
    )


def stats(spans: list[Figures], days: list[Day]) -> Stats:
    """All figures as the API shows them."""
    by_span = {each.span: span(each) for each in spans}
    return Stats(
        last_24h=by_span["24h"],
        last_7d=by_span["7d"],
        last_30d=by_span["30d"],
        days=[DayShown.model_validate(each) for each in days],
    )


def events(found: list[Happening]) -> Events:
    """As the API shows them."""
    return Events(items=[EventShown.model_validate(each) for each in found])


def _sync(of: Row | RunWithDatasets, duration_ms: int, datasets: list[str]) -> dict[str, Any]:
    same = ("id", "integration_id", "vendor", "sync_type", "status", "started_at", "completed_at",
            "not_before", "attempts", "flow_run_id")  # fmt: skip
    return {
        **{name: getattr(of, name) for name in same},
        **_counts(of),
        "duration_ms": duration_ms,
        "datasets": datasets,
        "error": _told(of),
    }


def _dataset(of: RunDataset) -> DatasetOfRun:
    same = ("dataset", "status", "attempts", "pages", "requests", "is_complete", "http_status",
            "vendor_request_id")  # fmt: skip
    return DatasetOfRun.model_validate(
        {name: getattr(of, name) for name in same}
        | _counts(of)
        | {"duration_ms": int(of.seconds * 1000), "error": _told(of)}
    )


def _counts(of: Row | RunDataset | RunWithDatasets) -> dict[str, int]:
    return {ours: getattr(of, name) for ours, name in COUNTS.items()}


def _told(of: Row | RunDataset | RunWithDatasets) -> Told | None:
    return told(of.error_kind, of.error_happened, of.error_who, of.error_next_step)
