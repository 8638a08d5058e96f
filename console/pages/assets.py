"""What browsers load once and keep: the stylesheet, our script, htmx. Nothing is from elsewhere."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
HTMX = "htmx-2.0.11.min.js"
# An address names the version of what is behind it, so that it may be kept for ever.
FOR_EVER = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=300"


class Assets(StaticFiles):
    """Files that change only with their address."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; kept by browsers when the address names its version."""
        response = await super().get_response(path, scope)
        is_versioned = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = FOR_EVER if is_versioned else BRIEFLY
        return response


def serve(app: FastAPI) -> None:
    """Serve them under /static."""
    app.mount("/static", Assets(directory=FOLDER), name="static")


@lru_cache(maxsize=32)
def address(name: str) -> str:
    """Where a file is, with the version of its content."""
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"
