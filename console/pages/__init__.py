"""The console's pages, for dispatchers, admins and drivers: server-rendered, no inline script.

They use the same functions as the API and the same refusals, told as pages.
"""

from __future__ import annotations

from fastapi import FastAPI

from console.pages import (
    adding,
    alerts,
    assets,
    companies,
    driver_links,
    drivers,
    elsewhere,
    health,
    history,
    integrations,
    keeping,
    loads,
    quarantine,
    runs,
    sign_in,
)

PARTS = (sign_in, adding, integrations, keeping, history, runs, loads, drivers, driver_links,
         health, alerts, quarantine, companies)  # fmt: skip


def add_to(app: FastAPI) -> None:
    """Serve the pages beside the API."""
    assets.serve(app)
    for part in PARTS:
        app.include_router(part.router)
    app.include_router(elsewhere.router)
    elsewhere.answer_unknown(app)
