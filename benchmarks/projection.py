"""PROJECTION: what 100 to 100,000 tenants would need, by simulation; what it takes for given.

No server is started and nothing is measured here: `benchmarks.assumed` holds the figures,
`benchmarks.simulated` the fleet. The same seed gives the same figures.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks import assumed
from benchmarks.assumed import Traffic, limit, value
from benchmarks.lines import Line, Plan
from benchmarks.report import Section
from benchmarks.simulated import Simulation
from core import retention
from core.settings import Settings
from tasks.claiming import SIDE_BY_SIDE

SIZES, QUICK = (100, 1_000, 10_000, 100_000), (20, 100)
CORES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
TRIAL_S, HOUR_S, DAY_S = 1_200.0, 3_600.0, 86_400.0
OUTAGE_FROM_S, KILL_AT_S = 1_230.0, 3_030.0  # in the middle of a cycle
BUSY = 0.85  # above this share, more cores are tried; below it, more flow runs
# Of a flow run to PostgreSQL: one a batch in flight, the guard's two, and those of the moment.
CONNECTIONS = SIDE_BY_SIDE + 4
MACHINE = 2  # cores of the machine that the figures are from
RUN_S = float(Settings.model_fields["sally_run_seconds"].default)
MOST_RUNS = int(Settings.model_fields["sally_most_runs"].default)
# What was measured of one cycle of drivers and clocks: tenants, flow runs, latency, wall.
AGAINST = (
    ("W3, nothing changed", 1_000, 1, 0.05, 3.59),
    ("WORKERS, 1", 2_000, 1, 0.2, 13.8),
    ("WORKERS, 2", 2_000, 2, 0.2, 8.2),
    ("WORKERS, 4", 2_000, 4, 0.2, 8.4),
)


@dataclass(frozen=True, slots=True)
class Trial:
    """One number of cores and of flow runs at once, and how it went."""

    cores: int
    most_runs: int
    seen: Simulation

    @property
    def worst(self) -> Line:
        """The vendor whose integrations are the latest, by their interval."""
        return max(self.seen.lines, key=lambda line: _late(line, 0.95) / line.traffic.poll_s)

    @property
    def share_busy(self) -> float:
        """Of the cores for flow runs."""
        return self.seen.cores.busy_s / self.seen.plan.seconds / self.cores

    @property
    def passed_over(self) -> float:
        """Which share of what was due was never done, or not yet after a whole interval."""
        missed = sum(
            line.done["passed over"] + line.owed(self.seen.plan.seconds) for line in self.seen.lines
        )
        return missed / max(missed + sum(line.done["landed"] for line in self.seen.lines), 1)

    @property
    def is_in_time(self) -> bool:
        """95 of 100 within half their interval, and next to nothing left out."""
        late = _late(self.worst, 0.95) / self.worst.traffic.poll_s
        return late <= 0.5 and self.passed_over <= 0.001


def run(*, quick: bool) -> Section:
    """Each size with more and more cores until it is in time; then an hour with an outage."""
    section = Section(
        f"PROJECTION: four vendors each, {value('a call') * 1000:.0f} ms latency, simulated",
        ("tenants", "cores, runs at once", "late s: p50, p95, most", "p95 of its interval",
         "passed over", "busy cores: flows, PostgreSQL, Prefect", "claims/s", "rows a claim"),
    )  # fmt: skip
    compare(section)
    traffic = assumed.traffic()
    for tenants in QUICK if quick else SIZES:
        trials = _trials(tenants, traffic, TRIAL_S / 2 if quick else TRIAL_S)
        section.rows += [_row(tenants, trial) for trial in trials]
        _tell(section, tenants, trials[-1])
    section.notes += [_of_key(one) for one in traffic]
    section.notes += [f"simpler than it is: {said}" for said in assumed.SIMPLER]
    section.notes += [
        f"taken for given: {name}: {found.value:g} {found.unit} ({found.source})"
        for name, found in assumed.ALL.items()
    ]
    return section


def _trials(tenants: int, traffic: Sequence[Traffic], seconds: float) -> list[Trial]:
    """From one core and the default bound upwards; the last is in time, or as far as this goes."""
    found: list[Trial] = []
    place, most_runs = 0, MOST_RUNS
    while place < len(CORES) and most_runs <= 64:
        cores = CORES[place]
        plan = Plan(tenants, traffic, cores, seconds, RUN_S, most_runs)
        found.append(Trial(cores, most_runs, Simulation(plan).run()))
        if found[-1].is_in_time:
            break
        if found[-1].share_busy > BUSY:
            place += 1
        else:
            most_runs *= 2
    return found


def _row(tenants: int, trial: Trial) -> tuple[str, ...]:
    seen, worst, seconds = trial.seen, trial.worst, trial.seen.plan.seconds
    claims = [rows for line in seen.lines for rows in line.claims]
    return (
        f"{tenants:,}",
        f"{trial.cores}, {trial.most_runs}",
        f"{_late(worst, 0.5):.0f}, {_late(worst, 0.95):.0f}, {_late(worst, 1):.0f}",
        f"{_late(worst, 0.95) / worst.traffic.poll_s:.0%} ({worst.traffic.name})",
        f"{trial.passed_over:.1%}",
        ", ".join(
            f"{one.busy_s / seconds:.2f}" for one in (seen.cores, seen.postgres, seen.prefect)
        ),
        f"{len(claims) / seconds:.2f}",
        f"{sum(claims) / max(len(claims), 1):.0f}, most {max(claims, default=0)}",
    )


def _tell(section: Section, tenants: int, last: Trial) -> None:
    """What this size needs, and an hour of it with an outage and a killed flow run."""
    name, seen = f"{tenants:,} tenants", last.seen
    enough = "in time" if last.is_in_time else "NOT in time even"
    machines = math.ceil(last.cores / MACHINE)
    section.notes.append(
        f"{name}: {enough} with SALLY_MOST_RUNS {last.most_runs} and cores for flow runs: "
        f"{last.cores} (such machines: {machines}); up to {last.most_runs * CONNECTIONS} "
        f"connections a vendor; calls a second: "
        + ", ".join(_pace(line, seen) for line in seen.lines)
    )
    begun = time.perf_counter()
    end = OUTAGE_FROM_S + value("an outage")
    plan = replace(
        seen.plan, seconds=HOUR_S, outage=(OUTAGE_FROM_S, end), kill_at=KILL_AT_S, faults=1.0
    )
    hour = Simulation(plan).run()
    line, door = hour.lines[0], hour.lines[0].door
    closed = "not closed within the hour"
    if door.closed_at is not None and line.drained_at:
        at = (door.closed_at - assumed.EPOCH).total_seconds()
        closed = f"closed {at - end:.0f} s after its end, drained {line.drained_at - end:.0f} s"
    most = max(line.put_offs, default=0)
    crashed = sum(one.done["crashed"] for one in hour.lines)
    doubled = sum(one.done["doubled"] for one in hour.lines)
    section.notes.append(
        f"{name}, an outage of {value('an outage'):.0f} s: {line.done['wasted']:,} calls wasted, "
        f"opened {len(door.openings)} times, {door.probes} probes, {closed}; "
        f"{line.done['put off']:,} runs put off, {most:,} of them by one statement, "
        f"{most * value('put off, an integration'):.1f} s; a killed flow run held {crashed:,}; "
        f"served twice: {doubled}; an hour simulated in {time.perf_counter() - begun:.0f} s"
    )
    _walls(section, tenants, last, most)


def _walls(section: Section, tenants: int, last: Trial, put_off: int) -> None:
    """What grows, and what of it comes to its end first."""
    seen, seconds = last.seen, last.seen.plan.seconds
    lines = [line.traffic for line in seen.lines]
    runs = sum(tenants * DAY_S / one.poll_s for one in lines)
    daily = sum(one.run_bytes * tenants * DAY_S / one.poll_s for one in lines)
    days = retention.TABLES["ops.sync_run"].days
    section.notes.append(
        f"{tenants:,} tenants, a day: {runs:,.0f} runs, {daily / 1e9:.2f} GB of them "
        f"({daily * days / 1e9:,.0f} GB after {days} days), "
        f"{runs * value('log, a run') / 1e9:.1f} GB of log"
    )
    look_s = tenants * value("claim, an integration looked at")
    walls = {
        f"cores for flow runs, of {MACHINE}": seen.cores.busy_s / seconds / MACHINE,
        f"PostgreSQL's cores, of {MACHINE}": seen.postgres.busy_s / seconds / MACHINE,
        "Prefect's server, of one core": seen.prefect.busy_s / seconds,
        f"flow runs of a vendor at once, of {MOST_RUNS}": max(
            line.busy_s / seconds / MOST_RUNS for line in seen.lines
        ),
        "put off in one statement, of a minute": put_off * value("put off, an integration") / 60,
        f"claiming looks at all of a vendor's rows ({look_s * 1000:.1f} ms), of a second": look_s,
        "runs kept, of a disk": daily * days / value("a disk"),
    }
    said = ", ".join(
        f"{what} {share:.0%}" for what, share in sorted(walls.items(), key=lambda one: -one[1])
    )
    section.notes.append(f"{tenants:,} tenants, the first wall first: {said}")


def _pace(line: Line, seen: Simulation) -> str:
    return f"{line.traffic.name} {line.done['calls'] / seen.plan.seconds:,.1f}"


def _of_key(one: Traffic) -> str:
    """A cycle against what a key may ask; and how many tenants one key would carry."""
    said = [
        f"{name} {calls} of {one.vendor.limit(name).most} in {one.vendor.limit(name).window_s:g} s"
        for name, calls in one.calls.items()
    ]
    carried = min(
        assumed.carried(limit(one.vendor.limit(name)), calls, one.poll_s)
        for name, calls in one.calls.items()
    )
    return (
        f"{one.name}, calls of a tenant's cycle against its key's limits: {', '.join(said)}; its "
        f"gates hold a cycle up for {one.gate_s:.2f} s; a key that tenants shared would carry "
        f"{carried:,}"
    )


def compare(section: Section) -> None:
    """The simulation against what was measured of one cycle."""
    samsara = assumed.traffic()[0]
    both = tuple(samsara.vendor.dataset(name) for name in ("drivers", "hos_clocks"))
    cycle = replace(
        samsara, vendor=replace(samsara.vendor, datasets=both), calls={"token": 3}, chain=3,
        rows=20, gate_s=0.0,
    )  # fmt: skip
    for name, tenants, runs, latency_s, measured in AGAINST:
        plan = Plan(
            tenants, (cycle,), MACHINE, 290, RUN_S, runs, latency_s=latency_s, runs=runs,
            vendor_call_s=value("sandbox, a call"), is_shared=True, faults=0.0,
        )  # fmt: skip
        line = Simulation(plan).run().lines[0]
        wall = max(line.late) - min(line.started)
        section.notes.append(
            f"against {name}, {tenants:,} tenants: simulated {wall:.1f} s, measured "
            f"{measured:.1f} s: {wall / measured - 1:+.0%}"
        )


def _late(line: Line, share: float) -> float:
    """The lateness that so many do not exceed; 0 of none."""
    if not line.late:
        return 0.0
    return line.late[min(int(share * len(line.late)), len(line.late) - 1)]
