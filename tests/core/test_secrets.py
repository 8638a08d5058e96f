"""Credentials at rest open for their own row, with a key of the ring, and for nothing else."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import redaction
from core.errors import ConfigurationError
from core.secrets import KeyRing, Owner, Sealed, fingerprint

OLD, NEW = "a" * 64, "b" * 64


@pytest.fixture
def owner():
    return Owner(uuid4(), "acme", uuid4())


def test_what_is_sealed_opens_again(owner):
    ring = KeyRing.parse(NEW)

    sealed = ring.seal({"api_key": "s3cret-value"}, owner)

    assert ring.open(sealed, owner) == {"api_key": "s3cret-value"}
    assert b"s3cret" not in sealed.ciphertext


def test_two_seals_of_one_secret_differ(owner):
    """A nonce is never used twice, or AES-GCM gives its key away."""
    ring = KeyRing.parse(NEW)

    seals = {ring.seal({"api_key": "same"}, owner).ciphertext for _ in range(50)}

    assert len(seals) == 50


@pytest.mark.parametrize("changed", ["tenant_id", "vendor", "integration_id"])
def test_a_credential_moved_to_another_row_does_not_open(owner, changed):
    ring = KeyRing.parse(NEW)
    sealed = ring.seal({"api_key": "s3cret-value"}, owner)
    fields = {
        "tenant_id": owner.tenant_id,
        "vendor": owner.vendor,
        "integration_id": owner.integration_id,
    }
    stranger = Owner(**fields | {changed: "other" if changed == "vendor" else uuid4()})

    with pytest.raises(ConfigurationError, match="does not open"):
        ring.open(sealed, stranger)


@given(place=st.integers(min_value=0, max_value=200), bit=st.integers(0, 7))
def test_an_altered_ciphertext_does_not_open(place, bit):
    owner = Owner(uuid4(), "acme", uuid4())
    ring = KeyRing.parse(NEW)
    sealed = ring.seal({"api_key": "s3cret-value"}, owner)
    altered = bytearray(sealed.ciphertext)
    altered[place % len(altered)] ^= 1 << bit

    with pytest.raises(ConfigurationError):
        ring.open(Sealed(sealed.key_id, bytes(altered)), owner)


def test_a_rotated_ring_opens_the_old_and_seals_with_the_new(owner):
    sealed_before = KeyRing.parse(OLD).seal({"api_key": "value-1"}, owner)
    ring = KeyRing.parse(f"{NEW},{OLD}")

    assert ring.open(sealed_before, owner) == {"api_key": "value-1"}
    assert ring.seal({"api_key": "value-1"}, owner).key_id == ring.current != sealed_before.key_id


def test_a_key_that_left_the_ring_is_named(owner):
    sealed = KeyRing.parse(OLD).seal({"api_key": "value-1"}, owner)

    with pytest.raises(ConfigurationError, match=sealed.key_id):
        KeyRing.parse(NEW).open(sealed, owner)


@pytest.mark.parametrize("words", [None, "", " , ", "abc", "g" * 64, "a" * 63, f"{NEW},short"])
def test_no_key_or_a_bad_one_says_how_to_make_one(words):
    with pytest.raises(ConfigurationError, match="token_hex"):
        KeyRing.parse(words)


def test_a_bad_key_is_not_repeated_in_the_error():
    with pytest.raises(ConfigurationError) as caught:
        KeyRing.parse("deadbeef-not-hex")

    assert "deadbeef" not in str(caught.value)


def test_the_ring_never_prints_its_keys():
    assert NEW not in repr(KeyRing.parse(NEW))


def test_an_opened_credential_is_hidden_from_then_on(owner):
    ring = KeyRing.parse(NEW)
    sealed = ring.seal({"api_key": "unique-canary-0451"}, owner)

    ring.open(sealed, owner)

    assert "unique-canary-0451" not in redaction.text("the vendor said: unique-canary-0451 is bad")


def test_a_fingerprint_tells_credentials_apart_and_reveals_neither():
    one, two = fingerprint({"api_key": "aaaaaa"}), fingerprint({"api_key": "aaaaab"})

    assert one != two
    assert len(one) == 12
    assert "aaaa" not in one + two
