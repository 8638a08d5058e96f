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
