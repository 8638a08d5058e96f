"""Simulated time: processes are generators that yield seconds to pass, a core to have, or another.

Deterministic: what happens at one instant happens in the order in which it was asked for.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Generator
from itertools import count
from typing import Any

SLICE_S = 0.05  # for so long a core is kept before others have their turn

Process = Generator[Any, Any, Any]


class Task:
    """A process under way; yield it to wait for its end."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.is_over = False
        self.waiting: list[Task] = []


class Clock:
    """The time, in seconds, and what is still to happen."""

    def __init__(self) -> None:
        self.now = 0.0
        self._heap: list[tuple[float, int, Task]] = []
        self._numbers = count()

    def spawn(self, process: Process, after: float = 0.0) -> Task:
        """Begin a process, now or later."""
        task = Task(process)
        self.wake(task, after)
        return task

    def wake(self, task: Task, after: float = 0.0) -> None:
        """Go on with a process after so many seconds."""
        heapq.heappush(self._heap, (self.now + after, next(self._numbers), task))

    def run(self, until: float) -> None:
        """Let everything happen up to this instant."""
        while self._heap and self._heap[0][0] <= until:
            self.now, _, task = heapq.heappop(self._heap)
            self._step(task)
        self.now = until

    def _step(self, task: Task) -> None:
        try:
            wanted = next(task.process)
        except StopIteration:
            task.is_over = True
            for waiting in task.waiting:
                self.wake(waiting)
            return
        if isinstance(wanted, Cores):
            wanted.ask(task)
        elif not isinstance(wanted, Task):
            self.wake(task, wanted)
        elif wanted.is_over:
            self.wake(task)
        else:
            wanted.waiting.append(task)


class Cores:
    """So many processors; who comes first is first served, slice by slice. ``busy_s``: so far."""

    def __init__(self, clock: Clock, number: int) -> None:
        self.number = number
        self.busy_s = 0.0
        self._clock = clock
        self._free = number
        self._queue: deque[Task] = deque()

    def ask(self, task: Task) -> None:
        """One core for this process, now or when its turn comes."""
        if self._free:
            self._free -= 1
            self._clock.wake(task)
        else:
            self._queue.append(task)

    def leave(self) -> None:
        """The core is the next one's."""
        if self._queue:
            self._clock.wake(self._queue.popleft())
        else:
            self._free += 1

    def use(self, seconds: float) -> Process:
        """Compute for so long."""
        while seconds > 0:
            yield self
            part = min(seconds, SLICE_S)
            yield part
            self.busy_s += part
            seconds -= part
            self.leave()
