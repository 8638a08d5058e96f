"""A served sandbox for each test, and a client that knows the keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

import sandbox

# A Wednesday afternoon in the US: shifts are under way.
NOON = "2026-10-07T18:00:00Z"


class Fleet:
    """One tenant's way to the vendors."""

    def __init__(self, box: sandbox.Box, client: httpx.AsyncClient, slug: str) -> None:
        self.box, self.client, self.slug = box, client, slug

    async def get(self, vendor: str, path: str, **query: Any) -> httpx.Response:
        keys = self.box.keys(self.slug)[vendor]
        headers: dict[str, str] = {}
        if vendor == "samsara":
            headers["Authorization"] = f"Bearer {keys['api_key']}"
        elif vendor == "openweather":
            query = {**query, "appid": keys["api_key"]}
        else:
            headers["X-API-Key"] = keys["api_key"]
            headers["X-API-Secret"] = keys.get("api_secret", "")
        return await self.client.get(self.box.base(vendor) + path, params=query, headers=headers)

    async def samsara(self, path: str, **query: Any) -> list[Any]:
        """Every row of an endpoint, page after page; an endless list fails."""
        rows: list[Any] = []
        for _ in range(200):
            answer = (await self.get("samsara", path, **query)).json()
            rows += answer["data"]
            if not answer["pagination"]["hasNextPage"]:
                return rows
            query["after"] = answer["pagination"]["endCursor"]
        raise AssertionError("no last page")

    async def loads(self, **query: Any) -> list[Any]:
        """Every load, page after page."""
        rows: list[Any] = []
        page: int | None = 1
        for _ in range(200):
            answer = (await self.get("truckbase", "/loads", **query, page=page)).json()
            rows += answer["loads"]
            page = answer["pagination"]["next_page"]
            if page is None:
                return rows
        raise AssertionError("no last page")


@pytest.fixture
async def box() -> AsyncIterator[sandbox.Box]:
    async with sandbox.running() as box:
        box.freeze(NOON)
        yield box


# No certificates are loaded for a client that meets none: that is most of what one costs.
@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=5, trust_env=False, verify=False) as client:
        yield client


@pytest.fixture
def acme(box: sandbox.Box, client: httpx.AsyncClient) -> Fleet:
    return Fleet(box, client, "acme")


@pytest.fixture
def bluemesa(box: sandbox.Box, client: httpx.AsyncClient) -> Fleet:
    return Fleet(box, client, "bluemesa")
