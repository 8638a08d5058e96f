"""How alerts leave: e-mail through prefect-email's server, Slack through prefect-slack's webhook.

Both blocks are made from the settings and the tenant's sealed webhook when they are needed and
saved nowhere: Prefect shows a saved block's secrets to everybody who may use its API.
"""

from __future__ import annotations

import asyncio
import contextlib
import smtplib
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from core.errors import ConfigurationError, SallyError
from core.settings import Settings
from tasks.alert_sending import Refused

if TYPE_CHECKING:
    from prefect_email import EmailServerCredentials
    from prefect_slack import SlackWebhook

SEND_S = 30.0
# smtplib blocks; its threads must not be those that the Prefect server works with.
THREADS = 8
SECURITY = {"starttls": "STARTTLS", "tls": "SSL", "none": "INSECURE"}
PERMANENT = 500  # SMTP's codes from here on
GONE = (403, 404, 410)  # a webhook that Slack knows no more


class NotDelivered(SallyError):
    """The other side did not take a message. The text holds no address and no secret."""


class Post:
    """Sends one message at a time for whoever asks; many may ask at once."""

    def __init__(self, configured: Settings) -> None:
        self._configured = configured
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="sally-post")

    async def email(self, to: str, message: EmailMessage) -> None:
        """Hand an e-mail to the mail server; any error means that it may not have been taken."""
        if self._configured.smtp_host is None:
            raise ConfigurationError("SMTP_HOST is not set, so no e-mail can leave.")
        told = (self._configured, to, message, time.monotonic() + SEND_S)
        sending = asyncio.get_running_loop().run_in_executor(self._threads, _send, *told)
        try:
            await asyncio.wait_for(sending, SEND_S)
        except TimeoutError:
            raise NotDelivered(f"The mail server did not answer in {SEND_S:.0f} seconds.") from None
        except smtplib.SMTPRecipientsRefused as error:
            code = next((code for code, _ in error.recipients.values()), 0)
            if code < PERMANENT:
                raise NotDelivered(f"The mail server did not take the address ({code}).") from None
            raise Refused(f"The mail server knows no such address ({code}).") from None

    async def slack(self, webhook: SecretStr, payload: Mapping[str, Any]) -> None:
        """Hand a message to Slack; any error means that it may not have been taken."""
        client = (await asyncio.to_thread(_block_of, webhook)).get_client()
        # Whether to try again is decided in one place, and that is the outbox.
        client.retry_handlers = []
        answer = await client.send_dict(dict(payload))
        if answer.status_code in GONE:
            raise Refused(f"Slack does not know this webhook any more ({answer.status_code}).")
        if answer.status_code != 200:
            raise NotDelivered(f"Slack answered {answer.status_code}.")


def _block_of(webhook: SecretStr) -> SlackWebhook:
    # Imported when needed, beside the loop: what has nothing to send does without its half second.
    from prefect_slack import SlackWebhook

    return SlackWebhook(url=webhook)


def _credentials(configured: Settings) -> EmailServerCredentials:
    from prefect_email import EmailServerCredentials

    return EmailServerCredentials(
        username=configured.smtp_username,
        password=configured.smtp_password or SecretStr(""),
        smtp_server=configured.smtp_host,
        smtp_type=SECURITY[configured.smtp_security],
        smtp_port=configured.smtp_port,
    )


def _send(configured: Settings, to: str, message: EmailMessage, deadline: float) -> None:
    server = _credentials(configured).get_server()
    try:
        left = deadline - time.monotonic()
        if left <= 0:
            return  # nobody waits any more: it is tried again, and must not leave twice
        if server.sock is not None:
            server.sock.settimeout(left)
        server.send_message(message, to_addrs=[to])
    finally:
        # It was taken or refused by now; how the conversation ends changes nothing.
        with contextlib.suppress(OSError, smtplib.SMTPException):
            server.quit()
