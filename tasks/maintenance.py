"""What keeps the house tidy, step by step: a step that fails costs itself and nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from prefect.artifacts import acreate_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Completed, Failed

from core import logs, redaction, traces
from core.errors import SallyError
from store import retention
from store.connection import connect
from store.retention import Rule
from tasks import flow_runs
from tasks.config import database_url
from tasks.events import tell_left
from tasks.run_events import close_expired

# Each step's share: a backlog in one place leaves the others their turn, and the flow is over long
# before the next one starts.
STEP_S = 15.0
Work = Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Step:
    """Something to tidy. ``work`` answers with a sentence, or nothing when there was nothing."""

    name: str
    work: Work


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a step."""

    name: str
    said: str = ""
    error: str | None = None


async def maintain() -> list[Done]:
    """Take every step, whatever becomes of the others."""
    logs.install()
    traces.start()
    return [await _take(step) for step in steps()]


def steps() -> list[Step]:
    """All there is to do, in order: runs are closed before Prefect's are looked at."""
    return [
        Step("close runs", _close_runs),
        Step("free probes", _free_probes),
        Step("tell Prefect of breakers", _tell_breakers),
        Step("make months", _make_months),
        Step("drop months", _drop_months),
        *(
            Step(f"prune {rule.what or rule.table}", partial(_prune, rule))
            for rule in retention.RULES
        ),
        Step("end flow runs", _end_flow_runs),
        Step("delete flow runs", _delete_flow_runs),
    ]


async def publish(done: Sequence[Done]) -> State[Any]:
    """Leave a summary, when there is something to tell, and answer with the flow run's state."""
    said = sentence(done)
    if any(step.said or step.error for step in done):
        await acreate_markdown_artifact(
            markdown=markdown(done), key="maintain-summary", description=said
        )
    is_failed = any(step.error for step in done)
    return Failed(message=said) if is_failed else Completed(message=said)


def sentence(done: Sequence[Done]) -> str:
    """One line: which steps failed and why, then what was done."""
    failures = _failures(done)
    failed = sum(len(names) for names in failures.values())
    said = [f"{failed} of {len(done)} steps failed."] if failed else []
    said += [f"{', '.join(names)}: {error}" for error, names in failures.items()]
    said += [step.said for step in done if step.said]
    return " ".join(said) or "Nothing was left to tidy."


def markdown(done: Sequence[Done]) -> str:
    """The same as a list; steps that found nothing are left out."""
    lines = ["# Maintenance", ""]
    for error, names in _failures(done).items():
        lines.append(f"- **Failed: {', '.join(names)}.** {error}")
    lines += [f"- {step.said}" for step in done if step.said]
    return "\n".join(lines)


def _failures(done: Sequence[Done]) -> dict[str, list[str]]:
    """The steps that failed, by what went wrong: a database that is gone is one trouble."""
    found: dict[str, list[str]] = {}
    for step in done:
        if step.error:
            found.setdefault(step.error, []).append(step.name)
    return found


async def _take(step: Step) -> Done:
    log = get_run_logger()
    try:
        said = await step.work()
    except SallyError as error:
        log.error("%s failed: %s", step.name, error)
        return Done(step.name, error=redaction.text(str(error)))
    except Exception as error:
        log.exception("%s failed", step.name)
        return Done(step.name, error=f"{type(error).__name__}. The flow run's log says more.")
    if said:
        log.info(said)
    return Done(step.name, said)


async def _close_runs() -> str:
    async with connect(database_url()) as conn:
        closed = await close_expired(conn)
    if not closed:
        return ""
    return f"Closed {_many(closed, 'run')} as crashed: the lease had run out. See `sally history`."


async def _tell_breakers() -> str:
    async with connect(database_url()) as conn:
        told = await tell_left(conn)
    return f"Told Prefect of {_many(told, 'breaker transition')}." if told else ""


async def _free_probes() -> str:
    async with connect(database_url()) as conn:
        freed = await retention.free_probes(conn)
    return f"Freed {_many(freed, 'breaker')} of a probe that never ended." if freed else ""


async def _make_months() -> str:
    async with connect(database_url()) as conn:
        return _of_months("Made", await retention.make_months(conn))


async def _drop_months() -> str:
    async with connect(database_url()) as conn:
        return _of_months("Dropped", await retention.drop_months(conn))


def _of_months(done: str, names: list[str] | None) -> str:
    if names is None:
        return "The months of runs are left for the next time: their tables were in use."
    return f"{done} {', '.join(names)}." if names else ""


async def _prune(rule: Rule) -> str:
    async with connect(database_url()) as conn:
        pruned = await retention.prune(conn, rule, seconds=STEP_S)
    if not pruned.rows:
        return ""
    rest = "" if pruned.is_done else " More is left for the next run."
    what = f"{pruned.rows:,} of {rule.what}" if rule.what else ""
    return f"Removed {what or _many(pruned.rows, 'row') + f' of {rule.table}'}.{rest}"


async def _end_flow_runs() -> str:
    async with get_client() as client, connect(database_url()) as conn:
        ended = await flow_runs.end_gone(client, conn, datetime.now(UTC))
    if not ended:
        return ""
    names = ", ".join(run.name for run in ended[:10])
    return f"Ended {_many(len(ended), 'flow run')} whose process is gone: {names}."


async def _delete_flow_runs() -> str:
    async with get_client() as client:
        deleted = await flow_runs.delete_old(client, datetime.now(UTC), seconds=STEP_S)
    return f"Deleted {_many(deleted, 'old flow run')} in Prefect." if deleted else ""


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
