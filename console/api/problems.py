"""Every refusal as RFC 9457 has it, with the three sentences that a person reads.

No answer repeats what was sent: it may hold a secret.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from console.orchestrator import OrchestratorError
from core.errors import ConfigurationError, HoursUnknown, NotFoundError, SallyError, Sentences
from store.connection import DatabaseLost

log = logging.getLogger("sally.console")

MOST_BYTES = 256 * 1024  # of a request
MEDIA = "application/problem+json"
US = "Who must act: us."
YOU = "Who must act: you."
NOBODY = "Who must act: nobody."


class Wrong(BaseModel):
    """One part of a request that cannot be used."""

    where: str = Field(description="Where it stands, such as body.vendor.")
    why: str = Field(description="Why it cannot be used, without its value.")


class Problem(BaseModel):
    """What went wrong (RFC 9457), in three sentences."""

    type: str = Field(description="A name of the problem that programs may compare.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="The three sentences as one text.")
    happened: str = Field(description="What happened.")
    who: str = Field(description="Who must act.")
    next_step: str = Field(description="What they do next.")
    request_id: str | None = Field(None, description="What to tell support.")
    errors: list[Wrong] | None = Field(None, description="For 422: each part that is wrong.")


class Refusal(SallyError):
    """A request that gets a problem for an answer. ``kind``: its name for programs."""

    def __init__(
        self,
        status: int,
        kind: str,
        sentences: Sentences,
        *,
        headers: dict[str, str] | None = None,
        errors: list[Wrong] | None = None,
    ) -> None:
        super().__init__(sentences.happened)
        self.status, self.kind, self.sentences = status, kind, sentences
        self.headers, self.errors = headers or {}, errors


WHY = {
    400: "The request cannot be read.",
    401: "Nobody is signed in, or the sign-in is over.",
    403: "The role does not allow this, or the form is not ours.",
    404: "There is no such thing, or it is another tenant's.",
    405: "This address does not know that method.",
    409: "It does not fit the present state.",
    413: "The request is too large.",
    415: "The body is not JSON.",
    422: "Some part of the request cannot be used.",
    429: "Too many attempts; Retry-After says when again.",
    503: "The database, Prefect or the vendor does not answer now.",
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems of a route, for its document. Every route may answer 400, 405, 422 and 503."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {"description": WHY[status], "content": {MEDIA: schema}}
        for status in sorted({*statuses, 400, 405, 422, 503})
    }


def not_found(what: str) -> Refusal:
    """The same words for what never was and for a stranger's."""
    return Refusal(
        404, "not-found", Sentences(f"There is no such {what}.", YOU, "Take its id from the list.")
    )


def forbidden(happened: str, next_step: str) -> Refusal:
    """The person is known, and may not."""
    return Refusal(403, "forbidden", Sentences(happened, YOU, next_step))


def unusable(happened: str, next_step: str = "Correct it and send it again.") -> Refusal:
    """What was sent can be read, and cannot be used."""
    return Refusal(422, "unusable", Sentences(happened, YOU, next_step))


def unavailable(why: str, next_step: str = "Try again in a minute.") -> Refusal:
    """Something that we need does not answer; ``why`` is for the log."""
    log.warning("%s", why)
    said = Sentences("Our scheduler does not answer.", US, next_step)
    return Refusal(503, "unavailable", said, headers={"Retry-After": "10"})


def conflict(happened: str, next_step: str) -> Refusal:
    """It does not fit the present state."""
    return Refusal(409, "conflict", Sentences(happened, YOU, next_step))


def too_large(most: int) -> Refusal:
    """More than anything of ours takes."""
    said = Sentences(f"The request is larger than {most // 1024} kB.", YOU, "Send less.")
    return Refusal(413, "too-large", said)


def answer(request: Request, refusal: Refusal) -> JSONResponse:
    """The problem as a response."""
    said = refusal.sentences
    problem = Problem(
        type=f"urn:sally:problem:{refusal.kind}",
        title=HTTPStatus(refusal.status).phrase,
        status=refusal.status,
        detail=f"{said.happened} {said.who} {said.next_step}",
        happened=said.happened,
        who=said.who,
        next_step=said.next_step,
        request_id=request.scope.get("sally_request_id"),
        errors=refusal.errors,
    )
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=refusal.status,
        headers=refusal.headers,
        media_type=MEDIA,
    )


def refusal_of(error: Exception) -> Refusal:
    """What an error of the house, or of the framework, means for who asked."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, NotFoundError):
        return Refusal(404, "not-found", Sentences(str(error), YOU, "Take its id from the list."))
    if isinstance(error, ConfigurationError):
        return unusable(str(error))
    if isinstance(error, HoursUnknown):
        return Refusal(503, "hours-unknown", error.sentences, headers={"Retry-After": "60"})
    if isinstance(error, DatabaseLost | OrchestratorError):
        log.warning("%s", error)
        name = "database" if isinstance(error, DatabaseLost) else "scheduler"
        said = Sentences(f"Our {name} does not answer.", US, "Try again in a minute.")
        return Refusal(503, "unavailable", said, headers={"Retry-After": "10"})
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, HTTPException):
        if error.status_code == 413:
            return too_large(MOST_BYTES)
        said = Sentences(f"{HTTPStatus(error.status_code).phrase}.", YOU, WHY_NEXT)
        kind = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
        return Refusal(error.status_code, kind, said, headers=dict(error.headers or {}))
    said = Sentences("Something went wrong on our side.", US, "Tell support the request's id.")
    return Refusal(500, "internal", said)


WHY_NEXT = "See the API's document at /api/v1/openapi.json."


def _invalid(error: RequestValidationError) -> Refusal:
    found = error.errors()
    errors = [
        Wrong(where=".".join(str(part) for part in each["loc"]), why=str(each["msg"]))
        for each in found
    ]
    # A body that is no JSON at all is not a value that is wrong.
    is_unreadable = any(each["type"] == "json_invalid" for each in found)
    happened = f"{errors[0].where} cannot be used: {errors[0].why}." if errors else WHY[422]
    said = Sentences(happened, YOU, WHY_NEXT)
    if is_unreadable:
        return Refusal(400, "unreadable", Sentences(WHY[400], YOU, WHY_NEXT))
    return Refusal(422, "unusable", said, errors=errors)


def install(app: FastAPI) -> None:
    """Answer every error of this app as a problem."""

    async def handle(request: Request, error: Exception) -> JSONResponse:
        return answer(request, refusal_of(error))

    for kind in (SallyError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, handle)
