"""Breakers, gates, freshness, incidents and test alerts as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from adapters import registry
from console.api.words import Strict
from core import freshness
from core.alerts import Severity
from core.freshness import Level
from store.freshness import Integration as HeldIntegration
from store.health import Gate, Standing
from store.incident_care import Delivery


class BreakerShown(BaseModel):
    """A circuit breaker: of the vendor (for all its customers), or of the tenant's integration."""

    model_config = ConfigDict(from_attributes=True)

    vendor: str
    integration_id: UUID | None = Field(description="Null: the vendor's own.")
    state: Literal["CLOSED", "OPEN", "HALF_OPEN"]
    reason: str | None
    changed_at: datetime
    opened_at: datetime | None
    retry_at: datetime | None = Field(description="When one call may probe it.")


class GateShown(BaseModel):
    """How a vendor's pace stands for one of the tenant's keys."""

    model_config = ConfigDict(from_attributes=True)

    integration_id: UUID
    tier: str = Field(description="Which of the vendor's limits.")
    not_before: datetime | None = Field(description="No call before this.")
    strikes: int = Field(description="Refusals in a row.")


class Breakers(BaseModel):
    """What may keep calls from going out."""

    breakers: list[BreakerShown]
    gates: list[GateShown]


class DatasetAge(BaseModel):
    """How old one dataset is."""

    dataset: str
    title: str
    level: Level
    last_good_at: datetime | None
    age_s: int
    expected_every_s: int


class IntegrationAge(BaseModel):
    """How old an integration's data is: its worst dataset's level."""

    integration_id: UUID
    vendor: str
    level: Level
    said: str | None
    datasets: list[DatasetAge]


class Ages(BaseModel):
    """How old everything of the tenant is, judged now."""

    items: list[IntegrationAge]


class IncidentShown(BaseModel):
    """Something wrong that a person should know about."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    integration_id: UUID | None
    vendor: str | None
    kind: str
    severity: Severity
    happened: str
    who: str | None
    next_step: str | None
    opened_at: datetime
    last_seen_at: datetime
    times: int
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    muted_until: datetime | None
    closed_at: datetime | None
    closed_because: str | None
    note: str | None
    messages_sent: int
    messages_pending: int
    messages_failed: int


class Incidents(BaseModel):
    """A page of incidents, the newest first."""

    items: list[IncidentShown]
    next_cursor: UUID | None


class Mute(Strict):
    """For how long nobody is told."""

    minutes: Annotated[int, Field(ge=1, le=7 * 24 * 60)]


class Message(BaseModel):
    """A message of the test."""

    model_config = ConfigDict(from_attributes=True)

    channel: str
    recipient: str
    status: Literal["pending", "sent", "failed", "suppressed"]
    error: str | None


class AlertTest(BaseModel):
    """What became of a test alert."""

    messages: list[Message]
    note: str | None = Field(description="Why there are none, or not all.")


def breakers(standings: list[Standing], gates: list[Gate]) -> Breakers:
    """As the API shows them."""
    return Breakers(
        breakers=[BreakerShown.model_validate(each) for each in standings],
        gates=[GateShown.model_validate(each) for each in gates],
    )


def ages(held: list[HeldIntegration], vendors: dict[UUID, str]) -> Ages:
    """Judged now, by the rules of the check that alerts come from."""
    return Ages(items=[_age(each, vendors[each.integration_id]) for each in held])


def _age(of: HeldIntegration, name: str) -> IntegrationAge:
    judged, vendor = freshness.judge(of.held, of.now), registry.vendor(name)
    return IntegrationAge(
        integration_id=of.integration_id,
        vendor=name,
        level=judged.level,
        said=judged.said,
        datasets=[
            DatasetAge(
                dataset=each.dataset,
                title=vendor.dataset(each.dataset).title,
                level=freshness.level(each, of.now),
                last_good_at=each.good_at,
                age_s=int(each.age(of.now).total_seconds()),
                expected_every_s=int(each.every.total_seconds()),
            )
            for each in of.held
        ],
    )


def alert_test(messages: list[Delivery], note: str | None) -> AlertTest:
    """As the API shows it."""
    return AlertTest(messages=[Message.model_validate(each) for each in messages], note=note)
