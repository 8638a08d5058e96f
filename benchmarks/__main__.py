"""`python -m benchmarks [W1 W2 W3 GUARD …] [--quick]`: measure, print, keep."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from rich.console import Console

from benchmarks import (
    analytics,
    click,
    day,
    growth,
    guard,
    hos,
    limits,
    others,
    plans,
    projection,
    quality,
    report,
    shares,
    w1,
    w2,
    w3,
    workers,
    year,
)
from benchmarks import console as console_load
from benchmarks.ground import prepared
from benchmarks.report import Section

# On stacks of their own, and on the ground that the others share.
ALONE = {
    "W1": w1.run,
    "CLICK": click.run,
    "WORKERS": workers.run,
    "HOS": hos.run,
    "ANALYTICS": analytics.run,
    "CONSOLE": console_load.run,
    "PLANS": plans.run,
    "YEAR": year.run,
    "DAY": day.run,
    "PROJECTION": projection.run,
}
ON_GROUND = {
    "W2": w2.run,
    "W3": w3.run,
    "GUARD": guard.run,
    "QUALITY": quality.run,
    "GROWTH": growth.run,
    "PROFILE": shares.run,
    "LIMITS": limits.run,
}
KNOWN = (*ALONE, *ON_GROUND)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is asked for, all by default. A quick run is a smoke test and is not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("which", nargs="*", metavar=" ".join(KNOWN), help="all when none is named")
    parser.add_argument("--quick", action="store_true", help="small sizes, once each")
    given = parser.parse_args(arguments)
    which = [name.upper() for name in given.which] or list(KNOWN)
    if unknown := set(which) - set(KNOWN):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(KNOWN)}")
    console = Console(highlight=False)
    machine = report.machine()
    for line in machine:
        console.print(line)
    console.print()
    sections: list[Section] = []

    def keep(section: Section) -> None:
        section.notes.append(f"load of the machine at the end: {report.load()}")
        report.show(section, console)
        sections.append(section)

    for name, alone in ALONE.items():
        if name in which:
            keep(alone(quick=given.quick))
    if {"W2", "W3"} & set(which):
        others.python()
    if shared := [measured for name, measured in ON_GROUND.items() if name in which]:
        with prepared() as ground:
            for measured in shared:
                keep(measured(ground, quick=given.quick))
    if not given.quick:
        report.write(sections, " ".join(["python -m benchmarks", *given.which]), machine)


if __name__ == "__main__":
    main()
