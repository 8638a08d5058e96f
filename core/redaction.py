"""Nothing secret leaves in words: URLs, payloads and texts are cleaned here.

Credentials are removed by name (query parameters, headers, keys of a payload) and, once
``remember`` has seen them, by value wherever they stand.
"""

from __future__ import annotations

import logging
import re
from bisect import insort
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

HIDDEN = "[redacted]"
_SECRET = re.compile(
    r"appid|api[_-]?key|api[_-]?secret|authorization|token|secret|passw(or)?d|credential|cookie",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"phone|email|licen[cs]e(number|_number|plate)?$|username|ssn|birth|notes?$", re.IGNORECASE
)
_QUERY = re.compile(r"(?i)([?&;]|\b)(appid|api[_-]?key|api[_-]?secret|token|key)=([^&\s'\"<>]+)")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}")
_USERINFO = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^/\s:@]*):[^@/\s]+@", re.IGNORECASE)
SHORTEST = 6  # anything shorter is no secret, and would tear words apart
_remembered: list[str] = []
_known: set[str] = set()


def remember(values: Iterable[str]) -> None:
    """Hide these exact values from now on, in this process; very short ones are not secrets."""
    for value in values:
        if len(value) >= SHORTEST and value not in _known:
            _known.add(value)
            # The longest first, because one may lie inside another.
            insort(_remembered, value, key=lambda held: -len(held))


def remember_url(address: str) -> None:
    """Hide the password of a connection URL from now on."""
    password = urlsplit(address).password
    if password:
        remember([password])


def text(words: str) -> str:
    """The same words without credentials."""
    for value in _remembered:
        if value in words:
            words = words.replace(value, HIDDEN)
    words = _QUERY.sub(rf"\1\2={HIDDEN}", words)
    words = _BEARER.sub(rf"\1 {HIDDEN}", words)
    return _USERINFO.sub(rf"\1:{HIDDEN}@", words)


def url(address: str) -> str:
    """Scheme, host and path only: queries can hold credentials and places."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    netloc = f"{host}:{parts.port}" if parts.port else host
    return text(urlunsplit((parts.scheme, netloc, parts.path, "", "")))


def payload(value: object) -> object:
    """A JSON value without credentials and personal data; the shape stays."""
    if isinstance(value, Mapping):
        return {
            str(key): HIDDEN if _is_hidden(str(key), held) else payload(held)
            for key, held in value.items()
        }
    if isinstance(value, list | tuple):
        return [payload(item) for item in value]
    return text(value) if isinstance(value, str) else value


def _is_hidden(key: str, held: object) -> bool:
    return held not in (None, "") and bool(_SECRET.search(key) or _PERSONAL.search(key))


def install() -> None:
    """Clean every log record of this process as it is made, whoever logs and whoever handles it."""
    make = logging.getLogRecordFactory()
    if getattr(make, "is_redacting", False):
        return

    def make_clean(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        record.msg, record.args = text(record.getMessage()), None
        if record.exc_info and record.exc_info[1] is not None:
            # Handlers print a ready text instead of formatting the exception again.
            record.exc_text = text(logging.Formatter().formatException(record.exc_info))
        return record

    make_clean.is_redacting = True  # type: ignore[attr-defined]  # marks our own wrapper
    logging.setLogRecordFactory(make_clean)
