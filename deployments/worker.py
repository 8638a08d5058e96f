"""`python -m deployments.worker`: a Prefect process worker that starts flow runs warm.

It serves the work pool `sally` of Prefect's own type "process", so `prefect worker start -p sally`
can take its place at any time, only slower to start runs. Told to stop, it ends its runs and sees
that each is marked Crashed; the stock worker would leave them Running for ever. So would one that
was killed: the next one marks what that left behind.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio.abc
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound
from prefect.flows import load_flow_from_flow_run
from prefect.runner._flow_run_executor import FlowRunExecutorContext
from prefect.workers.process import ProcessJobConfiguration, ProcessWorker, ProcessWorkerResult

from core import logs
from core.errors import SallyError
from deployments import forkserver
from deployments.bootstrap import POOL
from deployments.forks import Forks, ForkStarter
from deployments.run_ends import close_left, forget
from deployments.run_records import RunRecords

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun

# More at once would only make each slower; the rest waits in the queue.
LIMIT = 16
# Together under the five seconds that a worker may take to stop.
POLITE_S, FORCED_S = 2.5, 1.0
STOP_S = 4.5
POOL_WAIT_S = 60.0
POLL_S = 0.1


class WarmWorker(ProcessWorker):
    """Prefect's process worker, with forks of a warm process in place of new interpreters."""

    type = "process"

    def __init__(
        self,
        *args: Any,
        forks: Forks,
        records: RunRecords,
        ready_file: Path | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._forks = forks
        self._records = records
        self._ready_file = ready_file
        self._executors = FlowRunExecutorContext()
        self._running: dict[asyncio.Task[Any], FlowRun] = {}
        self._is_stopping = False

    async def __aenter__(self) -> WarmWorker:
        await self._forks.start()
        await super().__aenter__()
        await self._executors.__aenter__()
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        try:
            await self._executors.__aexit__(*exc_info)
        finally:
            self._forks.close()
            await super().__aexit__(*exc_info)

    async def get_and_submit_flow_runs(self) -> list[FlowRun]:
        """Poll once, unless we are stopping; the first poll is when others may count on us."""
        if self._is_stopping:
            return []
        submitted = await super().get_and_submit_flow_runs()
        if self._ready_file is not None and self._has_successfully_synced:
            self._ready_file.touch()
            self._ready_file = None
        return submitted

    async def run(
        self,
        flow_run: FlowRun,
        configuration: ProcessJobConfiguration,
        task_status: anyio.abc.TaskStatus[int] | None = None,
    ) -> ProcessWorkerResult:
        """Run it in a fork; a job that asks for its own command or path runs the stock way."""
        if configuration._command_configured or _changes_imports(configuration):
            return await super().run(flow_run, configuration, task_status)
        task = asyncio.current_task()
        assert task is not None
        self._running[task] = flow_run
        try:
            return await self._run_forked(
                flow_run, configuration, task_status or anyio.TASK_STATUS_IGNORED
            )
        finally:
            del self._running[task]

    async def _propose_pending_state(self, flow_run: FlowRun) -> bool:
        """From here on the run is ours, and so is telling its end."""
        self._records.add(flow_run.id)
        is_ours = await super()._propose_pending_state(flow_run)
        if not is_ours:
            self._records.remove(flow_run.id)
        return is_ours

    async def _submit_run_and_capture_errors(
        self, flow_run: FlowRun, *rest: Any, **more: Any
    ) -> Any:
        try:
            return await super()._submit_run_and_capture_errors(flow_run, *rest, **more)
        finally:
            await forget(self.client, self._records, flow_run.id)

    async def _run_forked(
        self,
        flow_run: FlowRun,
        configuration: ProcessJobConfiguration,
        task_status: anyio.abc.TaskStatus[int],
    ) -> ProcessWorkerResult:
        with contextlib.ExitStack() as stack:
            folder = configuration.working_dir or Path(
                stack.enter_context(tempfile.TemporaryDirectory(suffix="prefect"))
            )
            channel = self._executors.control_channel
            starter = ForkStarter(self._forks, configuration.env, folder.resolve(), channel)
            executor = self._executors.create_executor(
                flow_run,
                starter,
                resolve_flow=load_flow_from_flow_run,  # it brings its own client
                propose_submitting=False,
            )
            status = _Pid(task_status)
            execution = await executor.submit(task_status=status)  # type: ignore[arg-type]
        if execution is None or execution.status_code is None:
            raise RuntimeError("The flow run's process could not be started.")
        return ProcessWorkerResult(
            status_code=execution.status_code, identifier=str(execution.handle.pid)
        )

    async def end_runs(self) -> None:
        """End every run and see each one to a final state: ours, or the server is told Crashed."""
        self._is_stopping = True
        for number, seconds in ((signal.SIGTERM, POLITE_S), (signal.SIGKILL, FORCED_S)):
            if not self._running:
                return
            self._forks.signal_all(number)
            await asyncio.wait(list(self._running), timeout=seconds)
        for flow_run in list(self._running.values()):
            await self._propose_crashed_state(flow_run, "The worker was stopped.")


class _Pid:
    """Tells the worker the number of the process that the executor tells us."""

    def __init__(self, status: anyio.abc.TaskStatus[int]) -> None:
        self._status = status

    def started(self, handle: Any) -> None:
        self._status.started(handle.pid)


def _changes_imports(configuration: ProcessJobConfiguration) -> bool:
    """Whether the job wants another module path than the one the warm process has."""
    return configuration.env.get("PYTHONPATH") != os.environ.get("PYTHONPATH")


async def _server_answers() -> None:
    """Wait for the server, which may still be starting."""
    async with get_client() as client:
        while await client.api_healthcheck() is not None:  # noqa: ASYNC110  # it is another machine's
            await asyncio.sleep(POLL_S)


async def _pool_exists() -> None:
    """Wait a while for whoever sets the pool up; then we make it ourselves."""
    async with get_client() as client:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(POOL_WAIT_S):
                while True:
                    try:
                        await client.read_work_pool(POOL)
                    except ObjectNotFound:
                        await asyncio.sleep(POLL_S)
                    else:
                        return


async def _prepare(forks: Forks, given: argparse.Namespace, records: RunRecords) -> int:
    """What must be so before the first poll; the exit code of applying the deployments."""
    await _server_answers()
    await forks.start()
    if given.deploy:
        module = "deployments.bootstrap"
        fork = await forks.fork(module, given.deploy, os.environ, Path.cwd())
        await fork.ended.wait()
        if fork.returncode:
            return fork.returncode
    else:
        await _pool_exists()
    await close_left(records)
    return 0


async def serve(given: argparse.Namespace, forks: Forks) -> int:
    """Work until told to stop; the exit code is 1 when the worker ended by itself."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    stopping = asyncio.create_task(stop.wait())
    records = RunRecords(given.records)
    worker = WarmWorker(
        work_pool_name=POOL,
        name=f"sally-{socket.gethostname()}-{os.getpid()}",
        prefetch_seconds=0,
        limit=LIMIT,
        forks=forks,
        records=records,
        ready_file=given.ready_file,
    )
    preparing = asyncio.create_task(_prepare(forks, given, records))
    await asyncio.wait([stopping, preparing], return_when=asyncio.FIRST_COMPLETED)
    if stop.is_set():
        return 0
    if preparing.result():
        return 1
    working = asyncio.create_task(worker.start(printer=lambda *_: None))
    await asyncio.wait([stopping, working], return_when=asyncio.FIRST_COMPLETED)
    if working.done():
        working.result()
        return 1
    await _end(worker, working)
    return 0


async def _end(worker: WarmWorker, working: asyncio.Task[None]) -> None:
    # Whatever a connection still waits for: by then the runs are over and their states are sent.
    deadline = threading.Timer(STOP_S, os._exit, [0])
    deadline.daemon = True
    deadline.start()
    await worker.end_runs()
    working.cancel()
    await asyncio.wait([working], timeout=1.0)


def main() -> None:
    """Parse the arguments and work."""
    parser = argparse.ArgumentParser(prog="python -m deployments.worker")
    parser.add_argument("--ready-file", type=Path, help="is made when the worker polls")
    parser.add_argument("--records", type=Path, help="a folder that outlives the worker")
    parser.add_argument(
        "--deploy", nargs=3, metavar=("REPO", "DATA", "SERVER"), help="apply prefect.yaml first"
    )
    given = parser.parse_args()
    # Before any thread or loop: only such a process may be forked.
    forkserver.preload()
    try:
        logs.install()
    except SallyError as error:
        sys.exit(str(error))
    forks = Forks(forkserver.branch())
    code = asyncio.run(serve(given, forks))
    sys.stdout.flush()
    sys.exit(code)


if __name__ == "__main__":
    main()
