"""The audit of a flow run: Great Expectations over what it brought, once its rows have landed.

It runs in a process of its own, which holds no credential, while the flow run has only its end
left; whatever goes wrong with it is told and costs nothing else. Runs that a person asked for are
not audited: nobody waits seconds for it.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import orjson
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from adapters._kit.vendor import Vendor
from core import redaction
from core.settings import PROJECT
from quality.declared import declared
from quality.frames import columns
from store import quality
from store.connection import connect
from store.quality import QualityRow
from tasks import audit_findings
from tasks.audit_findings import Audited
from tasks.config import database_url
from tasks.samples import Sample, Samples

LONGEST_S = 120.0
# Not the environment of this process: that one holds keys.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
SCHEDULED = "scheduled"


@dataclass(slots=True)
class _Work:
    """What the audit task of this flow run works on, and what it leaves."""

    vendor: Vendor
    samples: Sequence[Sample]
    flow_run_id: str
    found: list[Audited] = field(default_factory=list)


_work: ContextVar[_Work] = ContextVar("audit")


def samples_of(sync_type: str) -> Samples | None:
    """What takes the samples of a flow run; None where there will be no audit."""
    return Samples() if sync_type == SCHEDULED else None


async def audit(vendor: Vendor, samples: Samples, flow_run_id: str) -> list[Audited]:
    """Audit each dataset that the flow run brought, once; never raises."""
    held = [sample for sample in samples.by_dataset.values() if sample.rows]
    if not held:
        return []
    work = _Work(vendor, held, flow_run_id)
    _work.set(work)
    await audit_quality(vendor.title, return_state=True)  # type: ignore[misc]
    return work.found


@task(
    name="audit-quality",
    task_run_name="audit of {title}",
    description="Holds what landed against the expectations of its datasets (Great Expectations).",
    retries=0,
    cache_policy=NO_CACHE,
    persist_result=False,
)
async def audit_quality(title: str) -> None:
    """Audit the samples of the running flow, and keep what was found."""
    log, work = get_run_logger(), _work.get()
    started = time.perf_counter()
    try:
        answer = await _ask(work.samples)
        work.found += [
            audit_findings.read(sample, told)
            for sample, told in zip(work.samples, answer["datasets"], strict=True)
        ]
    except Exception as error:
        # What landed is good as the gate knows it; an audit that cannot look must not undo it.
        said = redaction.text(f"{type(error).__name__}: {error}")[:500]
        log.warning("The audit of %s could not be made. %s", title, said)
        seconds = time.perf_counter() - started
        work.found += [audit_findings.failed(one, said, seconds) for one in work.samples]
    for one in work.found:
        log.log(one.level, one.said)
    try:
        await _keep(work)
    except Exception as error:
        log.error("The audit's results could not be kept: %s", redaction.text(str(error)))


async def _ask(samples: Sequence[Sample]) -> Any:
    """Have the samples validated in another process."""
    asked = [_asked(sample) for sample in samples]
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "quality.auditor",
        str(os.getpid()),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=PROJECT,
        env=ENVIRONMENT,
    )
    try:
        async with asyncio.timeout(LONGEST_S):
            out, told = await child.communicate(orjson.dumps(asked))
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        raise RuntimeError(f"it ended with {child.returncode}: {told.decode()[-400:]}")
    return orjson.loads(out)


def _asked(sample: Sample) -> dict[str, Any]:
    records = [record for record, _ in sample.rows]
    numbers: dict[Any, int] = {}
    groups = [numbers.setdefault(whose.integration_id, len(numbers)) for _, whose in sample.rows]
    return {
        "dataset": sample.dataset.name,
        "record": sample.dataset.record.__name__,
        "columns": columns(declared(sample.dataset.record), records, groups),
    }


async def _keep(work: _Work) -> None:
    rows: list[QualityRow] = []
    for one in work.found:
        rows += audit_findings.rows(one, work.vendor.name, work.flow_run_id)
    async with connect(database_url()) as conn:
        await quality.save(conn, rows)
        await audit_findings.tell(conn, work.vendor, work.found)
