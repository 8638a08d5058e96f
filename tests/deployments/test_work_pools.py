"""The job templates: valid for Prefect's own workers of each kind."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import kubernetes_validate
import pytest
import yaml
from prefect.workers.process import ProcessWorker

from core.settings import PROJECT
from deployments import work_pool

BESIDE = PROJECT / ".venv" / "image"
VARIABLES = yaml.safe_load((PROJECT / "prefect.yaml").read_text())["definitions"]["work_pool"]

# In a process of its own, with the packages that only the image has.
READ = """
import asyncio, json, sys
from prefect_docker.worker import DockerWorker, DockerWorkerJobConfiguration
from prefect_kubernetes.worker import KubernetesWorker, KubernetesWorkerJobConfiguration
import prefect_redis.lease_storage, prefect_redis.messaging, prefect_redis.ordering
from deployments import work_pool

values = json.loads(sys.argv[1])
classes = {
    "docker": (DockerWorker, DockerWorkerJobConfiguration),
    "kubernetes": (KubernetesWorker, KubernetesWorkerJobConfiguration),
}
answer = {}
for kind, (worker, configuration) in classes.items():
    made = asyncio.run(
        configuration.from_template_and_values(work_pool.template(kind), dict(values))
    )
    answer[kind] = {
        "theirs": worker.get_default_base_job_template(),
        "made": made.model_dump(mode="json"),
    }
print(json.dumps(answer))
"""


@pytest.fixture(scope="module")
def read():
    """What each worker makes of our template with the variables of prefect.yaml."""
    done = subprocess.run(
        [sys.executable, "-c", READ, json.dumps(VARIABLES["job_variables"])],
        cwd=PROJECT,
        env={
            **os.environ,
            "PYTHONPATH": f"{PROJECT}{os.pathsep}{BESIDE}",
            # Prefect starts a server for it, which takes its time beside other tests.
            "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        },
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_the_process_pool_is_prefects_own():
    assert work_pool.template("process") == ProcessWorker.get_default_base_job_template()


@pytest.mark.parametrize("kind", ["docker", "kubernetes"])
def test_a_template_has_every_variable_of_its_worker(read, kind):
    """One that is missing could be set by nobody; one too many is ignored by the worker."""
    ours, theirs = work_pool.template(kind), read[kind]["theirs"]

    assert set(ours["variables"]["properties"]) == set(theirs["variables"]["properties"])
    assert set(ours["job_configuration"]) == set(theirs["job_configuration"])


def test_a_docker_job_is_the_products_image_without_rights(read):
    made = read["docker"]["made"]

    assert made["image"].startswith("sally-integrations:")
    assert made["container_create_kwargs"]["cap_drop"] == ["ALL"]
    assert made["container_create_kwargs"]["user"] == "10001:10001"
    assert made["env"]["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"] == "30"
    assert made["privileged"] is False


def test_a_kubernetes_job_is_valid(read):
    manifest = read["kubernetes"]["made"]["job_manifest"]
    pod = manifest["spec"]["template"]["spec"]
    # Prefect's worker insists on these two where Kubernetes does not know them, and fills in these.
    del pod["parallelism"], pod["completions"]
    pod["containers"][0]["env"] = []
    pod["containers"][0].pop("args", None)
    for empty in ("annotations", "labels"):
        manifest["metadata"][empty] = {}

    kubernetes_validate.validate(manifest, "1.34", strict=True)
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["containers"][0]["securityContext"]["readOnlyRootFilesystem"] is True


@pytest.mark.parametrize("kind", work_pool.KINDS)
def test_a_template_holds_no_secret(kind):
    """Prefect keeps templates in clear; secrets come from a file or a Secret."""
    said = json.dumps(work_pool.template(kind)["job_configuration"])

    assert not [word for word in ("DATABASE_URL", "ENCRYPTION_KEY", "PASSWORD") if word in said]
