"""Signing in with address and password, throttled; and the session of a browser."""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta
from uuid import UUID

from fastapi import Request, Response

from console.api import problems
from console.api.house import House
from console.api.who import cookie_name, cookie_value
from core import passwords
from core.errors import Sentences
from store import attempts, people
from store.people import Person

# In a quarter of an hour: tries for one address, and from one network address for all of them.
OF_PERSON, OF_NETWORK = 10, 50


async def sign_in(
    house: House, request: Request, email: str, password: str, tenant: str | None = None
) -> Person:
    """The person with this address and password.

    ``tenant``: its short name, needed where several know the address with the same password. A
    Refusal says no more than that it was wrong (401), too often (429), or not clear whose (409).
    """
    keys = f"person {email}", f"network {request.client.host if request.client else '?'}"
    async with house.walled.outside() as conn:
        wait = await attempts.begin(conn, dict(zip(keys, (OF_PERSON, OF_NETWORK), strict=True)))
        if wait is not None:
            raise _throttled(wait)
        found = await people.candidates(conn, email)
    right = [who for who in await _right(house, found, password) if _is_of(who, tenant)]
    if not right:
        raise problems.Refusal(
            401,
            "wrong-password",
            Sentences(
                "Nobody is known by this address and password.",
                problems.YOU,
                "Check both; an admin of your company can give you a new password.",
            ),
            headers={"WWW-Authenticate": "Bearer"},
        )
    async with house.walled.outside() as conn:
        await attempts.succeeded(conn, *keys)
    if len(right) > 1:
        slugs = ", ".join(sorted(who.tenant_slug for who in right))
        raise problems.conflict(
            f"This address signs in to several companies: {slugs}.", "Say which one."
        )
    return right[0]


async def start_session(house: House, response: Response, who: Person) -> None:
    """Sign a browser in: its cookie, and the row that it stands for."""
    token, span = secrets.token_urlsafe(32), timedelta(hours=house.settings.console_session_hours)
    async with house.walled.within(who.tenant_id) as conn:
        await people.open_session(conn, token, who, span)
    response.set_cookie(
        cookie_name(house),
        cookie_value(who.tenant_id, token),
        max_age=int(span.total_seconds()),
        path="/",
        secure=house.is_tls,
        httponly=True,
        samesite="lax",
    )


async def end_session(house: House, request: Request, response: Response, who: Person) -> None:
    """Sign a browser out, here and in the database."""
    name = cookie_name(house)
    _, _, token = request.cookies.get(name, "").partition(".")
    async with house.walled.within(who.tenant_id) as conn:
        await people.end_session(conn, token)
    response.delete_cookie(name, path="/", secure=house.is_tls, httponly=True, samesite="lax")


async def _right(house: House, found: list[tuple[UUID, UUID]], password: str) -> list[Person]:
    """Those of the candidates whose password this is; as slow when there is none."""
    right: list[Person] = []
    is_checked = False
    for tenant_id, user_id in found:
        async with house.walled.within(tenant_id) as conn:
            kept = await people.password_hash(conn, user_id)
            who = await people.person(conn, user_id)
        is_checked = True
        if await _matches(house, password, kept) and who is not None:
            right.append(who)
    if not is_checked:
        await _matches(house, password, None)
    return right


async def _matches(house: House, password: str, kept: str | None) -> bool:
    async with house.hashing:
        return await asyncio.to_thread(passwords.matches, password, kept)


def _is_of(who: Person, tenant: str | None) -> bool:
    return tenant is None or who.tenant_slug == tenant


def _throttled(wait: int) -> problems.Refusal:
    minutes = -(-wait // 60)
    return problems.Refusal(
        429,
        "throttled",
        Sentences(
            "There were too many attempts to sign in.",
            problems.YOU,
            f"Wait {minutes} minute{'s' if minutes > 1 else ''} and try again.",
        ),
        headers={"Retry-After": str(wait)},
    )
