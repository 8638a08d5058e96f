"""Watches how vendors' payloads change: the first answer of some fetches, as sent.

A few answers of each flow run tell as much as all of them, since a vendor changes for everybody;
which integrations they are of differs from run to run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import orjson
from prefect.logging import get_run_logger

from adapters._kit.vendor import Dataset, Vendor
from core import redaction
from quality import drift
from quality.drift import Difference, Kind, Seen
from store import drift as kept
from store.claims import Claim
from store.connection import Connection
from store.drift import Drift
from tasks.samples import Whose, whose

MOST_ANSWERS = 8  # of each dataset and flow run
MOST_ROWS = 100  # of each of them
LARGEST_ANSWER = 2 << 20  # bytes; a larger one is not kept until the end of the flow run
LONGEST_EXAMPLE = 200
LONGEST_WORD = 80
LONGEST_PATH = 200
MOST_DIFFERENCES = 20  # of a dataset; an object whose keys are ids would bring thousands
SAID = {
    Kind.NEW_FIELD: "sends a field that it does not document",
    Kind.NEW_VALUE: "uses a word that it does not document",
    Kind.VANISHED: "no longer sends a field that every row had",
}


@dataclass(slots=True)
class Answers:
    """The answers of a flow run that will be looked at, and whose each is.

    ``words``: by dataset, field and word what no row's status may be, of all rows.
    """

    held: dict[str, list[tuple[bytes, Whose]]] = field(default_factory=dict)
    words: dict[tuple[str, str, str], Whose] = field(default_factory=dict)

    def taker(self, dataset: Dataset, claim: Claim) -> Callable[[bytes], None] | None:
        """What takes the first answer of a fetch; None when there are enough."""
        if dataset.documented is None:
            return None
        some = self.held.setdefault(dataset.name, [])
        if len(some) >= MOST_ANSWERS:
            return None
        is_first = True

        def take(body: bytes) -> None:
            nonlocal is_first
            if is_first and len(some) < MOST_ANSWERS and len(body) <= LARGEST_ANSWER:
                some.append((body, whose(claim)))
            is_first = False

        return take

    def hear(self, dataset: Dataset, words: Iterable[tuple[str, str]], claim: Claim) -> None:
        """Take in words that a gate did not know."""
        for name, word in words:
            self.words.setdefault((dataset.name, name, word), whose(claim))


async def look(conn: Connection, vendor: Vendor, answers: Answers) -> list[Drift]:
    """Compare the answers with what is documented; keep and tell what is new. Never raises."""
    log = get_run_logger()
    try:
        new = await _look(conn, vendor, answers)
    except Exception as error:
        log.warning("Schema drift could not be looked at. %s", redaction.text(str(error)))
        return []
    for one in new:
        word = f" “{one.value}”" if one.value else ""
        example = f", such as {one.example}" if one.example and not word else ""
        said = SAID[Kind(one.kind)]
        log.warning("%s, %s: %s: %s%s%s", vendor.title, one.dataset, said, one.field, word, example)
    return new


async def _look(conn: Connection, vendor: Vendor, answers: Answers) -> list[Drift]:
    found = [
        _drift(vendor.name, dataset, Difference(Kind.NEW_VALUE, name, word, word), mine)
        for (dataset, name, word), mine in answers.words.items()
    ]
    for is_sandbox in (False, True):
        mine = {
            name: some
            for name, held in answers.held.items()
            if (some := [one for one in held if one[1].is_sandbox is is_sandbox])
        }
        if not mine:
            continue
        before = await kept.always(conn, vendor.name, is_sandbox=is_sandbox)
        for name, some in mine.items():
            always, rows = before.get(name, (frozenset(), 0))
            seen, by_whom = _seen(vendor.dataset(name), some)
            differences = [*seen.differences.values(), *drift.vanished(always, rows, seen)]
            if left := differences[MOST_DIFFERENCES:]:
                said = "%s, %s: %d more differences are left out."
                get_run_logger().warning(said, vendor.title, name, len(left))
            found += [
                _drift(vendor.name, name, one, by_whom.get((one.path, one.word), some[0][1]))
                for one in differences[:MOST_DIFFERENCES]
            ]
            after = drift.learnt(always, rows, seen)
            if after != (always, rows):
                await kept.learn(conn, vendor.name, name, *after, is_sandbox=is_sandbox)
    return await kept.keep(conn, found)


def _seen(
    dataset: Dataset, some: Sequence[tuple[bytes, Whose]]
) -> tuple[Seen, dict[tuple[str, str], Whose]]:
    """What these answers held, and who showed each difference first."""
    seen, by_whom = Seen(), dict[tuple[str, str], Whose]()
    documented = dataset.documented
    assert documented is not None  # only such answers are taken
    for body, mine in some:
        try:
            answer = orjson.loads(body)
        except orjson.JSONDecodeError:
            continue  # the sync says so
        for row in drift.rows_in(answer, documented)[:MOST_ROWS]:
            seen.add(row, documented)
        for one in seen.differences.values():
            by_whom.setdefault((one.path, one.word), mine)
    return seen, by_whom


def _drift(vendor: str, dataset: str, one: Difference, mine: Whose) -> Drift:
    example = None
    if one.kind is Kind.NEW_VALUE:
        example = orjson.dumps(_clean(one.word, LONGEST_EXAMPLE)).decode()
    elif one.kind is Kind.NEW_FIELD:
        example = orjson.dumps(_shape(one.example)).decode()
    return Drift(
        mine.tenant_id, mine.integration_id, vendor, dataset, one.kind.value,
        _clean(one.path, LONGEST_PATH), _clean(one.word, LONGEST_WORD), example,
    )  # fmt: skip


def _clean(words: str, longest: int) -> str:
    """As it may be stored and said: PostgreSQL takes no NUL."""
    return redaction.text(words).replace("\x00", "")[:longest]


def _shape(value: object) -> object:
    """What a field that nobody knows holds, without its words: they may be somebody's name."""
    match value:
        case None | bool():
            return value
        case int() | float():
            return "a number"
        case str():
            return f"a text of {len(value)} characters"
        case list():
            return f"a list of {len(value)}"
        case _:
            return f"an object of {len(value) if isinstance(value, dict) else 0} fields"
