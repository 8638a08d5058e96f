"""What a vendor is, as data: the manifest that every vendor's folder fills in."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from models.asking import Ask
from models.documented import Documented
from models.records import ChildRecord, Record

if TYPE_CHECKING:
    from adapters._kit.http import VendorSession

CALLS_A_FETCH = 2  # a page, and the one that says there is no more


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that does not have the vendor's shape. ``raw`` is what was sent, unredacted.

    ``about``: what the mapping has to know besides, as JSON (the place that was asked for).
    """

    raw: object
    path: str
    reason: str
    about: Any = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A row that was set aside, to be read again. ``is_read``: it had the vendor's shape.

    ``row``: as sent, or else the wire row under the names of its fields, as JSON.
    """

    row: Any
    is_read: bool
    about: Any = None


@dataclass(frozen=True, slots=True)
class Vanished:
    """In place of a row: a record that we held as open and that the vendor no longer has."""

    vendor_id: str


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One secret that a tenant enters, and the variable that may hold it."""

    name: str
    title: str
    help: str


@dataclass(frozen=True, slots=True)
class Children:
    """Rows that belong to a record and change with it (a load's stops)."""

    record: type[ChildRecord]
    read: Callable[[Any], list[ChildRecord]]


@dataclass(frozen=True, slots=True)
class Dataset:
    """One kind of row that a vendor gives.

    ``pages`` asks the endpoint and yields lists of wire rows, ``Unreadable`` where a row has
    another shape and ``Vanished`` where one that was asked for by its id is gone; it never
    swallows an error and ends only when the vendor said so.
    ``read`` maps one wire row to a record or raises ``RecordInvalid``.
    ``probe`` asks the endpoint for as little as it allows, for the connection test.
    ``is_snapshot``: a complete fetch names every row, so a row that is absent twice is gone.
    ``one``: asks for one row by its id, right now, and gives the wire row, ``Unreadable``, or None
    when the vendor has none; a vendor that cannot be asked so leaves it out.
    ``needs_places``: the fetch is asked around places, one for each cell of
    ``cell_degrees`` degrees, ``most_places`` at the most. ``keeps_cursor``: the newest
    ``source_updated_at`` becomes the next cursor. ``limit``: the name of the vendor's ``CallLimit``
    that its calls fall under, if not the last. ``documented``: the fields that its rows may have.
    ``again``: a row that was set aside, as the wire row that ``read`` takes, or ``Unreadable``.
    ``names``: the id of a row that could not be read or mapped, as its record would have it, for
    rows that do not hold it plainly.
    """

    name: str
    title: str
    record: type[Record]
    pages: Callable[[VendorSession, Ask], AsyncGenerator[Sequence[Any], None]]
    read: Callable[[Any], Record]
    probe: Callable[[VendorSession], Any]
    children: Children | None = None
    again: Callable[[Kept], Any] | None = None
    names: Callable[[Any], str | None] | None = None
    one: Callable[[VendorSession, str], Awaitable[Any]] | None = None
    is_snapshot: bool = False
    needs_places: bool = False
    cell_degrees: float = 0.5
    most_places: int = 25
    keeps_cursor: bool = False
    limit: str | None = None
    scope: str | None = None
    documented: Documented | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """The endpoint that says whose key it is. ``is_optional``: a key may do without it."""

    probe: Callable[[VendorSession], Awaitable[None]]
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class CallLimit:
    """How often one credential may call: ``most`` times in any ``window_s`` seconds.

    ``burst``: how many of them may go at once; the larger, the slower the rest.
    ``paths``: the endpoints that share it; empty: all the others.
    """

    name: str
    most: int
    window_s: float
    burst: int
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor, complete. ``authorize`` turns credentials into headers and query parameters.

    ``error_200`` reads the body of a 200 and gives the error status that it holds, or None.
    ``limits``: the last one has no paths and covers what the others leave. ``pause``: how long to
    leave the vendor alone after a 429 that does not say.
    """

    name: str
    title: str
    category: str
    base_url: str
    poll_every: timedelta
    credentials: tuple[CredentialField, ...]
    datasets: tuple[Dataset, ...]
    authorize: Callable[[Mapping[str, str]], Authorization]
    sandbox_path: str
    limits: tuple[CallLimit, ...]
    pause: timedelta = timedelta(minutes=1)
    error_200: Callable[[bytes], int | None] | None = None
    account: Account | None = None

    def dataset(self, name: str) -> Dataset:
        """The dataset of that name; KeyError when the vendor has none."""
        return next(found for found in self.datasets if found.name == name)

    def likely_calls(self, datasets: Iterable[str]) -> Counter[str]:
        """How many calls fetching these will hardly do without, by the name of their limit."""
        counted = (self.dataset(name).limit or self.limits[-1].name for name in datasets)
        return Counter({name: CALLS_A_FETCH * times for name, times in Counter(counted).items()})

    def limit(self, name: str) -> CallLimit:
        """The limit of that name; KeyError when the vendor has none."""
        return next(found for found in self.limits if found.name == name)

    def limit_of(self, path: str) -> CallLimit:
        """The limit that a call of this path falls under."""
        return next(limit for limit in self.limits if not limit.paths or path in limit.paths)


@dataclass(frozen=True, slots=True)
class Authorization:
    """How a credential travels. Never printed."""

    headers: Mapping[str, str]
    params: Mapping[str, str]

    def __repr__(self) -> str:
        return "Authorization(...)"
