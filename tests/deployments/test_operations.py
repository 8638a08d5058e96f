"""docs/operations holds what is so: each alert has its section, each figure its source."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

import pytest

from core.alerts import Kind
from core.settings import PROJECT, Settings
from deployments import alert_rules

DOCS = PROJECT / "docs" / "operations"
RUNBOOK = (DOCS / "runbook.md").read_text(encoding="utf-8")
RESULTS = (PROJECT / "benchmarks" / "results.md").read_text(encoding="utf-8")
FIGURES = re.findall(
    r"^\| ([^|]+?) \| ([\d.,]+(?: \w+)?) \| ([A-Z0-9]+) \|$",
    (DOCS / "capacity.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")


def test_every_kind_of_incident_has_its_section_and_no_other_has():
    """Who is woken by an alert finds what to do under its name."""
    sections = re.split(r"^## ", RUNBOOK, flags=re.MULTILINE)[1:]
    named = {section.partition("\n")[0]: section.partition("\n")[2].strip() for section in sections}

    assert set(named) == {str(kind) for kind in Kind}
    assert [name for name, said in named.items() if not said] == []


def test_every_automation_leads_to_a_section_or_to_nothing_to_do():
    """The Prefect UI shows names: each stands in the table, and what it points to exists."""
    rows = dict(re.findall(r"^\| (SALLY: [^|]+?) \| ([^|]+?) \|$", RUNBOOK, re.MULTILINE))
    declared = alert_rules.declared(UUID(int=0), ["sync-samsara"]).values()

    pointed_at = {kind for cell in rows.values() for kind in re.findall(r"`(\w+)`", cell)}
    assert set(rows) == {one.name for one in declared}
    assert pointed_at <= {str(kind) for kind in Kind}


@pytest.mark.parametrize(("what", "figure", "part"), FIGURES, ids=[one[0] for one in FIGURES])
def test_each_figure_of_the_capacity_table_was_measured(what, figure, part):
    """A figure that results.md does not hold any more is a promise that nobody checked."""
    section = re.search(rf"^## {part}: .*?(?=^## |\Z)", RESULTS, re.MULTILINE | re.DOTALL)

    assert section is not None
    assert re.search(rf"(?<![\d.,]){re.escape(figure)}(?![\d]|[.,]\d)", section[0]), what


def test_the_capacity_table_has_figures():
    """The pattern above finds what the page holds."""
    assert len(FIGURES) >= 10


def test_every_setting_is_explained():
    """What can be set and is written nowhere is found by nobody."""
    explained = (PROJECT / ".env.example").read_text(encoding="utf-8")

    missing = [
        name.upper() for name in Settings.model_fields if f"{name.upper()}=" not in explained
    ]
    assert missing == []


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path):
    """A page that moved is found here."""
    links = LINK.findall(page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_command_of_the_pages_exists():
    """A runbook with a command that is gone costs its reader the night."""
    from console.cli import main

    known = {(name,) for name in main.ROOT} | {("hos",)}
    for group, commands in main.GROUPS:
        known |= {(group.name[0], name) for name in commands}
    pages = "\n".join(page.read_text(encoding="utf-8") for page in DOCS.glob("*.md"))
    said = {
        tuple(words.split())
        for words in re.findall(r"(?:^|`)sally ([a-z-]+(?:\s[a-z-]+)?)", pages, re.M)
    }

    unknown = {words for words in said if words not in known and words[:1] not in known}
    assert unknown == set()
    assert len(said) >= 10
