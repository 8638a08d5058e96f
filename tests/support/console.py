"""The console's app on a test's database, with fleets and people in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from console.api.app import PREFIX, create_app
from console.api.house import House
from core import passwords
from core.secrets import KeyRing
from core.settings import Settings
from models.ops import Role
from store import integrations, people, tenants
from store.connection import session

KEY = "ab" * 32
JWT_KEY = "cd" * 32
PASSWORD = "a long enough password"
# Hashing is slow on purpose; once is enough.
HASH = passwords.hashed(PASSWORD)
ROLES = tuple(Role)
VENDORS = ("samsara", "truckbase", "fuelfinder", "openweather")


def configured(url: str, **more: Any) -> Settings:
    """The settings of a console on this database, whatever the environment says."""
    told = {"database_url": SecretStr(url), "console_jwt_key": SecretStr(JWT_KEY),
            "credentials_encryption_key": SecretStr(KEY), "app_url": None,
            "prefect_api_url": "http://127.0.0.1:9/api"}  # fmt: skip
    return Settings(_env_file=None, **(told | more))


def add_fleet(url: str, slug: str, *vendors: str, keys: dict[str, Any] | None = None) -> None:
    """A sandbox tenant with a person of each role (role@slug.example) and these vendors."""
    ring = KeyRing.parse(KEY)
    with session(url) as db:
        tenants.add(db, slug, f"{slug.title()} Freight", is_sandbox=True)
        for role in ROLES:
            tenants.add_user(
                db, slug, f"{role.lower()}@{slug}.example", f"{role.title()} of {slug}", role,
                password_hash=HASH, driver_id="driver-1" if role is Role.DRIVER else None,
            )  # fmt: skip
        for vendor in vendors:
            held = (keys or {}).get(vendor, {"api_key": f"canary-{slug}-{vendor}"})
            integrations.add(db, ring, slug, vendor, held, poll_seconds=300)


@dataclass
class Served:
    """The app while it serves, and ways to ask it."""

    app: FastAPI
    url: str
    http: httpx.AsyncClient
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def house(self) -> House:
        found: House = self.app.state.house
        return found

    async def token(self, slug: str, role: Role | str) -> str:
        """A good token for the person of that role, without the slow password."""
        email = f"{role.lower()}@{slug}.example"
        if email not in self.tokens:
            async with self.house.walled.outside() as conn:
                ((tenant_id, user_id),) = await people.candidates(conn, email)
            async with self.house.walled.within(tenant_id) as conn:
                person = await people.person(conn, user_id)
            self.tokens[email] = self.house.tokens.make(person, datetime.now(UTC))[0]
        return self.tokens[email]

    async def ask(
        self, method: str, path: str, *, by: Role | str = Role.ADMIN, of: str = "acme", **more: Any
    ) -> httpx.Response:
        """One question of the API by a person of that role and tenant."""
        headers = {"Authorization": f"Bearer {await self.token(of, by)}", **more.pop("headers", {})}
        return await self.http.request(method, f"{PREFIX}{path}", headers=headers, **more)


@asynccontextmanager
async def served(url: str, *, opening: Any = None, **more: Any) -> AsyncIterator[Served]:
    """The app in this loop, without a socket."""
    settings = configured(url, **more)
    app = create_app(settings, opening) if opening else create_app(settings)
    scheme = "https" if settings.app_url and settings.app_url.scheme == "https" else "http"
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=f"{scheme}://console.test") as http,
    ):
        yield Served(app, url, http)
