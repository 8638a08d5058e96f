"""What every vendor of the registry must bring; a failure says what to add and where."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters._kit.vendor import Vendor
from adapters.registry import VENDORS, vendor
from core.errors import ConfigurationError
from sandbox.credentials import VENDORS as SANDBOX_VENDORS

PROJECT = Path(__file__).resolve().parents[2]
FIXTURES = PROJECT / "tests" / "fixtures"
Rule = Callable[[Vendor], "str | None"]


def text_of(path: str) -> str:
    file = PROJECT / path
    return file.read_text(encoding="utf-8") if file.exists() else ""


def has_file(name: str) -> Rule:
    def check(one: Vendor) -> str | None:
        path = f"adapters/{one.name}/{name}"
        return None if text_of(path).strip() else f"Add {path}."

    return check


def names_its_folder(one: Vendor) -> str | None:
    is_plain = re.fullmatch(r"[a-z][a-z0-9]*", one.name)
    return None if is_plain else f"“{one.name}” should be one lower-case word: it names folders."


def has_datasets(one: Vendor) -> str | None:
    names = [dataset.name for dataset in one.datasets]
    if not names:
        return f"Give adapters/{one.name}/__init__.py at least one Dataset."
    return None if len(names) == len(set(names)) else f"Two datasets of {one.name} share a name."


def reads_again(one: Vendor) -> str | None:
    lacking = [dataset.name for dataset in one.datasets if dataset.again is None]
    return f"Give {lacking} of {one.name} an `again`: rows are replayed." if lacking else None


def has_credentials(one: Vendor) -> str | None:
    lacking = [field.name for field in one.credentials if not (field.title and field.help)]
    if lacking or not one.credentials:
        return f"Give each CredentialField of {one.name} a title and a help: {lacking or 'none'}."
    return None


def hides_credentials(one: Vendor) -> str | None:
    entered = {field.name: f"secret-{field.name}" for field in one.credentials}
    authorization = one.authorize(entered)
    used = {*authorization.headers.values(), *authorization.params.values()}
    unused = [name for name, value in entered.items() if not any(value in part for part in used)]
    if unused:
        return f"authorize of {one.name} leaves out {unused}."
    return "Authorization prints a secret." if "secret-" in repr(authorization) else None


def speaks_tls(one: Vendor) -> str | None:
    is_safe = one.base_url.startswith("https://") and not one.base_url.endswith("/")
    return None if is_safe else f"base_url of {one.name} should be https://… without a slash."


def has_sandbox_path(one: Vendor) -> str | None:
    is_path = one.sandbox_path.startswith(f"/{one.name}")
    return None if is_path else f"sandbox_path of {one.name} should start with /{one.name}."


def has_fixtures(one: Vendor) -> str | None:
    manifest = json.loads((FIXTURES / "_manifest.json").read_text(encoding="utf-8"))["fixtures"]
    good = [entry for entry in manifest if entry["vendor"] == one.name and entry["status"] == 200]
    bad = [entry for entry in manifest if entry["vendor"] == one.name and entry["status"] >= 400]
    missing = [e["file"] for e in good + bad if not (FIXTURES / one.name / e["file"]).exists()]
    if missing:
        return f"Add to tests/fixtures/{one.name}: {missing}."
    if len(good) < len(one.datasets) or not bad:
        return f"Record a good answer per dataset and an error in tests/fixtures/{one.name}."
    return None


def has_flow(one: Vendor) -> str | None:
    path = f"flows/{one.name}.py"
    flow = f"sync-{one.name}"
    return None if flow in text_of(path) else f"Add the flow “{flow}” in {path}."


def has_deployment(one: Vendor) -> str | None:
    entrypoint = f"flows/{one.name}.py:sync_{one.name}"
    is_there = entrypoint in text_of("prefect.yaml")
    return None if is_there else f"Add a deployment with entrypoint {entrypoint} to prefect.yaml."


def is_documented(one: Vendor) -> str | None:
    row = re.search(rf"^\|.*{re.escape(one.title)}", text_of("docs/vendors.md"), re.MULTILINE)
    return None if row else f"Add a row for {one.title} to the table of docs/vendors.md."


def has_variables(one: Vendor) -> str | None:
    wanted = [f"{one.name}_{field.name}".upper() for field in one.credentials]
    wanted.append(f"{one.name}_API_URL".upper())
    missing = [name for name in wanted if name not in text_of(".env.example")]
    return f"Explain {', '.join(missing)} in .env.example." if missing else None


def has_limits(one: Vendor) -> str | None:
    names = [limit.name for limit in one.limits]
    if not one.limits or one.limits[-1].paths or any(not each.paths for each in one.limits[:-1]):
        return f"The last CallLimit of {one.name}, and only that, should have no paths."
    odd = [each.name for each in one.limits if not 1 <= each.burst <= each.most]
    unknown = {each.limit for each in one.datasets} - {None, *names}
    if odd or unknown:
        return f"Mend the limits of {one.name}: {[*odd, *unknown]}."
    wanted = [f"{one.name}_rate_limit".upper()]
    wanted += [f"{one.name}_rate_limit_{name}".upper() for name in names[:-1]]
    missing = [name for name in wanted if f"{name}=" not in text_of(".env.example")]
    return f"Explain {', '.join(missing)} in .env.example." if missing else None


def has_sandbox_part(one: Vendor) -> str | None:
    is_played = one.name in SANDBOX_VENDORS
    wanted = (
        f"Write sandbox/{one.name}.py, and name it in sandbox/credentials.py and sandbox/box.py."
    )
    return None if is_played else wanted


def is_filled_in(one: Vendor) -> str | None:
    """What `make vendor` could not know is marked where it has to be written."""
    files = [*(PROJECT / "adapters" / one.name).glob("*.*"), PROJECT / f"flows/{one.name}.py"]
    marked = [
        str(path.relative_to(PROJECT))
        for path in sorted(files)
        if path.is_file() and "FILL IN" in path.read_text(encoding="utf-8")
    ]
    return f"Fill in what is marked FILL IN: {', '.join(marked)}." if marked else None


RULES: dict[str, Rule] = {
    "a plain name": names_its_folder,
    "__init__.py": has_file("__init__.py"),
    "client.py": has_file("client.py"),
    "wire.py": has_file("wire.py"),
    "mapping.py": has_file("mapping.py"),
    "README.md": has_file("README.md"),
    "datasets": has_datasets,
    "its rows can be replayed": reads_again,
    "credentials": has_credentials,
    "hidden credentials": hides_credentials,
    "TLS": speaks_tls,
    "a sandbox path": has_sandbox_path,
    "fixtures": has_fixtures,
    "a flow": has_flow,
    "a deployment": has_deployment,
    "documentation": is_documented,
    "variables": has_variables,
    "limits": has_limits,
    "a part of the sandbox": has_sandbox_part,
    "nothing left to fill in": is_filled_in,
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
@pytest.mark.parametrize("one", VENDORS, ids=lambda one: one.name)
def test_a_vendor_is_complete(one, rule):
    """Half a vendor is found here and not in production."""
    lacking = rule(one)

    assert lacking is None, lacking


def test_every_vendor_folder_is_in_the_registry():
    """A folder that nobody registered never syncs."""
    folders = {path.parent.name for path in (PROJECT / "adapters").glob("*/__init__.py")}

    assert folders - {"_kit"} == {one.name for one in VENDORS}


def test_an_unknown_vendor_is_told_with_the_known_ones():
    """The person typed it wrong: the list helps."""
    with pytest.raises(ConfigurationError, match="Known: samsara, truckbase"):
        vendor("samsarra")
