"""Services live as long as somebody uses them, and not a moment longer."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from deployments.child import Launch, Service
from deployments.errors import StackError

# A service that starts a child of its own, says both numbers, and ignores polite requests.
STUBBORN = """
trap '' TERM
sleep 1000 & echo "$$ $!" >"$0.new" && mv "$0.new" "$0"
wait
"""
USER = """
import os, sys
from pathlib import Path
from deployments.child import Launch, Service
data, pids, command = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
service = Service(data, "stubborn", pids.exists)
service.begin(lambda: Launch(["sh", "-c", command, pids], dict(os.environ), grace=1))
service.wait(20)
print("ready", flush=True)
import signal
signal.pause()
"""


def sleeper(data: Path, name: str = "sleeper", needs: tuple[Service, ...] = ()) -> Service:
    """A service that says it is up and sleeps."""
    flag = data / f"{name}.up"
    service = Service(data, name, flag.exists)
    command = f'trap "rm {flag}; exit" TERM; touch {flag}; while :; do sleep 0.05; done'
    service.begin(lambda: Launch(["sh", "-c", command], dict(os.environ), needs=needs))
    return service


def test_the_last_one_out_stops_it(data: Path, until: Callable[..., None]) -> None:
    """Whoever came first may leave first."""
    first = sleeper(data)
    first.wait(20)
    second = sleeper(data)
    second.wait(20)

    first.leave()
    assert (first.started, second.started) == (True, False)
    assert second.is_alive()

    second.leave()
    until(lambda: not (data / "sleeper.up").exists())


def test_one_that_stopped_starts_again(data: Path) -> None:
    """Nothing of the first life stands in the way of the second."""
    for _ in range(2):
        service = sleeper(data)
        service.wait(20)
        assert service.started
        service.leave()
        assert not (data / "sleeper.up").exists()


def test_what_is_needed_outlives_what_needs_it(data: Path) -> None:
    """The worker must reach the server while it stops."""
    needed = sleeper(data, "needed")
    needed.wait(20)
    user = sleeper(data, "user", needs=(needed,))
    user.wait(20)

    needed.leave()
    assert (data / "needed.up").exists()

    user.leave()
    assert not (data / "user.up").exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_whole_tree_dies_with_its_user(
    data: Path,
    script: Callable[..., object],
    until: Callable[..., None],
    is_running: Callable[[int], bool],
    number: signal.Signals,
) -> None:
    """However the user ends; and a process that ignores the request is killed."""
    pids = data / "pids"
    user = script(USER, data, pids, STUBBORN)
    assert user.stdout.readline() == "ready\n"  # type: ignore[attr-defined]
    tree = [int(pid) for pid in pids.read_text().split()]
    assert all(is_running(pid) for pid in tree)

    user.send_signal(number)  # type: ignore[attr-defined]

    until(lambda: not any(is_running(pid) for pid in tree))


def test_one_that_died_is_started_again_for_all_its_users(
    data: Path, until: Callable[..., None]
) -> None:
    """Whoever notices first; the others go on with it, and the last one still stops it."""
    first, second = sleeper(data), sleeper(data)
    for service in (first, second):
        service.wait(20)
    assert first._process is not None
    os.killpg(first._process.pid, signal.SIGKILL)
    until(lambda: not first.is_alive())
    (data / "sleeper.up").unlink()

    second.revive()
    second.wait(20)
    first.revive()

    assert first.is_alive()
    assert second.is_alive()
    first.leave()
    assert (data / "sleeper.up").exists()
    second.leave()
    until(lambda: not (data / "sleeper.up").exists())


def test_one_that_dies_at_start_shows_the_end_of_its_log(data: Path) -> None:
    """The reason is in what it said last."""
    service = Service(data, "broken", lambda: False)
    command = ["sh", "-c", "echo the disk is full >&2; exit 3"]
    service.begin(lambda: Launch(command, dict(os.environ)))

    with pytest.raises(StackError, match=r"(?s)broken did not start.*the disk is full.*3"):
        service.wait(20)


def test_one_that_never_gets_ready_is_given_up(data: Path) -> None:
    """A service that hangs is a sentence, not a hanging command."""
    service = Service(data, "slow", lambda: False)
    service.begin(lambda: Launch(["sleep", "1000"], dict(os.environ), grace=1))

    with pytest.raises(StackError, match="not ready after 0 seconds"):
        service.wait(0.1)

    service.leave()
