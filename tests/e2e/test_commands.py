"""The commands on a running stack, from the command line to the rows."""

from __future__ import annotations

import re
import time
from typing import Any

VENDORS = ("samsara", "truckbase", "fuelfinder", "openweather")
DATASETS = ("drivers", "vehicles", "positions", "hos_clocks", "hos_daily_logs", "loads", "stations")


def table(out: str) -> dict[str, list[dict[str, int]]]:
    """The rows of the table that `sally sync` prints, by dataset."""
    names = ("fetched", "inserted", "updated", "unchanged", "quarantined", "duplicate")
    found: dict[str, list[dict[str, int]]] = {}
    for line in out.splitlines():
        row = re.match(r"^  (\w+) ((?: +[\d,]+){6}) +[\d.]+ *$", line)
        if row:
            counts = [int(cell.replace(",", "")) for cell in row[2].split()]
            found.setdefault(row[1], []).append(dict(zip(names, counts, strict=True)))
    return found


def parts(stack: Any) -> set[int]:
    """The numbers of the stack's servers; runs and connections come and go beside them."""
    servers = (" -m uvicorn ", " -m sandbox ", "/bin/postgres ")
    return {pid for pid, said in stack.processes().items() if any(each in said for each in servers)}


def test_a_sync_attaches_prints_its_table_and_repeats_nothing(stack: Any) -> None:
    """Twice the same vendors' data: the second time everything is unchanged."""
    before = parts(stack)

    first, second = stack("sync"), stack("sync")

    assert (first.code, second.code, first.err, second.err) == (0, 0, "", "")
    for said in (first, second):
        shown = table(said.out)
        assert {*DATASETS, "weather"} == set(shown)
        assert all(len(rows) == 2 for rows in shown.values())
        for counts in (counts for rows in shown.values() for counts in rows):
            assert counts["fetched"] == sum(counts.values()) - counts["fetched"] > 0
    assert {
        row["inserted"] + row["updated"] for rows in table(second.out).values() for row in rows
    } == {0}
    assert stack.env["SALLY_PREFECT_PORT"] in second.out
    assert second.seconds < 30
    assert before == parts(stack)
    assert len(before) >= 3


def test_a_part_of_it(stack: Any) -> None:
    """One tenant, one vendor, one dataset; and the wrong names are refused."""
    said = stack("sync", "--tenant", "acme", "--vendor", "samsara", "--dataset", "drivers")

    assert (said.code, said.err) == (0, "")
    assert list(table(said.out)) == ["drivers"]
    assert "bluemesa" not in said.out


def test_a_run_from_the_prefect_ui_does_the_same(stack: Any) -> None:
    """The same integrations, the same datasets, the same counts; and it says who was synced."""
    stack("sync", "--tenant", "acme", "--vendor", "samsara")

    run = stack.ended(stack.run_flow("samsara", tenant="acme"))

    assert run["state_type"] == "COMPLETED"
    runs = stack.rows(
        "SELECT t.slug, d.dataset, d.fetched, d.inserted + d.updated, r.sync_type, r.status"
        " FROM ops.sync_run r JOIN ops.sync_run_dataset d ON d.run_id = r.id"
        " JOIN ops.tenant t ON t.id = r.tenant_id"
        " WHERE r.vendor = 'samsara' AND t.slug = 'acme' ORDER BY r.started_at DESC, d.dataset"
        " LIMIT 10"
    )
    from_ui, from_command = runs[:5], runs[5:]
    assert from_ui == from_command
    assert {(slug, changed, kind, status) for slug, _, _, changed, kind, status in from_ui} == {
        ("acme", 0, "manual", "success")
    }
    asked = {"artifacts": {"flow_run_id": {"any_": [run["id"]]}}}
    artifacts = stack.prefect("POST", "artifacts/filter", asked)
    assert {artifact["type"] for artifact in artifacts} == {"table", "markdown"}


def test_the_second_caller_is_told_who_is_at_it(stack: Any, until: Any) -> None:
    """Instead of another run of the same integration."""
    stack.sandbox("POST", "faults", {"kind": "latency", "vendor": "samsara", "args": {"ms": 1500}})
    first = stack.run_flow("samsara", tenant="acme")
    query = "SELECT id FROM ops.sync_run WHERE status = 'running' AND vendor = 'samsara'"
    (running,) = until(lambda: stack.rows(query))[0]

    said = stack("sync", "--tenant", "acme", "--vendor", "samsara")

    assert str(running) in said.out + said.err
    assert said.code == 0
    assert stack.ended(first)["state_type"] == "COMPLETED"
    assert stack.rows("SELECT count(*) FROM ops.sync_run WHERE id = %s", running) == [(1,)]


def test_history_and_lists(stack: Any) -> None:
    """What was synced, who is connected, which tenants there are."""
    stack("sync", "--tenant", "acme", "--vendor", "truckbase")

    history, connected, tenants = (
        stack("history"),
        stack("integration", "list"),
        stack("tenant", "list"),
    )

    assert [said.code for said in (history, connected, tenants)] == [0, 0, 0]
    assert "Truckbase, acme" in history.out
    assert "success" in history.out
    assert connected.out.count("active") == 2 * len(VENDORS)
    assert "Blue Mesa Freight" in tenants.out
    assert stack("history", "--tenant", "nobody").code == 1


def test_a_tenant_from_nothing_to_rows(stack: Any) -> None:
    """Add it and its people, connect, disable, enable, replace the key, rotate all keys."""
    name = f"fleet{time.monotonic_ns()}"
    at = ("--tenant", name, "--vendor", "samsara")
    stack.sandbox("POST", "tenants", {"slug": name, "drivers": 3})

    steps = {
        "tenant": stack("tenant", "add", name, "--name", "A fleet", "--sandbox"),
        "user": stack("user", "add", "ann@example.com", "--tenant", name, "--role", "ADMIN"),
        "add": stack("integration", "add", *at),
        "test": stack("integration", "test", *at),
        "sync": stack("sync", *at),
        "disable": stack("integration", "disable", *at),
        "off": stack("sync", *at),
        "enable": stack("integration", "enable", *at),
        "replace": stack("integration", "replace-key", *at),
        "rotate": stack("credentials", "rotate"),
        "migrate": stack("db", "migrate"),
    }

    assert {step: said.err for step, said in steps.items() if said.code} == {}
    assert f"Connected {name} to Samsara" in steps["add"].out
    assert steps["test"].out.count(" ok ") == 6  # the account, and five datasets
    assert table(steps["sync"].out)["drivers"][0]["inserted"] == 3
    assert table(steps["off"].out) == {}
    assert "No Samsara integration was due" in steps["off"].out
    assert "already were" in steps["rotate"].out
    assert "up to date" in steps["migrate"].out
