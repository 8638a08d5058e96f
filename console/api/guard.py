"""What stands before every answer: security headers, a request's id, its size, where it is from.

Plain ASGI, so that answers pass through it as they are made.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from fastapi import HTTPException, Request
from starlette.datastructures import Headers, MutableHeaders

from console.api import problems

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
log = logging.getLogger("sally.console")
OnAnswer = Callable[[str, str, int, float], None]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# No inline script and no inline style: what a vendor or a person wrote cannot become either.
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000; includeSubDomains"


class Guard:
    """Wraps the app."""

    def __init__(self, app: App, *, site: str | None, on_answer: OnAnswer) -> None:
        """``site``: where people open the console, if the settings say; by TLS or not.

        ``on_answer``: gets method, route, status and seconds of every answer.
        """
        parts = urlsplit(site or "")
        self._app, self._host, self._on_answer = app, parts.netloc, on_answer
        self._is_tls = parts.scheme == "https"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what is no request for us; dress every answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["sally_request_id"] = uuid4().hex
        refusal = self._refused(scope)
        if refusal is not None:
            response = problems.answer(Request(scope), refusal)
            await response(scope, receive, self._dressed(scope, send))
            return
        dressed, has_begun = self._dressed(scope, send), False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await dressed(message)

        try:
            await self._app(scope, _bounded(receive), watched)
        except Exception as error:
            log.exception("The request %s failed.", scope["sally_request_id"])
            if has_begun:
                raise
            response = problems.answer(Request(scope), problems.refusal_of(error))
            await response(scope, receive, dressed)

    def _refused(self, scope: Scope) -> problems.Refusal | None:
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > problems.MOST_BYTES:
            return problems.too_large(problems.MOST_BYTES)
        if scope["method"] in UNSAFE and _is_from_elsewhere(
            headers, {headers.get("host", ""), self._host}
        ):
            return problems.forbidden(
                "This request was sent by a page of another site.", "Use the console's own pages."
            )
        return None

    def _dressed(self, scope: Scope, send: Send) -> Send:
        began = time.perf_counter()

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                seconds = time.perf_counter() - began
                self._on_answer(scope["method"], _route(scope), message["status"], seconds)
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers["X-Request-ID"] = scope["sally_request_id"]
                # Answers are about one tenant: no cache between us keeps them.
                headers.setdefault("Cache-Control", "no-store")
                if self._is_tls:
                    headers["Strict-Transport-Security"] = HSTS
            await send(message)

        return dressed


def _route(scope: Scope) -> str:
    """The route's template: an address itself may hold an id, or anything."""
    return str(getattr(scope.get("route"), "path", "none"))


def _is_from_elsewhere(headers: Headers, ours: set[str]) -> bool:
    """Whether a browser says so; who is no browser says nothing, and has no cookie to abuse."""
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc not in ours - {""}


def _bounded(receive: Receive) -> Receive:
    """The body without a length, cut where it gets too large."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > problems.MOST_BYTES:
            # The framework takes any other error for a body that cannot be read.
            raise HTTPException(413)
        return message

    return bounded
