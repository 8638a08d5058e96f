"""DAY's people: a dispatch that asks for drivers' hours, and a mail server that counts."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes

import psycopg
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from core.errors import HoursUnknown, SallyError
from deployments.ports import free_port
from tasks import hos_answer
from tasks.hos import desk

PER_S = 5.0  # questions of all dispatchers together
AGAIN_S = 1.0


class Dispatch(threading.Thread):
    """Asks for one driver's hours after another, tenants by turns, until told to stop."""

    def __init__(self, url: str, drivers: Sequence[tuple[str, str]], fresh: timedelta) -> None:
        """``drivers``: tenant and vendor's id. ``fresh``: five minutes, as fast as the day goes."""
        super().__init__(name="dispatch", daemon=True)
        self.url, self.drivers, self.fresh = url, list(drivers), fresh
        self.answers: Counter[str] = Counter()
        self._over = threading.Event()

    def run(self) -> None:
        """A desk, and another one when its database went away."""
        usual, hos_answer.FRESH = hos_answer.FRESH, self.fresh
        random.Random(7).shuffle(self.drivers)
        try:
            asyncio.run(self._ask())
        finally:
            hos_answer.FRESH = usual

    def end(self) -> Counter[str]:
        """How the questions were answered, by source; ``refused``: while the database was away."""
        self._over.set()
        self.join()
        return self.answers

    async def _ask(self) -> None:
        place = 0
        while not self._over.is_set():
            try:
                async with desk(self.url) as opened:
                    while not self._over.is_set():
                        tenant, driver = self.drivers[place % len(self.drivers)]
                        place += 1
                        try:
                            found = await opened.read(tenant, driver)
                            self.answers[found.source] += 1
                        except HoursUnknown:
                            self.answers["none"] += 1
                        await asyncio.sleep(1 / PER_S)
            except (SallyError, psycopg.Error, OSError):
                self.answers["refused"] += 1
                await asyncio.sleep(AGAIN_S)


class Mailbox:
    """How often each message was taken, by its Message-ID, and who got how many."""

    def __init__(self) -> None:
        self.ids: Counter[str] = Counter()
        self.recipients: Counter[str] = Counter()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take a message. (The name is aiosmtpd's.)"""
        content = envelope.content or b""
        mail = message_from_bytes(content if isinstance(content, bytes) else content.encode())
        self.ids[str(mail["Message-ID"]).strip("<>").partition("@")[0]] += 1
        self.recipients.update(envelope.rcpt_tos)
        return "250 Taken"


@contextmanager
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A mail server on this machine, and its port."""
    box, port = Mailbox(), free_port(0, "")
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        with contextlib.suppress(AssertionError):
            controller.stop()
