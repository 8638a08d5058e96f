"""PostgreSQL restarted in the middle of a sync: runs end truly, and the next cycle is right."""

import asyncio
import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

from core import settings
from deployments.postgres import Postgres
from flows.samsara import sync_samsara
from models.ops import ADDS_UP
from store import migrate
from store.connection import connect
from tests.conftest import temporary
from tests.support.ground import lasting_port, until_free
from tests.support.truth import assert_samsara_is_true

from .conftest import KEY, Fleet

TENANTS = ("acme", "bluemesa", "coyote", "dakota", "eagle", "falcon")
TABLES = {
    "drivers": "driver",
    "vehicles": "vehicle",
    "hos_clocks": "hos_clock",
    "hos_daily_logs": "hos_daily_log",
}
OPEN = "SELECT id FROM ops.sync_run WHERE status = 'running'"
CLOSED = "status <> 'running'"
LEASES_END = (
    "UPDATE ops.integration SET lease_expires_at = now() - interval '1 s'"
    " WHERE lease_run_id IS NOT NULL",
    "UPDATE ops.sync_run SET lease_expires_at = now() - interval '1 s' WHERE status = 'running'",
)


class Restartable:
    """A server of the tests' own, which they may stop and kill."""

    def __init__(self, folder):
        self.folder = folder
        # The same address afterwards, as a real server's.
        self.server = Postgres(folder, lasting_port())
        self.server.start()

    def end(self, number):
        """Stop it (SIGINT: its "fast" shutdown) or kill its whole process group."""
        postmaster = int((self.folder / "postgres/postmaster.pid").read_text().split()[0])
        if number == signal.SIGKILL:
            os.killpg(os.getpgid(postmaster), number)
        else:
            os.kill(postmaster, number)
        self.server.service._process.wait(60)

    def begin(self):
        """Start it again, where it was."""
        until_free(self.server._port)
        self.server.service.revive()
        self.server.service.wait(60)


@pytest.fixture(scope="module")
def restartable():
    folder = Path(tempfile.mkdtemp(prefix="sally-tests-restart-"))
    folder.chmod(0o711)
    server = Restartable(folder)
    yield server
    server.server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def shaken(prefect_server, restartable, box, monkeypatch):
    """A fleet whose database may go away at any moment."""
    with temporary(restartable.server.url, None) as name:
        url = restartable.server.url(name)
        migrate.upgrade(url)
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setenv("CREDENTIALS_ENCRYPTION_KEY", KEY)
        monkeypatch.setenv("SALLY_SANDBOX_URL", box.url)
        settings.settings.cache_clear()
        fleet = Fleet(url, box, None)
        for slug in TENANTS:
            keys = None if slug in ("acme", "bluemesa") else box.add_tenant(slug, drivers=8)
            fleet.add(slug, "samsara", keys=keys)
        box.reset_stats()
        yield fleet
    settings.settings.cache_clear()


async def asked(box, number):
    """Return when the vendor has been asked so often."""
    while box.stats()["total"] < number:  # noqa: ASYNC110  # it is another thread's
        await asyncio.sleep(0.002)


async def rows(fleet, query):
    return await (await fleet.conn.execute(query)).fetchall()


def assert_is_a_sentence(state, words):
    """The flow run's state says it as a person would, without the password."""
    assert state.is_failed()
    assert words in state.message
    assert "Traceback" not in state.message
    assert "encountered an exception" not in state.message
    assert len(state.message) < 400


async def assert_books_and_rows_agree(fleet):
    """What a run says it brought is there, and nothing is that no run says it brought."""
    for dataset, table in TABLES.items():
        said = await rows(
            fleet,
            "SELECT run_id, inserted FROM ops.sync_run_dataset"
            f" WHERE dataset = '{dataset}' AND inserted > 0",
        )
        found = await rows(fleet, f"SELECT run_id, count(*) FROM fleet.{table} GROUP BY 1")
        assert sorted(said) == sorted(found)
    wrong = await rows(fleet, f"SELECT id FROM ops.sync_run WHERE {CLOSED} AND NOT ({ADDS_UP})")
    assert wrong == []


async def assert_next_cycle_is_right(fleet):
    """The leases run out, and the next scheduled sync finds everything due that was cut off."""
    for statement in LEASES_END:
        await fleet.conn.execute(statement)
    open_runs = {row[0] for row in await rows(fleet, OPEN)}

    done = await fleet.sync("samsara", force=False)

    assert {run.status for run in done.runs} <= {"success"}
    assert len(done.runs) >= len(open_runs)
    assert await rows(fleet, OPEN) == []
    ends = await rows(fleet, "SELECT id, status FROM ops.sync_run")
    assert {status for id_, status in ends if id_ in open_runs} <= {"crashed"}
    await assert_books_and_rows_agree(fleet)
    for slug in TENANTS:
        await assert_samsara_is_true(fleet.conn, fleet.box, slug)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["stopped", "killed"])
@pytest.mark.parametrize("requests", [1, 16, 32])
async def test_the_next_cycle_after_a_restart_is_right(shaken, restartable, number, requests):
    """Stopped in order or killed: what a run says it stored is stored, and the rest comes again."""
    shaken.box.faults(kind="latency", vendor="samsara", args={"ms": 20})
    syncing = asyncio.create_task(sync_samsara(force=True, return_state=True))
    await asked(shaken.box, requests)

    await asyncio.to_thread(restartable.end, number)
    await asyncio.to_thread(restartable.begin)

    assert_is_a_sentence(await syncing, "went away")
    shaken.box.clear()
    async with connect(shaken.url) as shaken.conn:
        await assert_books_and_rows_agree(shaken)
        await assert_next_cycle_is_right(shaken)


async def test_a_database_that_stays_away_ends_the_flow_with_a_sentence(shaken, restartable):
    """It does not hang, and the cycle after the outage is right."""
    shaken.box.faults(kind="latency", vendor="samsara", args={"ms": 20})
    syncing = asyncio.create_task(sync_samsara(force=True, return_state=True))
    await asked(shaken.box, 12)

    await asyncio.to_thread(restartable.end, signal.SIGINT)
    first, second = await syncing, await sync_samsara(return_state=True)
    await asyncio.to_thread(restartable.begin)

    assert_is_a_sentence(first, "went away")
    assert_is_a_sentence(second, "cannot be reached")
    shaken.box.clear()
    async with connect(shaken.url) as shaken.conn:
        await assert_next_cycle_is_right(shaken)
