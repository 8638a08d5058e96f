"""The only place that knows Great Expectations: suites from plans, one context a process.

It is imported when it is used and never before: that takes seconds. The context lives in memory,
tells nobody anything and shows no progress.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from quality.frames import GROUP, Columns, Plan

MOST_ROWS_NAMED = 20_000


class Outcome(NamedTuple):
    """What became of an expectation. ``failed``: how many rows; ``places``: which, if it says."""

    rule: str
    holds: bool
    failed: int
    places: list[int]
    error: str | None = None


class Validated(NamedTuple):
    """A validation: every expectation that had something to say."""

    outcomes: list[Outcome]
    seconds: float


@cache
def context(docs: Path | None = None) -> Any:
    """The context of this process. ``docs``: where Data Docs go, if they are to be made."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
        data_docs_sites={} if docs is None else _site(docs),
    )
    return gx.get_context(mode="ephemeral", project_config=config)


def _site(folder: Path) -> dict[str, Any]:
    return {
        "quality": {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(folder),
            },
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        }
    }


def validate(name: str, plans: Sequence[Plan], held: Columns) -> Validated:
    """Hold one dataset's columns against its plans."""
    import pandas as pd

    started = time.perf_counter()
    frame = pd.DataFrame(held)
    batch = _batches(context(), name).get_batch(batch_parameters={"dataframe": frame})
    found = batch.validate(suite(name, plans, frame), result_format=_complete())
    outcomes = [_outcome(one) for one in found.results]
    return Validated(outcomes, time.perf_counter() - started)


def document(folder: Path, frames: dict[str, tuple[Sequence[Plan], Columns]]) -> Path:
    """Validate these datasets and write Great Expectations' Data Docs; returns their first page."""
    import great_expectations as gx
    import pandas as pd

    kept = context(folder)
    for name, (plans, held) in frames.items():
        frame = pd.DataFrame(held)
        made = kept.suites.add_or_update(suite(name, plans, frame))
        definition = gx.ValidationDefinition(name=name, data=_batches(kept, name), suite=made)
        kept.validation_definitions.add_or_update(definition).run(
            batch_parameters={"dataframe": frame}
        )
    kept.build_data_docs()
    return folder / "index.html"


def suite(name: str, plans: Sequence[Plan], frame: Any) -> Any:
    """The Great Expectations suite of a dataset, as far as there are values to look at."""
    import great_expectations as gx

    made = [_expectation(plan) for plan in plans if _has_values(plan, frame)]
    return gx.ExpectationSuite(name=name, expectations=made)


def _expectation(plan: Plan) -> Any:
    from great_expectations import expectations

    kind = getattr(expectations, plan.kind)
    where = (
        {"column_list": [GROUP, plan.column]}
        if plan.kind == "ExpectCompoundColumnsToBeUnique"
        else {"column": plan.column}
    )
    return kind(
        **where,
        **plan.arguments,
        severity=plan.severity,
        meta={"rule": plan.rule, "notes": plan.says},
    )


def _has_values(plan: Plan, frame: Any) -> bool:
    """Whether a column has anything to compare; of an empty one only Required says something."""
    if plan.kind == "ExpectColumnValuesToNotBeNull":
        return bool(len(frame))
    return bool(frame[plan.column].count() >= max(plan.from_rows, 1))


def _batches(kept: Any, name: str) -> Any:
    source = _sources(kept)
    names = {asset.name for asset in source.assets}
    asset = source.get_asset(name) if name in names else source.add_dataframe_asset(name)
    known = {one.name: one for one in asset.batch_definitions}
    return known.get("all") or asset.add_batch_definition_whole_dataframe("all")


def _sources(kept: Any) -> Any:
    try:
        return kept.data_sources.get("rows")
    except KeyError:
        return kept.data_sources.add_pandas("rows")


def _complete() -> dict[str, Any]:
    return {"result_format": "COMPLETE", "return_unexpected_index_query": False}


def _outcome(result: Any) -> Outcome:
    rule = result.expectation_config.meta["rule"]
    told = result.exception_info or {}
    if told.get("raised_exception"):
        return Outcome(rule, False, 0, [], str(told.get("exception_message"))[:500])
    if nested := [one for one in told.values() if isinstance(one, dict)]:
        return Outcome(rule, False, 0, [], str(nested[0].get("exception_message"))[:500])
    places = result.result.get("unexpected_index_list") or []
    failed = result.result.get("unexpected_count") or 0
    return Outcome(rule, bool(result.success), int(failed), list(places[:MOST_ROWS_NAMED]))
