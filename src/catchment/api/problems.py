"""How a "no" is said: one table from error families to statuses, and one body, RFC 9457.

Everything that can go wrong ends here: errors of the house, input that does not fit its shape, an
address that does not exist, and the unforeseen, which is logged whole and told without detail.
"""

import traceback
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from catchment.access import (
    IdempotencyKeyReused,
    NotSignedIn,
    TooManyAttempts,
    WrongCredentials,
)
from catchment.api.errors import MalformedJson, RequestTooLarge
from catchment.collect import SignatureRefused
from catchment.kernel import (
    CatchmentError,
    Conflict,
    Denied,
    Invalid,
    Missing,
    Refused,
    Unavailable,
)
from catchment.vault import HIDDEN, TOKEN, TOKEN_MARK, TooManyReadings, hide_text

STATUSES: tuple[tuple[type[CatchmentError], HTTPStatus], ...] = (
    # Exceptions to the families stand first.
    (NotSignedIn, HTTPStatus.UNAUTHORIZED),
    (MalformedJson, HTTPStatus.BAD_REQUEST),
    (RequestTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (WrongCredentials, HTTPStatus.UNAUTHORIZED),
    (SignatureRefused, HTTPStatus.UNAUTHORIZED),
    (TooManyAttempts, HTTPStatus.TOO_MANY_REQUESTS),
    (TooManyReadings, HTTPStatus.TOO_MANY_REQUESTS),
    (IdempotencyKeyReused, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Refused, HTTPStatus.CONFLICT),
    (Conflict, HTTPStatus.CONFLICT),
    (Missing, HTTPStatus.NOT_FOUND),
    (Denied, HTTPStatus.FORBIDDEN),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)
MEDIA_TYPE = "application/problem+json"
ERRORS_SHOWN_MAX = 50

_log = structlog.get_logger(__name__)


def status_of(error: CatchmentError) -> HTTPStatus:
    """The status that an error's family stands for."""
    for family, status in STATUSES:
        if isinstance(error, family):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def problem(
    status: HTTPStatus,
    code: str,
    detail: str,
    *,
    errors: Sequence[Mapping[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem document."""
    body: dict[str, Any] = {
        "type": f"urn:catchment:problem:{code}",
        "title": status.phrase,
        "status": int(status),
        "detail": _masked(detail),
        "code": code,
        "errors": None
        if errors is None
        else [{name: _masked(text) for name, text in one.items()} for one in errors],
    }
    return JSONResponse(
        body,
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def _masked(text: str) -> str:
    """What is quoted of the input, with its personal data masked."""
    return hide_text(TOKEN.sub(HIDDEN, text) if TOKEN_MARK in text else text)


def answer_problems(app: FastAPI) -> None:
    """Makes the app say every "no" this way."""
    app.add_exception_handler(CatchmentError, _named)
    app.add_exception_handler(RequestValidationError, _unfit)
    app.add_exception_handler(HTTPException, _protocol)
    app.add_exception_handler(Exception, _unforeseen)


async def _named(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, CatchmentError):
        raise error
    return problem_of(error)


def problem_of(error: CatchmentError) -> JSONResponse:
    """An error of the house as a problem document."""
    status = status_of(error)
    headers: dict[str, str] = {}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="catchment"'
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}:
        headers["Retry-After"] = str(getattr(error, "retry_after_seconds", 1))
    return problem(status, error.code, error.message, errors=_places_of(error), headers=headers)


def _places_of(error: CatchmentError) -> list[dict[str, str]] | None:
    """Every place of the input that the error names, each with what is wrong there."""
    many, pointer = error.details.get("problems"), error.details.get("pointer")
    if isinstance(many, list):
        return [
            {"pointer": one["pointer"], "detail": one["message"], "code": one["code"]}
            for one in many[:ERRORS_SHOWN_MAX]
        ]
    return [{"pointer": str(pointer), "detail": error.message}] if pointer is not None else None


async def _unfit(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        place = next(one["loc"][-1] for one in found if one["type"] == "json_invalid")
        return problem_of(MalformedJson(f"the body is not JSON; see character {place}"))
    if any(one["loc"][:1] == ("path",) for one in found):
        # An id that cannot be one names nothing.
        return problem(HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this address.")
    errors = [
        {"pointer": pointer_of(one["loc"]), "detail": one["msg"]}
        for one in found[:ERRORS_SHOWN_MAX]
    ]
    detail = "; ".join(f"{one['pointer'] or 'body'}: {one['detail']}" for one in errors[:3])
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "input_invalid", detail, errors=errors)


def pointer_of(place: Sequence[str | int]) -> str:
    """Where the input is wrong: a JSON pointer into the body, or `?name` of the query."""
    kind, *keys = place
    if kind == "query":
        return "?" + ".".join(map(str, keys))
    if kind in {"header", "cookie"}:
        return f"{kind} " + ".".join(map(str, keys))
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)


async def _protocol(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.BAD_REQUEST:
        return problem_of(MalformedJson("the body could not be read as JSON"))
    code = status.name.lower()
    detail = {
        HTTPStatus.NOT_FOUND: "There is nothing at this address.",
        HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take this method.",
    }.get(status, str(error.detail))
    return problem(status, code, detail, headers=error.headers)


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    # Formatted here, because some renderers show local variables, and those hold people's secrets.
    trace = "".join(traceback.format_exception(error))
    _log.error("request_failed", method=request.method, path=request.url.path, trace=trace)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "unforeseen",
        "Something went wrong that nobody foresaw; it is in the log.",
    )
