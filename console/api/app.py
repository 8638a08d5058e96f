"""The console as one app: the API under /api/v1, its probes, and the pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi

from console.api import auth, drivers, health, history, integrations, plans, problems, quarantine
from console.api import probes as probe_routes
from console.api.guard import Guard
from console.api.house import House, opened
from console.api.metrics import Meters
from console.api.metrics import router as metrics_router
from core.settings import Settings, settings

PREFIX = "/api/v1"
ABOUT = """Sync history, connections, hours of service and route plans of one trucking fleet.

Sign in with `POST /auth/login` and send the token as `Authorization: Bearer …`. Every refusal is a
problem (RFC 9457) that says what happened, who must act, and the next step. A stranger's id is 404.

Roles: DRIVER reads their own hours; DISPATCHER reads everything of the tenant, tests, syncs and
plans; ADMIN also configures; SUPER_ADMIN acts for any tenant, by the header `X-Sally-Tenant`."""

Opening = Callable[[Settings], AbstractAsyncContextManager[House]]


def create_app(given: Settings | None = None, opening: Opening = opened) -> FastAPI:
    """The app; it opens its house when it starts to serve. ``opening``: another house for it."""
    configured = given or settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with opening(configured) as house:
            app.state.house = house
            yield

    app = FastAPI(
        title="SALLY Integrations",
        version=version("sally-integrations"),
        description=ABOUT,
        lifespan=lifespan,
        openapi_url=f"{PREFIX}/openapi.json",
        # Their pages load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # The client's functions are called by them.
        generate_unique_id_function=lambda route: route.name,
    )
    api = APIRouter(prefix=PREFIX)
    for part in (auth, integrations, history, quarantine, drivers, plans, health):
        api.include_router(part.router)
    app.include_router(api)
    app.include_router(probe_routes.router)
    app.include_router(metrics_router)
    _add_pages(app)
    problems.install(app)
    site = str(configured.app_url).rstrip("/") if configured.app_url else None
    app.state.meters = meters = Meters()
    app.add_middleware(Guard, site=site, on_answer=meters.answered)
    app.openapi = lambda: _document(app)  # type: ignore[method-assign]  # FastAPI's own way
    return app


def _add_pages(app: FastAPI) -> None:
    """The pages, where they are installed: `console.pages` has ``add_to(app)``."""
    if find_spec("console.pages") is not None:
        from importlib import import_module

        import_module("console.pages").add_to(app)


def _document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document; the problem's shape is named by answers, not by any route."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        shapes = made.setdefault("components", {}).setdefault("schemas", {})
        shape = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        shapes |= shape.pop("$defs", {})
        shapes["Problem"] = shape
        app.openapi_schema = made
    return app.openapi_schema
