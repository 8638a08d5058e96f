"""The blocks' pictures, served by the local stack's own Prefect server.

Prefect shows a block's logo by its web address and takes no other form. On a machine without the
internet every such picture is broken, so this server is asked for ours.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from prefect.blocks.core import Block
from pydantic import HttpUrl
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core import logs
from tasks.circuit_breaker import CircuitBreaker
from tasks.tenant_alert import TenantAlert

if TYPE_CHECKING:
    from fastapi import FastAPI

HERE = Path(__file__).parent
PICTURES: dict[type[Block], str] = {
    CircuitBreaker: "circuit-breaker.svg",
    TenantAlert: "tenant-alert.svg",
}
PATH = "/sally/"
SVG = "image/svg+xml"
ASK_S = 5.0


def create_app() -> FastAPI:
    """Prefect's server, and the pictures beside its pages."""
    # Whoever only registers the blocks does without the server's seconds of imports.
    from prefect.server.api import server
    from prefect.settings import get_current_settings

    if url := get_current_settings().ui_url:
        use_own(url)
    app = server.create_app()
    # Alerts are sent in here, and their lines are like everybody's.
    logs.install()
    # Before Prefect's own pages, which answer to every path.
    app.router.routes.insert(0, Route(f"{PATH}{{name}}", picture))
    return app


async def picture(request: Request) -> Response:
    """A block's."""
    name = request.path_params["name"]
    if name not in PICTURES.values():
        return Response(status_code=404)
    return Response((HERE / name).read_bytes(), media_type=SVG)


def use_own(url: str) -> None:
    """Have the blocks registered with the pictures of the server at this address."""
    for block, name in PICTURES.items():
        block._logo_url = HttpUrl(f"{url.rstrip('/')}{PATH}{name}")


def use_own_if_served(api_url: str) -> None:
    """The same, if that server is ours; another one's users get the picture from the web."""
    url = api_url.rstrip("/").removesuffix("/api")
    try:
        answer = httpx.get(f"{url}{PATH}{PICTURES[CircuitBreaker]}", timeout=ASK_S)
    except httpx.HTTPError:
        return
    if answer.is_success and answer.headers.get("content-type", "").startswith(SVG):
        use_own(url)
