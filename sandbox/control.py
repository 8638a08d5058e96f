"""The control endpoints: everything a box can do, over HTTP. Bad input is a 400 with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import orjson
from aiohttp import web

from sandbox.box import Box

Body = dict[str, Any]
Query = dict[str, list[str]]


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(value), content_type="application/json")


class Control:
    """/control/...: GET tells, POST changes, DELETE goes back to the start."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self._routes: dict[tuple[str, str], Callable[[Body, Query], Any]] = {
            ("GET", "health"): self._health,
            ("GET", "clock"): lambda *_: box.clock.state(),
            ("POST", "clock"): self._clock,
            ("DELETE", "clock"): self._real_clock,
            ("GET", "faults"): lambda *_: [rule.state() for rule in box.rules.rules],
            ("POST", "faults"): self._faults,
            ("DELETE", "faults"): self._clear,
            ("GET", "limits"): lambda *_: box.limits.state(),
            ("POST", "limits"): self._limits,
            ("DELETE", "limits"): self._usual_limits,
            ("GET", "stats"): lambda _, query: box.stats(int(_first(query, "log", "0"))),
            ("DELETE", "stats"): self._reset_stats,
            ("GET", "tenants"): self._tenants,
            ("POST", "tenants"): self._add_tenants,
            ("GET", "credentials"): lambda *_: box.keyring.state(),
            ("POST", "credentials"): self._credentials,
            ("POST", "mutate"): self._mutate,
            ("POST", "warm"): self._warm,
        }

    async def handle(self, request: web.BaseRequest, path: str, query: str) -> web.StreamResponse:
        """One control request."""
        name, _, rest = path.removeprefix("/control/").partition("/")
        given = parse_qs(query)
        if (request.method, name) == ("GET", "truth") and rest:
            return self._guarded(lambda: self._truth(rest, given))
        route = self._routes.get((request.method, name))
        if route is None or rest:
            known = sorted({f"{method} /control/{known}" for method, known in self._routes})
            return _json({"error": "no such control endpoint", "known": known}, 404)
        body = await request.read()
        return self._guarded(lambda: route(orjson.loads(body) if body else {}, given))

    @staticmethod
    def _guarded(work: Callable[[], Any]) -> web.Response:
        try:
            return _json(work())
        except KeyError as error:
            return _json({"error": f"missing or unknown: {error.args[0]}"}, 400)
        except (ValueError, TypeError, AttributeError) as error:
            return _json({"error": str(error)}, 400)

    def _health(self, *_: Any) -> Any:
        box = self.box
        tenants = len(box.world.tenants)
        return {"status": "ok", "seed": box.world.seed, "tenants": tenants, **box.clock.state()}

    def _clock(self, body: Body, _: Query) -> Any:
        clock = self.box.clock
        wrong = set(body) - {"freeze", "advance_s", "speed"}
        if wrong:
            raise ValueError(f"the clock knows freeze, advance_s and speed, not {sorted(wrong)}")
        if "freeze" in body:
            # null lets it go on; "now" stops it where it is.
            at = body["freeze"]
            if at is None:
                clock.thaw()
            else:
                clock.freeze(None if at == "now" else at)
        if "advance_s" in body:
            clock.advance(float(body["advance_s"]))
        if "speed" in body:
            clock.pace(float(body["speed"]))
        return clock.state()

    def _real_clock(self, *_: Any) -> Any:
        self.box.clock.reset()
        return self.box.clock.state()

    def _usual_limits(self, *_: Any) -> Any:
        self.box.limits.reset()
        return self.box.limits.state()

    def _reset_stats(self, *_: Any) -> Any:
        self.box.reset_stats()
        return self.box.stats()

    def _faults(self, body: Any, _: Query) -> Any:
        rules = body if isinstance(body, list) else body.get("rules", [body])
        self.box.faults(*rules)
        return [rule.state() for rule in self.box.rules.rules]

    def _clear(self, *_: Any) -> Any:
        self.box.clear()
        return []

    def _limits(self, body: Body, _: Query) -> Any:
        """{"on": false} all · {"vendor", "on"} one vendor · {"vendor", "name", "count", ...}."""
        limits, given = self.box.limits, dict(body)
        vendor, name = given.pop("vendor", None), given.pop("name", None)
        if name is None:
            limits.turn(on=bool(given["on"]), vendor=vendor)
        else:
            limits.set(vendor, name, **given)
        return limits.state()

    def _tenants(self, *_: Any) -> Any:
        plans = [tenant.plan for tenant in self.box.world.tenants.values()]
        return [
            {"slug": plan.slug, "name": plan.title, "drivers": plan.drivers,
             "loads": plan.load_lanes}
            for plan in plans
        ]  # fmt: skip

    def _add_tenants(self, body: Body, _: Query) -> Any:
        drivers, loads = int(body.get("drivers", 12)), body.get("loads")
        if drivers < 0 or drivers > 1_000_000:
            raise ValueError("drivers must be between 0 and 1,000,000")
        if "slug" in body:
            slugs = [str(body["slug"])]
        else:
            count, prefix = int(body["count"]), str(body.get("prefix", "t"))
            slugs = [f"{prefix}{number:04d}" for number in range(1, count + 1)]
        for slug in slugs:
            self.box.add_tenant(slug, drivers, loads, body.get("name"))
        return {"slugs": slugs}

    def _credentials(self, body: Body, _: Query) -> Any:
        """{"slug", "vendor", "action": rotate|revoke|restore|remove_scope|add_scope, "scope"}."""
        keyring, action = self.box.keyring, body["action"]
        slug, vendor = body["slug"], body["vendor"]
        if action == "rotate":
            keyring.rotate(slug, vendor)
        elif action in ("revoke", "restore"):
            getattr(keyring, action)(slug, vendor)
        elif action in ("remove_scope", "add_scope"):
            getattr(keyring, action)(slug, vendor, body["scope"])
        else:
            raise ValueError(f"no such action: {action}")
        return {"credentials": keyring.current(slug, vendor), "state": keyring.state()}

    def _mutate(self, body: Body, _: Query) -> Any:
        return {"changed": self.box.mutate(**body)}

    def _warm(self, body: Body, _: Query) -> Any:
        return {"pages": self.box.warm(**body)}

    def _truth(self, slug: str, query: Query) -> Any:
        if slug == "weather":
            lat, lon = float(_first(query, "lat")), float(_first(query, "lon"))
            return self.box.world.weather_truth(lat, lon, self.box.now)
        found = self.box.truth(slug)
        if "lat" in query:
            lat, lon = float(_first(query, "lat")), float(_first(query, "lon"))
            found["weather"] = self.box.world.weather_truth(lat, lon, self.box.now)
        return found


def _first(query: Query, name: str, default: str | None = None) -> str:
    if name in query:
        return query[name][0]
    if default is None:
        raise KeyError(name)
    return default
