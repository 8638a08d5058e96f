"""The same outcome always closes a run the same way."""

from datetime import UTC, datetime, timedelta

import pytest

from core import errors, redaction
from core.errors import ConfigurationError, Origin
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
