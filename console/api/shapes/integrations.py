"""Integrations as the API shows them: credentials by fingerprint, age and last use only."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from adapters import registry
from store.connected import Connected


class Told(BaseModel):
    """Something wrong, in the three sentences."""

    kind: str = Field(description="Its name for programs, such as auth_rejected.")
    happened: str
    who: str
    next_step: str


class Credential(BaseModel):
    """What is known of a stored credential; it is never shown."""

    fingerprint: str = Field(description="Tells credentials apart and reveals none.")
    changed_at: datetime
    age_s: int = Field(description="Seconds since it was entered.")
    last_used_at: datetime | None = Field(description="When a sync last used it.")


class Freshness(BaseModel):
    """How old the data is."""

    level: Literal["fresh", "warning", "critical"]
    said: str | None = Field(description="One sentence about the oldest of it.")


class BreakerState(BaseModel):
    """The less willing of the integration's breaker and the vendor's."""

    state: Literal["CLOSED", "OPEN", "HALF_OPEN"]
    retry_at: datetime | None


class Integration(BaseModel):
    """A tenant's connection to a vendor."""

    id: UUID
    vendor: str
    vendor_title: str
    category: str = Field(description="hours of service, TMS, fuel or weather.")
    status: Literal["active", "needs_attention", "disabled"]
    credential: Credential
    settings: dict[str, Any]
    poll_seconds: int = Field(description="Seconds between syncs.")
    next_sync_at: datetime | None = Field(description="Null while disabled.")
    running_run_id: UUID | None = Field(description="The sync that is going on.")
    last_started_at: datetime | None
    last_success_at: datetime | None
    last_run_status: str | None
    consecutive_failures: int
    error: Told | None = Field(description="What was wrong with the last sync.")
    freshness: Freshness
    breaker: BreakerState
    created_at: datetime
    updated_at: datetime


class Integrations(BaseModel):
    """All of a tenant's."""

    items: list[Integration]


def integration(of: Connected) -> Integration:
    """As the API shows it."""
    vendor = registry.vendor(of.vendor)
    last_used = of.last_started_at
    if last_used is not None and last_used < of.key_changed_at:
        last_used = None
    return Integration.model_validate(
        {
            "id": of.id,
            "vendor": of.vendor,
            "vendor_title": vendor.title,
            "category": vendor.category,
            "status": of.status,
            "credential": {
                "fingerprint": of.fingerprint,
                "changed_at": of.key_changed_at,
                "age_s": max(0, int((of.now - of.key_changed_at).total_seconds())),
                "last_used_at": last_used,
            },
            "settings": of.settings,
            "poll_seconds": of.poll_seconds or int(vendor.poll_every.total_seconds()),
            "next_sync_at": None if of.status == "disabled" else of.next_sync_at,
            "running_run_id": of.running,
            "last_started_at": of.last_started_at,
            "last_success_at": of.last_success_at,
            "last_run_status": of.last_run_status,
            "consecutive_failures": of.consecutive_failures,
            "error": told(of.error_kind, of.error_happened, of.error_who, of.error_next_step),
            "freshness": {"level": of.age_level, "said": of.age_said},
            "breaker": {"state": of.breaker_state, "retry_at": of.breaker_retry_at},
            "created_at": of.created_at,
            "updated_at": of.updated_at,
        }
    )


def told(
    kind: str | None, happened: str | None, who: str | None, next_step: str | None
) -> Told | None:
    """An error as it is kept, or None."""
    if kind is None:
        return None
    return Told(kind=kind, happened=happened or "", who=who or "", next_step=next_step or "")
