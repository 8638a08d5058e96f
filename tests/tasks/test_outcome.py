"""The same outcome always closes a run the same way."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core import errors, redaction
from core.bearable import Bearable
from core.errors import ConfigurationError, Origin
from models.quality import Profile
from models.records import Driver
from store.results import DatasetResult, ErrorFields, QuarantineRow
from tasks import outcome

ORIGIN = Origin("acme", "drivers", "/drivers", 503, "req-1")
NOW = datetime(2026, 10, 5, 15, 30, tzinfo=UTC)
FIVE_MINUTES = timedelta(minutes=5)


def result(status, kind=None):
    error = ErrorFields(kind, "It happened.", "Who must act: us.", "Do this.") if kind else None
    return DatasetResult("drivers", Driver, status, error=error)


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["success", "success"], "success"),
        (["success", "partial"], "partial"),
        (["partial"], "partial"),
        (["success", "failed"], "partial"),
        (["failed", "failed"], "failed"),
        (["success", "deferred"], "deferred"),
        (["failed", "deferred"], "deferred"),
    ],
)
def test_a_run_is_what_its_datasets_are(statuses, expected):
    assert outcome.status_of(statuses) == expected


def test_a_rejected_key_needs_attention_whatever_else_went_wrong():
    results = [result("failed", "vendor_unavailable"), result("failed", "auth_rejected")]

    close = outcome.close(results, not_before=None, attempts=1, poll_every=FIVE_MINUTES)

    assert (close.status, close.error.kind) == ("failed", "auth_rejected")
    assert close.integration_status == "needs_attention"


def test_what_kept_rows_from_landing_is_told_before_single_rows_that_were_set_aside():
    results = [
        result("partial", "rows_set_aside"),
        result("deferred", "deferred"),
        result("failed", "vendor_unavailable"),
    ]

    told = [
        outcome.close(results[:count], not_before=None, attempts=1, poll_every=FIVE_MINUTES).error
        for count in (1, 2, 3)
    ]

    assert [error.kind for error in told] == ["rows_set_aside", "deferred", "vendor_unavailable"]


def test_rows_that_were_set_aside_are_told_with_the_first_reason():
    rows = [
        QuarantineRow("1", "name", "should be a valid string", {"name": 7}),
        QuarantineRow("2", "", "is not a row of the vendor's shape", 5),
    ]

    said = outcome.set_aside("Acme, Drivers", rows, fetched=1200)

    assert said.happened == (
        "Acme, Drivers: 2 of 1,200 rows cannot be read; the first: name should be a valid string."
    )
    assert said.who == "Who must act: us."
    assert outcome.set_aside("Acme, Drivers", [], fetched=1200) is None


def aside(count):
    return [QuarantineRow(str(number), "name", "is missing", {}) for number in range(count)]


@pytest.mark.parametrize(
    ("count", "fetched", "status"),
    [
        pytest.param(0, 100, "success", id="none"),
        pytest.param(19, 19, "partial", id="all of a few"),
        pytest.param(50, 100, "partial", id="half"),
        pytest.param(51, 100, "failed", id="more than half"),
        pytest.param(1000, 100_000, "partial", id="as many as are borne"),
        pytest.param(1001, 100_000, "failed", id="one more"),
    ],
)
def test_beyond_a_count_or_a_share_the_vendor_is_at_fault(count, fetched, status):
    """The dataset fails, and with it the run, whatever became of the others."""
    found = DatasetResult("drivers", Driver, "partial" if count else "success", fetched=fetched,
                          quarantined=aside(count), is_snapshot=True)  # fmt: skip

    told = outcome.judged("Acme, Drivers", found, Bearable())

    assert told.status == status
    assert outcome.run_status([told, result("success")]) == status
    assert told.is_snapshot == (status != "failed")
    close = outcome.close([told, result("deferred", "deferred")], not_before=None, attempts=1,
                          poll_every=FIVE_MINUTES)  # fmt: skip
    assert (close.status, close.error.kind == outcome.TOO_MANY) == ("deferred", status == "failed")


def test_a_fetch_that_is_not_borne_does_not_teach_what_is_usual():
    """Or the next one, emptier still, would look like it."""
    learnt = Profile((40,), {"name": (500,)})
    found = DatasetResult("drivers", Driver, "partial", fetched=40, profile=learnt)

    told = outcome.judged("Acme, Drivers", replace(found, quarantined=aside(30)), Bearable())
    borne = outcome.judged("Acme, Drivers", replace(found, quarantined=aside(1)), Bearable())

    assert (told.profile, borne.profile) == (None, learnt)


def test_what_is_not_borne_says_how_much_is():
    found = DatasetResult("drivers", Driver, "partial", fetched=40, quarantined=aside(30))

    told = outcome.judged("Acme, Drivers", found, Bearable())

    assert told.error.happened == (
        "Acme, Drivers: 30 of 40 rows cannot be read; the first: name is missing. "
        "That is more than is borne (1,000 rows or 50%)."
    )


def test_a_good_run_leaves_the_integration_to_its_schedule():
    close = outcome.close([result("success")], not_before=None, attempts=1, poll_every=FIVE_MINUTES)

    assert (close.status, close.error, close.not_before) == ("success", None, None)
    assert (close.integration_status, close.poll_seconds) == (None, 300)


def test_an_error_keeps_what_the_vendors_support_asks_for():
    fields = outcome.error_fields(errors.VendorUnavailable("Acme answered 503.", ORIGIN))

    assert (fields.kind, fields.http_status, fields.vendor_request_id) == (
        "vendor_unavailable", 503, "req-1",
    )  # fmt: skip


def test_a_fault_of_ours_shows_its_name_and_not_its_words():
    """The text of an unexpected error can hold anything."""
    fields = outcome.error_fields(KeyError("driver 7, +1 512 555 0148"))

    assert "KeyError" in fields.happened
    assert "512" not in fields.happened


def test_a_setting_that_cannot_work_is_told_in_its_own_words_without_secrets():
    redaction.remember(["the-secret-word"])

    fields = outcome.error_fields(ConfigurationError("URL with the-secret-word is bad."))

    assert fields.kind == "configuration"
    assert fields.happened == f"URL with {redaction.HIDDEN} is bad."


@pytest.mark.parametrize(
    ("error", "wait_s"),
    [
        (errors.RateLimited("slow", ORIGIN, 2.5), 2.5),
        (errors.RateLimited("slow", ORIGIN, None), 600),
        (errors.VendorUnavailable("down", ORIGIN), None),
        (errors.Deferred("later", ORIGIN, NOW + timedelta(seconds=90)), 90),
    ],
)
def test_only_a_vendor_that_says_wait_is_waited_for(error, wait_s):
    until = outcome.wait_of(error, NOW, timedelta(minutes=10))

    assert until == (None if wait_s is None else NOW + timedelta(seconds=wait_s))
