"""Fleets with trouble: tenants, people, failing integrations; and a post that keeps all it gets."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import psycopg
from pydantic import SecretStr

from tasks.alerting import Delivered, Notice, Signal, deliver, handle

UNAVAILABLE = ("vendor_unavailable", "Samsara answered 503.", "Who must act: the vendor.",
               "Nothing to do: the sync tries again by itself.")  # fmt: skip
REJECTED = ("auth_rejected", "Samsara answered 401: the key is not accepted.",
            "Who must act: the tenant's admin.", "Replace the API key.")  # fmt: skip
BROKEN = ("contract_broken", "Samsara sent what cannot be read.", "Who must act: us.",
          "Tell support the run's id.")  # fmt: skip


@dataclass
class Box:
    """A post for tests: keeps every message. ``trouble``: raised instead of taking one."""

    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    slacks: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    email_trouble: Exception | None = None
    slack_trouble: Exception | None = None

    async def email(self, to: str, message: EmailMessage) -> None:
        await asyncio.sleep(0)
        if self.email_trouble is not None:
            raise self.email_trouble
        self.mails.append((to, message))

    async def slack(self, webhook: SecretStr, payload: Mapping[str, Any]) -> None:
        await asyncio.sleep(0)
        if self.slack_trouble is not None:
            raise self.slack_trouble
        self.slacks.append((webhook.get_secret_value(), dict(payload)))

    @property
    def heard(self) -> list[tuple[str, str]]:
        """(address, subject) of each mail, in a fixed order."""
        return sorted((to, mail["Subject"]) for to, mail in self.mails)


@dataclass
class Fleet:
    """A tenant with one integration."""

    tenant_id: UUID
    integration_id: UUID


class Alarms:
    """Shorthand for what the tests do over and over."""

    def __init__(self, url: str, conn: psycopg.AsyncConnection) -> None:
        self.url = url
        self.conn = conn
        self.box = Box()

    async def fleet(
        self, slug: str = "acme", name: str = "Acme Freight", *, admins: int = 1, vendor="samsara"
    ) -> Fleet:
        tenant_id = await self.tenant(slug, name)
        for number in range(1, admins + 1):
            await self.person(tenant_id, f"admin{number}@{slug}.example")
        return Fleet(tenant_id, await self.connect(tenant_id, vendor))

    async def tenant(self, slug: str, name: str) -> UUID:
        return await self.one(
            "INSERT INTO ops.tenant (slug, name) VALUES (%s, %s) RETURNING id", slug, name
        )

    async def connect(self, tenant_id: UUID, vendor: str = "samsara") -> UUID:
        return await self.one(
            "INSERT INTO ops.integration (tenant_id, vendor, credentials_ciphertext,"
            " credentials_key_id, credentials_fingerprint, poll_seconds)"
            " VALUES (%s, %s, 'sealed', 'key', 'print', 300) RETURNING id", tenant_id, vendor,
        )  # fmt: skip

    async def person(
        self, tenant_id: UUID, email: str, role: str = "ADMIN", *, is_active: bool = True
    ) -> None:
        await self.conn.execute(
            "INSERT INTO ops.app_user (tenant_id, email, name, role, is_active)"
            " VALUES (%s, %s, 'Somebody', %s, %s)", [tenant_id, email, role, is_active],
        )  # fmt: skip

    async def fails(self, integration_id: UUID, error=UNAVAILABLE, times: int = 3) -> None:
        await self.conn.execute(
            "UPDATE ops.integration SET consecutive_failures = %s, last_run_status = 'failed',"
            " last_error_kind = %s, last_error_happened = %s, last_error_who = %s,"
            " last_error_next_step = %s WHERE id = %s", [times, *error, integration_id],
        )  # fmt: skip

    async def recovers(self, integration_id: UUID) -> None:
        await self.conn.execute(
            "UPDATE ops.integration SET consecutive_failures = 0, last_run_status = 'success',"
            " last_success_at = clock_timestamp(), last_error_kind = NULL,"
            " last_error_happened = NULL, last_error_who = NULL, last_error_next_step = NULL"
            " WHERE id = %s", [integration_id],
        )  # fmt: skip

    async def signal(self, signal: Signal, where: UUID | None = None, **more: Any) -> int:
        told = {"integration_id": where, "event_id": uuid4()} | more
        return await handle(self.url, Notice(signal, **told))

    async def deliver(self, post: Any = None) -> Delivered:
        return await deliver(self.url, post or self.box)

    async def breaks(self, fleet: Fleet, error=UNAVAILABLE, times: int = 3) -> int:
        """The integration fails, and the automation says so."""
        await self.fails(fleet.integration_id, error, times)
        return await self.signal(Signal.FAILING, fleet.integration_id)

    async def mends(self, fleet: Fleet) -> int:
        await self.recovers(fleet.integration_id)
        return await self.signal(Signal.RECOVERED, fleet.integration_id)

    async def pass_time(self, span: timedelta) -> None:
        """Everything that stands in the database happened earlier by this span."""
        for table, columns in {
            "incident": ("opened_at", "last_seen_at", "tell_at", "told_at", "acknowledged_at",
                         "muted_until", "closed_at"),
            "alert_delivery": ("created_at", "due_at", "sent_at", "lease_expires_at"),
            "integration": ("last_success_at", "last_started_at"),
        }.items():  # fmt: skip
            changed = ", ".join(f"{name} = {name} - %(span)s" for name in columns)
            await self.conn.execute(f"UPDATE ops.{table} SET {changed}", {"span": span})

    async def rows(self, statement: str, *arguments: object) -> list[tuple]:
        return await (await self.conn.execute(statement, arguments)).fetchall()

    async def one(self, statement: str, *arguments: object) -> Any:
        ((value,),) = await self.rows(statement, *arguments)
        return value

    async def open_kinds(self) -> list[str]:
        """Kinds of the open incidents."""
        found = await self.rows("SELECT kind FROM ops.incident WHERE closed_at IS NULL ORDER BY 1")
        return [kind for (kind,) in found]


@asynccontextmanager
async def alarms_in(url: str):
    """The same for a database that is there already."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
        yield Alarms(url, conn)
