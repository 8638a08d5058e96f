"""Who signs in to the console: found by address, known by id, and their sessions.

A session is found by the SHA-256 of what the browser holds, so that a copy of the table signs
nobody in.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg.rows import class_row

from store.connection import Connection


@dataclass(frozen=True, slots=True)
class Person:
    """An active person of an active tenant."""

    id: UUID
    tenant_id: UUID
    tenant_slug: str
    tenant_name: str
    is_sandbox: bool
    email: str
    name: str
    role: str
    driver_id: str | None
    password_changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant that a SUPER_ADMIN may look at."""

    id: UUID
    slug: str
    name: str
    is_sandbox: bool


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in to the pages."""

    user_id: UUID
    created_at: datetime
    expires_at: datetime
    acting_tenant_id: UUID | None


PERSON = """
SELECT u.id, u.tenant_id, t.slug AS tenant_slug, t.name AS tenant_name, t.is_sandbox, u.email,
    u.name, u.role, u.driver_id, u.password_changed_at
FROM ops.app_user u JOIN ops.tenant t ON t.id = u.tenant_id
WHERE u.is_active AND t.is_active AND {which}
"""
TENANTS = "SELECT id, slug, name, is_sandbox FROM ops.console_tenants()"
OPEN = """
INSERT INTO ops.console_session (token_hash, tenant_id, user_id, expires_at)
VALUES (%s, %s, %s, now() + %s)
"""
OF = """
SELECT user_id, created_at, expires_at, acting_tenant_id FROM ops.console_session
WHERE token_hash = %s AND expires_at > now()
"""
END = "UPDATE ops.console_session SET expires_at = now() WHERE token_hash = %s"
ACT = "UPDATE ops.console_session SET acting_tenant_id = %s WHERE token_hash = %s"


async def candidates(conn: Connection, email: str) -> list[tuple[UUID, UUID]]:
    """(tenant, user) wherever this address may sign in; a few at most. Sees all tenants."""
    found = await conn.execute("SELECT tenant_id, user_id FROM ops.sign_in_candidates(%s)", [email])
    return [(row[0], row[1]) for row in await found.fetchall()]


async def person(conn: Connection, user_id: UUID) -> Person | None:
    """The person of that id, if they may do anything at all."""
    return await _person(conn, "u.id = %s", user_id)


async def person_by_email(conn: Connection, email: str) -> Person | None:
    """The person of that address within the tenant."""
    return await _person(conn, "lower(u.email) = lower(%s)", email)


async def password_hash(conn: Connection, user_id: UUID) -> str | None:
    """What the password of that person is compared with."""
    found = await conn.execute("SELECT password_hash FROM ops.app_user WHERE id = %s", [user_id])
    row = await found.fetchone()
    return row[0] if row else None


async def tenants(conn: Connection) -> list[Tenant]:
    """Every active tenant, by short name: for a SUPER_ADMIN only."""
    async with conn.cursor(row_factory=class_row(Tenant)) as cursor:
        await cursor.execute(f"{TENANTS} ORDER BY slug")
        return await cursor.fetchall()


async def tenant(
    conn: Connection, *, slug: str | None = None, id: UUID | None = None
) -> Tenant | None:
    """One of them, by its short name or its id."""
    async with conn.cursor(row_factory=class_row(Tenant)) as cursor:
        await cursor.execute(f"{TENANTS} WHERE slug = %s OR id = %s", [slug, id])
        return await cursor.fetchone()


async def open_session(conn: Connection, token: str, who: Person, span: timedelta) -> None:
    """Remember who holds this token, for so long."""
    await conn.execute(OPEN, [_hash(token), who.tenant_id, who.id, span])


async def session_of(conn: Connection, token: str) -> Session | None:
    """The session of this token, unless it is over or another tenant's."""
    async with conn.cursor(row_factory=class_row(Session)) as cursor:
        await cursor.execute(OF, [_hash(token)])
        return await cursor.fetchone()


async def end_session(conn: Connection, token: str) -> None:
    """Sign out: the token is worth nothing any more."""
    await conn.execute(END, [_hash(token)])


async def act_for(conn: Connection, token: str, tenant_id: UUID | None) -> None:
    """Look at another tenant from now on, or at one's own again."""
    await conn.execute(ACT, [tenant_id, _hash(token)])


async def _person(conn: Connection, which: str, value: object) -> Person | None:
    async with conn.cursor(row_factory=class_row(Person)) as cursor:
        await cursor.execute(PERSON.format(which=which), [value])
        return await cursor.fetchone()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
