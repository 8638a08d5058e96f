"""A setting that cannot work is one clear sentence."""

import pytest

from core import settings
from core.errors import ConfigurationError


@pytest.fixture(autouse=True)
def _read_anew(monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "PROJECT", tmp_path)
    settings.settings.cache_clear()
    yield
    settings.settings.cache_clear()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PREFECT_API_URL", "not a url"),
        ("SALLY_PREFECT_PORT", "eighty"),
        ("SALLY_SANDBOX_PORT", "70000"),
        ("SALLY_LOG_LEVEL", "LOUD"),
        ("SALLY_QUARANTINE_SHARE", "1.5"),
        ("SALLY_QUARANTINE_ROWS", "0"),
        ("SALLY_RUN_SECONDS", "0"),
        ("SALLY_MOST_RUNS", "0"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigurationError, match=name):
        settings.settings()


def test_a_vendor_url_that_is_none_is_named(monkeypatch):
    monkeypatch.setenv("ACME_API_URL", "acme.example")

    with pytest.raises(ConfigurationError, match="ACME_API_URL"):
        settings.vendor_url("acme")


def test_a_vendor_url_loses_its_trailing_slash(monkeypatch):
    monkeypatch.setenv("ACME_API_URL", "https://acme.example/v1/")

    assert settings.vendor_url("acme") == "https://acme.example/v1"


def test_the_environment_wins_over_the_file(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("ACME_API_KEY=from-file\nOTHER_API_KEY=from-file\n")
    monkeypatch.setenv("ACME_API_KEY", "from-environment")

    assert settings.variable("ACME_API_KEY") == "from-environment"
    assert settings.variable("OTHER_API_KEY") == "from-file"


def test_an_empty_variable_counts_as_unset(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "")

    assert settings.settings().database_url is None


def test_secrets_do_not_print(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:pa55word@h/db")
    monkeypatch.setenv("CREDENTIALS_ENCRYPTION_KEY", "c" * 64)

    said = repr(settings.settings())

    assert "pa55word" not in said
    assert "c" * 64 not in said


@pytest.mark.parametrize(
    ("value", "read"),
    [("60/min", (60, 60)), ("5/s", (5, 1)), ("1000 / h", (1000, 3600)), ("2.5/s", (2.5, 1))],
)
def test_a_rate_is_calls_in_seconds(monkeypatch, value, read):
    monkeypatch.setenv("ACME_RATE_LIMIT", value)

    assert settings.vendor_rate("acme", "key") == read


def test_the_rate_of_one_limit_wins_over_the_vendor_s(monkeypatch):
    monkeypatch.setenv("ACME_RATE_LIMIT", "60/min")
    monkeypatch.setenv("ACME_RATE_LIMIT_LOGS", "5/s")

    assert settings.vendor_rate("acme", "logs") == (5, 1)
    assert settings.vendor_rate("acme", "key") == (60, 60)
    assert settings.vendor_rate("other", "key") is None


@pytest.mark.parametrize("value", ["sixty", "60", "0/s", "-1/s", "5/week"])
def test_a_rate_that_is_none_is_named(monkeypatch, value):
    monkeypatch.setenv("ACME_RATE_LIMIT", value)

    with pytest.raises(ConfigurationError, match="ACME_RATE_LIMIT"):
        settings.vendor_rate("acme", "key")
