"""The local stack as one thing: PostgreSQL, Prefect, the sandbox, the worker, the console.

    with running(want={Part.PREFECT, Part.SANDBOX}) as stack:
        os.environ.update(stack.env)

Each part is started, or shared when it runs already; what nobody uses any more stops by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from core.settings import Settings, settings
from deployments import bootstrap
from deployments.care import Care
from deployments.child import Service
from deployments.console_server import ConsoleServer
from deployments.errors import StackError
from deployments.folders import data_folder
from deployments.keys import console_key, credentials_key
from deployments.postgres import Postgres
from deployments.prefect_server import PrefectServer
from deployments.sandbox_server import SandboxServer
from deployments.worker_process import WorkerProcess

OnStep = Callable[[str], None]
# Work that needs the database only, done while the Prefect server boots.
Meanwhile = Callable[[Mapping[str, str]], None]


class Part(StrEnum):
    """What a caller may ask for. PostgreSQL comes with whatever needs it."""

    DATABASE = "database"
    PREFECT = "prefect"
    SANDBOX = "sandbox"
    DEPLOYMENTS = "deployments"
    WORKER = "worker"
    CONSOLE = "console"


@dataclass
class Stack:
    """A stack in use. `env`: what our processes need to reach it; `urls`: what a person opens."""

    data: Path
    env: dict[str, str] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    prefect: PrefectServer | None = None
    worker: WorkerProcess | None = None
    care: Care | None = None
    services: list[Service] = field(default_factory=list)

    @property
    def is_shared(self) -> bool:
        """Whether the Prefect server was there before us, and so may stay when we leave."""
        return self.prefect is None or not self.prefect.service.started

    def check(self) -> None:
        """Raise a StackError when a part of it has died; a worker only when it did so too often."""
        if self.care is not None:
            self.care.check()
        for service in self.services:
            if self.care is not None and service is self.care.worker.service:
                continue
            if not service.is_alive():
                raise StackError(
                    f"The part {service.name} ended. The end of {service.log}:\n{service.tail()}"
                )


@contextmanager
def running(
    configured: Settings | None = None,
    *,
    want: Set[Part] = frozenset({Part.PREFECT}),
    on_step: OnStep = lambda _: None,
    meanwhile: Meanwhile | None = None,
) -> Iterator[Stack]:
    """The stack, with the parts in `want`; what DATABASE_URL and PREFECT_API_URL name is used.

    A StackError says in one sentence what cannot run. `meanwhile` gets the environment as soon as
    the database serves. On leaving, parts that no other process uses stop, in order.
    """
    configured = configured or settings()
    stack = Stack(data_folder(configured))
    with ExitStack() as leaving:
        _start(stack, configured, want, leaving, on_step, meanwhile)
        yield stack


@contextmanager
def database(
    configured: Settings | None = None, *, on_step: OnStep = lambda _: None
) -> Iterator[Stack]:
    """The database only, started or shared (or the one of DATABASE_URL)."""
    with running(configured, want=frozenset({Part.DATABASE}), on_step=on_step) as stack:
        yield stack


def prefect_api(configured: Settings) -> str | None:
    """Where Prefect is to be asked: the configured server, or ours if it runs. Starts nothing."""
    if configured.prefect_api_url is not None:
        return str(configured.prefect_api_url).rstrip("/")
    server = PrefectServer(data_folder(configured))
    return f"{server.url}/api" if server.is_up() else None


def _start(
    stack: Stack,
    configured: Settings,
    want: Set[Part],
    leaving: ExitStack,
    on_step: OnStep,
    meanwhile: Meanwhile | None,
) -> None:
    """Bring the wanted parts up, the slowest first, side by side."""
    stack.env["SALLY_DATA"] = str(stack.data)
    wants_prefect = bool(want & {Part.PREFECT, Part.DEPLOYMENTS, Part.WORKER})
    postgres = _database(stack, configured, wants_prefect, leaving, on_step)
    if wants_prefect:
        _prefect(stack, configured, postgres, leaving, on_step)
    sandbox = _sandbox(stack, configured, leaving) if Part.SANDBOX in want else None
    if meanwhile is not None:
        meanwhile(stack.env)
    if sandbox is not None:
        on_step("Starting the sandbox")
        sandbox.wait()
    needs = [part.service for part in (postgres, stack.prefect, sandbox) if part is not None]
    server = "local" if stack.prefect is not None else stack.env.get("PREFECT_API_URL", "")
    if Part.WORKER in want:
        stack.worker = WorkerProcess(stack.data)
        _hold(stack, stack.worker.service, leaving)
        stack.worker.begin(stack.env, needs, server)
    console = _console(stack, configured, needs, leaving) if Part.CONSOLE in want else None
    if stack.prefect is not None:
        on_step("Waiting for the Prefect server")
        stack.prefect.wait()
    if stack.worker is not None:
        on_step("Registering the deployments and waiting for the worker")
        stack.worker.wait()
        stack.care = leaving.enter_context(Care(stack.worker))
    if want & {Part.DEPLOYMENTS, Part.WORKER}:
        # A worker that started just now did it; one that ran already may know an older file.
        bootstrap.apply(stack.data, stack.env, server)
        for line in bootstrap.said(stack.data):
            on_step(line)
    if console is not None:
        on_step("Waiting for the console")
        console.wait()


def _hold(stack: Stack, service: Service, leaving: ExitStack) -> None:
    """Let go of the service on leaving, and look after it until then."""
    stack.services.append(service)
    leaving.callback(service.leave)


def _database(
    stack: Stack, configured: Settings, wants_prefect: bool, leaving: ExitStack, on_step: OnStep
) -> Postgres | None:
    """Our PostgreSQL, unless everything that would use it was configured to be elsewhere."""
    key = configured.credentials_encryption_key
    if key is not None:
        stack.env["CREDENTIALS_ENCRYPTION_KEY"] = key.get_secret_value()
    if configured.database_url is not None:
        stack.env["DATABASE_URL"] = configured.database_url.get_secret_value()
    elif key is None:
        # Ours to make only for a database that is ours, and as new as the key.
        stack.env["CREDENTIALS_ENCRYPTION_KEY"] = credentials_key(stack.data)
    hosts_prefect = wants_prefect and configured.prefect_api_url is None
    if configured.database_url is not None and not hosts_prefect:
        return None
    on_step("Starting PostgreSQL")
    postgres = Postgres(stack.data, configured.sally_postgres_port)
    _hold(stack, postgres.service, leaving)
    postgres.start()
    stack.env.setdefault("DATABASE_URL", postgres.url("sally"))
    return postgres


def _prefect(
    stack: Stack,
    configured: Settings,
    postgres: Postgres | None,
    leaving: ExitStack,
    on_step: OnStep,
) -> None:
    """The Prefect server begun, not awaited; or the one of PREFECT_API_URL."""
    stack.env["DO_NOT_TRACK"] = "1"
    if postgres is None or configured.prefect_api_url is not None:
        stack.env["PREFECT_API_URL"] = str(configured.prefect_api_url).rstrip("/")
        return
    on_step("Starting the Prefect server")
    stack.prefect = PrefectServer(stack.data, configured.sally_prefect_port)
    _hold(stack, stack.prefect.service, leaving)
    stack.prefect.begin(postgres, stack.env)
    stack.env |= stack.prefect.client_environment()
    stack.urls["Prefect"] = stack.prefect.url


def _sandbox(stack: Stack, configured: Settings, leaving: ExitStack) -> SandboxServer | None:
    """The sandbox begun, not awaited; or None when SALLY_SANDBOX_URL names one that runs."""
    if configured.sally_sandbox_url is not None:
        stack.env["SALLY_SANDBOX_URL"] = str(configured.sally_sandbox_url).rstrip("/")
        return None
    sandbox = SandboxServer(stack.data, configured.sally_sandbox_port)
    _hold(stack, sandbox.service, leaving)
    sandbox.begin()
    stack.env["SALLY_SANDBOX_URL"] = stack.urls["Sandbox"] = sandbox.url
    return sandbox


def _console(
    stack: Stack, configured: Settings, needs: list[Service], leaving: ExitStack
) -> ConsoleServer:
    """The console begun, not awaited."""
    key = configured.console_jwt_key
    signing = key.get_secret_value() if key is not None else console_key(stack.data)
    console = ConsoleServer(stack.data, configured.sally_console_port)
    _hold(stack, console.service, leaving)
    console.begin({**stack.env, "CONSOLE_JWT_KEY": signing}, needs)
    stack.urls["Console"] = console.url
    return console
