"""What a flow run shows of quality: the audit, and a table of all that did not hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from prefect.artifacts import acreate_table_artifact
from prefect.logging import get_run_logger

from adapters._kit.vendor import Vendor
from core import redaction
from store import quality
from store.connection import connect
from store.quality import GATE, Result
from tasks import drifting, refusals
from tasks.audit import audit
from tasks.audit_findings import Audited
from tasks.config import database_url
from tasks.sync import Done

MOST_RESULTS = 2_000
MOST_NAMED = 5
NOT_AUDITED = "Not audited: a person asked for this run. Scheduled runs are."


async def report(vendor: Vendor, done: Done) -> None:
    """Look for schema drift, audit what landed, leave a table. Never raises: the rows are there."""
    if not done.runs:
        return
    flow_run_id = next((run.flow_run_id for run in done.runs if run.flow_run_id), "local")
    try:
        async with connect(database_url()) as conn:
            await refusals.tell(conn, vendor, done.runs)
            await drifting.look(conn, vendor, done.answers)
            found = await quality.results(
                conn, runs=[run.id for run in done.runs], limit=MOST_RESULTS
            )
        audited = await audit(vendor, done.samples, flow_run_id) if done.samples else []
        table = rows([one for one in found if one.source == GATE], audited)
        if table:
            await acreate_table_artifact(
                table=table,
                key=f"quality-{vendor.name}",
                description=f"{vendor.title}: {said(audited, is_audited=done.samples is not None)}",
            )
    except Exception as error:
        get_run_logger().warning(
            "What was found of quality could not be shown. %s", redaction.text(str(error))
        )


def said(audited: Sequence[Audited], *, is_audited: bool) -> str:
    """How the audit went, in words."""
    if not is_audited:
        return NOT_AUDITED
    return " ".join(one.said for one in audited) or "Nothing landed that could be audited."


def rows(gate: Sequence[Result], audited: Sequence[Audited]) -> list[dict[str, object]]:
    """The table: by dataset and rule what the gate found, then each audit."""
    together: defaultdict[tuple[str, str], list[Result]] = defaultdict(list)
    for one in gate:
        together[one.dataset, one.rule].append(one)
    table = [
        _row(dataset, "gate", rule, some[0].severity, sum(one.failed for one in some),
             some[0].said, [each for one in some for each in one.examples])
        for (dataset, rule), some in sorted(together.items())
    ]  # fmt: skip
    for audit_of in audited:
        name = audit_of.sample.dataset.name
        if not audit_of.findings:
            table.append(_row(name, "audit", "suite", "", 0, audit_of.said, []))
        table += [
            _row(name, "audit", found.plan.rule, found.plan.severity, found.failed,
                 found.plan.says, [each for ids in found.ids.values() for each in ids])
            for found in audit_of.findings
        ]  # fmt: skip
    return table


def _row(
    dataset: str, where: str, rule: str, severity: str, failed: int, says: str, ids: Sequence[str]
) -> dict[str, object]:
    return {
        "dataset": dataset,
        "where": where,
        "rule": rule,
        "severity": severity,
        "rows": failed,
        "what holds": says,
        "such as": ", ".join(ids[:MOST_NAMED]),
    }
