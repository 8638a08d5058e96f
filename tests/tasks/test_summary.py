"""What a person reads of a flow run in the Prefect UI."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from adapters.samsara import VENDOR
from store.history import RunWithDatasets
from tasks import summary
from tasks.sync import Done

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DOWN = ("Samsara does not answer.", "Who must act: nobody.", "Nothing to do.")
DEAD_KEY = ("Samsara answered 401.", "Who must act: the tenant's admin.", "Replace the key.")


def run(number, status="success", error=(None, None, None), fetched=0):
    happened, who, next_step = error
    return RunWithDatasets(
        id=uuid4(), tenant_id=uuid4(), tenant_slug=f"t{number:04}", integration_id=uuid4(),
        vendor="samsara", flow_run_id="f", batch="1", sync_type="scheduled", status=status,
        started_at=NOW, completed_at=NOW, seconds=0.0, not_before=None, fetched=fetched,
        inserted=0, updated=0, unchanged=fetched, quarantined=0, duplicate=0, attempts=1,
        error_kind=None, error_happened=happened, error_who=who, error_next_step=next_step,
        http_status=None, vendor_request_id=None, datasets=(),
    )  # fmt: skip


def outage(count):
    return [run(number, "deferred", DOWN) for number in range(1, count + 1)]


def said(runs):
    return summary.sentence(VENDOR, Done(runs, None))


def test_what_most_runs_share_is_part_of_the_sentence():
    assert said(outage(1_000)) == (
        "1,000 deferred of 1,000 integrations; 0 rows fetched, 0 changed. Samsara does not answer."
    )


def test_one_tenants_trouble_is_not_what_happened_to_all():
    runs = [run(1, "failed", DEAD_KEY), run(2, fetched=10), run(3, fetched=10)]

    assert said(runs) == ("1 failed, 2 success of 3 integrations; 20 rows fetched, 0 changed.")


def test_an_outage_is_one_line_not_a_thousand():
    text = summary.markdown(VENDOR, outage(1_000), "")

    lines = [line for line in text.splitlines() if "does not answer" in line]
    names = ", ".join(f"t{number:04}" for number in range(1, 11))
    assert lines == [f"| {names} and 990 more | " + " | ".join(DOWN) + " |"]
    assert "## Needs a look" not in text
    assert "## Synced" not in text


def test_who_must_act_stands_apart_from_who_waits():
    text = summary.markdown(VENDOR, [run(1, "failed", DEAD_KEY), *outage(3), run(9)], "")

    look, waits = text.index("## Needs a look"), text.index("## Waits")
    assert look < text.index("Samsara answered 401.") < waits < text.index(DOWN[0])
    assert "| ✓ success | t0009 |" in text


def test_a_run_that_was_cut_short_shows_what_it_brought():
    text = summary.markdown(VENDOR, [run(1, "deferred", DOWN, fetched=7)], "")

    assert "| ⏸ deferred | t0001 | 7 |" in text
