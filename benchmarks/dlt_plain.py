"""dlt as its documentation shows it: a resource for each dataset, and dlt takes the rows apart.

Two ways to fetch, both dlt's own: its declarative REST client with its cursor paginator, and its
`requests` helper in a loop. Tenants are fetched side by side in dlt's pool of threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import dlt
from dlt.sources.helpers import requests
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator

ACTIVATIONS = ("active", "deactivated")
Row = dict[str, Any]
Pages = Callable[[str, str, Row], Iterator[list[Row]]]


def by_rest_client(base: str, keys: dict[str, str]) -> Pages:
    """Pages by the declarative client. Its sessions are shared, or each would open connections."""

    def pages(slug: str, path: str, params: Row) -> Iterator[list[Row]]:
        client = RESTClient(
            base,
            auth=BearerTokenAuth(keys[slug]),
            data_selector="data",
            paginator=JSONResponseCursorPaginator("pagination.endCursor", cursor_param="after"),
            session=requests.client.session,
        )
        yield from client.paginate(path, params={"limit": "512", **params})

    return pages


def by_requests(base: str, keys: dict[str, str]) -> Pages:
    """Pages by the helper that looks like the library `requests`."""

    def pages(slug: str, path: str, params: Row) -> Iterator[list[Row]]:
        headers = {"Authorization": f"Bearer {keys[slug]}"}
        asked = {"limit": "512", **params}
        while True:
            page = requests.get(base + path, params=asked, headers=headers).json()
            yield page["data"]
            if not page["pagination"]["hasNextPage"]:
                return
            asked["after"] = page["pagination"]["endCursor"]

    return pages


def datasets(pages: Pages, slugs: list[str]) -> dict[str, Any]:
    """Drivers and clocks: what each tenant's rows are made from."""

    def drivers(slug: str) -> Iterator[list[Row]]:
        for which in ACTIVATIONS:
            for rows in pages(slug, "/fleet/drivers", {"driverActivationStatus": which}):
                yield [{**row, "tenant": slug, "driver_id": row["id"]} for row in rows]

    def clocks(slug: str) -> Iterator[list[Row]]:
        for rows in pages(slug, "/fleet/hos/clocks", {}):
            yield [{**row, "tenant": slug, "driver_id": row["driver"]["id"]} for row in rows]

    tenants = dlt.resource(slugs, name="tenants", selected=False)
    return {
        name: tenants | dlt.transformer(rows, name=name, parallelized=True)
        for name, rows in (("drivers", drivers), ("hos_clocks", clocks))
    }
