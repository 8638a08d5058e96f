"""From a signal to the people who must hear of it, once: `handle` decides, `deliver` sends.

A signal only says where to look; what people are told is read from the database when it is
handled. Both may run in any number of processes at once, and be killed at any time.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from core import alerts, redaction, settings
from core.alerts import Kind
from models.ops import new_id
from store import incident_facts, incidents, outbox
from store.connection import Connection, connect
from store.incidents import Opening
from tasks import alert_words
from tasks.alert_sending import Delivered, Post, Refused, Sender
from tasks.alert_telling import tell_due, tell_end

__all__ = ["Delivered", "Notice", "Post", "Refused", "Signal", "deliver", "handle"]

SYNC = (Kind.FAILING, Kind.KEY_REJECTED)
CRITICAL = "critical"
log = logging.getLogger("sally.alerts")


class Signal(StrEnum):
    """What happened."""

    FAILING = "failing"
    KEY_REJECTED = "key_rejected"
    RECOVERED = "recovered"
    VENDOR_DOWN = "vendor_down"
    VENDOR_BACK = "vendor_back"
    STALE = "stale"
    FRESH = "fresh"
    FLOW_CRASHED = "flow_crashed"
    SCHEDULER_SILENT = "scheduler_silent"
    ROUTE_AT_RISK = "route_at_risk"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Notice:
    """A signal, and where to look.

    ``integration_id``: for what concerns one. ``vendor`` and ``is_sandbox``: for what concerns a
    vendor. ``tenant_id``: whom a test goes to; None for the operator. ``detail``: one sentence
    without secrets and without a vendor's words. ``event_id``: a notice that comes twice counts
    once. ``level``: of staleness, warning or critical. ``plan_id``: of the route that is at risk.
    """

    signal: Signal
    integration_id: UUID | None = None
    tenant_id: UUID | None = None
    vendor: str | None = None
    is_sandbox: bool = False
    detail: str | None = None
    event_id: UUID | None = None
    level: str | None = None
    plan_id: UUID | None = None


async def handle(url: str, notice: Notice) -> int:
    """Open, update or close incidents and put down what is to be told now, in one transaction.

    Returns how many messages were put down; `deliver` sends them. An event is handled once.
    """
    async with connect(url, application_name="sally alerts") as conn, conn.transaction():
        if notice.event_id is not None and not await incidents.is_new(
            conn, notice.event_id, notice.signal
        ):
            return 0
        closed = await _close(conn, notice)
        seen = await incidents.see(conn, await _openings(conn, notice))
        put = await tell_end(conn, closed)
        put += await tell_due(conn, settings.settings())
    log.info(
        "%s: %d incidents seen, %d closed, %d messages.", notice.signal, len(seen), len(closed), put
    )
    return put


async def deliver(url: str, post: Post) -> Delivered:
    """Tell what has become due and send what is in the outbox, until nothing is due any more."""
    configured = settings.settings()
    if configured.slack_webhook_url is not None:
        redaction.remember([configured.slack_webhook_url.get_secret_value()])
    async with connect(url, application_name="sally alerts") as conn:
        async with conn.transaction():
            await outbox.drop_old(conn, alerts.GIVE_UP_AFTER.total_seconds())
            await tell_due(conn, configured)
        return await Sender(conn, post, configured).send_all()


async def end_routes(url: str) -> int:
    """Close what was told of loads that are in time again, or over; how many messages that makes.

    The plans say so, which are made every few minutes: no event needs to.
    """
    async with connect(url, application_name="sally alerts") as conn, conn.transaction():
        return await tell_end(conn, await incidents.close_routes(conn))


async def _openings(conn: Connection, notice: Notice) -> list[Opening]:
    """The trouble that a notice is about, as far as it still exists."""
    match notice.signal:
        case Signal.FAILING | Signal.KEY_REJECTED:
            return await _failing(conn, notice)
        case Signal.STALE:
            facts = await _facts(conn, notice, even_off=True)
            if facts is None:
                return []
            is_critical = notice.level == CRITICAL
            return [alert_words.stale(facts, notice.detail, is_critical=is_critical)]
        case Signal.VENDOR_DOWN:
            found = await incident_facts.of_vendor(conn, notice.vendor or "", notice.is_sandbox)
            return [alert_words.outage(facts) for facts in found]
        case Signal.FLOW_CRASHED:
            return [alert_words.crashed(notice.vendor, notice.is_sandbox, notice.detail)]
        case Signal.SCHEDULER_SILENT:
            return [alert_words.silent(notice.detail)]
        case Signal.ROUTE_AT_RISK:
            plan = await incident_facts.late_plan(conn, notice.plan_id)
            return [] if plan is None else [alert_words.late(plan)]
        case Signal.TEST:
            return [alert_words.test(notice.tenant_id, notice.event_id or new_id())]
        case _:
            return []


async def _failing(conn: Connection, notice: Notice) -> list[Opening]:
    """A failing sync; and the outage that explains it, should the word of that be late or lost."""
    facts = await _facts(conn, notice)
    if facts is None or facts.last_error_kind is None:
        return []
    opening = alert_words.failing(facts)
    if notice.signal is Signal.FAILING and facts.consecutive_failures == 0:
        return []
    if notice.signal is Signal.KEY_REJECTED and opening.kind is not Kind.KEY_REJECTED:
        return []
    if facts.is_vendor_open and alerts.explains(Kind.VENDOR_DOWN, opening.kind, opening.error_kind):
        return [opening, alert_words.outage(facts)]
    return [opening]


async def _close(conn: Connection, notice: Notice) -> list[UUID]:
    """Close what a notice says is over."""
    if notice.signal is Signal.RECOVERED:
        if notice.integration_id is None:
            return await incidents.close_of_operator(conn, notice.vendor, "Syncs run again.")
        facts = await _facts(conn, notice)
        if facts is None or facts.consecutive_failures > 0:
            return []  # it fails again already: that is the same trouble
        return await incidents.close_of_integration(
            conn, notice.integration_id, SYNC, "It syncs again."
        )
    if notice.signal is Signal.FRESH and notice.integration_id is not None:
        return await incidents.close_of_integration(
            conn, notice.integration_id, (Kind.STALE,), "Its data is fresh again."
        )
    if notice.signal is Signal.VENDOR_BACK and notice.vendor is not None:
        return await incidents.close_of_vendor(
            conn, notice.vendor, notice.is_sandbox, "The vendor answers again."
        )
    return []


async def _facts(
    conn: Connection, notice: Notice, *, even_off: bool = False
) -> incident_facts.Facts | None:
    if notice.integration_id is None:
        return None
    return await incident_facts.integration(conn, notice.integration_id, even_off=even_off)
