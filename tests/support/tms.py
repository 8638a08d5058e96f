"""A Truckbase that answers as told, for the tests of its lists and of its rows."""

from __future__ import annotations

import httpx


def a_load(load_id, updated="2026-10-05T15:10:00Z", **more):
    return {"id": load_id, "status": "in_transit", "updated_at": updated, **more}


class Tms:
    """A Truckbase with an active list, a list of changes, and loads by id."""

    def __init__(self, active=(), changed=(), by_id=None):
        self.active, self.changed, self.by_id = list(active), list(changed), by_id or {}
        self.asked = []

    def __call__(self, request):
        params = dict(request.url.params)
        self.asked.append((request.url.path.removeprefix("/base"), params))
        if request.url.path.endswith("/loads"):
            rows = self.active if params.get("status") == "active" else self.changed
            return httpx.Response(200, json={"loads": rows})
        found = self.by_id.get(request.url.path.rsplit("/", 1)[1], 404)
        if isinstance(found, int):
            return httpx.Response(found)
        return httpx.Response(200, json=found)
