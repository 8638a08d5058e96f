"""A process that delivers, and is killed by itself right after the mail server took a message.

``python -m tests.support.courier_to_kill URL PORT COUNT``: dies after COUNT messages were taken and
before the last of them is noted, which is the worst moment there is.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from email.message import EmailMessage

from tasks.alerting import deliver
from tests.support.mailbox import SmtpPost


class Doomed(SmtpPost):
    """Sends so many messages, and no more."""

    def __init__(self, port: int, count: int) -> None:
        super().__init__(port)
        self._left = count

    async def email(self, to: str, message: EmailMessage) -> None:
        await super().email(to, message)
        self._left -= 1
        if self._left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    url, port, count = sys.argv[1:]
    asyncio.run(deliver(url, Doomed(int(port), int(count))))
