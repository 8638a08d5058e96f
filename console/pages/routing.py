"""How a page's route behaves: its refusals are pages too, and whoever is not signed in gets to.

An answer to htmx is a part of a page, so a refusal is one as well: it says what happened and offers
to try again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from console.api import problems
from console.api.house import House, Housed
from console.api.who import (
    CSRF_FIELD,
    CSRF_HEADER,
    SAFE,
    Me,
    by_cookie,
    check_csrf,
    check_role,
    cookie_name,
    unknown,
)
from console.pages.viewing import is_fragment, page
from core.errors import SallyError, Sentences
from models.ops import Role

log = logging.getLogger("sally.console")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


NOWHERE = problems.Refusal(
    404,
    "not-found",
    Sentences(
        "There is no such page.", problems.YOU, "Check the address, or begin at the start page."
    ),
)


class PageRoute(APIRoute):
    """A route of the pages."""

    def get_route_handler(self) -> Handler:
        """The usual handler; what it raises becomes a page."""
        usual = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await usual(request)
            except RequestValidationError as error:
                # An address that cannot be one of ours is nobody's mistake to correct.
                is_path = any(each["loc"][0] == "path" for each in error.errors())
                return refused(request, NOWHERE if is_path else problems.refusal_of(error))
            except (SallyError, HTTPException) as error:
                return refused(request, problems.refusal_of(error))
            except Exception as error:
                log.exception("The page %s failed.", request.scope.get("sally_request_id"))
                return refused(request, problems.refusal_of(error))

        return handle


def pages() -> APIRouter:
    """A router for pages: they are no part of the API's document."""
    return APIRouter(
        route_class=PageRoute, include_in_schema=False, default_response_class=Response
    )


def refused(request: Request, refusal: problems.Refusal) -> Response:
    """The refusal as a page, or as a part of one; to the sign-in where that is what is missing."""
    if refusal.status == 401:
        return _to_sign_in(request)
    me: Me | None = getattr(request.state, "me", None)
    name = "parts/refused.html" if is_fragment(request) else "refused.html"
    retry = _address(request) if request.method == "GET" else None
    response = page(
        request, me, name, code=refusal.status, refusal=refusal, retry=retry,
        request_id=request.scope.get("sally_request_id"),
    )  # fmt: skip
    if "Retry-After" in refusal.headers:
        response.headers["Retry-After"] = refusal.headers["Retry-After"]
    return response


def _to_sign_in(request: Request) -> Response:
    seen = urlsplit(request.headers.get("HX-Current-URL", ""))
    back = seen.path if is_fragment(request) else _address(request)
    target = "/sign-in"
    if back not in ("", "/") and (request.method == "GET" or is_fragment(request)):
        target += f"?next={quote(back)}"
    if is_fragment(request):
        return Response(headers={"HX-Redirect": target})
    return RedirectResponse(target, 303)


def _address(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return request.url.path + query


def is_ours(address: str) -> bool:
    """Whether it is a page of this console: nobody is sent elsewhere after signing in."""
    return address.startswith("/") and not address.startswith("//") and "\\" not in address


async def seen(request: Request, house: Housed) -> Me | None:
    """Who looks, if anybody is signed in; for the pages that anybody may see."""
    me = await by_cookie(house, request.cookies.get(cookie_name(house), ""))
    request.state.me = me
    return me


async def signed_in(request: Request, house: Housed) -> Me:
    """Who looks. What changes something has to come from a form of ours."""
    me = await seen(request, house)
    if me is None:
        raise unknown()
    if request.method not in SAFE:
        given = request.headers.get(CSRF_HEADER) or (await fields(request)).get(CSRF_FIELD)
        check_csrf(me, given)
    return me


def needs(role: Role) -> Callable[..., Coroutine[Any, Any, Me]]:
    """A dependency: who looks, with at least this role."""

    async def checked(me: Annotated[Me, Depends(signed_in)]) -> Me:
        check_role(me, role)
        return me

    return checked


async def fields(request: Request) -> dict[str, str]:
    """What a form sent, as texts of one line; PostgreSQL keeps no NUL, and nobody needs one."""
    form = await request.form(max_files=0, max_fields=50)
    return {
        name: value.replace("\x00", "") for name, value in form.items() if isinstance(value, str)
    }


def see_other(request: Request, target: str) -> Response:
    """Go there now, after something was changed."""
    if is_fragment(request):
        return Response(headers={"HX-Redirect": target})
    return RedirectResponse(target, 303)


Seen = Annotated[Me | None, Depends(seen)]
Anyone = Annotated[Me, Depends(signed_in)]
Dispatcher = Annotated[Me, Depends(needs(Role.DISPATCHER))]
Admin = Annotated[Me, Depends(needs(Role.ADMIN))]
SuperAdmin = Annotated[Me, Depends(needs(Role.SUPER_ADMIN))]

__all__ = ["Admin", "Anyone", "Dispatcher", "House", "Housed", "Seen", "SuperAdmin"]
