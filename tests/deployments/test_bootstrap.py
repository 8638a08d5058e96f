"""Deployments are sent when they changed, and left alone when they did not."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import settings
from deployments import bootstrap
from deployments.errors import StackError

FLOW = '''
@flow(name="daily")
def daily(tenant: str = "") -> None:
    """Once a day."""
    work()
'''
PROJECT = "deployments: [{name: daily, entrypoint: 'flows/daily.py:daily'}]\n"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository with one flow and one deployment."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/daily.py").write_text(FLOW)
    (tmp_path / "prefect.yaml").write_text(PROJECT)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "before", "after", "differs"),
    [
        pytest.param("prefect.yaml", "daily,", "nightly,", True, id="a deployment"),
        pytest.param("flows/daily.py", 'tenant: str = ""', "tenant: str", True, id="a parameter"),
        pytest.param("flows/daily.py", "Once a day", "Each day", True, id="the description"),
        pytest.param("flows/daily.py", "work()", "rest()", False, id="the body"),
    ],
)
def test_only_what_the_server_keeps_counts(
    repo: Path, path: str, before: str, after: str, *, differs: bool
) -> None:
    """Sending deployments anew un-pauses what an operator paused."""
    unchanged = bootstrap.signature(repo)
    file = repo / path
    file.write_text(file.read_text().replace(before, after, 1))

    assert (bootstrap.signature(repo) != unchanged) is differs


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been sent to the server, in order."""
    done: list[str] = []
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    monkeypatch.setattr(bootstrap, "create_pool", lambda _url: None)
    monkeypatch.setattr(bootstrap, "deploy", lambda _repo: done.append("deployments"))
    monkeypatch.setattr(bootstrap, "register_blocks", lambda _url: done.append("blocks"))
    return done


def test_nothing_is_sent_twice(repo: Path, tmp_path: Path, sent: list[str]) -> None:
    """And another server is another story."""
    answers = [
        bootstrap.apply_here(repo, tmp_path, server) for server in ("local", "local", "remote")
    ]

    assert answers == [True, False, True]
    assert sent == ["blocks", "deployments"] * 2
    assert bootstrap.is_applied(tmp_path, "local", repo)


def test_a_changed_form_of_a_block_does_not_send_the_deployments(
    repo: Path, tmp_path: Path, sent: list[str]
) -> None:
    """For that would un-pause what an operator paused; nor the other way round."""
    bootstrap.apply_here(repo, tmp_path, "local")
    sent.clear()

    (repo / "tasks").mkdir()
    (repo / "tasks/breaker_form.py").write_text("another form")
    assert not bootstrap.is_applied(tmp_path, "local", repo)
    bootstrap.apply_here(repo, tmp_path, "local")
    (repo / "prefect.yaml").write_text("deployments: []")
    bootstrap.apply_here(repo, tmp_path, "local")

    assert sent == ["blocks", "deployments"]


def test_the_files_that_make_the_blocks_exist() -> None:
    """A file that was renamed would never be seen to change."""
    assert [name for name in bootstrap.BLOCKS if not (settings.PROJECT / name).is_file()] == []


def test_a_broken_prefect_yaml_is_one_sentence(repo: Path) -> None:
    """It names the file."""
    (repo / "prefect.yaml").write_text("deployments: [")

    with pytest.raises(StackError, match=r"prefect\.yaml cannot be read"):
        bootstrap.signature(repo)
