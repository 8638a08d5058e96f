"""End with the parent: no process of ours outlives the one that it works for."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int, *, group: bool = False) -> None:
    """Have the kernel kill us when our parent dies (Linux), or watch for that (elsewhere).

    ``parent``: the process that started us; it may be gone already. ``group``: where it is watched
    for, what we started ends as well.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        return
    threading.Thread(target=_watch, args=(parent, group), daemon=True).start()


def _watch(parent: int, group: bool) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)  # in a thread of its own: no event tells of a parent's death here
    if group:
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
