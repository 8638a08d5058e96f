"""What is applied from a container is remembered by the server, not by the container."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from deployments import apply, bootstrap, work_pool
from deployments.errors import StackError


class Server:
    """As much of a Prefect client as is asked: variables and one work pool."""

    def __init__(self, kind: str) -> None:
        self.variables: dict[str, object] = {}
        self.kind = kind

    def read_variable_by_name(self, name):
        return SimpleNamespace(value=self.variables[name]) if name in self.variables else None

    def create_variable(self, variable):
        self.variables[variable.name] = variable.value

    update_variable = create_variable

    def create_work_pool(self, pool):
        raise work_pool.ObjectAlreadyExists(None)

    def read_work_pool(self, _name):
        return SimpleNamespace(type=self.kind)


@pytest.fixture
def sent(monkeypatch):
    """What was sent to the server, in order."""
    done: list[str] = []
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    monkeypatch.setattr(bootstrap, "create_pool", lambda _url: None)
    monkeypatch.setattr(bootstrap, "deploy", lambda _repo: done.append("deployments"))
    monkeypatch.setattr(bootstrap, "register_blocks", lambda _url: done.append("blocks"))
    monkeypatch.setattr(bootstrap, "keep_automations", lambda _repo: ["one is paused"])
    return done


def test_unchanged_means_untouched(sent):
    """Sent anew, a schedule that an operator paused would run again."""
    server = Server("process")

    said = [apply.apply(server, "process") for _ in range(2)]

    assert sent == ["blocks", "deployments"]
    assert said == [["one is paused"]] * 2


def test_a_change_is_sent_and_remembered(sent):
    server = Server("process")
    apply.apply(server, "process")
    server.variables[apply.RECORD] = {"server": "of an older version"}

    apply.apply(server, "process")
    apply.apply(server, "process")

    assert sent == ["blocks", "deployments"] * 2


def test_a_pool_of_another_kind_is_one_sentence(sent):
    """Its workers would wait for ever."""
    with pytest.raises(StackError, match=r"type process, and docker was asked for.*delete"):
        apply.apply(Server("process"), "docker")

    assert sent == []
