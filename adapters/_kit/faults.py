"""What a vendor's answer, or its silence, means: translated once, here at the edge.

Texts name the vendor, the path and the status, never a query, a host or a header: those can hold
credentials and places. The vendor's own message is used when it is short JSON.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
import httpx
import orjson
from aiohttp.http_exceptions import HttpProcessingError

from core import redaction
from core.errors import (
    AuthRejected,
    ContractBroken,
    Origin,
    PermissionMissing,
    RateLimited,
    RequestRejected,
    VendorError,
    VendorUnavailable,
)

SHORTEST_WAIT_S, LONGEST_WAIT_S = 0.25, 3600.0
_MESSAGE_CHARACTERS = 200
_ID_CHARACTERS = 100
_MAIL = re.compile(r"[^\s@,;:'\"<>()]+@[^\s@,;:'\"<>()]+")
_NUMBER_OF_A_PERSON = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){6,}")
_NOT_PRINTABLE = re.compile(r"[^\x20-\x7e]+")

# Everything that a transport may raise: ours raises aiohttp's errors, httpx's own its own.
TRANSPORT_ERRORS = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    aiohttp.ClientError,
    HttpProcessingError,
    TimeoutError,
    OSError,
    EOFError,
)
_UNUSABLE_URL = (
    httpx.InvalidURL,
    httpx.UnsupportedProtocol,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)
_NOT_HTTP = (aiohttp.ClientResponseError, HttpProcessingError, httpx.DecodingError)

# The first kind that fits names what happened; aiohttp's own error knows better than httpx's.
_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (aiohttp.ClientConnectorCertificateError, "its certificate could not be verified"),
    (aiohttp.ClientSSLError, "no secure connection could be made"),
    (aiohttp.ServerTimeoutError, "no answer came in time"),
    (aiohttp.ClientConnectorError, "no connection could be made"),
    (aiohttp.ServerDisconnectedError, "the connection was closed before an answer came"),
    (aiohttp.ClientPayloadError, "the answer broke off in the middle"),
    (aiohttp.ClientOSError, "the connection was lost"),
    (httpx.TimeoutException, "no answer came in time"),
    (TimeoutError, "no answer came in time"),
    (httpx.ConnectError, "no connection could be made"),
)


def of_exception(error: BaseException, title: str, origin: Origin) -> VendorError:
    """The error of the house for what the transport raised; holds nothing of its text."""
    place = f"{title}: {origin.path}"
    if isinstance(error, _UNUSABLE_URL):
        return RequestRejected(f"{place}: the base URL is not a web address.", origin)
    if isinstance(error, _NOT_HTTP):
        return ContractBroken(f"{place}: what answered cannot be read as HTTP.", origin)
    told = (error.__cause__, error)
    for kind, words in _WORDS:
        if any(isinstance(one, kind) for one in told):
            return VendorUnavailable(f"{place}: {words}.", origin)
    return VendorUnavailable(f"{place}: the connection failed.", origin)


def of_status(
    status: int,
    title: str,
    origin: Origin,
    *,
    scope: str | None = None,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> VendorError:
    """The error of the house for a status that is not 200 (or for a body that says one)."""
    headers = headers if headers is not None else {}
    said = _json_object(body)
    given = request_id(headers) or shown_id(said.get("requestId"))
    origin = replace(origin, status=status, request_id=given)
    happened = _sentence(f"{title} answered {status} to {origin.path}{_message(said)}")
    if status == 401:
        return AuthRejected(happened, origin)
    if status == 403:
        return PermissionMissing(happened, origin, scope)
    if status == 429:
        return RateLimited(happened, origin, retry_after(headers))
    if status >= 500:
        return VendorUnavailable(happened, origin)
    if status >= 400:
        return RequestRejected(happened, origin)
    if status >= 300:
        return RequestRejected(
            f"{title}: the base URL answers {origin.path} with a redirect ({status}), "
            "which is never followed.",
            origin,
        )
    return ContractBroken(f"{title} answered {status} to {origin.path}: no data.", origin)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, 0.25 to 3600, from (fractional) seconds or an HTTP date.

    None when the header is absent or cannot be meant: garbage, zero, negative, a past date.
    """
    words = headers.get("retry-after", "").strip()
    try:
        seconds = float(words)
    except ValueError:
        until = http_date(words)
        if until is None:
            return None
        since = http_date(headers.get("date", "")) or datetime.now(UTC)
        seconds = (until - since).total_seconds()
    if math.isnan(seconds) or seconds <= 0:
        return None
    return min(max(seconds, SHORTEST_WAIT_S), LONGEST_WAIT_S)


def http_date(words: str) -> datetime | None:
    """The instant of an HTTP date, aware UTC; None when it is none."""
    try:
        read = parsedate_to_datetime(words)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def request_id(headers: Mapping[str, str]) -> str | None:
    """The vendor's handle for support, from the headers; as it may be shown."""
    return shown_id(headers.get("request-id") or headers.get("x-request-id"))


def shown_id(value: object) -> str | None:
    """A handle as it may be shown; None when it is none."""
    if not isinstance(value, str) or not value:
        return None
    return redaction.text(_NOT_PRINTABLE.sub("", value))[:_ID_CHARACTERS] or None


def _json_object(body: bytes) -> dict[str, object]:
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return read if isinstance(read, dict) else {}


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def _message(said: Mapping[str, object]) -> str:
    """The vendor's own words, cleaned and cut; empty when it said none."""
    held = said.get("error", said)
    words = held.get("message") if isinstance(held, dict) else held
    if not isinstance(words, str) or not words.strip():
        return ""
    words = redaction.text(" ".join(words.split()))
    for personal in (_MAIL, _NUMBER_OF_A_PERSON):
        words = personal.sub(redaction.HIDDEN, words)
    if len(words) > _MESSAGE_CHARACTERS:
        words = words[: _MESSAGE_CHARACTERS - 1] + "…"
    return f": {words}"
