"""The operator's form explains itself, and stands for the policies that hold without it."""

from datetime import UTC, datetime, timedelta

import pytest

from core.breaker import Mode, Policy
from core.errors import ConfigurationError
from core.policies import Policies
from core.settings import PROJECT
from tasks.breaker_form import BreakerForm
from tasks.circuit_breaker import CircuitBreaker

FIELDS = BreakerForm.model_json_schema()["properties"]
NUMBERS = {name: field for name, field in FIELDS.items() if field["type"] == "integer"}
BOTH = pytest.mark.parametrize("form", [BreakerForm, CircuitBreaker])


@BOTH
def test_an_untouched_form_is_the_usual_policy(form):
    assert form().policies() == Policies()


def test_every_field_is_one_simple_input_with_a_title_and_an_explanation():
    """Prefect draws a choice of types as tabs, and a nested object as another form."""
    assert {field["type"] for field in FIELDS.values()} == {"string", "integer"}
    assert all(field["title"] and field["description"].endswith(".") for field in FIELDS.values())
    assert "required" not in BreakerForm.model_json_schema()


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_says_its_bounds_and_its_usual_value(name):
    field = NUMBERS[name]

    bounds = f"{field['minimum']} to {field['maximum']}, usually {field['default']}."
    assert field["description"].endswith(bounds)
    assert ("seconds" in field["title"]) == name.endswith("_s")
    assert ("percent" in field["title"]) == name.endswith("_percent")


def test_the_modes_are_the_breakers():
    assert FIELDS["mode"]["enum"] == [str(mode) for mode in Mode]


def test_each_field_reaches_the_policy():
    until = datetime(2026, 10, 5, 15, tzinfo=UTC)
    form = BreakerForm(
        mode="forced_open", why=" maintenance ", who="Ann", until=until, failure_threshold=2,
        success_threshold=3, recovery_timeout_s=4, recovery_cap_s=5, jitter_percent=6,
        failure_rate_percent=7, minimum_calls=8, window_s=9, minimum_tenants=10, probe_lease_s=11,
    )  # fmt: skip

    assert form.policies().vendor == Policy(
        mode=Mode.FORCED_OPEN, why="maintenance", who="Ann", until=until, failure_threshold=2,
        success_threshold=3, recovery_timeout=timedelta(seconds=4),
        recovery_cap=timedelta(seconds=5), jitter_share=0.06, failure_rate=0.07, minimum_calls=8,
        window=timedelta(seconds=9), minimum_tenants=10, probe_lease=timedelta(seconds=11),
    )  # fmt: skip
    assert form.policies().integration.minimum_tenants == 1


def test_no_failure_rate_is_no_rule():
    assert BreakerForm(failure_rate_percent=0).policies().vendor.failure_rate is None


@BOTH
@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"who": "", "until": None, "failure_threshold": None}, id="emptied: null"),
        pytest.param({"who": "", "why": ""}, id="emptied: left out"),
        pytest.param({"until": ""}, id="an empty word for an instant"),
        pytest.param({"a_later_field": 1}, id="of a later version"),
    ],
)
def test_an_emptied_or_unknown_field_leaves_the_usual_policy(form, data):
    """Prefect's first interface saves null for a field that was emptied, its second nothing."""
    assert form.model_validate(data).policies() == Policies()


@BOTH
@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"failure_threshold": 0}, r"Failures that open it \(in a row\): input should be greater"),
        ({"window_s": "soon"}, r"Window \(seconds\): input should be a valid integer"),
        ({"mode": "open"}, "Mode: input should be 'auto', 'forced_open' or 'disabled'"),
        ({"mode": "forced_open", "who": "Ann"}, "Mode forced_open needs who and why"),
        ({"mode": "disabled", "who": " ", "why": "x"}, "Mode disabled needs who and why"),
        ({"until": "2026-10-05T15:00:00"}, "until needs a time zone"),
        ({"until": "later"}, "Until: input should be a valid datetime"),
        ({"recovery_cap_s": 59}, r"first probe \(60 s\) is longer than the longest rest \(59 s\)"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(form, data, said):
    for make in (form.model_validate, lambda given: form(**given)):
        with pytest.raises(ConfigurationError, match=said) as caught:
            make(data)

        assert "\n" not in str(caught.value)


def test_the_block_explains_itself():
    block = CircuitBreaker._to_block_type()

    assert block.name == "Circuit Breaker"
    assert all(word in (block.description or "") for word in ("Closed", "Open", "Half open"))
    assert str(block.logo_url).startswith("https://")
    assert str(block.logo_url).endswith(".svg")
    assert CircuitBreaker.model_json_schema()["properties"].keys() == FIELDS.keys()


def test_the_operators_page_has_the_same_numbers():
    """docs/breaker.md: title, name, usual value and bounds of every number."""
    page = (PROJECT / "docs" / "breaker.md").read_text()
    rows = [[cell.strip(" `") for cell in row.split("|")[1:-1]] for row in page.splitlines()]

    told = [row for row in rows if len(row) == 5 and row[1] in FIELDS]

    assert told == [
        [field["title"], name, *(str(field[key]) for key in ("default", "minimum", "maximum"))]
        for name, field in NUMBERS.items()
    ]
