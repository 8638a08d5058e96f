"""Signing in and out."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from console.api import problems
from console.api.sign_in import end_session, sign_in, start_session
from console.pages.elsewhere import home_of
from console.pages.routing import Anyone, Housed, Seen, fields, is_ours, pages
from console.pages.viewing import page
from models.ops import Role

router = pages()
LONGEST = {"email": 254, "password": 200, "tenant": 63}


@router.get("/sign-in")
async def ask(request: Request, me: Seen, next: str = "") -> Response:
    """The form; whoever is signed in already goes on."""
    if me is not None:
        return RedirectResponse(_onward(next, me.may(Role.DISPATCHER)), 303)
    return _form(request, next)


@router.post("/sign-in")
async def enter(request: Request, house: Housed) -> Response:
    """Sign in, or say why not."""
    given = await fields(request)
    email, tenant = (given.get(name, "").strip() for name in ("email", "tenant"))
    next = given.get("next", "")
    if not email or not given.get("password"):
        return _form(request, next, email=email, code=422, why="Enter your address and password.")
    if any(len(given.get(name, "")) > most for name, most in LONGEST.items()):
        return _form(request, next, code=422, why="That is longer than any address or password.")
    try:
        who = await sign_in(house, request, email, given["password"], tenant or None)
    except problems.Refusal as refusal:
        said = refusal.sentences
        response = _form(
            request, next, email=email, tenant=tenant, code=refusal.status,
            why=f"{said.happened} {said.next_step}",
            with_tenant=refusal.status == 409 or bool(tenant),
        )  # fmt: skip
        response.headers.update(
            {name: value for name, value in refusal.headers.items() if name == "Retry-After"}
        )
        return response
    response = RedirectResponse(_onward(next, Role(who.role) is not Role.DRIVER), 303)
    await start_session(house, response, who)
    return response


@router.post("/sign-out")
async def leave(request: Request, me: Anyone, house: Housed) -> Response:
    """Sign out, here and in the database."""
    response = RedirectResponse("/sign-in?out=1", 303)
    await end_session(house, request, response, me.person)
    return response


def _form(
    request: Request, next: str, *, code: int = 200, why: str = "", email: str = "",
    tenant: str = "", with_tenant: bool = False,
) -> Response:  # fmt: skip
    return page(
        request, None, "sign_in.html", code=code, why=why, email=email, tenant=tenant,
        with_tenant=with_tenant, next=next if is_ours(next) else "",
        is_out=request.query_params.get("out") == "1",
    )  # fmt: skip


def _onward(next: str, is_dispatcher: bool) -> str:
    return next if is_ours(next) and next != "/" else home_of(is_dispatcher)
