"""What goes between the server and a vendor: the question, the answer, and kept pages."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import parse_qsl

import orjson

from sandbox.world.bumps import Bumps
from sandbox.world.tenant import Tenant
from sandbox.world.world import World

if TYPE_CHECKING:
    from sandbox.spoil import Weak

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"


class Answer(NamedTuple):
    """A whole HTTP answer."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


def as_json(value: Any, status: int = 200, **headers: str) -> Answer:
    """An answer with a JSON body; header names are written with underscores."""
    named = tuple((name.replace("_", "-"), text) for name, text in headers.items())
    return Answer(status, orjson.dumps(value), JSON, named)


class Refused(Exception):
    """The vendor answers with an error; carries that answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Pages:
    """Encoded pages, kept while what they were made from has not changed; least used go first."""

    def __init__(self, room: int = 256 * 1024 * 1024) -> None:
        self._kept: OrderedDict[Hashable, tuple[Hashable, bytes]] = OrderedDict()
        self._room = room
        self._used = 0
        self.hits = 0
        self.made = 0

    def get(self, key: Hashable, stamp: Hashable, make: Callable[[], bytes]) -> bytes:
        """The kept page if its stamp still holds, else a new one."""
        found = self._kept.get(key)
        if found is not None and found[0] == stamp:
            self.hits += 1
            self._kept.move_to_end(key)
            return found[1]
        page = make()
        self.made += 1
        if found is not None:
            self._used -= len(self._kept.pop(key)[1])
        self._kept[key] = (stamp, page)
        self._used += len(page)
        while self._used > self._room:
            _, (_, dropped) = self._kept.popitem(last=False)
            self._used -= len(dropped)
        return page

    def forget(self) -> None:
        """Drop everything."""
        self._kept.clear()
        self._used = 0


@dataclass(slots=True)
class Ask:
    """One request of a tenant to a vendor; `path` is below the vendor's base."""

    world: World
    tenant: Tenant
    pages: Pages
    now: int
    path: str
    raw_query: str
    station_bumps: Bumps
    _query: dict[str, list[str]] | None = field(default=None)

    @property
    def query(self) -> Mapping[str, list[str]]:
        """Every value of every parameter, in order."""
        if self._query is None:
            self._query = {}
            for name, value in parse_qsl(self.raw_query, keep_blank_values=True):
                self._query.setdefault(name, []).append(value)
        return self._query

    def one(self, name: str) -> str | None:
        """The only (or last) value of a parameter."""
        values = self.query.get(name)
        return values[-1] if values else None

    def many(self, name: str) -> list[str]:
        """Values of a list parameter, comma-joined or repeated."""
        return [part for text in self.query.get(name, []) for part in text.split(",") if part]

    def page(self, stamp: Hashable, make: Callable[[], bytes]) -> Answer:
        """A 200 with a JSON page, kept for as long as `stamp` holds."""
        key = (id(self.world), self.tenant.slug, self.path, self.raw_query)
        return Answer(200, self.pages.get(key, stamp, make))


class Vendor(Protocol):
    """What the server needs to know about a vendor."""

    name: str
    base: str
    scopes: tuple[str, ...]
    # The Retry-After of a 429 that was asked for as a fault; None for no header.
    usual_retry_after: str | None
    request_id_header: str | None

    def presented(self, headers: Mapping[str, str], raw_query: str) -> str | None:
        """The credential in a request, as one text; None if there is none."""

    def keyed(self, keys: Mapping[str, str]) -> str:
        """The same text for a tenant's keys."""

    def scope(self, path: str) -> str | None:
        """The permission a path needs."""

    def answer(self, ask: Ask) -> Answer:
        """The answer to an admitted request. Raises Refused."""

    def unauthorized(self) -> Answer:
        """401 in the vendor's words."""

    def forbidden(self) -> Answer:
        """403 in the vendor's words."""

    def rate_limited(self, retry_after: str | None) -> Answer:
        """429 in the vendor's words."""

    def rows(self, value: Any) -> list[Any] | None:
        """The rows inside a decoded answer, to be changed in place; None if it is one object."""

    def misled(self, kind: str, ask: Ask, value: Any) -> Any:
        """The decoded answer with `empty_page` or `repeated_cursor` done to its paging."""

    def weak(self, path: str) -> Weak:
        """Where the rows of this path break."""

    def onward(self, answer: Answer, query: str) -> str | None:
        """The query of the page after this answer, `query` being the one of the first page."""
