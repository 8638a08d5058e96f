"""The image and compose.yaml, as far as they can be checked where no container runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from cryptography.fernet import Fernet
from prefect.settings import Settings as PrefectSettings
from prefect.settings.legacy import _get_valid_setting_names

from core.settings import PROJECT
from deployments.postgres import SETTINGS
from deployments.prefect_server import TUNING
from deployments.worker_process import HEARTBEAT_S, ONE_THREAD, QUERY_S

FOLDER = PROJECT / "deployments"
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
SERVERS = ("prefect-database", "prefect", "prefect-services")
PACKAGES = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
STEPS = [
    line.split(None, 1)
    for line in re.sub(r"\\\n\s*", "", (FOLDER / "Dockerfile").read_text()).splitlines()
    if line and not line.startswith("#")
]


def steps(name):
    return [rest for word, rest in STEPS if word == name]


def copied():
    """Each source in the repository that the image is made from."""
    found = [rest.split()[:-1] for rest in steps("COPY") if not rest.startswith("--from")]
    return [source for sources in found for source in sources]


def test_compose_is_valid():
    """By the schema of the Compose Specification."""
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec",
         str(FOLDER / "compose.yaml")],
        text=True, capture_output=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("service", SERVERS)
def test_a_prefect_server_has_the_local_ones_settings(service):
    """The two cannot drift: retention, batches, no analytics, no ephemeral server."""
    told = SERVICES[service]["environment"]

    assert {name: told.get(name) for name in TUNING} == TUNING
    assert told["PREFECT_SERVER_DATABASE_CONNECTION_URL"].startswith("postgresql+asyncpg://")
    assert "PREFECT_ENCRYPTION_KEY" in told["PREFECT_SERVER_ENCRYPTION_KEY"]
    assert "PREFECT_AUTH_STRING" in told["PREFECT_SERVER_API_AUTH_STRING"]
    # Several servers: nothing of theirs may be in one process's memory.
    for name in ("PREFECT_MESSAGING_BROKER", "PREFECT_MESSAGING_CACHE",
                 "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING",
                 "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE"):  # fmt: skip
        assert told[name].startswith("prefect_redis.")
    assert told["PREFECT_SERVER_DOCKET_URL"].startswith("redis://")


def test_the_worker_and_the_database_have_the_local_ones_settings():
    worker = SERVICES["worker"]["environment"]
    database = SERVICES["postgres"]["command"]

    assert worker["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"] == HEARTBEAT_S
    assert worker["PREFECT_WORKER_QUERY_SECONDS"] == QUERY_S
    assert ONE_THREAD.items() <= worker.items()
    for name in ("max_connections", "shared_buffers", "max_wal_size"):
        assert f"{name}={SETTINGS[name]}" in database


def test_alerts_are_sent_where_the_automations_run():
    """It needs our database and the key; the mail server too."""
    told = SERVICES["prefect-services"]["environment"]

    assert {"DATABASE_URL", "CREDENTIALS_ENCRYPTION_KEY", "SMTP_HOST"} <= set(told)
    assert "DATABASE_URL" not in SERVICES["prefect"]["environment"]


def test_ports_are_published_on_loopback_only():
    published = [port for one in SERVICES.values() for port in one.get("ports", ())]

    assert len(published) == 2
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_every_service_is_watched_or_says_why_not():
    """Whoever waits for one waits for its health, or for its end."""
    for name, one in SERVICES.items():
        assert one.get("healthcheck"), name
        assert one.get("restart"), name
        for needed, how in one.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "test" in SERVICES[needed]["healthcheck"]
            else:
                assert how["condition"] == "service_completed_successfully"
                assert SERVICES[needed]["restart"].startswith("on-failure")


def test_no_secret_stands_in_the_file():
    """Each comes from .env, and compose refuses to start without it."""
    wanted = set(re.findall(r"\$\{(\w+):\?", (FOLDER / "compose.yaml").read_text()))
    for one in SERVICES.values():
        for name, value in one.get("environment", {}).items():
            if re.search(r"PASSWORD|KEY$|TOKEN|AUTH_STRING", name):
                assert str(value).startswith("${"), name

    assert {"POSTGRES_PASSWORD", "CREDENTIALS_ENCRYPTION_KEY", "CONSOLE_JWT_KEY"} <= wanted


def test_new_secrets_are_complete_and_never_replaced(tmp_path: Path):
    """Another key of the credentials could not read what is stored."""
    script = tmp_path / "new-env.sh"
    shutil.copy(FOLDER / "new-env.sh", script)
    done = [subprocess.run(["sh", str(script)], capture_output=True, check=False) for _ in "12"]
    env = dict(re.findall(r"^(\w+)=(.*)$", (tmp_path / ".env").read_text(), re.MULTILINE))

    wanted = set(re.findall(r"\$\{(\w+):\?", (FOLDER / "compose.yaml").read_text()))
    assert [one.returncode for one in done] == [0, 1]
    assert {name for name in wanted if not env.get(name)} == set()
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert re.fullmatch("[0-9a-f]{64}", env["CREDENTIALS_ENCRYPTION_KEY"])
    Fernet(env["PREFECT_ENCRYPTION_KEY"])


@pytest.mark.parametrize("name", SERVICES)
def test_a_services_command_exists(name):
    """And takes the options that it is given."""
    command = SERVICES[name]["command"]
    if command[:2] == ["python", "-m"]:
        found = find_spec(command[2])
        assert found is not None
        if command[2].startswith(("deployments.", "console.")):
            origin = Path(str(found.origin))
            main = origin.with_name("__main__.py") if origin.stem == "__init__" else origin
            for option in (word for word in command[3:] if word.startswith("--")):
                assert f'"{option}"' in main.read_text(), option
    else:
        assert command[0] in {"sally", "prefect", "postgres", "sh"}


def test_the_image_is_made_from_what_exists_and_is_not_ignored():
    ignored = (PROJECT / ".dockerignore").read_text().splitlines()

    for source in copied():
        assert (PROJECT / source).exists(), source
        assert f"!{source.split('/')[0]}" in ignored, source
    assert "*" in ignored
    assert "**/.env" in ignored


def test_the_image_has_the_whole_product():
    """Every package of pyproject.toml, and the deployments that it is told."""
    packages = PACKAGES["targets"]["wheel"]["packages"]

    assert {*packages, "prefect.yaml"} <= set(copied())


def test_the_image_is_installed_as_everything_is():
    """By setup.sh, which gets every file that it reads."""
    script = (FOLDER / "setup.sh").read_text()
    first = steps("COPY")[0].split()[:-1]

    assert "sh deployments/setup.sh image" in steps("RUN")[0]
    assert set(re.findall(r"requirements[\w-]*\.txt", script)) - set(first) == {
        "requirements-dev.txt",
        "requirements.txt",
    } - set(first)
    assert {"pyproject.toml", "README.md"} <= set(first)


def test_the_image_runs_as_nobody_in_particular():
    base = dict([steps("ARG")[0].split("=", 1)])["PYTHON_IMAGE"]

    assert re.fullmatch(r"python:3\.\d+-slim-\w+", base)
    assert steps("USER") == ["10001:10001"]
    assert steps("HEALTHCHECK")
    assert not [rest for rest in steps("ENV") + steps("ARG") if re.search("PASSWORD|SECRET", rest)]


def test_the_locks_do_not_contradict_each_other():
    """The image's own packages are beside those of the runtime lock, none is in both."""
    pinned = [
        dict(re.findall(r"^([\w.-]+)==([^\s;]+)", (PROJECT / name).read_text(), re.MULTILINE))
        for name in ("requirements.txt", "requirements-image.txt")
    ]

    assert not set(pinned[0]) & set(pinned[1])
    assert {"prefect-docker", "prefect-kubernetes", "prefect-redis"} <= set(pinned[1])


def test_a_probe_says_no_where_nobody_answers():
    command = [sys.executable, "-m", "deployments.probe", "http://127.0.0.1:9/readyz"]

    assert subprocess.run(command, cwd=PROJECT, env=os.environ, check=False).returncode == 1


@pytest.mark.parametrize("service", [*SERVERS, "worker"])
def test_prefects_settings_have_names_that_it_knows(service):
    """A setting with a mistyped name is ignored without a word."""
    known = _get_valid_setting_names(PrefectSettings)
    # Read beside the settings: by the server itself, and by prefect-redis.
    own = {"PREFECT__SERVER_FINAL", "PREFECT__SERVER_WEBSERVER_ONLY", "PREFECT_REDIS_MESSAGING_URL",
           "PREFECT_SERVER_ENCRYPTION_KEY"}  # fmt: skip
    told = {name for name in SERVICES[service]["environment"] if name.startswith("PREFECT")}

    assert told - known - own == set()
