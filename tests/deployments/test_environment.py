"""What the processes of flow runs are told."""

from __future__ import annotations

import ssl

from deployments.environment import NO_ROOTS, for_a_run

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
