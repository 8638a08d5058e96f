"""What a run's log says of one integration."""

from types import SimpleNamespace

from models.records import Driver
from store.results import Counts, DatasetResult, Landed
from tasks import outcome
from tasks.collecting import set_aside
from tasks.work import Work


def sentence(status, counts, error=None):
    results = {"drivers": DatasetResult("drivers", Driver, status, error=error)}
    work = Work(SimpleNamespace(tenant_slug="acme"), None, None, {}, results)
    return work.sentence(Landed({"drivers": counts}))


def test_the_counts_that_are_told_add_up():
    said, is_good = sentence("success", Counts(fetched=9, inserted=4, unchanged=3, duplicate=2))

    assert said == "acme: success; 9 fetched, 4 new, 0 changed, 3 unchanged, 2 repeated."
    assert is_good


def test_rows_that_were_set_aside_are_told_with_who_must_act():
    error = outcome.set_aside("Acme, Drivers", [set_aside({}, "id", "is missing")], 3)

    said, is_good = sentence("partial", Counts(fetched=3, inserted=2, quarantined=1), error)

    assert said == (
        "acme: partial; 3 fetched, 2 new, 0 changed, 0 unchanged, 1 set aside."
        " Acme, Drivers: 1 of 3 rows cannot be read; the first: id is missing."
        " Who must act: us."
        " Tell support the run's id; these rows are set aside, the others landed."
    )
    assert not is_good
