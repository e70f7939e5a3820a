"""Bodies: taking a request's JSON apart into items without letting one item spoil the rest.

The usual way is msgspec's, which leaves each item as raw bytes. Where it stops at something that
some client's JSON library does write (NaN, half a surrogate pair, nesting without end), the items
are cut out by a scanner that only counts brackets, and each is judged alone. What is no JSON by any
reading is refused as a whole, with the place where it breaks.
"""

import json
import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

import msgspec

from catchment.collect.errors import ItemRefused, MalformedBody, TooManyEvents
from catchment.collect.types import ReasonCode, Reject
from catchment.events import EVENT_BYTES_MAX

EVENTS_MAX = 2_500
"""A batch may not hold more."""

DEPTH_MAX = 256
"""Objects and lists may not be nested deeper. Every JSON reader gives up somewhere, and where it
does may hang on how it was called; here it is a number."""

DEEP_FROM_BYTES = 2 * DEPTH_MAX
"""Shorter JSON cannot be nested too deep."""

BODY_BYTES_MAX = 500 * 1024
"""A batch's JSON may not be larger."""

JSON_TROUBLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""Whatever msgspec raises on bytes that it cannot read."""

_BOM = b"\xef\xbb\xbf"
_BLANKS = b" \t\r\n"
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{},:]', re.DOTALL)

_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_string = msgspec.json.Decoder(str).decode

T = TypeVar("T", bound=msgspec.Struct)


def clean(body: bytes) -> bytes:
    """The body without a byte order mark and without blanks around it."""
    return body.removeprefix(_BOM).strip(_BLANKS)


class DerivedIds:
    """Ids for messages without one: the same bytes sent again give the same ones.

    Hashing a body costs as much as reading it, and most clients send ids: it waits to be asked.
    """

    __slots__ = ("_body", "_prefix", "_source_id")

    def __init__(self, source_id: str, body: bytes) -> None:
        self._source_id = source_id
        self._body = body
        self._prefix = ""

    def at(self, index: int) -> str:
        """The id of the body's n-th message."""
        if not self._prefix:
            told = self._source_id.encode() + b"\0" + self._body
            self._prefix = blake2b(told, digest_size=16).hexdigest()
        return f"{self._prefix}-{index}"


def read_envelope(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    """The object around the items, the items still raw.

    Raises:
        MalformedBody: it is no JSON object of this shape.
    """
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as wrong:
        raise _wrong_shape(wrong) from None
    except JSON_TROUBLE:
        check_readable(body)
        members = {key: part for key, part in members_of(body) if key}
        try:
            return _salvage(decoder, members)
        except msgspec.ValidationError as wrong:
            raise _wrong_shape(wrong) from None


def read_list(body: bytes) -> Sequence[bytes | msgspec.Raw]:
    """The items of a JSON list, raw.

    Raises:
        MalformedBody: it is no JSON list.
    """
    try:
        return _decode_list(body)
    except msgspec.ValidationError as wrong:
        raise _wrong_shape(wrong) from None
    except JSON_TROUBLE:
        check_readable(body)
        return [part for _, part in members_of(body)]


def read_lines(body: bytes) -> Sequence[bytes]:
    """The items of newline-delimited JSON; blank lines are no items."""
    return [line for line in (line.strip(_BLANKS) for line in body.split(b"\n")) if line]


def is_several_lines(body: bytes) -> bool:
    """Whether a body that starts with `{` is newline-delimited JSON and not one object."""
    first, newline, _ = body.partition(b"\n")
    if not newline:
        return False
    first = first.strip(_BLANKS)
    # An object printed over several lines has a first line that is no object by itself.
    return first.startswith(b"{") and first.endswith(b"}") and _closes(first)


def check_count(items: Sequence[object]) -> None:
    """Bounds how many events a batch holds.

    Raises:
        TooManyEvents: there are more than `EVENTS_MAX`.
    """
    if len(items) > EVENTS_MAX:
        raise TooManyEvents(
            f"{len(items)} events in one batch; at most {EVENTS_MAX}", limit=EVENTS_MAX
        )


def check_size(item: bytes | msgspec.Raw, body: bytes) -> None:
    """Bounds an item's size.

    Raises:
        ItemRefused: it is larger than an event may be.
    """
    if len(body) > EVENT_BYTES_MAX and len(memoryview(item)) > EVENT_BYTES_MAX:
        raise ItemRefused(
            ReasonCode.EVENT_TOO_LARGE,
            f"the event's JSON has more than {EVENT_BYTES_MAX} bytes",
        )


def needs_text_check(body: bytes) -> bool:
    """Whether some item may hold bytes that are no UTF-8."""
    if body.isascii():
        return False
    try:
        body.decode()
    except UnicodeDecodeError:
        return True
    return False


def check_text(item: bytes | msgspec.Raw) -> None:
    """Refuses an item whose bytes are no UTF-8: nothing could show it.

    Raises:
        ItemRefused: it is not UTF-8.
    """
    try:
        bytes(item).decode()
    except UnicodeDecodeError as broken:
        raise ItemRefused(
            ReasonCode.INVALID_TEXT, f"not UTF-8 at byte {broken.start} of the event"
        ) from None


def may_be_deep(part: bytes) -> bool:
    """Whether it has brackets enough to be nested too deep; nearly always a look at its length."""
    return len(part) > DEEP_FROM_BYTES and part.count(b"{") + part.count(b"[") > DEPTH_MAX


def is_deep(part: bytes) -> bool:
    """Whether it is nested deeper than `DEPTH_MAX`."""
    depth = 0
    for token in _TOKEN.finditer(part):
        first = part[token.start()]
        if first in b"[{":
            depth += 1
            if depth > DEPTH_MAX:
                return True
        elif first in b"]}":
            depth -= 1
    return False


def refused(index: int, item: bytes | msgspec.Raw, why: ItemRefused) -> Reject:
    """The reject for an item that was refused."""
    return Reject(index, why.reason, why.message, why.pointer, bytes(item))


def pointer_of(wrong: msgspec.ValidationError) -> str:
    """The JSON pointer of the place that a validation error names (`$.a[0].b`)."""
    _, at, path = str(wrong).rpartition(" - at `")
    if not at:
        return ""
    path = path.rstrip("`").removeprefix("key in ").removeprefix("$")
    return re.sub(r"\.|\[", "/", path).replace("]", "")


def _wrong_shape(wrong: msgspec.ValidationError) -> MalformedBody:
    sentence = str(wrong).partition(" - at ")[0]
    return MalformedBody(sentence, pointer=pointer_of(wrong))


def check_readable(body: bytes) -> None:
    """Lets pass what some JSON library can read, however oddly written.

    Raises:
        MalformedBody: none can; the details name byte, line and column.
    """
    text = body.decode("utf-8", "surrogateescape")
    try:
        json.loads(text)
    except json.JSONDecodeError as broken:
        at = len(text[: broken.pos].encode("utf-8", "surrogateescape"))
        raise MalformedBody(
            f"the body is no JSON: {broken.msg} at line {broken.lineno}, column {broken.colno}",
            byte=at,
            line=broken.lineno,
            column=broken.colno,
        ) from None
    except ValueError as broken:  # a number of more digits than Python turns into an int
        raise MalformedBody(f"the body is no JSON: {broken}") from None
    except RecursionError:
        # So deep that nobody reads it; but only one item of many may be, which the scanner tells.
        _check_closed(body)


def _check_closed(body: bytes) -> None:
    if not _closes(body):
        raise MalformedBody("the body is no JSON: its brackets do not close", byte=len(body))


def _closes(body: bytes) -> bool:
    depth = 0
    for token in _TOKEN.finditer(body):
        first = body[token.start()]
        if first in b"[{":
            depth += 1
        elif first in b"]}":
            depth -= 1
            if depth == 0:
                return token.end() == len(body)
    return False


def members_of(body: bytes) -> list[tuple[str, bytes]]:
    """The members of an object or the items of a list, cut out by counting brackets.

    Items of a list have an empty key. Nothing inside a member is looked at.
    """
    depth = 0
    start = 1
    key = ""
    members: list[tuple[str, bytes]] = []
    for token in _TOKEN.finditer(body):
        first = body[token.start()]
        if first in b"[{":
            depth += 1
        elif first in b"]}":
            depth -= 1
            if depth == 0:
                members.append((key, body[start : token.start()].strip(_BLANKS)))
                break
        elif depth == 1 and first == ord(":"):
            key, start = _key(body[start : token.start()].strip(_BLANKS)), token.end()
        elif depth == 1 and first == ord(","):
            members.append((key, body[start : token.start()].strip(_BLANKS)))
            key, start = "", token.end()
    return [(key, part) for key, part in members if part]


def _key(quoted: bytes) -> str:
    try:
        return _decode_string(quoted)
    except JSON_TROUBLE:
        return quoted.decode("utf-8", "replace")


def _salvage(decoder: msgspec.json.Decoder[T], members: dict[str, bytes]) -> T:
    shape = decoder.type
    found: dict[str, object] = {}
    for field in msgspec.structs.fields(shape):
        part = members.get(field.encode_name)
        if part is None:
            continue
        if part.startswith(b"[") and field.type != msgspec.Raw:
            found[field.name] = [msgspec.Raw(item) for _, item in members_of(part)]
            continue
        try:
            found[field.name] = msgspec.json.decode(part, type=field.type)
        except JSON_TROUBLE:
            continue
    missing = [
        field.encode_name
        for field in msgspec.structs.fields(shape)
        if field.required and field.name not in found
    ]
    if missing:
        raise MalformedBody(f"`{missing[0]}` is missing or no list", pointer="")
    made: T = shape(**found)
    return made
