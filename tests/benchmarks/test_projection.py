"""The projection's simulation keeps the laws that the product keeps, in simulated time."""

from __future__ import annotations

import inspect
import math
from random import Random

import pytest
import yaml

from adapters._kit.http import VendorClient
from adapters._kit.paging import each
from benchmarks import assumed, projection
from benchmarks.doors import Door
from benchmarks.events import Clock, Cores
from benchmarks.lines import MOST_CALLS, Plan
from benchmarks.report import Section
from benchmarks.simulated import Simulation
from core.breaker import Outcome, Phase
from core.settings import PROJECT

HOUR_S = 3_600
OUTAGE = (900.0, 1_500.0)
TRAFFIC = assumed.traffic()


def simulated(tenants=60, cores=2, seconds=HOUR_S, most_runs=4, **more):
    return Simulation(Plan(tenants, TRAFFIC, cores, seconds, 120, most_runs, **more)).run()


def figures(simulation):
    return [(dict(line.done), list(line.late), line.claims) for line in simulation.lines]


@pytest.fixture(scope="module")
def troubled():
    """An hour with everything in it: faults, an outage of the first vendor, a killed flow run."""
    return simulated(tenants=400, outage=OUTAGE, kill_at=2_400)


def test_what_is_claimed_ends_somehow(troubled):
    """Nothing is lost between the claim and its end, whatever happens between them."""
    for line in troubled.lines:
        done, held = line.done, sum(len(run.live) for run in troubled.runs if run.line is line)

        ends = done["landed"] + done["put off"] + done["failed"] + done["crashed"]
        assert done["claimed"] == ends + held
        assert done["landed"] == len(line.late)


def test_nobody_is_served_twice_in_a_cycle(troubled):
    assert [line.done["doubled"] for line in troubled.lines] == [0, 0, 0, 0]


def test_the_same_seed_gives_the_same_figures():
    more = {"outage": OUTAGE, "kill_at": 2_400.0}

    first, again, other = simulated(**more), simulated(**more), simulated(seed=2, **more)

    assert figures(first) == figures(again)
    assert figures(first) != figures(other)


def test_an_outage_ends(troubled):
    """Few calls are wasted, the breaker closes, and everybody is served again."""
    line = troubled.lines[0]

    assert line.door.openings
    assert line.door.state.phase is Phase.CLOSED
    assert 5 <= line.done["wasted"] < 200
    assert OUTAGE[1] < line.drained_at < HOUR_S
    assert line.owed(HOUR_S) == 0


def test_an_outage_is_of_one_vendor(troubled):
    for line in troubled.lines[1:]:
        assert (line.door.openings, line.done["wasted"]) == ([], 0)


def test_what_a_killed_run_held_is_taken_over(troubled):
    assert sum(line.done["crashed"] for line in troubled.lines) > 0
    assert [line.owed(HOUR_S) for line in troubled.lines] == [0, 0, 0, 0]


def test_without_trouble_every_slot_is_served():
    """What became due until a schedule before the end has landed, once each."""
    seen = simulated(faults=0.0)

    for line in seen.lines:
        until = HOUR_S - 2 * line.traffic.every_s
        due = sum(max(math.ceil((until - at) / line.traffic.poll_s), 0) for at in line.phases)
        assert line.done["passed over"] == 0
        assert line.done["landed"] >= due


def test_too_few_cores_are_seen():
    """One core for thousands of tenants: late, and integrations are left out."""
    few, enough = (projection.Trial(cores, 8, simulated(30_000, cores, 900, 8)) for cores in (1, 4))

    assert not few.is_in_time
    assert enough.is_in_time
    assert few.share_busy > 0.9
    assert few.passed_over > enough.passed_over


def test_isolated_failures_open_nothing_and_five_in_a_row_do():
    door = Door(Random(1))
    now = assumed.EPOCH

    for who in range(20):
        door.record(who, Outcome.FAILURE, now, door.state.version)
        door.good(100, now)
    assert door.state.phase is Phase.CLOSED
    for who in range(5):
        door.record(who, Outcome.FAILURE, now, door.state.version)

    assert (door.state.phase, door.openings) == (Phase.OPEN, [now])
    assert door.refusal(now) is not None


@pytest.mark.parametrize(("jobs", "cores", "wall_s"), [(1, 2, 1), (4, 2, 2), (5, 2, 3), (3, 4, 1)])
def test_cores_are_shared(jobs, cores, wall_s):
    clock = Clock()
    shared = Cores(clock, cores)
    ended = []

    def job():
        yield from shared.use(1.0)
        ended.append(clock.now)

    for _ in range(jobs):
        clock.spawn(job())
    clock.run(10)

    # Slices: who shares ends up to two turns later or earlier than in whole pieces.
    assert max(ended) == pytest.approx(jobs / cores if jobs > cores else 1.0, abs=0.11)
    assert max(ended) <= wall_s + 0.01
    assert shared.busy_s == pytest.approx(jobs)


def test_what_is_taken_from_the_product_is_what_it_is():
    """Constants that are no names over there, and the schedules."""
    found = yaml.safe_load((PROJECT / "prefect.yaml").read_text())["deployments"]
    schedules = {one["name"]: one["schedules"][0]["interval"] for one in found}
    limits = {one["name"]: one["concurrency_limit"]["limit"] for one in found}

    assert {one.name: one.every_s for one in TRAFFIC}.items() <= schedules.items()
    assert {limits[one.name] for one in TRAFFIC} == {projection.MOST_RUNS}
    assert inspect.signature(VendorClient).parameters["max_in_flight"].default == MOST_CALLS
    assert inspect.signature(each).parameters["at_once"].default == 4


def test_a_gate_holds_up_what_goes_beyond_its_burst():
    daily, token = (
        assumed.limit(TRAFFIC[0].vendor.limit(name)) for name in ("daily_logs", "token")
    )

    assert assumed.held_up(token, 4, 0.2) == 0
    assert assumed.held_up(daily, 3, 0.0) == pytest.approx(2 / daily.per_second, abs=1e-3)
    assert assumed.carried(token, 4, 300) == int(token.per_second * 75)


def test_it_is_near_what_was_measured():
    """Against each measured cycle, and it says by how much it is wrong."""
    section = Section("", ())

    projection.compare(section)

    errors = [int(note.rpartition(" ")[2].rstrip("%")) for note in section.notes]
    assert len(errors) == len(projection.AGAINST)
    assert max(map(abs, errors)) <= 25


def test_every_figure_says_where_it_comes_from():
    assert [name for name, found in assumed.ALL.items() if not found.source] == []
    assert len(assumed.ALL) == len(assumed.MEASURED) + len(assumed.BY_HAND) + len(assumed.SUPPOSED)


def test_the_assumptions_are_listed():
    """Whoever reads a projection must know what it leaves out."""
    page = (PROJECT / "benchmarks" / "README.md").read_text(encoding="utf-8")

    assert [said for said in assumed.SIMPLER if f"- {said}\n" not in page] == []
