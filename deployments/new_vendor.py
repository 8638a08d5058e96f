"""`make vendor NAME=acmeeld`: the shape of another vendor, everywhere that one has to be named.

The files come from `scaffold/`; what only a person knows is marked FILL IN there, and
tests/adapters/test_conformance.py names each such file until the mark is gone.
"""

from __future__ import annotations

import argparse
import keyword
import re
import sys
from pathlib import Path

from core.errors import SallyError
from core.settings import PROJECT
from deployments.errors import StackError

SCAFFOLD = Path(__file__).parent / "scaffold"
FILES = {name: f"adapters/@NAME@/{name}" for name in
         ("__init__.py", "client.py", "wire.py", "mapping.py", "README.md")}  # fmt: skip
FILES["flow.py"] = "flows/@NAME@.py"
TAKEN = "registry"  # a module beside the vendors' folders


def scaffold(name: str, title: str = "", repo: Path = PROJECT) -> list[str]:
    """Write and name it everywhere; the paths that were written. All of them, or a StackError."""
    is_word = re.fullmatch(r"[a-z][a-z0-9]*", name) is not None
    if not is_word or keyword.iskeyword(name) or name == TAKEN:
        raise StackError(f"“{name}” cannot be a vendor's name: one lower-case word, as acmeeld.")
    if not re.fullmatch(r"[\w .&-]*", title):
        raise StackError(f"“{title}” cannot be a title: letters, digits, spaces, dots, & and -.")
    for target in ("adapters/" + name, f"flows/{name}.py", f"tests/fixtures/{name}"):
        if (repo / target).exists():
            raise StackError(f"{target} exists: remove it first, or choose another name.")
    words = {"@NAME@": name, "@TITLE@": title or name.capitalize(), "@UPPER@": name.upper()}
    new = {_filled(to, words): _template(source, words) for source, to in FILES.items()}
    new[f"tests/fixtures/{name}/.gitkeep"] = ""
    # Read and changed before anything is written: a file that is not as expected costs nothing.
    new |= {path: change((repo / path).read_text(), words) for path, change in CHANGES.items()}
    for path, text in new.items():
        (repo / path).parent.mkdir(parents=True, exist_ok=True)
        (repo / path).write_text(text, encoding="utf-8")
    return sorted(new)


def _template(source: str, words: dict[str, str]) -> str:
    return _filled((SCAFFOLD / f"{source}.txt").read_text(encoding="utf-8"), words)


def _filled(text: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def _once(text: str, pattern: str, by: str, where: str) -> str:
    """Replace the one place; a StackError when the file has another shape by now."""
    changed, times = re.subn(pattern, lambda found: found.expand(by), text, flags=re.MULTILINE)
    if times != 1:
        raise StackError(f"{where} has no single place for a vendor: name it there yourself.")
    return changed


def _registry(text: str, words: dict[str, str]) -> str:
    name, where = words["@NAME@"], "adapters/registry.py"
    found = re.search(r"^from adapters import (.+)$", text, re.MULTILINE)
    if found is None:
        raise StackError(f"{where} has no single place for a vendor: name it there yourself.")
    names = sorted([*found[1].split(", "), name])
    text = text.replace(found[0], f"from adapters import {', '.join(names)}")
    return _once(text, r"^(VENDORS: [^)]+)^\)", rf"\1    {name}.VENDOR,\n)", where)


def _deployments(text: str, words: dict[str, str]) -> str:
    entry = _template("deployment.yaml", words).rstrip("\n").replace("\\", r"\\")
    # Beside the other vendors: before the first deployment that is none.
    return _once(text, r"\n\n  - name: maintain$", entry + r"\n\n  - name: maintain",
                 "prefect.yaml")  # fmt: skip


def _page(text: str, words: dict[str, str]) -> str:
    row = (
        f"| {words['@TITLE@']} (`{words['@NAME@']}`) | telematics | vehicles | `GET /vehicles` |"
        r" `fleet.vehicle` | 15 min |\n"
    )
    return _once(text, r"\n\n## Credentials$", rf"\n{row}\n## Credentials", "docs/vendors.md")


def _variables(text: str, words: dict[str, str]) -> str:
    upper, where = words["@UPPER@"], ".env.example"
    for last, new in (
        (r"(# OPENWEATHER_API_KEY=.*\n)", f"# {upper}_API_KEY=\n"),
        (r"(# OPENWEATHER_API_URL=.*\n)",
         f"# {upper}_API_URL=https://api.{words['@NAME@']}.example\n"),
        (r"(# OPENWEATHER_RATE_LIMIT=.*\n)", f"# {upper}_RATE_LIMIT=60/min\n"),
    ):  # fmt: skip
        text = _once(text, f"^{last}", rf"\1{new}", where)
    return text


def _contracts(text: str, words: dict[str, str]) -> str:
    """Vendors do not know each other, and do not speak HTTP."""
    pattern = r'"adapters\.openweather"(?=[\],])'
    added = rf'"adapters.openweather", "adapters.{words["@NAME@"]}"'
    return re.sub(pattern, lambda _: added, text)


CHANGES = {
    "adapters/registry.py": _registry,
    "prefect.yaml": _deployments,
    "docs/vendors.md": _page,
    ".env.example": _variables,
    "pyproject.toml": _contracts,
}


def main() -> int:
    """Scaffold; the exit code is 0, or 1 with one sentence."""
    parser = argparse.ArgumentParser(prog="python -m deployments.new_vendor")
    parser.add_argument("name", help="one lower-case word, as acmeeld")
    parser.add_argument("--title", default="", help="as people write it")
    given = parser.parse_args()
    try:
        written = scaffold(given.name, given.title)
    except SallyError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("".join(f"{path}\n" for path in written))
    sys.stdout.write(
        "What is left: .venv/bin/python -m pytest tests/adapters/test_conformance.py\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
