"""Samsara's error bodies."""

from __future__ import annotations

from sandbox.exchange import Answer, Refused, as_json


def error(status: int, message: str, **headers: str) -> Answer:
    """`{"message", "requestId"}`; the id is the same for the same message, so tests can compare."""
    request_id = f"{sum(ord(letter) * place for place, letter in enumerate(message, 7)):08x}"
    return as_json({"message": message, "requestId": request_id}, status, **headers)


def bad(message: str) -> Refused:
    """400, to be raised."""
    return Refused(error(400, message))
