"""Who is told what of an incident, when, and when not: decisions, with their thresholds.

An incident is one open trouble of one kind, told once. Everything here is a pure function of
what is known and of the time; docs/alerts.md states the same numbers, and a test compares them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from core.errors import AuthRejected, VendorUnavailable

FAILURES_TO_ALERT = 3
FAILURE_WINDOW = timedelta(hours=1)
HOLD = timedelta(seconds=60)  # a blip that is over by then tells nobody
REMIND_AFTER = timedelta(hours=24)
OUTLIVES_AFTER = timedelta(minutes=15)  # to succeed again once what explained it is over
NOBODY_AGAIN = timedelta(hours=1)  # where nobody could be told, an admin may have been added
FORGOTTEN_AFTER = timedelta(hours=24)  # a crash that did not come back is over
FIRST_RETRY = timedelta(seconds=15)
LONGEST_RETRY = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(hours=24)
RETRY_JITTER = 0.2
ROLES_TOLD = ("ADMIN", "SUPER_ADMIN")
ROLES_OF_LOADS = ("DISPATCHER", *ROLES_TOLD)  # who can do something about a load


class Severity(StrEnum):
    """How bad it is, the mildest first."""

    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"


class Channel(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    SLACK = "slack"


class Kind(StrEnum):
    """What an incident is about."""

    FAILING = "failing"
    KEY_REJECTED = "key_rejected"
    VENDOR_DOWN = "vendor_down"
    STALE = "stale"
    QUALITY = "quality"
    ROUTE_AT_RISK = "route_at_risk"
    FLOW_CRASHED = "flow_crashed"
    SCHEDULER_SILENT = "scheduler_silent"
    TEST = "test"


SEVERITIES = {
    Kind.FAILING: Severity.ERROR,
    Kind.KEY_REJECTED: Severity.ERROR,
    Kind.VENDOR_DOWN: Severity.WARNING,
    Kind.STALE: Severity.WARNING,
    Kind.QUALITY: Severity.ERROR,
    Kind.ROUTE_AT_RISK: Severity.ERROR,
    Kind.FLOW_CRASHED: Severity.ERROR,
    Kind.SCHEDULER_SILENT: Severity.CRITICAL,
    Kind.TEST: Severity.WARNING,
}
HELD = frozenset({Kind.VENDOR_DOWN, Kind.STALE})
# Told once: its plan says each time how it stands, and a new one that turned late is told anew.
ONCE = frozenset({Kind.ROUTE_AT_RISK})
EXPLAIN_AGE = frozenset({Kind.FAILING, Kind.KEY_REJECTED, Kind.SCHEDULER_SILENT})
OPENED, ESCALATED, REMINDER, CLOSED = "opened", "escalated", "reminder", "closed"
OF_QUALITY = "quality"  # the error of a fetch that is unlike those before
# What a vendor that is down does to the syncs of its integrations.
OF_AN_OUTAGE = frozenset({VendorUnavailable.kind})


def kind_of(error_kind: str | None) -> Kind:
    """A failing sync whose key was rejected is another incident: other people must act."""
    return Kind.KEY_REJECTED if error_kind == AuthRejected.kind else Kind.FAILING


def severity(kind: Kind, *, is_critical: bool = False) -> Severity:
    """How bad an incident of this kind is; ``is_critical``: what it is about says so."""
    return Severity.CRITICAL if is_critical else SEVERITIES[kind]


def hold(kind: Kind) -> timedelta:
    """How long an incident must last before anybody is told."""
    return HOLD if kind in HELD else timedelta()


def explains(one: str, other: str, error_kind: str | None = None) -> bool:
    """Whether an open incident makes another one no news; both are kinds.

    Of one tenant: a vendor that is down explains what its integrations suffer from that, data that
    is refused explains that its syncs fail, and a sync that fails why its own data gets old.
    """
    if one == Kind.QUALITY:
        return other == Kind.FAILING and error_kind == OF_QUALITY
    if one == Kind.VENDOR_DOWN:
        return other == Kind.STALE or (other == Kind.FAILING and error_kind in OF_AN_OUTAGE)
    return other == Kind.STALE and one in EXPLAIN_AGE


@dataclass(frozen=True, slots=True)
class Standing:
    """What has been told of an open incident, and what people made of it."""

    told_at: datetime | None = None
    reminders: int = 0
    is_escalated: bool = False
    is_acknowledged: bool = False
    muted_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """What is to be told now, and when to look again; None: nothing, never."""

    step: str | None
    look_again_at: datetime | None


def telling(
    standing: Standing,
    now: datetime,
    *,
    is_explained: bool = False,
    explained_until: datetime | None = None,
    is_reminded: bool = True,
) -> Telling:
    """What an open incident that is due tells.

    ``is_explained``: another open incident makes it no news. ``explained_until``: when such
    another one ended; it is told if it outlives that. ``is_reminded``: whether it is told
    again while it is open. Whoever acknowledged an incident is reminded no more, but hears when it
    gets worse.
    """
    if standing.muted_until is not None and standing.muted_until > now:
        return Telling(None, standing.muted_until)
    if is_explained:
        return Telling(None, now + OUTLIVES_AFTER)
    if explained_until is not None and now < explained_until + OUTLIVES_AFTER:
        return Telling(None, explained_until + OUTLIVES_AFTER)
    if standing.told_at is None:
        return Telling(OPENED, now + REMIND_AFTER)
    if standing.is_escalated:
        return Telling(ESCALATED, now + REMIND_AFTER)
    if standing.is_acknowledged or not is_reminded:
        return Telling(None, None)
    if now < standing.told_at + REMIND_AFTER:
        return Telling(None, standing.told_at + REMIND_AFTER)
    return Telling(f"{REMINDER}-{standing.reminders + 1}", now + REMIND_AFTER)


@dataclass(frozen=True, slots=True)
class Person:
    """A user as alerts see one."""

    tenant_id: UUID
    email: str
    role: str
    is_active: bool
    is_tenant_active: bool = True


def roles_told(kind: str) -> tuple[str, ...]:
    """Whose trouble it is: an admin's, and for a load that is late the dispatchers' as well."""
    return ROLES_OF_LOADS if kind == Kind.ROUTE_AT_RISK else ROLES_TOLD


def may_hear(person: Person, tenant_id: UUID | None, kind: str) -> bool:
    """Active people of the very tenant that an incident concerns, whose trouble it is."""
    return (
        tenant_id is not None
        and person.tenant_id == tenant_id
        and person.is_active
        and person.is_tenant_active
        and person.role in roles_told(kind)
    )


def channels(severity: Severity) -> tuple[Channel, ...]:
    """How an incident of this severity is told."""
    return (Channel.EMAIL,) if severity is Severity.INFO else (Channel.EMAIL, Channel.SLACK)


def retry_at(
    attempts: int, created_at: datetime, now: datetime, jitter: float = 0.5
) -> datetime | None:
    """When to try a message again that did not leave; None: it was tried for long enough.

    ``attempts``: made so far, this one included. ``jitter``: 0 to 1, by chance.
    """
    if now - created_at >= GIVE_UP_AFTER:
        return None
    doublings = min(attempts - 1, 30)
    wait = min(FIRST_RETRY * (1 << doublings), LONGEST_RETRY)
    return now + wait * (1 - RETRY_JITTER * jitter)


def message_id(incident_id: UUID, channel: str, recipient: str, step: str) -> str:
    """The same for the same message, however often it is sent; reveals no address."""
    named = "\n".join((str(incident_id), channel, recipient.lower(), step))
    return hashlib.sha256(named.encode()).hexdigest()[:32]
