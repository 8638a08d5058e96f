"""Puts what is due to be told into the outbox, for whoever may hear it at this very time."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from core import alerts
from core.alerts import Channel, Kind, Person, Severity
from core.settings import Settings
from store import channels, incidents, outbox
from store.connection import Connection
from store.incidents import CHUNK, Due, Told
from store.outbox import Message

TENANT, OPERATOR = "tenant", "operator"
NO_ADMIN = (
    "Nobody could be told: the tenant has no active user with the role "
    f"{' or '.join(alerts.ROLES_TOLD)}."
)
NO_OPERATOR = "Nobody could be told: neither ALERT_OPERATOR_EMAIL nor SLACK_WEBHOOK_URL is set."
log = logging.getLogger("sally.alerts")


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody who may be told something now."""

    people: Sequence[Person]
    with_slack: set[UUID]
    settings: Settings

    def of(
        self, tenant_id: UUID | None, severity: Severity, kind: str
    ) -> list[tuple[Channel, str]]:
        """Who hears of an incident, and how."""
        found: list[tuple[Channel, str]] = []
        for channel in alerts.channels(severity):
            if channel is Channel.EMAIL:
                found += [(channel, address) for address in self._addresses(tenant_id, kind)]
            elif (whose := self._whose_slack(tenant_id)) is not None:
                found.append((channel, whose))
        return found

    def _addresses(self, tenant_id: UUID | None, kind: str) -> list[str]:
        if tenant_id is None:
            operator = self.settings.alert_operator_email
            return [operator] if operator else []
        return [one.email for one in self.people if alerts.may_hear(one, tenant_id, kind)]

    def _whose_slack(self, tenant_id: UUID | None) -> str | None:
        if tenant_id in self.with_slack:
            return TENANT
        is_ours = tenant_id is None or self.settings.slack_shared
        return OPERATOR if is_ours and self.settings.slack_webhook_url else None


async def tell_due(conn: Connection, settings: Settings) -> int:
    """Tell what is due, inside the caller's transaction; returns how many messages were put down.

    What is over though nobody said so is closed instead.
    """
    put = 0
    while True:
        found = await incidents.due(conn, alerts.FORGOTTEN_AFTER.total_seconds())
        by_end: defaultdict[str, list[UUID]] = defaultdict(list)
        for each in found:
            if each.over is not None:
                by_end[each.over].append(each.id)
        for because, ids in by_end.items():
            put += await tell_end(conn, await incidents.close_these(conn, ids, because))
        put += await _tell(conn, [each for each in found if each.over is None], settings)
        if len(found) < CHUNK:
            return put


async def tell_end(conn: Connection, closed: Sequence[UUID]) -> int:
    """Tell those who heard of these incidents that they are over."""
    if not closed:
        return 0
    return await outbox.put(conn, await outbox.to_tell_of_end(conn, closed))


async def _tell(conn: Connection, due: Sequence[Due], settings: Settings) -> int:
    if not due:
        return 0
    tenants = list({each.tenant_id for each in due if each.tenant_id is not None})
    audience = Audience(
        await outbox.people(conn, tenants), await channels.with_slack(conn, tenants), settings
    )
    messages: list[Message] = []
    told: list[Told] = []
    for each in due:
        outcome, to_whom = decide(each, audience)
        told.append(outcome)
        messages += to_whom
    await incidents.note_told(conn, told)
    tests = [each.id for each in due if each.kind == Kind.TEST]
    await incidents.close_these(conn, tests, "It was a test.")
    return await outbox.put(conn, messages)


def decide(due: Due, audience: Audience) -> tuple[Told, list[Message]]:
    """What one incident tells now, and whom."""
    explained_by = next(
        (
            UUID(other)
            for other, kind in due.others
            if alerts.explains(kind, due.kind, due.error_kind)
        ),
        None,
    )
    telling = alerts.telling(
        due.standing,
        due.now,
        is_explained=explained_by is not None,
        explained_until=due.explained_until,
        is_reminded=due.kind not in alerts.ONCE,
    )
    if telling.step is None:
        return Told(due.id, None, telling.look_again_at, explained_by), []
    to_whom = audience.of(due.tenant_id, Severity(due.severity), due.kind)
    if not to_whom:
        note = NO_OPERATOR if due.tenant_id is None else NO_ADMIN
        log.warning("Incident %s (%s, %s): %s", due.id, due.kind, due.tenant_slug or "all", note)
        return Told(due.id, None, due.now + alerts.NOBODY_AGAIN, note=note), []
    messages = [
        Message(due.id, due.tenant_id, channel, recipient, telling.step)
        for channel, recipient in to_whom
    ]
    return Told(due.id, telling.step, telling.look_again_at), messages
