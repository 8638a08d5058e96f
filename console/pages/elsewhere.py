"""What no other page answers: the way in, and the page that says that there is no such page."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from console.api import problems
from console.api.house import of_app
from console.pages.routing import NOWHERE, Anyone, pages, refused, seen
from core.errors import SallyError
from models.ops import Role

router = pages()


@router.get("/")
async def home(me: Anyone) -> Response:
    """Where one's work begins."""
    return RedirectResponse(home_of(me.may(Role.DISPATCHER)), 303)


def home_of(is_dispatcher: bool) -> str:
    """The first page of a role."""
    return "/integrations" if is_dispatcher else "/hours"


def answer_unknown(app: FastAPI) -> None:
    """Whatever no route of this app knows is a page for people; the API's answers stay as are."""
    usual = app.router.default

    async def nowhere(scope: Scope, receive: Receive, send: Send) -> None:
        is_page = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        if not is_page or scope["path"].startswith("/api/"):
            await usual(scope, receive, send)
            return
        request, refusal = Request(scope, receive), NOWHERE
        try:
            await seen(request, of_app(request))
        except SallyError as error:
            refusal = problems.refusal_of(error)
        await refused(request, refusal)(scope, receive, send)

    app.router.default = nowhere
