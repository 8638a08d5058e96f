"""The manifests by Kubernetes' own schema, and what they name among each other."""

from __future__ import annotations

from importlib.util import find_spec

import kubernetes_validate
import pytest
import yaml

from core.settings import PROJECT
from deployments import work_pool
from deployments.prefect_server import TUNING
from deployments.worker_process import HEARTBEAT_S, ONE_THREAD, QUERY_S
from tests.support.kustomize import build, containers

ROOT = PROJECT / "deployments" / "kubernetes"
EXAMPLE = ROOT / "overlays" / "example"
POOL = ROOT / "components" / "kubernetes-pool"
BUILDS = {
    "example": build(EXAMPLE) + build(EXAMPLE / "jobs"),
    "kubernetes pool": build(EXAMPLE, (POOL,)) + build(EXAMPLE / "jobs"),
}
VERSION = "1.34"


@pytest.fixture(params=BUILDS.values(), ids=BUILDS.keys())
def made(request):
    return request.param


def names(made, kind):
    return {one["metadata"]["name"]: one for one in made if one["kind"] == kind}


def pods(made):
    return [one for one in made if containers(one)]


def test_every_manifest_is_valid(made):
    """Strictly: a key that Kubernetes does not know is a mistake of ours."""
    for one in made:
        kubernetes_validate.validate(one, VERSION, strict=True)


def test_names_are_given_once(made):
    named = [(one["kind"], one["metadata"]["name"]) for one in made]

    assert len(named) == len(set(named))


def test_every_manifest_is_listed(made):
    """A file that no kustomization names is never applied."""
    listed = set()
    for path in ROOT.rglob("kustomization.yaml"):
        told = yaml.safe_load(path.read_text())
        for name in [*told.get("resources", ()), *(p["path"] for p in told.get("patches", ()))]:
            assert (path.parent / name).exists(), name
            listed.add((path.parent / name).resolve())

    written = {path for path in ROOT.rglob("*.yaml") if path.name != "kustomization.yaml"}
    assert written <= listed


def test_what_containers_read_exists(made):
    """A ConfigMap or Secret of another name leaves a pod waiting for ever."""
    for one in pods(made):
        for container in containers(one):
            for source in container.get("envFrom", ()):
                ((kind, named),) = source.items()
                kinds = {"configMapRef": "ConfigMap", "secretRef": "Secret"}
                assert named["name"] in names(made, kinds[kind]), one["metadata"]["name"]
            for variable in container.get("env", ()):
                key = variable.get("valueFrom", {}).get("secretKeyRef")
                assert key is None or key["key"] in names(made, "Secret")[key["name"]]["data"]


def test_accounts_exist(made):
    for one in pods(made):
        account = one["spec"]["template"]["spec"].get("serviceAccountName")
        assert account is None or account in names(made, "ServiceAccount")


def test_services_and_budgets_find_their_pods(made):
    """By labels; and a port that a Service names is one that the container has."""
    labelled = {
        one["metadata"]["name"]: (one["spec"]["template"]["metadata"]["labels"], one)
        for one in pods(made)
    }
    for kind in ("Service", "PodDisruptionBudget"):
        assert names(made, kind)
        for one in names(made, kind).values():
            wanted = one["spec"]["selector"]
            wanted = wanted.get("matchLabels", wanted)
            found = [pod for labels, pod in labelled.values() if wanted.items() <= labels.items()]
            assert len(found) == 1, one["metadata"]["name"]
            ports = {p["name"] for c in containers(found[0]) for p in c.get("ports", ())}
            assert {port["targetPort"] for port in one["spec"].get("ports", ())} <= ports
    for labels, pod in labelled.values():
        selector = pod["spec"].get("selector", {}).get("matchLabels", {})
        assert selector.items() <= labels.items()


def test_probes_ask_ports_that_are_there(made):
    for one in pods(made):
        for container in containers(one):
            ports = {port["name"] for port in container.get("ports", ())}
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                http = container.get(probe, {}).get("httpGet")
                assert http is None or http["port"] in ports


def test_nothing_runs_as_root_or_may_become_it(made):
    """The namespace enforces it; a pod that does not comply would not start."""
    for one in pods(made):
        pod = one["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["enableServiceLinks"] is False
        for container in containers(one):
            assert container["securityContext"]["allowPrivilegeEscalation"] is False
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert {"cpu", "memory"} <= set(container["resources"]["requests"])
            assert "memory" in container["resources"]["limits"]


def test_the_prefect_server_has_the_local_ones_settings(made):
    told = names(made, "ConfigMap")["sally-prefect"]["data"]

    assert {name: told.get(name) for name in TUNING} == TUNING
    secret = names(made, "Secret")["sally-prefect"]["data"]
    assert {"PREFECT_SERVER_ENCRYPTION_KEY", "PREFECT_SERVER_API_AUTH_STRING"} <= set(secret)


def test_the_worker_has_the_local_ones_settings(made):
    told = names(made, "ConfigMap")["sally"]["data"]

    assert told["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"] == HEARTBEAT_S
    assert told["PREFECT_WORKER_QUERY_SECONDS"] == QUERY_S
    assert ONE_THREAD.items() <= told.items()


def test_config_holds_no_secret(made):
    secret = {key for one in names(made, "Secret").values() for key in one["data"]}

    for one in names(made, "ConfigMap").values():
        assert not secret & set(one["data"])


def test_commands_exist(made):
    for one in pods(made):
        for container in containers(one):
            command = container["command"]
            if command[:2] == ["python", "-m"]:
                assert find_spec(command[2]) is not None
            else:
                assert command[0] in {"sally", "prefect", "sh"}


@pytest.mark.parametrize("made", [BUILDS["kubernetes pool"]], ids=["kubernetes pool"])
def test_a_job_of_the_pool_finds_what_it_names(made):
    """The template's names are those of the manifests; kustomize does not rewrite them."""
    told = work_pool.template("kubernetes")
    job = told["job_configuration"]["job_manifest"]["spec"]["template"]["spec"]
    defaults = told["variables"]["properties"]

    assert defaults["namespace"]["default"] in names(made, "Namespace")
    assert defaults["service_account_name"]["default"] in names(made, "ServiceAccount")
    for source in job["containers"][0]["envFrom"]:
        for kind, named in source.items():
            kinds = {"configMapRef": "ConfigMap", "secretRef": "Secret"}
            assert named["name"] in names(made, kinds[kind])
