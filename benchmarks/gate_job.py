"""The sync of `job.py`, with the quality gate or, for comparison, without.

    python -m benchmarks.gate_job '{"gated": false, "datasets": ["hos_clocks"], "out": "..."}'

The product has no such switch; what is taken out here is every check of rows and fetches, what they
read and what they write.
"""

from __future__ import annotations

import json
import sys
from typing import Any
from unittest.mock import patch

from benchmarks import job
from quality.gate import Gate
from tasks.drifting import Answers
from tasks.samples import Samples


async def nothing_usual(*_: object) -> dict[Any, Any]:
    """In place of the histories: none is read."""
    return {}


async def no_audit(*_: object) -> list[Any]:
    """In place of the audit."""
    return []


async def nothing_kept(*_: object) -> None:
    """In place of keeping histories and findings."""


def main(told: dict[str, Any]) -> None:
    """Run the sync one way or the other."""
    if told["gated"]:
        # As a scheduled run, which keeps a sample; its audit comes after landing and is apart.
        with (
            patch("tasks.sync.samples_of", lambda _: Samples()),
            patch("tasks.quality_report.audit", no_audit),
        ):
            job.main(told)
        return
    with (
        patch.object(Gate, "judge", lambda *_: None),
        patch.object(Gate, "judge_whole", lambda *_: []),
        patch.object(Gate, "profile", lambda *args: args[-1]),
        patch.object(Answers, "taker", lambda *_: None),
        patch("store.quality.profiles", nothing_usual),
        patch("store.quality.keep", nothing_kept),
        patch("tasks.quality_report.report", nothing_kept),
        patch("tasks.ending.report", nothing_kept),
    ):
        job.main(told)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
