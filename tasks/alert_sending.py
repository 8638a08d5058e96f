"""Sends what the outbox holds: several messages at once, each channel for itself.

A message that did not leave is tried again later, for a day; a channel that takes nothing is left
alone until the next call. Whoever is killed here leaves leases that run out.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any, Protocol
from uuid import uuid4

from pydantic import SecretStr

from core import alerts, redaction
from core.alerts import Channel
from core.errors import ConfigurationError, SallyError
from core.settings import Settings
from store import channels, incidents, outbox
from store.connection import Connection
from store.outbox import LEASE_S, Leased
from tasks import alert_mail, alert_slack
from tasks.alert_telling import TENANT
from tasks.config import key_ring

SEND_S = 60.0  # well within the lease
AT_ONCE = {Channel.EMAIL: 8, Channel.SLACK: 4}
IN_A_ROW = 8  # failures after which a channel is left alone for now
LONGEST_ERROR = 300
log = logging.getLogger("sally.alerts")


class Refused(SallyError):
    """A message that will never be taken: the address does not exist, the webhook was revoked."""


class Post(Protocol):
    """Hands a message over; any error means that it may not have been taken.

    ``ConfigurationError``: nothing is set up to send it, so it waits. ``Refused``: this message
    will never be taken.
    """

    async def email(self, to: str, message: EmailMessage) -> None:
        """To a mail server."""

    async def slack(self, webhook: SecretStr, payload: Mapping[str, Any]) -> None:
        """To a Slack webhook."""


@dataclass(slots=True)
class Delivered:
    """What became of the messages that were due.

    ``retried``: did not leave and are tried again. ``failed``: given up. ``suppressed``: nobody
    may hear them any more. ``waiting``: why a channel sends nothing, by channel. ``next_at``: when
    there is something to do again; None: not before something happens.
    """

    sent: int = 0
    retried: int = 0
    failed: int = 0
    suppressed: int = 0
    waiting: dict[str, str] | None = None
    next_at: datetime | None = None


_said: set[str] = set()


class Sender:
    """Sends for one call of `deliver`; its leases carry its own name."""

    def __init__(self, conn: Connection, post: Post, settings: Settings) -> None:
        self._conn = conn
        self._post = post
        self._settings = settings
        self._owner = uuid4()
        self._done = Delivered()
        self._in_a_row = dict.fromkeys(Channel, 0)
        self._waiting: dict[str, str] = {}

    async def send_all(self) -> Delivered:
        """Until nothing is due, or nothing leaves."""
        workers = [self._work(channel) for channel, count in AT_ONCE.items() for _ in range(count)]
        # The others finish what they are sending before an error of one is raised.
        for outcome in await asyncio.gather(*workers, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome
        self._done.waiting = self._waiting or None
        self._done.next_at = await self._next_at()
        return self._done

    async def _work(self, channel: Channel) -> None:
        while channel not in self._waiting and self._in_a_row[channel] < IN_A_ROW:
            leased = await outbox.lease(self._conn, channel, self._owner, LEASE_S)
            if leased is None:
                return
            await self._handle(channel, leased)

    async def _handle(self, channel: Channel, leased: Leased) -> None:
        unwanted = self._unwanted(leased)
        if unwanted is not None:
            self._done.suppressed += 1
            await self._settle(leased, "suppressed", unwanted)
            return
        try:
            await asyncio.wait_for(self._send(channel, leased), SEND_S)
        except ConfigurationError as error:
            await self._wait(channel, leased, str(error))
        except Exception as error:  # any of them: the alert must survive whatever a sender does
            self._in_a_row[channel] += 1
            await self._failed(leased, error)
        else:
            self._in_a_row[channel] = 0
            self._done.sent += 1
            log.info(
                "Left: %s %s, %s, attempt %d.",
                channel, leased.message_id, leased.step, leased.attempts,
            )  # fmt: skip
            await self._settle(leased, "sent")

    async def _send(self, channel: Channel, leased: Leased) -> None:
        app_url = str(self._settings.app_url) if self._settings.app_url else None
        if channel is Channel.SLACK:
            await self._post.slack(self._webhook(leased), alert_slack.payload(leased, app_url))
            return
        if self._settings.alert_from_email is None:
            raise ConfigurationError("ALERT_FROM_EMAIL is not set, so no e-mail can leave.")
        message = alert_mail.message(leased, self._settings.alert_from_email, app_url)
        await self._post.email(leased.recipient, message)

    def _unwanted(self, leased: Leased) -> str | None:
        """Why this message must not be sent any more, as things are at this moment."""
        if leased.channel == Channel.EMAIL:
            if leased.tenant_id is None:
                operator = self._settings.alert_operator_email
                return None if leased.recipient == operator else "Another is the operator now."
            person = leased.person
            if person is None or not alerts.may_hear(person, leased.tenant_id, leased.kind):
                return "The recipient may not hear of this tenant any more."
            return None
        if leased.recipient == TENANT:
            return None if leased.secret_ciphertext else "The tenant has no Slack channel any more."
        is_ours = leased.tenant_id is None or self._settings.slack_shared
        if is_ours and self._settings.slack_webhook_url is not None:
            return None
        return "SLACK_WEBHOOK_URL does not take it any more."

    def _webhook(self, leased: Leased) -> SecretStr:
        if leased.recipient != TENANT:
            assert self._settings.slack_webhook_url is not None  # else it is unwanted
            return self._settings.slack_webhook_url
        assert leased.tenant_id is not None  # only a tenant's incident goes to a tenant
        assert leased.secret_ciphertext is not None  # else it is unwanted
        assert leased.secret_key_id is not None
        try:
            opened = channels.webhook(
                key_ring(), leased.tenant_id, leased.secret_ciphertext, leased.secret_key_id
            )
        except ConfigurationError as error:
            # One tenant's webhook that does not open holds up nobody else's.
            raise SallyError(str(error)) from None
        return SecretStr(opened)

    async def _failed(self, leased: Leased, error: Exception) -> None:
        words = _words(error)
        again = None
        if not isinstance(error, Refused):
            chance = random.random()  # noqa: S311 - spreads retries, keeps no secret
            again = alerts.retry_at(leased.attempts, leased.created_at, leased.now, chance)
        if again is not None:
            self._done.retried += 1
            log.warning("Did not leave: %s %s: %s", leased.channel, leased.message_id, words)
            await self._settle(leased, "pending", words, again)
            return
        self._done.failed += 1
        log.error("Given up: %s %s: %s", leased.channel, leased.message_id, words)
        whom = leased.recipient if leased.channel == Channel.EMAIL else "Slack"
        await self._settle(leased, "failed", words)
        await incidents.add_note(
            self._conn, leased.incident_id, f"A message to {whom} was given up: {words}"
        )

    async def _wait(self, channel: Channel, leased: Leased, reason: str) -> None:
        """Nothing is set up to send on this channel: everything waits, and it is said once."""
        reason = redaction.text(reason)
        self._waiting[channel] = reason
        await self._settle(leased, "pending", reason, counts=False)
        await outbox.wait_for_setup(self._conn, channel, reason)
        if reason not in _said:
            _said.add(reason)
            log.warning("Alerts wait in the outbox: %s", reason)

    async def _settle(
        self, leased: Leased, status: str, error: str | None = None,
        due_at: datetime | None = None, *, counts: bool = True,
    ) -> None:  # fmt: skip
        kept = await outbox.settle(
            self._conn, leased, self._owner, status, error, due_at, counts=counts
        )
        if not kept:
            log.warning(
                "%s %s took too long and may be sent again, under the same id.",
                leased.channel, leased.message_id,
            )  # fmt: skip

    async def _next_at(self) -> datetime | None:
        """What waits for settings is looked at rarely, a channel that took nothing soon again."""
        exhausted = [one for one, count in self._in_a_row.items() if count >= IN_A_ROW]
        blocked = [*self._waiting, *exhausted]
        found, now = await outbox.next_due(self._conn, blocked)
        times = [] if found is None else [found]
        if self._waiting:
            times.append(now + alerts.LONGEST_RETRY)
        if exhausted:
            times.append(now + alerts.FIRST_RETRY)
        return min(times, default=None)


def _words(error: Exception) -> str:
    """Why it did not leave, for a person; words of other people's libraries may hold secrets."""
    if isinstance(error, SallyError):
        return redaction.text(str(error))[:LONGEST_ERROR]
    if isinstance(error, TimeoutError):
        return f"No answer in {SEND_S:.0f} seconds."
    code = getattr(error, "smtp_code", None)
    return type(error).__name__ + (f" ({code})" if isinstance(code, int) else "")
