"""The Prefect block `TenantAlert`: what the automations notify, inside the Prefect server.

It works without a worker, the very thing that may be down. Prefect finds this module through the
entry point `prefect.collections`; what it needs is imported when it is first notified, for every
Prefect process of the installation loads this file.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import time
from datetime import timedelta
from typing import ClassVar

from prefect.blocks.abstract import NotificationBlock, NotificationError
from pydantic import HttpUrl

NAME, SLUG = "sally", "tenant-alert"
BORN = time.monotonic()  # the server loads its collections when it starts
log = logging.getLogger("sally.alerts")


class TenantAlert(NotificationBlock):
    """Tells a tenant's admins, by e-mail and Slack, what an automation noticed."""

    _block_type_name: ClassVar[str | None] = "Tenant Alert"
    _block_type_slug: ClassVar[str | None] = SLUG
    _logo_url: ClassVar[HttpUrl | None] = HttpUrl(
        "https://cdn.jsdelivr.net/npm/@tabler/icons@3.31.0/icons/outline/bell-ringing.svg"
    )
    _description: ClassVar[str | None] = (
        "Opens, updates and closes SALLY's incidents, and sends each tenant's admins what they "
        "should know, by e-mail and Slack. The automations named “SALLY: …” notify it.\n\n"
        "There is nothing to fill in: recipients are the tenant's active admins at the time of "
        "sending, and the mail server stands in the settings of the Prefect server's machine, "
        "not here, where everybody who may use Prefect could read its password. "
        "`sally alerts list` shows what it did."
    )
    _code_example: ClassVar[str | None] = (
        "```python\n"
        "# The automations notify it; to try it, run this in a shell:\n"
        "#   sally alerts test --tenant acme\n"
        "from tasks.tenant_alert import TenantAlert\n\n"
        'TenantAlert.load("BLOCK_NAME")\n'
        "```"
    )

    async def notify(self, body: str, subject: str | None = None) -> None:
        """Take in what an automation noticed; sending it goes on afterwards.

        What cannot be taken in is a failed action in Prefect, which is not repeated: other errors
        would have Prefect deliver the same again, four times.
        """
        # Seconds of imports, the first time: the server goes on meanwhile.
        intake = await asyncio.to_thread(importlib.import_module, "tasks.alert_intake")
        try:
            await intake.take(body, server_age=timedelta(seconds=time.monotonic() - BORN))
        except Exception as error:
            said = intake.said(error)
            # Without its trace, which may hold what is secret.
            log.error("An alert could not be taken in: %s", said)
            raise NotificationError(said) from None
