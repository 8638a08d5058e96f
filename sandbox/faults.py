"""Faults on demand: rules that say which requests go wrong, and how.

A rule is `{"kind", "vendor", "credential" (a slug), "path" (a prefix), "share", "times", "seed",
"args"}`; everything but the kind may be left out and then means "all". Whether the n-th matching
request is hit is a hash of (seed, n), so a test meets the same faults every time.

| kind | samsara | truckbase | fuelfinder | openweather |
|---|---|---|---|---|
| latency (ms) | waits, then answers | same | same | same |
| slow_body (ms) | the body takes so long, in ten chunks | same | same | same |
| unauthorized, forbidden | 401, 403 in the vendor's words | same | same | 403 is its 401 plan error |
| rate_limited (retry_after) | 429; default 0.40235; any text, null for none | default 12 | default 30 | default none |
| error_500 | plain text | same | same | same |
| unavailable_503 | an HTML gateway page | same | same | same |
| reset | TCP reset before an answer | same | same | same |
| truncated (chunked) | half a body: Content-Length lies, or chunks stop | same | same | same |
| unknown_enum (rows) | a status nobody listed, in some rows | load status | station status | condition 999 |
| missing_fields (rows, which) | an optional or required key left out | same | same | same |
| empty_page | an empty page with hasNextPage first | an extra empty last page | total says one more page | nothing |
| repeated_cursor | endCursor leads to the same page, for ever | next_page is this page | offset is ignored | nothing |
| duplicate_rows (rows) | some rows twice | same | same | nothing |
| vanished_rows (rows) | some rows left out | same | same | nothing |
| bad_row (rows, ways, same) | a field of the wrong type in some rows | same | same | temp is a word |
| not_json | 200 with an HTML page | same | same | same |
| redirect (location) | 302 to another host | same | same | same |
| huge_body (bytes) | the answer, padded with spaces to so many bytes | same | same | same |
| hang | takes the request, never answers (until the server stops) | same | same | same |
| error_200 | an error object under 200 | same | same | same |

`rows` is the share of rows touched (default 0.25, at least one row). `ways`: in how many ways rows
are bad, one after the other; samsara knows twelve over its datasets. `same`: the same rows each time. A page fault that a vendor
cannot have ("nothing") is neither applied nor counted.
"""  # noqa: E501

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sandbox.credentials import VENDORS
from sandbox.exchange import HTML, TEXT, Answer, Vendor
from sandbox.world.dice import number

FRONT = frozenset(
    [
        "unauthorized",
        "forbidden",
        "rate_limited",
        "error_500",
        "unavailable_503",
        "not_json",
        "redirect",
        "error_200",
    ]
)
SPOIL = frozenset(
    [
        "unknown_enum",
        "missing_fields",
        "empty_page",
        "repeated_cursor",
        "duplicate_rows",
        "vanished_rows",
        "bad_row",
    ]
)
DELIVERY = frozenset(["slow_body", "reset", "truncated", "huge_body", "hang"])
KINDS = FRONT | SPOIL | DELIVERY | {"latency"}
LISTS_ONLY = frozenset(["empty_page", "repeated_cursor", "duplicate_rows", "vanished_rows"])

_GATEWAY = b"<html><head><title>503 Service Unavailable</title></head><body><h1>503</h1></body>"
_LOGIN = b"<!doctype html><html><title>Sign in</title><body>Please sign in</body></html>"


@dataclass(slots=True)
class Rule:
    """One rule, with how often it was asked and how often it hit."""

    kind: str
    vendor: str = "*"
    credential: str = "*"
    path: str = "*"
    share: float = 1.0
    times: int | None = None
    seed: int = 0
    args: dict[str, Any] = field(default_factory=dict)
    seen: int = 0
    applied: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such fault: {self.kind}; known: {', '.join(sorted(KINDS))}")
        if self.vendor not in ("*", *VENDORS):
            raise ValueError(f"no such vendor: {self.vendor}; known: {', '.join(VENDORS)}")
        if not 0 <= self.share <= 1:
            raise ValueError("share must be between 0 and 1")
        for name in ("ms", "bytes", "rows"):
            value = self.args.get(name, 0)
            if not isinstance(value, int | float) or value < 0:
                raise ValueError(f"{name} must be a number, 0 or more")

    def matches(self, vendor: Vendor, slug: str | None, path: str) -> bool:
        """Whether this request is one of those the rule is about."""
        if self.vendor not in ("*", vendor.name) or self.credential not in ("*", slug):
            return False
        if self.kind in LISTS_ONLY and vendor.name == "openweather":
            return False
        return self.path == "*" or path.startswith(self.path) or self._whole(vendor, path)

    def _whole(self, vendor: Vendor, path: str) -> bool:
        return (vendor.base + path).startswith(self.path)

    def hits(self) -> bool:
        """Count a matching request and say whether the fault strikes it."""
        if self.times is not None and self.applied >= self.times:
            return False
        self.seen += 1
        drawn = number(self.seed, self.kind, self.vendor, self.path, self.seen, bits=32)
        if drawn >= self.share * 2**32:
            return False
        self.applied += 1
        return True

    def state(self) -> dict[str, Any]:
        """As JSON-ready values."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


class Strike(NamedTuple):
    """A rule that hit, and the number of the hit, which the row choice hangs on."""

    rule: Rule
    nth: int


class Verdict(NamedTuple):
    """What happens to one request."""

    latency_s: float
    front: Strike | None
    spoils: tuple[Strike, ...]
    delivery: Strike | None

    @property
    def kinds(self) -> list[str]:
        """The faults other than latency."""
        found = [strike for strike in (self.front, *self.spoils, self.delivery) if strike]
        return [strike.rule.kind for strike in found]


class Faults:
    """The rules in force, in the order they were given."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def judge(self, vendor: Vendor, slug: str | None, path: str) -> Verdict | None:
        """The faults that strike this request; None for none."""
        latency, front, delivery = 0.0, None, None
        spoils: list[Strike] = []
        for rule in self.rules:
            if not rule.matches(vendor, slug, path):
                continue
            # A request has one answer and one way home: a second such fault is not used up on it.
            if (rule.kind in FRONT and front) or (rule.kind in DELIVERY and delivery):
                continue
            if not rule.hits():
                continue
            strike = Strike(rule, rule.applied)
            if rule.kind == "latency":
                latency += float(rule.args.get("ms", 100)) / 1000
            elif rule.kind in FRONT:
                front = strike
            elif rule.kind in DELIVERY:
                delivery = strike
            else:
                spoils.append(strike)
        if latency or front or delivery or spoils:
            return Verdict(latency, front, tuple(spoils), delivery)
        return None


def front_answer(rule: Rule, vendor: Vendor) -> Answer:
    """The answer that takes the place of the real one."""
    if rule.kind == "unauthorized":
        return vendor.unauthorized()
    if rule.kind == "forbidden":
        return vendor.forbidden()
    if rule.kind == "rate_limited":
        after = rule.args.get("retry_after", vendor.usual_retry_after)
        return vendor.rate_limited(None if after is None else str(after))
    if rule.kind == "error_500":
        return Answer(500, b"Internal Server Error", TEXT)
    if rule.kind == "unavailable_503":
        return Answer(503, _GATEWAY, HTML)
    if rule.kind == "redirect":
        where = str(rule.args.get("location", "http://elsewhere.invalid/moved"))
        return Answer(302, b"", TEXT, (("Location", where),))
    if rule.kind == "error_200":
        return vendor.rate_limited(None)._replace(status=200, headers=())
    return Answer(200, _LOGIN, HTML)
