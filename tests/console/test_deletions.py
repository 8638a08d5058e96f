"""`sally deletions`: what people see of held mass deletions, and what approving one says."""

from __future__ import annotations

import psycopg
import pytest

from console.cli import deletions
from core.errors import ConfigurationError, NotFoundError

MAKE = """
WITH t AS (INSERT INTO ops.tenant (slug, name) VALUES ('acme', 'Acme') RETURNING id),
i AS (INSERT INTO ops.integration (tenant_id, vendor, credentials_ciphertext, credentials_key_id,
    credentials_fingerprint) SELECT id, 'samsara', 'x', 'x', 'x' FROM t RETURNING id, tenant_id)
INSERT INTO ops.held_deletion (tenant_id, integration_id, dataset, live, gone, first_run_id,
    last_run_id) SELECT tenant_id, id, 'drivers', 40, 12, id, id FROM i
RETURNING right(replace(id::text, '-', ''), 8)
"""


@pytest.fixture
def code(configured, database) -> str:
    with psycopg.connect(database, autocommit=True) as conn:
        return conn.execute(MAKE).fetchone()[0]


def test_nothing_held_is_said_as_such(configured, capsys):
    deletions.list_held()

    assert capsys.readouterr().out == "No deletion is held.\n"


def test_the_list_says_whose_how_many_and_what_to_do(code, capsys):
    deletions.list_held(tenant="acme")

    said = capsys.readouterr().out
    assert " ".join(said.splitlines()[1].split()).startswith(
        f"{code} acme Samsara drivers held 12 / 40"
    )
    assert "sally deletions approve ID" in said


def test_an_approval_says_what_follows_and_is_noted(code, database, capsys):
    deletions.approve(code.upper(), who="Ann")
    deletions.list_held()

    said = capsys.readouterr().out
    assert "12 drivers of acme will be marked as deleted by the next complete sync" in said
    assert "approved" in said
    with psycopg.connect(database) as conn:
        noted = conn.execute("SELECT actor, action, details FROM ops.audit_log").fetchall()
    assert noted == [
        ("Ann", "deletion.approve",
         {"vendor": "samsara", "dataset": "drivers", "gone": 12, "live": 40})
    ]  # fmt: skip


def test_another_tenants_is_not_found(code, database):
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute("INSERT INTO ops.tenant (slug, name) VALUES ('other', 'Other')")

    with pytest.raises(NotFoundError, match="is held"):
        deletions.approve(code, tenant="other", who="Ann")


def test_what_is_no_id_is_one_sentence(configured):
    with pytest.raises(ConfigurationError, match="sally deletions list"):
        deletions.approve("x", who="Ann")
