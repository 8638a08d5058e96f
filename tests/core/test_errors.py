"""An error's name says what we do about it, and it says three things to people."""

import pickle

import pytest

from core import errors
from core.errors import Origin, VendorError

ORIGIN = Origin("acme", dataset="drivers", path="/drivers", status=503, request_id="r-1")
LEAVES = [
    errors.VendorUnavailable,
    errors.RateLimited,
    errors.AuthRejected,
    errors.PermissionMissing,
    errors.RequestRejected,
    errors.ContractBroken,
]


@pytest.mark.parametrize(
    ("kind", "transient", "counts"),
    [
        (errors.VendorUnavailable, True, True),
        (errors.RateLimited, True, False),
        (errors.AuthRejected, False, False),
        (errors.PermissionMissing, False, False),
        (errors.RequestRejected, False, False),
        (errors.ContractBroken, False, False),
        (errors.Deferred, False, False),
    ],
)
def test_only_silence_and_overload_are_retried_and_only_silence_counts(kind, transient, counts):
    assert (kind.is_transient, kind.counts_for_breaker) == (transient, counts)


@pytest.mark.parametrize("kind", LEAVES)
def test_an_error_crosses_processes_whole(kind):
    error = pickle.loads(pickle.dumps(kind("Acme answered 503.", ORIGIN)))

    assert (type(error), error.happened, error.origin) == (kind, "Acme answered 503.", ORIGIN)


@pytest.mark.parametrize("kind", LEAVES)
def test_an_error_says_what_happened_who_acts_and_the_next_step(kind):
    said = kind("Acme answered 503.", ORIGIN).sentences

    assert said.happened == "Acme answered 503."
    assert said.who.startswith("Who must act:")
    assert said.next_step.endswith(".")


def test_a_missing_scope_is_named_in_the_next_step():
    error = errors.PermissionMissing("Acme refused.", ORIGIN, scope="Read Drivers")

    assert "Read Drivers" in error.sentences.next_step


def test_every_error_has_a_kind_of_its_own():
    kinds = [kind.kind for kind in VendorError.__subclasses__()]

    assert len(set(kinds)) == len(kinds) >= 7
