"""Answers: each protocol's way of saying yes, and the one way of saying no.

A "no" is a problem document (RFC 9457) with a `message` beside, which older Segment clients print.
"""

from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec

from catchment.api.collector.errors import BrokenPacking, UnknownPacking
from catchment.api.collector.routes import Protocol
from catchment.collect import (
    BodyTooLarge,
    EventStatus,
    EventTooLarge,
    MalformedBody,
    Receipt,
    SignatureRefused,
    TooManyEvents,
    UnknownWriteKey,
)
from catchment.kernel import CatchmentError, Unavailable

Headers = list[tuple[bytes, bytes]]

_JSON = (b"content-type", b"application/json")
_PROBLEM = (b"content-type", b"application/problem+json")


class Answer(NamedTuple):
    """A whole answer; the length and the CORS headers are put on when it is sent."""

    status: int
    headers: Headers
    body: bytes


def json_answer(value: object, status: int = 200) -> Answer:
    """An answer of JSON."""
    return Answer(status, [_JSON], msgspec.json.encode(value))


PIXEL = bytes.fromhex(
    "47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b"
)
_YES = {
    Protocol.SEGMENT: Answer(200, [_JSON], b'{"success":true}'),
    Protocol.POSTHOG: Answer(200, [_JSON], b'{"status":1}'),
    Protocol.SENSORS: Answer(200, [(b"content-type", b"text/plain")], b""),
}
_YES_PIXEL = Answer(200, [(b"content-type", b"image/gif")], PIXEL)

STATUSES: tuple[tuple[type[CatchmentError], HTTPStatus], ...] = (
    (UnknownWriteKey, HTTPStatus.UNAUTHORIZED),
    (SignatureRefused, HTTPStatus.UNAUTHORIZED),
    (MalformedBody, HTTPStatus.BAD_REQUEST),
    (BrokenPacking, HTTPStatus.BAD_REQUEST),
    (UnknownPacking, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    (BodyTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (EventTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (TooManyEvents, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)


def yes(protocol: Protocol, receipt: Receipt, *, is_pixel: bool = False) -> Answer:
    """The protocol's thanks: everything in the receipt is on disk."""
    if protocol is Protocol.CATCHMENT:
        return json_answer(_per_event(receipt))
    return _YES_PIXEL if is_pixel else _YES[protocol]


def _per_event(receipt: Receipt) -> dict[str, Any]:
    counts = dict.fromkeys(EventStatus, 0)
    results = []
    for result in receipt.results:
        counts[result.status] += 1
        told: dict[str, Any] = {"message_id": result.message_id, "status": result.status}
        if result.reason is not None:
            told |= {
                "reason": result.reason,
                "detail": result.detail,
                "pointer": result.pointer,
            }
        results.append(told)
    return {"results": results, **{str(status): n for status, n in counts.items()}}


def no(error: CatchmentError) -> Answer:
    """The problem document for an error of the house."""
    status = next(
        (status for family, status in STATUSES if isinstance(error, family)),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )
    places = {name: value for name, value in error.details.items() if isinstance(value, str | int)}
    answer = problem(status, error.code, error.message, **places)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        retry_after = str(getattr(error, "retry_after_seconds", 1)).encode()
        answer.headers.append((b"retry-after", retry_after))
    if status is HTTPStatus.UNAUTHORIZED:
        # No `Basic` challenge: a browser would ask its visitor for a password.
        scheme = b"Signature" if isinstance(error, SignatureRefused) else b"WriteKey"
        answer.headers.append((b"www-authenticate", scheme + b' realm="catchment"'))
    return answer


def problem(status: HTTPStatus, code: str, detail: str, **places: str | int) -> Answer:
    """A problem document.

    Args:
        status: of the answer.
        code: what went wrong, for machines.
        detail: the same in a sentence.
        places: where: `pointer`, or `byte`, `line` and `column`; or the `limit` that was passed.
    """
    body = {
        "type": f"urn:catchment:problem:{code}",
        "title": status.phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
        "message": detail,
        **places,
    }
    return Answer(int(status), [_PROBLEM], msgspec.json.encode(body))
