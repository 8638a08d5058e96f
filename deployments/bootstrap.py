"""What the Prefect server must know: work pool, deployments, blocks and automations.

`prefect.yaml` is applied when it, or the form of a flow it names, differs from what was applied to
this server last. Unchanged means untouched: a schedule that an operator paused stays paused.
The blocks have a record of their own: a changed form does not send the deployments again.
The automations are looked at each time, for operators change and delete them, and that is said.

Applying imports Prefect and the flows, seconds of work: a starting worker does it in a fork of what
it has imported anyway; `python -m deployments.bootstrap` does it where no worker is starting.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from core.settings import PROJECT
from deployments.child import locked
from deployments.environment import inherited
from deployments.errors import StackError

POOL = "sally"
DEPLOY_S = 180
# What the server keeps of the blocks: their forms, and the vendors that have one.
BLOCKS = (
    "adapters/registry.py",
    "deployments/blocks.py",
    "tasks/breaker_form.py",
    "tasks/circuit_breaker.py",
    "tasks/tenant_alert.py",
    # The automations are looked at whenever something is sent.
    "core/alerts.py",
    "core/freshness.py",
    "deployments/alert_rules.py",
    "deployments/automations.py",
)


def is_applied(data: Path, server: str, repo: Path | None = None) -> bool:
    """Whether the server has all of it. `server` names the server, whatever port it has."""
    return not _waiting(_applied(data), server, repo or PROJECT)


def arguments(data: Path, server: str) -> list[str]:
    """What this module's command, or a worker that does its work, is told."""
    return [str(PROJECT), str(data), server]


def apply(data: Path, env: Mapping[str, str], server: str) -> bool:
    """Have it applied by a process of its own; True when something had to be sent."""
    if is_applied(data, server):
        return False
    done = subprocess.run(
        [sys.executable, "-m", "deployments.bootstrap", *arguments(data, server)],
        cwd=PROJECT,
        env={**inherited(), **env},
        stdin=subprocess.DEVNULL,
        text=True,
        capture_output=True,
        check=False,
        timeout=DEPLOY_S,
    )
    if done.returncode:
        raise StackError((done.stdout + done.stderr).strip()[-2000:])
    return True


def apply_here(repo: Path, data: Path, server: str) -> bool:
    """Make what is missing or was changed exist on PREFECT_API_URL's server; True if sent."""
    (data / "run").mkdir(mode=0o700, exist_ok=True)
    api_url = os.environ["PREFECT_API_URL"]
    with locked(data / "run" / "deploying.lock"):
        waiting = _waiting(_applied(data), server, repo)
        if _blocks(server) in waiting:
            register_blocks(api_url)
        if server in waiting:
            create_pool(api_url)
            if (repo / "prefect.yaml").exists():
                deploy(repo)
        if waiting:
            record = data / "deployed.json"
            new = record.with_suffix(".new")
            new.write_text(json.dumps(_applied(data) | waiting))
            new.rename(record)
        _said(data).write_text("".join(f"{line}\n" for line in keep_automations(repo)))
    return bool(waiting)


def said(data: Path) -> list[str]:
    """What people should know of the automations, as it was when they were last looked at."""
    try:
        return _said(data).read_text().splitlines()
    except FileNotFoundError:
        return []


def signature(repo: Path) -> str:
    """A digest of prefect.yaml, its place, and the signatures of the flows that it names."""
    try:
        content = (repo / "prefect.yaml").read_bytes()
    except FileNotFoundError:
        return "no prefect.yaml"
    try:
        project = yaml.safe_load(content) or {}
    except yaml.YAMLError as error:
        raise StackError(f"{repo / 'prefect.yaml'} cannot be read: {error}") from error
    # The server keeps the folder that the code is in, too.
    digest = hashlib.sha256(str(repo.resolve()).encode() + content)
    for entrypoint in sorted(_entrypoints(project)):
        digest.update(f"{entrypoint}={_form(repo, entrypoint)}\n".encode())
    return digest.hexdigest()


def blocks_signature(repo: Path) -> str:
    """A digest of the files that say what the server keeps of the blocks."""
    digest = hashlib.sha256()
    for path in (repo / name for name in BLOCKS):
        digest.update(path.read_bytes() if path.exists() else b"none")
    return digest.hexdigest()


def register_blocks(api_url: str) -> None:
    """Make the blocks' forms and documents exist; what an operator changed stays."""
    from deployments import blocks

    try:
        blocks.register(api_url)
    except Exception as error:
        raise StackError(f"A block was refused by Prefect: {error}") from error


def keep_automations(repo: Path) -> list[str]:
    """Bring the automations in step; what an operator changed stays, and is said, a line each.

    Nobody waits for their alerts to sync: automations that Prefect refuses are said, too.
    """
    from deployments import automations, blocks

    try:
        return automations.keep(blocks.alert_document(), flow_names(repo))
    except Exception as error:
        return [f"Alerts may not be sent, for Prefect refused the automations: {error}"]


def flow_names(repo: Path) -> list[str]:
    """What the flows of prefect.yaml are called."""
    try:
        project = yaml.safe_load((repo / "prefect.yaml").read_bytes()) or {}
    except FileNotFoundError:
        return []
    names = (_flow_name(repo, entrypoint) for entrypoint in _entrypoints(project))
    return sorted({name for name in names if name})


def create_pool(api_url: str) -> None:
    """Make the work pool, of Prefect's own type "process", unless it exists."""
    from prefect.client.orchestration import SyncPrefectClient

    from deployments import work_pool

    with SyncPrefectClient(api_url) as client:
        work_pool.create(client)


def deploy(repo: Path) -> None:
    """Do what `prefect --no-prompt deploy --all` does in `repo`, without starting that command.

    These are the command's own functions, so every key of prefect.yaml means what it means there.
    """
    from prefect.cli.deploy._config import _load_deploy_configs_and_actions
    from prefect.cli.deploy._core import _run_multi_deploy
    from rich.console import Console

    os.chdir(repo)
    said = Console(file=io.StringIO(), width=200)
    configs, actions = _load_deploy_configs_and_actions(Path("prefect.yaml"), console=said)
    try:
        if not configs:
            raise ValueError("It has no deployment that can be used.")
        asyncio.run(
            _run_multi_deploy(
                configs, actions, deploy_all=True, console=said, is_interactive=lambda: False
            )
        )
    except Exception as error:
        assert isinstance(said.file, io.StringIO)
        raise StackError(
            f"The deployments of {repo / 'prefect.yaml'} were refused: {error}\n"
            f"{said.file.getvalue()[-1500:]}".strip()
        ) from error


def _said(data: Path) -> Path:
    return data / "run" / "automations.txt"


def _blocks(server: str) -> str:
    """Under which name the record keeps what was applied of the blocks."""
    return f"{server} blocks"


def _waiting(applied: Mapping[str, str], server: str, repo: Path) -> dict[str, str]:
    """What is to be sent: its name in the record, and its signature."""
    wanted = {server: signature(repo), _blocks(server): blocks_signature(repo)}
    return {name: now for name, now in wanted.items() if applied.get(name) != now}


def _applied(data: Path) -> dict[str, str]:
    try:
        applied: dict[str, str] = json.loads((data / "deployed.json").read_text())
    except FileNotFoundError:
        return {}
    return applied


def _entrypoints(project: dict[str, Any]) -> Iterator[str]:
    for deployment in project.get("deployments") or ():
        if entrypoint := deployment.get("entrypoint"):
            yield entrypoint


def _form(repo: Path, entrypoint: str) -> str:
    """What the server keeps of a flow: its decorators, parameters and docstring."""
    try:
        node = _flow(repo, entrypoint)
    except (OSError, SyntaxError):
        return "unreadable"  # deploying says what is wrong with it, better than we could
    if node is None:
        return "missing"
    decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
    return f"{decorators} {ast.unparse(node.args)} {ast.get_docstring(node)}"


def _flow_name(repo: Path, entrypoint: str) -> str | None:
    try:
        node = _flow(repo, entrypoint)
    except (OSError, SyntaxError):
        return None
    for call in node.decorator_list if node is not None else ():
        for keyword in call.keywords if isinstance(call, ast.Call) else ():
            if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                return str(keyword.value.value)
    return None


def _flow(repo: Path, entrypoint: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    path, _, name = entrypoint.rpartition(":")
    for node in ast.parse((repo / path).read_bytes()).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            return node
    return None


def main() -> int:
    """Apply; the exit code is 0, or 1 with what is wrong on standard error."""
    parser = argparse.ArgumentParser(prog="python -m deployments.bootstrap")
    parser.add_argument("repo", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("server")
    given = parser.parse_args()
    try:
        apply_here(given.repo, given.data, given.server)
    except StackError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
