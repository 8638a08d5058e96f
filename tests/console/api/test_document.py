"""The API does what its document says, whatever is sent, for every role: no 500, nothing unsaid."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from console.api import limits, sign_in
from console.api.app import PREFIX
from models.ops import Role
from tests.support.console import ROLES, Scheduler, live, opening_with, served

EXAMPLES = 3
# What no schema can say: which fields a vendor's key has, what a driver's rules allow, which time
# zones there are, who has hours. Everywhere else a request that fits its schema is not refused as
# unusable.
MEANING = {
    f"POST {PREFIX}/integrations",
    f"POST {PREFIX}/integrations/test",
    f"PATCH {PREFIX}/integrations/{{integration_id}}",
    f"PUT {PREFIX}/drivers/{{driver_id}}/hos/override",
    f"PUT {PREFIX}/driver-links/{{load_driver_id}}",
    f"GET {PREFIX}/integrations/{{integration_id}}/sync-history/stats",
}

# What chance does not get right: a password, a key that is good, hours that are lawful, and whose.
HARD = {
    f"PUT {PREFIX}/driver-links/{{load_driver_id}}",
    f"POST {PREFIX}/auth/login",
    f"POST {PREFIX}/integrations",
    f"POST {PREFIX}/integrations/test",
    f"PUT {PREFIX}/drivers/{{driver_id}}/hos/override",
    f"DELETE {PREFIX}/drivers/{{driver_id}}/hos/override",
}


@pytest.fixture
def generous(monkeypatch):
    """What is tried here often would be throttled; that it is has tests of its own."""
    for module, name in ((limits, "TESTS"), (limits, "ALERT_TESTS"), (sign_in, "OF_NETWORK"),
                         (sign_in, "OF_PERSON")):  # fmt: skip
        monkeypatch.setattr(module, name, 1_000_000)


@pytest.fixture
def address(house_settings, generous, fleets) -> Iterator[str]:
    with live(fleets, opening=opening_with(Scheduler())) as found:
        yield found


@pytest.fixture
def token(house_settings, fleets):
    """A good token for a role."""

    def make(role: str) -> str:
        async def made() -> str:
            async with served(fleets) as console:
                return await console.token("acme", role)

        return asyncio.run(made())

    return make


def operations(address):
    config = SchemathesisConfig()
    schema = schemathesis.openapi.from_url(f"{address}{PREFIX}/openapi.json", config=config)
    return [found.ok() for found in schema.get_all_operations()]


def tried(operation, mode, headers, address, ids, seen) -> str | None:
    """What went wrong with one operation. ``ids``: put into the path, for what exists."""
    skipped = [positive_data_acceptance] if operation.label in MEANING else []

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def ask(case: Case) -> None:
        for name in set(case.path_parameters) & set(ids):
            case.path_parameters[name] = ids[name]
        answer = case.call_and_validate(headers=headers, base_url=address, excluded_checks=skipped)
        seen[operation.label].add(answer.status_code)

    try:
        ask()
    except Unsatisfiable:
        return None  # nothing about it can be wrong
    except Exception as error:
        return f"{operation.label} ({mode}): {error!r} {getattr(error, 'exceptions', '')}"
    return None


@pytest.mark.parametrize("role", ROLES)
def test_every_answer_is_one_that_the_document_names(address, token, role, filled):
    """By examples that fit the schema, with ids that are there or not, and by ones that do not."""
    headers = {"Authorization": f"Bearer {token(role)}"}
    acme = filled["acme"]
    ids = {
        "integration_id": str(acme.integrations["truckbase"]),
        "run_id": str(acme.runs["samsara"][0]),
        "incident_id": str(acme.incident),
        "entry_id": str(acme.aside["samsara"]),
        "driver_id": acme.drivers[0],
        "load_id": acme.load,
        "load_driver_id": acme.load_driver,
    }
    ways = ((GenerationMode.POSITIVE, {}), (GenerationMode.POSITIVE, ids),
            (GenerationMode.NEGATIVE, {}))  # fmt: skip
    # The last to be tried, for what it ends is needed before.
    found = sorted(operations(address), key=lambda each: each.method == "delete")
    seen: dict[str, set[int]] = defaultdict(set)
    assert len(found) > 20

    failures = [
        why
        for operation in found
        for mode, known in ways
        if (why := tried(operation, mode, headers, address, known, seen))
    ]

    assert not failures, "\n\n".join(failures)
    if role is Role.ADMIN:  # or the rest proves little
        unseen = {label for label, statuses in seen.items() if not statuses & {200, 201, 202, 204}}
        assert unseen <= HARD


def test_the_document_names_every_status_and_every_sentence(address):
    """Whoever reads it alone knows what may come."""
    document = httpx.get(f"{address}{PREFIX}/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            assert told.get("summary"), (method, path)
            assert {"400", "405", "422", "503"} <= set(told["responses"]), (method, path)
            for status, answer in told["responses"].items():
                assert answer["description"], (method, path, status)
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"]
