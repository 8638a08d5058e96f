"""No credential leaves in words."""

import logging

import pytest

from core import redaction


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("GET https://api.example/x?lat=1&appid=0123456789abcdef&units=imperial", "lat=1"),
        ("Authorization: Bearer abcdefghijklmnop", "Authorization"),
        ("postgresql://sally:pa55word@127.0.0.1:5432/sally", "127.0.0.1:5432/sally"),
        ("api_key=abcdef123456 was refused", "was refused"),
        ("X-API-Secret is in api_secret=abcdef123456", "X-API-Secret"),
    ],
)
def test_credentials_go_and_the_rest_stays(said, kept):
    cleaned = redaction.text(said)

    assert redaction.HIDDEN in cleaned
    assert kept in cleaned
    for secret in ("0123456789abcdef", "abcdefghijklmnop", "pa55word", "abcdef123456"):
        assert secret not in cleaned


def test_a_url_keeps_scheme_host_and_path_only():
    address = "https://user:pw@api.example:8443/data/2.5/weather?appid=secret&lat=1#x"

    assert redaction.url(address) == "https://api.example:8443/data/2.5/weather"


def test_a_payload_keeps_its_shape_without_secrets_and_personal_data():
    sent = {
        "id": "7",
        "phone": "+1512",
        "licenseNumber": "X1",
        "stops": [{"token": "t", "city": "Waco"}],
    }

    assert redaction.payload(sent) == {
        "id": "7",
        "phone": redaction.HIDDEN,
        "licenseNumber": redaction.HIDDEN,
        "stops": [{"token": redaction.HIDDEN, "city": "Waco"}],
    }


def test_absent_personal_data_stays_absent():
    """“[redacted]” in place of null would invent a value."""
    assert redaction.payload({"phone": None, "email": ""}) == {"phone": None, "email": ""}


def test_log_records_are_cleaned_with_their_arguments_and_tracebacks():
    before = logging.getLogRecordFactory()
    redaction.remember(["canary-value-77"])
    redaction.install()
    try:
        try:
            raise ValueError("it was canary-value-77")
        except ValueError:
            record = logging.getLogger("x").makeRecord(
                "x", logging.ERROR, __file__, 1, "sent %s", ("canary-value-77",), _exc_info()
            )
    finally:
        logging.setLogRecordFactory(before)

    written = logging.Formatter("%(message)s").format(record)

    assert "canary-value-77" not in written
    assert "ValueError" in written


def _exc_info():
    import sys

    return sys.exc_info()
