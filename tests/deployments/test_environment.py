"""What the processes of flow runs are told."""

from __future__ import annotations

import ssl
from pathlib import Path
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun

from deployments.environment import NO_ROOTS, for_a_run
from deployments.forks import ForkStarter

PLAIN, SECURE = "http://127.0.0.1:4200/api", "https://prefect.example/api"
CHECK, ROOTS = "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED", "PREFECT_API_SSL_CERT_FILE"


def test_a_run_does_not_repeat_what_its_worker_did():
    assert for_a_run({"A": "b", "PREFECT_API_URL": PLAIN}) == {
        "A": "b", "PREFECT_API_URL": PLAIN, CHECK: "false", ROOTS: str(NO_ROOTS),
    }  # fmt: skip


def test_where_the_server_speaks_tls_its_certificate_is_checked_as_ever():
    assert ROOTS not in for_a_run({"PREFECT_API_URL": SECURE})
    assert ROOTS not in for_a_run({})


def test_what_the_operator_set_holds():
    told = {"PREFECT_API_URL": PLAIN, ROOTS: "/etc/roots.pem", CHECK: "true"}
    assert for_a_run(told) == told


def test_the_certificate_in_place_of_roots_vouches_for_nobody():
    """A context needs one to be made; no other must ever pass because of it."""
    context = ssl.create_default_context(cafile=NO_ROOTS)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.get_ca_certs() == []


class Channel:
    """What a worker hears its runs on, if it could be opened."""

    def __init__(self, port: int | None) -> None:
        self.port = port

    def register(self, flow_run_id):
        if self.port is None:
            raise RuntimeError("no channel")
        return self.port, "token"


@pytest.mark.parametrize("port", [4711, None])
def test_a_forked_run_gets_all_of_it_with_a_channel_or_without(port):
    run = FlowRun(id=uuid4(), flow_id=uuid4())
    starter = ForkStarter(None, {"PREFECT_API_URL": PLAIN}, Path(), Channel(port))

    env = starter._environment(run)

    assert (env[CHECK], env[ROOTS]) == ("false", str(NO_ROOTS))
    assert env["PREFECT__FLOW_RUN_ID"] == str(run.id)
    assert env.get("PREFECT__CONTROL_PORT") == (None if port is None else "4711")
