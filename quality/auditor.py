"""`python -m quality.auditor PARENT`: one audit in a process of its own.

Reads datasets as JSON from standard input and answers with what was found, as JSON, on standard
output. It ends with its parent, whose number it is given.

A process of its own because importing Great Expectations takes seconds and a hundred megabytes,
which no sync should spend, and because nothing that goes wrong in it can hurt one.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import orjson

from core.parent import end_with_parent
from quality.declared import ALL
from quality.expectations import context, validate
from quality.frames import plans


def main() -> None:
    """Answer one question of the process with the number that is the only argument."""
    end_with_parent(int(sys.argv[1]))
    # What libraries print must not stand in the answer.
    answer = os.dup(1)
    os.dup2(2, 1)
    os.nice(10)  # whatever else this machine has to do goes first
    asked: list[dict[str, Any]] = orjson.loads(sys.stdin.buffer.read())
    started = time.perf_counter()
    context()
    ready = time.perf_counter() - started
    found = [_audit(one) for one in asked]
    with os.fdopen(answer, "wb") as out:
        out.write(orjson.dumps({"import_s": ready, "datasets": found}))


def _audit(asked: dict[str, Any]) -> dict[str, Any]:
    """One dataset; what goes wrong with it leaves the others alone."""
    declared = next(one for one in ALL if one.record.__name__ == asked["record"])
    try:
        found = validate(asked["dataset"], plans(declared), asked["columns"])
    except Exception as error:
        return {"dataset": asked["dataset"], "error": f"{type(error).__name__}: {error}"[:500]}
    return {
        "dataset": asked["dataset"],
        "seconds": found.seconds,
        "outcomes": [one._asdict() for one in found.outcomes],
    }


if __name__ == "__main__":
    main()
