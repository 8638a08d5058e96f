"""Ports: free ones are found, taken ones are named."""

from __future__ import annotations

import socket

import pytest

from deployments.errors import StackError
from deployments.ports import free_port


def test_zero_finds_a_free_port() -> None:
    """So that tests and several stacks need no agreement."""
    assert free_port(0, "SALLY_PREFECT_PORT") > 0


def test_a_taken_port_names_itself_and_the_variable() -> None:
    """The two things that a person needs to get on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(StackError, match=rf"Port {port} .*SALLY_PREFECT_PORT"):
            free_port(port, "SALLY_PREFECT_PORT")
