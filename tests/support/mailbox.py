"""A real mail server on this machine that keeps what it takes, and can be down, slow or rude."""

from __future__ import annotations

import asyncio
import email
import email.policy
import smtplib
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Mailbox:
    """What the server took: (recipient, message), in order. ``answer``: in place of taking one."""

    port: int
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    answer: str | None = None

    async def handle_DATA(
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:  # aiosmtpd's name
        if self.answer is not None:
            return self.answer
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.taken += [(to, mail) for to in envelope.rcpt_tos]
        return "250 Taken"

    @property
    def ids(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(mail["Message-ID"] for _, mail in self.taken)

    @contextmanager
    def up(self) -> Iterator[Mailbox]:
        """The server answers while the block lasts; before and after, connections are refused."""
        controller = Controller(self, hostname="127.0.0.1", port=self.port)
        controller.start()
        try:
            yield self
        finally:
            controller.stop()


def mailbox() -> Mailbox:
    """A server that is not up yet, on a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Mailbox(probe.getsockname()[1])


class SmtpPost:
    """Sends through a real connection, as the product does; keeps Slack messages."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.slacks: list[tuple[str, dict]] = []

    async def email(self, to: str, message: EmailMessage) -> None:
        await asyncio.to_thread(self._send, to, message)

    async def slack(self, webhook, payload) -> None:
        self.slacks.append((webhook.get_secret_value(), dict(payload)))

    def _send(self, to: str, message: EmailMessage) -> None:
        with smtplib.SMTP("127.0.0.1", self._port, timeout=10) as server:
            server.send_message(message, to_addrs=[to])
