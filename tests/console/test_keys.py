"""Keys come from a file, the environment or a prompt, and are complete or refused."""

import pytest

from adapters import registry
from console.cli import keys
from core import settings
from core.errors import ConfigurationError

ONE, TWO = registry.vendor("samsara"), registry.vendor("truckbase")


@pytest.fixture(autouse=True)
def _no_env_file(monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "PROJECT", tmp_path)


@pytest.mark.parametrize(
    "text", ["the-key-1\n", "SAMSARA_API_KEY=the-key-1\n", "api_key=the-key-1"]
)
def test_a_file_holds_the_key_alone_or_by_name(tmp_path, text):
    (tmp_path / "key").write_text(text)

    assert keys.read(ONE, tmp_path / "key", from_env=False) == {"api_key": "the-key-1"}


def test_two_fields_need_names(tmp_path):
    (tmp_path / "key").write_text("TRUCKBASE_API_KEY=k-123456\nTRUCKBASE_API_SECRET=s-123456\n")

    found = keys.read(TWO, tmp_path / "key", from_env=False)

    assert found == {"api_key": "k-123456", "api_secret": "s-123456"}


def test_the_environment_is_read_when_asked(monkeypatch):
    monkeypatch.setenv("SAMSARA_API_KEY", " from-environment ")

    assert keys.read(ONE, None, from_env=True) == {"api_key": "from-environment"}


def test_a_missing_field_is_named(monkeypatch):
    monkeypatch.setenv("TRUCKBASE_API_KEY", "k-123456")
    monkeypatch.delenv("TRUCKBASE_API_SECRET", raising=False)

    with pytest.raises(ConfigurationError, match="TRUCKBASE_API_SECRET"):
        keys.read(TWO, None, from_env=True)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        keys.read(ONE, tmp_path / "nowhere", from_env=False)


def test_without_a_terminal_nobody_is_asked(monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)

    with pytest.raises(ConfigurationError, match="--from-env"):
        keys.read(ONE, None, from_env=False)
