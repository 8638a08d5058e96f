"""What `kustomize build` makes of the manifests, as far as they use it; the rest is refused."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import jsonpatch
import yaml

KNOWN = {
    "apiVersion", "kind", "namespace", "resources", "components", "images", "replicas",
    "generatorOptions", "secretGenerator", "patches",
}  # fmt: skip
CLUSTER_WIDE = {"Namespace"}
Manifest = dict[str, Any]


def build(folder: Path, components: tuple[Path, ...] = ()) -> list[Manifest]:
    """Every manifest of the folder's kustomization, and of further components."""
    told = yaml.safe_load((folder / "kustomization.yaml").read_text())
    assert set(told) <= KNOWN, f"{folder} uses {set(told) - KNOWN}"
    made = [one for name in told.get("resources", ()) for one in _resource(folder / name)]
    for name in told.get("components", ()):
        made = _component(made, folder / name)
    for component in components:
        made = _component(made, component)
    made += [_secret(folder, one) for one in told.get("secretGenerator", ())]
    for one in told.get("replicas", ()):
        _named(made, one["name"], {"Deployment", "StatefulSet"})["spec"]["replicas"] = one["count"]
    for image in told.get("images", ()):
        _rename(made, image)
    if "namespace" in told:
        _place(made, told["namespace"])
    return made


def containers(manifest: Manifest) -> list[Manifest]:
    """The containers of a workload; none of anything else."""
    template = manifest.get("spec", {}).get("template")
    return template["spec"]["containers"] if template else []


def _resource(path: Path) -> list[Manifest]:
    if path.is_dir():
        return build(path)
    return [one for one in yaml.safe_load_all(path.read_text()) if one]


def _component(made: list[Manifest], folder: Path) -> list[Manifest]:
    told = yaml.safe_load((folder / "kustomization.yaml").read_text())
    assert told["kind"] == "Component"
    assert set(told) <= KNOWN, f"{folder} uses {set(told) - KNOWN}"
    made = made + [one for name in told.get("resources", ()) for one in _resource(folder / name)]
    for patch in told.get("patches", ()):
        target = _named(made, patch["target"]["name"], {patch["target"]["kind"]})
        operations = yaml.safe_load((folder / patch["path"]).read_text())
        changed = jsonpatch.apply_patch(target, operations)
        made = [changed if one is target else one for one in made]
    return made


def _secret(folder: Path, told: dict[str, Any]) -> Manifest:
    """From the example, for the file itself is nobody's but the operator's."""
    data = {}
    for name in told["envs"]:
        for line in (folder / f"{name}.example").read_text().splitlines():
            if line and not line.startswith("#"):
                key, _, value = line.partition("=")
                data[key] = base64.b64encode(value.encode()).decode()
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": told["name"]},
        "type": "Opaque",
        "data": data,
    }


def _named(made: list[Manifest], name: str, kinds: set[str]) -> Manifest:
    (found,) = [one for one in made if one["kind"] in kinds and one["metadata"]["name"] == name]
    return found


def _rename(made: list[Manifest], image: dict[str, Any]) -> None:
    found = [c for one in made for c in containers(one) if c["image"] == image["name"]]
    assert found, f"no container has the image {image['name']}"
    for container in found:
        container["image"] = f"{image['newName']}:{image['newTag']}"


def _place(made: list[Manifest], namespace: str) -> None:
    for one in made:
        if one["kind"] not in CLUSTER_WIDE:
            one["metadata"]["namespace"] = namespace
        for subject in one.get("subjects", ()):
            subject["namespace"] = namespace
