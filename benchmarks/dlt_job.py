"""The same work by dlt, run in its own environment: `python -m benchmarks.dlt_job told.json`.

Three programs (see README.md): "rest client" and "requests" are dlt's own ways of fetching, and
dlt takes the rows apart; "by hand" is an extractor written for this one job. All load the same
way, with the same settings. It measures itself after its imports.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import dlt
from dlt.destinations import postgres

from benchmarks import dlt_by_hand, dlt_plain

Row = dict[str, Any]
PAGES = {
    "dlt, rest client": dlt_plain.by_rest_client,
    "dlt, requests": dlt_plain.by_requests,
}


def resources(told: Row) -> list[Any]:
    """The datasets asked for, as dlt's resources."""
    if told["program"] == "dlt, by hand":
        vendor = dlt_by_hand.Vendor(told)
        made = {
            "drivers": dlt.resource(vendor.drivers(), name="drivers"),
            "hos_clocks": dlt.resource(
                vendor.clocks(),
                name="hos_clocks",
                columns={"cycle_started_at": {"data_type": "timestamp"}},
            ),
        }
    else:
        pages = PAGES[told["program"]](told["url"] + "/samsara", told["keys"])
        made = dlt_plain.datasets(pages, list(told["keys"]))
    for one in made.values():
        # Lists stay JSON in their row: a table for each would only cost more.
        one.max_table_nesting = 0
        one.apply_hints(
            primary_key=("tenant", "driver_id"),
            write_disposition={"disposition": "merge", "strategy": told["strategy"]},
        )
    return [made[name] for name in told["datasets"]]


def main(told: Row) -> None:
    """Run the pipeline once and write down what it cost."""
    pipeline = dlt.pipeline(
        "bench",
        pipelines_dir=told["folder"],
        destination=postgres(told["database"]),
        dataset_name="fleet",
    )
    begun, used = time.monotonic(), time.process_time()
    below = resource.getrusage(resource.RUSAGE_CHILDREN)
    pipeline.run(resources(told), loader_file_format=told["format"])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    status = Path("/proc/self/status").read_text()
    found = {
        "ready_at": begun,
        "wall_s": time.monotonic() - begun,
        "cpu_s": time.process_time() - used,
        "children_cpu_s": sum(after[:2]) - sum(below[:2]),
        "peak_mb": int(status.partition("VmHWM:")[2].split()[0]) / 1024,
    }
    Path(told["out"]).write_text(json.dumps(found, default=str))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
