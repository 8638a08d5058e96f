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
            gone = drift.vanished(always, rows, seen)
            found += [
                _drift(vendor.name, name, one, by_whom.get((one.path, one.word), some[0][1]))
                for one in (*seen.differences.values(), *gone)
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
    if one.kind is not Kind.VANISHED:
        key = one.path.rpartition(".")[2]
        clean = redaction.payload({key: one.example})
        held = clean[key] if isinstance(clean, dict) else None
        example = orjson.dumps(held).decode()[:LONGEST_EXAMPLE].replace("\\u0000", "")
    word = redaction.text(one.word)[:LONGEST_WORD].replace("\x00", "")
    return Drift(
        mine.tenant_id, mine.integration_id, vendor, dataset, one.kind.value, one.path, word,
        example,
    )  # fmt: skip
