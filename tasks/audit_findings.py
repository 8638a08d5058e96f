"""What an audit found, in words, rows and incidents."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from adapters._kit.vendor import Vendor
from core.alerts import Kind, severity
from quality.declared import declared
from quality.frames import Plan, plans
from quality.gate import MOST_EXAMPLES
from quality.rules import Severity
from store import incidents, quality
from store.connection import Connection
from store.incidents import Opening
from store.quality import SUITE, QualityRow
from tasks import alert_words
from tasks.alert_telling import tell_end
from tasks.samples import Sample, Whose

# What concerns more integrations than this at once is one trouble, and the operator's.
MOST_INCIDENTS = 3
# Each flow run looks at the integrations that were due; by then everyone had a turn.
QUIET_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """An expectation that did not hold. ``ids``: by run, the vendor's ids of the rows at fault.

    ``failed``: how many rows; 0 where it is about all of them together.
    """

    plan: Plan
    failed: int
    ids: Mapping[Whose, Sequence[str]]

    @property
    def is_critical(self) -> bool:
        """Whether the gate should have stopped it, or could not."""
        return self.plan.severity == Severity.CRITICAL


@dataclass(frozen=True, slots=True)
class Audited:
    """The audit of one dataset. ``error``: why it, or a part of it, could not be made."""

    sample: Sample
    findings: Sequence[Finding] = ()
    expectations: int = 0
    seconds: float = 0.0
    error: str | None = None

    @property
    def is_sandbox(self) -> bool:
        """Whether its rows are the sandbox's; they are audited apart."""
        return self.sample.rows[0][1].is_sandbox

    @property
    def is_critical(self) -> bool:
        """Is any finding critical?"""
        return any(found.is_critical for found in self.findings)

    @property
    def level(self) -> int:
        """How loud the log says it."""
        return logging.WARNING if self.error or self.findings else logging.INFO

    @property
    def said(self) -> str:
        """How it went, in one sentence."""
        title, rows = self.sample.dataset.title, len(self.sample.rows)
        if self.error and not self.findings:
            return f"{title}: the audit could not be made. {self.error}"
        looked = f"{rows:,} of {self.sample.seen:,}" if rows < self.sample.seen else f"{rows:,}"
        if not self.findings:
            return f"{title}: {self.expectations} expectations hold for {looked} rows."
        broken = "; ".join(_said(found) for found in self.findings[:5])
        return (
            f"{title}: {len(self.findings)} of {self.expectations} expectations do not hold for "
            f"{looked} rows: {broken}."
            + (f" A part could not be looked at. {self.error}" if self.error else "")
        )


def _said(found: Finding) -> str:
    plan, ids = found.plan, [one for some in found.ids.values() for one in some]
    named = f", such as {', '.join(ids[:MOST_EXAMPLES])}" if found.failed else ""
    rows = f" ({found.failed:,} rows{named})" if found.failed else ""
    return f"{plan.severity} {plan.rule}{rows}"


def read(sample: Sample, told: Mapping[str, Any]) -> Audited:
    """An audit as its process answered."""
    if told.get("error"):
        return failed(sample, told["error"], 0.0)
    by_name = {plan.rule: plan for plan in plans(declared(sample.dataset.record))}
    broken = [one for one in told["outcomes"] if one["error"]]
    names = ", ".join(one["rule"] for one in broken)
    error = f"{names}: {broken[0]['error']}" if broken else None
    findings = [
        Finding(by_name[one["rule"]], one["failed"], _ids(sample, one["places"]))
        for one in told["outcomes"]
        if not one["holds"] and not one["error"]
    ]
    return Audited(sample, findings, len(told["outcomes"]), told["seconds"], error)


def failed(sample: Sample, error: str, seconds: float) -> Audited:
    """An audit that could not be made."""
    return Audited(sample, seconds=seconds, error=error)


def _ids(sample: Sample, places: Sequence[int]) -> dict[Whose, list[str]]:
    """By run, the rows at fault; every run without any where it is about all together."""
    found: defaultdict[Whose, list[str]] = defaultdict(list)
    for place in places:
        record, whose = sample.rows[place]
        found[whose].append(record.vendor_id)
    return dict(found) or {whose: [] for _, whose in sample.rows}


def rows(audited: Audited, vendor: str, flow_run_id: str) -> list[QualityRow]:
    """What is kept: the audit as a whole, and by run what the gate did not tell already."""
    name, count = audited.sample.dataset.name, len(audited.sample.rows)
    worst = Severity.CRITICAL if audited.is_critical else Severity.WARNING
    status = "error" if audited.error else "failed" if audited.findings else "passed"
    suite = QualityRow(
        flow_run_id, vendor, name, SUITE, worst.value, status, count, len(audited.findings),
        audited.said, seconds=round(audited.seconds, 3),
    )  # fmt: skip
    counted = {rule.name for rule in declared(audited.sample.dataset.record).rows}
    return [suite] + [
        QualityRow(
            flow_run_id, vendor, name, found.plan.rule, found.plan.severity, "failed", count,
            len(ids), found.plan.says, ids[:MOST_EXAMPLES], whose.tenant_id,
            whose.integration_id, whose.run_id,
        )
        for found in audited.findings
        if found.is_critical or found.plan.rule not in counted
        for whose, ids in found.ids.items()
    ]  # fmt: skip


async def tell(conn: Connection, vendor: Vendor, audits: Sequence[Audited]) -> None:
    """Open an incident for what is critical, and close those that the audit finds no more."""
    openings = [opening for one in audits for opening in _openings(vendor, one)]
    looked = [one for one in audits if one.error is None and one.sample.rows]
    found = {_key(vendor, one, whose) for one in looked for whose in _at_fault(one)}
    over = {_key(vendor, one, whose) for one in looked for whose in _looked_at(one)} - found
    async with conn.transaction():
        await incidents.see(conn, openings)
        closed = await incidents.close_keys(conn, sorted(over), "The audit finds it no more.")
        await tell_end(conn, closed)
        for one in looked:
            await _close_everybodys(conn, vendor, one)


async def _close_everybodys(conn: Connection, vendor: Vendor, audited: Audited) -> None:
    """One audit looks at some integrations only: it is over when none of the last ones saw it."""
    span = max(2 * vendor.poll_every, QUIET_FOR)
    name, is_sandbox = audited.sample.dataset.name, audited.is_sandbox
    if await quality.is_found(conn, vendor.name, name, span, is_sandbox=is_sandbox):
        return
    key, why = _key(vendor, audited, None), "No audit has found it for a while."
    await tell_end(conn, await incidents.close_keys(conn, [key], why))


def _openings(vendor: Vendor, audited: Audited) -> list[Opening]:
    critical = [found for found in audited.findings if found.is_critical]
    whose = _at_fault(audited)
    if len(whose) > MOST_INCIDENTS:
        return [_opening(vendor, audited, critical, None)]
    return [
        _opening(vendor, audited, [found for found in critical if one in found.ids], one)
        for one in whose
    ]


def _at_fault(audited: Audited) -> list[Whose]:
    found = [one for one in audited.findings if one.is_critical]
    return list(dict.fromkeys(whose for one in found for whose in one.ids))


def _looked_at(audited: Audited) -> list[Whose]:
    return list(dict.fromkeys(whose for _, whose in audited.sample.rows))


def _opening(
    vendor: Vendor, audited: Audited, critical: Sequence[Finding], whose: Whose | None
) -> Opening:
    ids = [each for found in critical for each in (found.ids.get(whose, ()) if whose else ())]
    named = f" Rows: {', '.join(ids[:MOST_EXAMPLES])}." if ids else ""
    broken = " ".join(found.plan.says for found in critical)
    dataset = audited.sample.dataset
    return Opening(
        key=_key(vendor, audited, whose),
        kind=Kind.QUALITY,
        severity=severity(Kind.QUALITY),
        happened=f"{vendor.title}, {dataset.title}: what landed breaks what should hold. {broken}"
        + named,
        who=alert_words.US,
        next_step="See `sally quality show`; until it is mended, do not plan on this data.",
        tenant_id=whose.tenant_id if whose else None,
        integration_id=whose.integration_id if whose else None,
        vendor=vendor.name,
        is_sandbox=audited.is_sandbox,
        run_id=whose.run_id if whose else None,
    )


def _key(vendor: Vendor, audited: Audited, whose: Whose | None) -> str:
    played = "@sandbox" if audited.is_sandbox else ""
    about = f"integration:{whose.integration_id}" if whose else f"operator:{vendor.name}{played}"
    return f"{about}:quality:{audited.sample.dataset.name}"
