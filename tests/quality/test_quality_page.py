"""docs/quality.md says what is declared; SALLY_WRITE_DOCS=1 writes it anew."""

from __future__ import annotations

import os
from pathlib import Path

from core import retention
from quality.batch import LEAST_HISTORY
from quality.drift import ROWS_TO_MISS, ROWS_TO_TRUST
from quality.rules import HISTORY
from tasks.audit_findings import MOST_INCIDENTS
from tasks.drifting import MOST_ANSWERS, MOST_ROWS
from tasks.samples import MOST_ROWS as MOST_AUDITED
from tests.support.quality_page import current

PAGE = Path(__file__).resolve().parents[2] / "docs/quality.md"


def test_the_tables_of_the_page_are_what_is_declared():
    written = PAGE.read_text()
    wanted = current(written)
    if os.environ.get("SALLY_WRITE_DOCS"):
        PAGE.write_text(wanted)
    else:
        assert written == wanted, "run this test with SALLY_WRITE_DOCS=1"


def test_the_figures_of_the_page_are_those_of_the_code():
    written = " ".join(PAGE.read_text().split())

    for said in (
        f"the last {HISTORY} good fetches",
        f"fewer than {LEAST_HISTORY} good fetches",
        f"at most {MOST_AUDITED:,} rows",
        f"the first answer of {MOST_ANSWERS} fetches",
        f"{MOST_ROWS} rows of each",
        f"{ROWS_TO_TRUST} rows",
        f"{ROWS_TO_MISS} rows or more",
        f"more than {['none', 'one', 'two', 'three'][MOST_INCIDENTS]} integrations",
        f"{retention.TABLES['ops.quality_result'].days} days",
    ):
        assert said in written, said
