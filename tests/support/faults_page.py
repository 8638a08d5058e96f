"""Writes docs/faults.md: what each fault of each vendor leads to, for the people on duty."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

ONCE, ALWAYS = "once", "always"
AS_USUAL = "as usual"
WAITS = {
    1: "1 s", 4: "4 s", 16: "16 s", 30: "30 s", 60: "1 min", 120: "2 min",
    300: "5 min", 900: "15 min", 3600: "1 h",
}  # fmt: skip
INTRO = """\
# When a vendor fails

What becomes of a sync under each fault that the sandbox can play, with each vendor. One tenant,
which had synced well before, meets the fault in one call of the run (“once”), another one in every
call (“always”). Samsara is asked for five datasets, the others for one. Fuel Finder and OpenWeather
are asked around one place; its truck stops fill two pages. A vendor that is not listed under a
fault cannot have it: OpenWeather sends no lists.

- `success`, `partial`, `failed` and `deferred` are what `sally history` calls the run. `partial`
  means that the rest landed. Rows that are in the tables already stay, whatever the run met.
- Calls are those that reached the vendor. In one run a page is asked for three times at the most.
- The next sync comes as usual, or after the time given and up to 10 s more, so that not all come at
  once. The minute for which a breaker rests varies by a tenth. A key that was rejected is tried
  once an hour until another one is entered.
- After each of these faults, one sync without it left everything whole.

The test that checks this page also writes it:
`SALLY_WRITE_DOCS=1 .venv/bin/python -m pytest tests/flows/test_faults_matrix.py`.
"""


@dataclass(frozen=True)
class Fault:
    """One of the sandbox's faults. ``words``: what follows “the vendor”."""

    words: str
    kind: str
    args: Mapping[str, Any] = field(default_factory=dict)

    @property
    def anchor(self) -> str:
        """The name of its section in a link."""
        kept = "".join(one for one in self.words.lower() if one.isalnum() or one in " -")
        return kept.replace(" ", "-")

    @property
    def command(self) -> str:
        """What plays it."""
        given = (
            f"--arg {name}={value if isinstance(value, str) else json.dumps(value)}"
            for name, value in self.args.items()
        )
        return " ".join(["python -m sandbox fault", self.kind, *given])


@dataclass(frozen=True)
class Said:
    """An error's three sentences."""

    happened: str
    who: str
    next_step: str

    @property
    def actor(self) -> str:
        """Who must act, without the words around it."""
        return self.who.removeprefix("Who must act: ").rstrip(".")


@dataclass(frozen=True)
class Cell:
    """What became of one run under one fault. ``most``: how often one page was asked for."""

    fault: Fault
    vendor: str
    strikes: str
    status: str
    attempts: int
    calls: int
    most: int
    kind: str | None
    said: Said | None
    next_sync: str

    @property
    def ending(self) -> str:
        """How the run ended and what it took."""
        tries = f" after {self.attempts} attempts" if self.attempts > 1 else ""
        calls = "1 call" if self.calls == 1 else f"{self.calls} calls"
        pages = f", {self.most} for one page" if self.most > 1 else ""
        return f"`{self.status}`{tries}; {calls}{pages}"


def due(
    next_sync_at: datetime, *, completed_at: datetime, not_before: datetime | None,
    phase_s: int, poll_s: int,
) -> str:  # fmt: skip
    """When the next sync is due, in words that are the same every time."""
    past_slot = (next_sync_at.timestamp() - phase_s) % poll_s
    if min(past_slot, poll_s - past_slot) < 0.001:
        return AS_USUAL
    wait = ((not_before or next_sync_at) - completed_at).total_seconds()
    nearest = min(WAITS, key=lambda known: abs(math.log(max(wait, 0.1) / known)))
    return f"in {WAITS[nearest]}"


def page(cells: Iterable[Cell]) -> str:
    """The whole page; the faults in their order, and the vendors in theirs."""
    found: dict[str, list[Cell]] = {}
    for cell in cells:
        found.setdefault(cell.fault.words, []).append(cell)
    sections = list(found.values())
    lines = [INTRO, *_glance(sections), *(line for each in sections for line in _section(each))]
    return "\n".join(lines).rstrip() + "\n"


def _glance(sections: Sequence[Sequence[Cell]]) -> Iterator[str]:
    yield from ("## At a glance", "")
    yield from ("| the vendor … | once | always | who must act |", "|---|---|---|---|")
    for cells in sections:
        fault, once, always = cells[0].fault, _of(cells, ONCE), _of(cells, ALWAYS)
        columns = (
            f"[{fault.words}](#{fault.anchor})",
            _agreed({vendor: cell.status for vendor, cell in once.items()}),
            _agreed({vendor: cell.status for vendor, cell in always.items()}),
            _agreed({vendor: _actor(cell) for vendor, cell in always.items()}),
        )
        yield f"| {' | '.join(columns)} |"
    yield from ("", "## One by one")


def _section(cells: Sequence[Cell]) -> Iterator[str]:
    fault, once, always = cells[0].fault, _of(cells, ONCE), _of(cells, ALWAYS)
    yield from ("", f"### {fault.words}", "", f"To play it: `{fault.command}`", "")
    yield from ("| | once | always | the next sync |", "|---|---|---|---|")
    for vendor, cell in always.items():
        before, after = once[vendor].next_sync, cell.next_sync
        then = after if before == after else f"{before} (once), {after} (always)"
        yield f"| {vendor} | {once[vendor].ending} | {cell.ending} | {then} |"
    yield from _sentences(always.values())


def _sentences(cells: Iterable[Cell]) -> Iterator[str]:
    """What the runs say; what several say alike comes once."""
    advice: dict[str, list[str]] = {}
    for said in (cell.said for cell in cells if cell.said):
        advice.setdefault(f"{said.who} {said.next_step}", []).append(said.happened)
    for told, happened in advice.items():
        yield from ("", *(f"- “{one}”" for one in happened), "", told)


def _of(cells: Iterable[Cell], strikes: str) -> dict[str, Cell]:
    return {cell.vendor: cell for cell in cells if cell.strikes == strikes}


def _actor(cell: Cell) -> str:
    return cell.said.actor if cell.said else "nobody"


def _agreed(by_vendor: Mapping[str, str]) -> str:
    """One word where the vendors agree, else the usual one and who differs."""
    words = list(by_vendor.values())
    usual = max(dict.fromkeys(words), key=words.count)
    others = [f"{vendor}: {word}" for vendor, word in by_vendor.items() if word != usual]
    return f"{usual} ({', '.join(others)})" if others else usual
