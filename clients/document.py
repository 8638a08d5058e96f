"""The API's document as a file, and from which document a client was made.

`python -m clients.document` writes the document; with `--seal`, what the client was made from.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from pydantic import SecretStr

from console.api.app import create_app
from core.settings import Settings

HERE = Path(__file__).resolve().parent
DOCUMENT, SEAL = HERE / "openapi.json", HERE / "python" / "made-from.txt"


def document() -> str:
    """The document as it is now; needs no database, for nothing is asked."""
    nothing = Settings(_env_file=None, console_jwt_key=SecretStr("0" * 64))
    return json.dumps(create_app(nothing).openapi(), indent=1, ensure_ascii=False) + "\n"


def seal() -> str:
    """What names the document and every file of the client that was made from it."""
    made = hashlib.sha256(DOCUMENT.read_bytes())
    for path in sorted((HERE / "python").rglob("*.py")):
        made.update(str(path.relative_to(HERE)).encode() + path.read_bytes())
    return f"{made.hexdigest()}\n"


def main() -> None:
    """Write the one or the other."""
    if "--seal" in sys.argv:
        SEAL.write_text(seal())
    else:
        DOCUMENT.write_text(document())


if __name__ == "__main__":
    main()
