"""DAY's kills: SIGKILL to every process in turn, and who brings it back."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import procs
from benchmarks.day_house import AWAY, House, until

FIRST, LAST = 0.06, 0.85  # shares of the day between which they lie
FOUND_S, GONE_S, BACK_S = 60.0, 30.0, 120.0
OPERATOR, CARE, NEXT = "the operator", "the stack", "the next flow run"


@dataclass(frozen=True, slots=True)
class Kill:
    """One process. ``by``: who brings it back; the operator starts `up` again, which had ended."""

    what: str
    find: Callable[[House], int | None]
    by: str


@dataclass(frozen=True, slots=True)
class Killed:
    """What came of it. ``back_s``: until all served again; ``left``: its children that stayed."""

    what: str
    by: str
    at_s: float
    back_s: float
    left: int


def _flow(deployment: str) -> Callable[[House], int | None]:
    def find(house: House) -> int | None:
        """The process of one of its flow runs, if one is under way."""
        for run in house.flows_under_way(deployment):
            pid = int(run["infrastructure_pid"] or 0)
            if run["state_type"] == "RUNNING" and pid in procs.below(house.pid):
                return pid
        return None

    return find


def _prefect(house: House) -> int:
    return house.of("uvicorn", str(house.ports["SALLY_PREFECT_PORT"]))


def _postgres(house: House) -> int:
    return int((house.data / "postgres" / "postmaster.pid").read_text().split()[0])


KILLS = (
    Kill("flow run of a vendor", _flow("samsara"), NEXT),
    Kill("worker", lambda house: house.of("deployments.worker"), CARE),
    Kill("PostgreSQL", _postgres, OPERATOR),
    Kill("flow run deliver-alerts", _flow("deliver-alerts"), NEXT),
    Kill("Prefect server", _prefect, OPERATOR),
    Kill("warm process of the worker", lambda house: _warm(house), NEXT),
    Kill("console", lambda house: house.of("console.api"), OPERATOR),
    Kill("up itself", lambda house: house.pid, OPERATOR),
)


def _warm(house: House) -> int | None:
    """What the worker forks its flow runs from: its only child that began with it."""
    worker = house.of("deployments.worker")
    others = procs.below(worker) - {worker}
    return min(others, key=lambda pid: procs.born(pid) or 0, default=None)


class Killer(threading.Thread):
    """Kills all day long, one after another; ``end`` waits for the last to be back."""

    def __init__(self, house: House, day_s: float) -> None:
        super().__init__(name="killer", daemon=True)
        self.house, self.day_s = house, day_s
        self.killed: list[Killed] = []
        self.failures: list[str] = []
        self._began = time.monotonic()

    def run(self) -> None:
        """All of them, spread over the day; one that goes wrong is said, and the next follows."""
        for number, kill in enumerate(KILLS):
            share = FIRST + (LAST - FIRST) * number / (len(KILLS) - 1)
            time.sleep(max(0.0, self._began + share * self.day_s - time.monotonic()))
            try:
                self.killed.append(self._kill(kill))
            except Exception as error:
                self.failures.append(f"{kill.what}: {error}")

    def end(self) -> list[Killed]:
        """What was killed, when all of it is back."""
        self.join()
        return self.killed

    def _kill(self, kill: Kill) -> Killed:
        pid = until(lambda: self._found(kill), FOUND_S, kill.what)
        family = {each: procs.born(each) for each in procs.below(pid)}
        at = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        if kill.by == OPERATOR:
            self.house.ended()
            self.house.start()
        elif kill.by == CARE:
            ready = self.house.data / "run" / "worker.ready"
            until(lambda: not ready.exists(), GONE_S, "the worker to be missed")
            until(ready.exists, BACK_S, "the worker to be back")
        back = time.monotonic() - at
        with contextlib.suppress(RuntimeError):
            until(lambda: not _alive(family), GONE_S, "its children")
        return Killed(kill.what, kill.by, at - self._began, back, len(_alive(family)))

    def _found(self, kill: Kill) -> int | None:
        with contextlib.suppress(*AWAY, LookupError, OSError):
            return kill.find(self.house)
        return None


def _alive(family: dict[int, int | None]) -> list[int]:
    return [pid for pid, born in family.items() if born is not None and procs.born(pid) == born]
