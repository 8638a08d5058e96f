"""What the Prefect server must know before the first run: the work pool and the deployments.

`prefect.yaml` is applied when it, or the form of a flow it names, differs from what was applied to
this server last. Unchanged means untouched: a schedule that an operator paused stays paused.
"""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from core.settings import PROJECT
from deployments.environment import inherited
from deployments.errors import StackError

POOL = "sally"
DEPLOY_S = 180


def apply(data: Path, env: Mapping[str, str], server: str) -> bool:
    """Make the pool and the deployments exist; True when something had to be sent.

    `env` reaches the server; `server` names it in the record, whatever port it has today.
    """
    repo = PROJECT
    wanted = signature(repo)
    record = data / "deployed.json"
    applied: dict[str, str] = json.loads(record.read_text()) if record.exists() else {}
    if applied.get(server) == wanted:
        return False
    create_pool(env["PREFECT_API_URL"])
    if (repo / "prefect.yaml").exists():
        _deploy(env, repo)
    new = record.with_suffix(".new")
    new.write_text(json.dumps({**applied, server: wanted}))
    new.rename(record)
    return True


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


def create_pool(api_url: str) -> None:
    """Make the work pool, of Prefect's own type "process", unless it exists."""
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists
    from prefect.workers.process import ProcessWorker

    template = ProcessWorker.get_default_base_job_template()
    pool = WorkPoolCreate(name=POOL, type=ProcessWorker.type, base_job_template=template)
    with SyncPrefectClient(api_url) as client:
        try:
            client.create_work_pool(pool)
        except ObjectAlreadyExists:
            return


def _deploy(env: Mapping[str, str], repo: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"],
        cwd=repo,
        env={**inherited(), **env},
        stdin=subprocess.DEVNULL,
        text=True,
        capture_output=True,
        check=False,
        timeout=DEPLOY_S,
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        raise StackError(f"The deployments of prefect.yaml were refused:\n{said[-2000:]}")


def _entrypoints(project: dict[str, Any]) -> Iterator[str]:
    for deployment in project.get("deployments") or ():
        if entrypoint := deployment.get("entrypoint"):
            yield entrypoint


def _form(repo: Path, entrypoint: str) -> str:
    """What the server keeps of a flow: its decorators, parameters and docstring."""
    path, _, name = entrypoint.rpartition(":")
    try:
        module = ast.parse((repo / path).read_bytes())
    except (OSError, SyntaxError):
        return "unreadable"  # deploying says what is wrong with it, better than we could
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
            return f"{decorators} {ast.unparse(node.args)} {ast.get_docstring(node)}"
    return "missing"
