"""Who asks: from a bearer token or a cookie to a person, the tenant they act for, and their role.

A SUPER_ADMIN acts for another tenant by explicit choice only: the header ``X-Sally-Tenant`` with a
token, a choice that the session keeps with the pages.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from console.api import problems
from console.api.house import House, Housed
from console.api.tokens import Claim, TokenRefused
from core.errors import Sentences
from models.ops import Role
from store import people
from store.connection import Connection
from store.people import Person, Session

COOKIE, TLS_COOKIE = "sally_session", "__Host-sally_session"
CSRF_HEADER, CSRF_FIELD = "X-CSRF-Token", "csrf_token"
RANK = {Role.DRIVER: 0, Role.DISPATCHER: 1, Role.ADMIN: 2, Role.SUPER_ADMIN: 3}
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_BEARER = HTTPBearer(auto_error=False, description="The token of POST /auth/login.")
_COOKIE = APIKeyCookie(
    name=COOKIE, auto_error=False, scheme_name="Session", description="Who signed in to the pages."
)


@dataclass(frozen=True, slots=True)
class Me:
    """Who asks, and for which tenant. ``session`` and ``csrf``: of the pages; None for a token."""

    person: Person
    tenant_id: UUID
    tenant_slug: str
    tenant_name: str
    is_sandbox: bool
    session: Session | None = None
    csrf: str | None = None

    @property
    def role(self) -> Role:
        """What they may do."""
        return Role(self.person.role)

    @property
    def actor(self) -> str:
        """What the audit log calls them."""
        is_guest = self.tenant_id != self.person.tenant_id
        return f"{self.person.email} ({self.person.tenant_slug})" if is_guest else self.person.email

    def may(self, role: Role) -> bool:
        """Whether they may do what this role may."""
        return RANK[self.role] >= RANK[role]


@asynccontextmanager
async def acting(house: House, me: Me) -> AsyncIterator[Connection]:
    """A transaction of the console that sees the tenant they act for; commits at its end."""
    async with house.walled.within(me.tenant_id) as conn:
        yield conn


def cookie_name(house: House) -> str:
    """A browser takes the second only from this very host, by TLS."""
    return TLS_COOKIE if house.is_tls else COOKIE


def cookie_value(tenant_id: UUID, token: str) -> str:
    """What the browser holds: the tenant says behind which wall the session is looked up."""
    return f"{tenant_id.hex}.{token}"


def csrf_of(house: House, token: str) -> str:
    """What a form of this session carries."""
    return hmac.new(house.tokens.key, b"csrf" + token.encode(), hashlib.sha256).hexdigest()


async def signed_in(
    request: Request,
    house: Housed,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    _cookie: Annotated[str | None, Security(_COOKIE)],
    tenant: Annotated[
        str | None,
        Header(
            alias="X-Sally-Tenant",
            description="SUPER_ADMIN only: the short name of the tenant to act for.",
            pattern=r"^[a-z0-9-]{1,63}$",
        ),
    ] = None,
) -> Me:
    """Who asks; a refusal when nobody is signed in."""
    if bearer is not None:
        me = await _by_token(house, bearer.credentials)
    else:
        me = await by_cookie(house, request.cookies.get(cookie_name(house), ""))
        if me is not None and request.method not in SAFE:
            check_csrf(me, request.headers.get(CSRF_HEADER))
    if me is None:
        raise unknown()
    return await _for_tenant(house, me, tenant) if tenant else me


async def by_cookie(house: House, cookie: str) -> Me | None:
    """Who holds this cookie; None when it is worth nothing. Checks no form: see `check_csrf`."""
    tenant, _, token = cookie.partition(".")
    try:
        tenant_id = UUID(hex=tenant)
    except ValueError:
        return None
    async with house.walled.within(tenant_id) as conn:
        session = await people.session_of(conn, token)
        person = None if session is None else await people.person(conn, session.user_id)
        if person is None or session is None:
            return None
        if person.password_changed_at and person.password_changed_at > session.created_at:
            return None
    me = _me(person, session, csrf_of(house, token))
    if session.acting_tenant_id is None or me.role is not Role.SUPER_ADMIN:
        return me
    async with house.walled.outside() as conn:
        other = await people.tenant(conn, id=session.acting_tenant_id)
    return me if other is None else _as_guest(me, other)


def check_csrf(me: Me, given: str | None) -> None:
    """Refuse a change that was not sent by a page of ours."""
    if me.csrf is None or not hmac.compare_digest(me.csrf.encode(), (given or "").encode()):
        raise problems.forbidden(
            "This form was not sent by a page of ours, or the page is from an earlier sign-in.",
            "Load the page anew and try again.",
        )


def needs(role: Role) -> Callable[..., Coroutine[Any, Any, Me]]:
    """A dependency: who asks, with at least this role."""

    async def checked(me: Annotated[Me, Depends(signed_in)]) -> Me:
        check_role(me, role)
        return me

    return checked


def check_role(me: Me, role: Role) -> None:
    """Refuse whoever may not."""
    if not me.may(role):
        raise problems.forbidden(
            f"Your role {me.role} does not allow this; {role} does.",
            "Ask an admin of your company to do it, or to change your role.",
        )


Anyone = Annotated[Me, Depends(signed_in)]
Dispatcher = Annotated[Me, Depends(needs(Role.DISPATCHER))]
Admin = Annotated[Me, Depends(needs(Role.ADMIN))]
SuperAdmin = Annotated[Me, Depends(needs(Role.SUPER_ADMIN))]


def unknown() -> problems.Refusal:
    """Nobody is signed in, for whatever reason: which one is nobody's business."""
    return problems.Refusal(
        401,
        "not-signed-in",
        Sentences(problems.WHY[401], problems.YOU, "Sign in again."),
        headers={"WWW-Authenticate": "Bearer"},
    )


async def _by_token(house: House, token: str) -> Me | None:
    try:
        claim = await house.tokens.read(token)
    except TokenRefused:
        return None
    person = await _person(house, claim)
    if person is None:
        return None
    # The claim counts whole seconds.
    changed = person.password_changed_at
    if changed is not None and changed.replace(microsecond=0) > claim.issued_at:
        return None
    return _me(person)


async def _person(house: House, claim: Claim) -> Person | None:
    if claim.user_id is not None and claim.tenant_id is not None:
        async with house.walled.within(claim.tenant_id) as conn:
            return await people.person(conn, claim.user_id)
    async with house.walled.outside() as conn:
        tenant = await people.tenant(conn, slug=claim.tenant_slug)
    if tenant is None:
        return None
    async with house.walled.within(tenant.id) as conn:
        return await people.person_by_email(conn, claim.email or "")


async def _for_tenant(house: House, me: Me, slug: str) -> Me:
    if slug == me.tenant_slug:
        return me
    if me.role is not Role.SUPER_ADMIN:
        raise problems.forbidden(
            "Only a SUPER_ADMIN acts for another tenant.", "Leave out the header X-Sally-Tenant."
        )
    async with house.walled.outside() as conn:
        other = await people.tenant(conn, slug=slug)
    if other is None:
        raise problems.not_found("tenant")
    return _as_guest(me, other)


def _me(person: Person, session: Session | None = None, csrf: str | None = None) -> Me:
    return Me(
        person, person.tenant_id, person.tenant_slug, person.tenant_name, person.is_sandbox,
        session, csrf,
    )  # fmt: skip


def _as_guest(me: Me, other: people.Tenant) -> Me:
    return Me(me.person, other.id, other.slug, other.name, other.is_sandbox, me.session, me.csrf)
