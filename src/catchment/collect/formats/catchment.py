"""Our own format: `{"events": […]}`, a list, one event, or one event on each line.

Names are spelled as everywhere in our API (`user_id`, `message_id`); an item spelled Segment's way
is understood too. This is the one protocol whose answer says what became of each event.
`catchment/ndjson` is for a body that its sender calls newline-delimited: a bad first line spoils
nothing then.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import msgspec

from catchment.collect.errors import MalformedBody
from catchment.collect.formats.bodies import (
    JSON_TROUBLE,
    DerivedIds,
    clean,
    is_several_lines,
    read_envelope,
    read_lines,
    read_list,
)
from catchment.collect.formats.calls import SNAKE, Around, decode_calls
from catchment.collect.formats.outline import Outline
from catchment.collect.formats.segment import read_sent
from catchment.collect.types import Decoded
from catchment.lake import Received

_NOTHING = msgspec.Raw(b"null")


class Events(msgspec.Struct, gc=False):
    """The object around the events."""

    events: list[msgspec.Raw]
    write_key: str | None = None
    writeKey: str | None = None  # noqa: N815  (as Segment's clients spell it)
    sent_at: msgspec.Raw = _NOTHING
    context: msgspec.Raw = _NOTHING


class Single(msgspec.Struct, gc=False):
    """What the collector must know of a lone event."""

    write_key: str | None = None
    writeKey: str | None = None  # noqa: N815


class _Named(msgspec.Struct, gc=False):
    message_id: str | None = None
    messageId: str | None = None  # noqa: N815


_EVENTS = msgspec.json.Decoder(Events)
_SINGLE = msgspec.json.Decoder(Single)
_NAMED = msgspec.json.Decoder(_Named)


def outline(body: bytes, kind: str) -> Outline:
    """Whose body it is and how many events it holds.

    Raises:
        MalformedBody: it is no JSON of this format.
    """
    around = Around(received_us=0, derived_ids=DerivedIds("", b""))
    items, write_key = _items(clean(body), kind, around)
    return Outline(write_key, len(items), is_batch=True)


def decode(received: Received, kind: str, blocked_ids: AbstractSet[str]) -> Decoded:
    """The events of one body.

    Raises:
        MalformedBody: it is no JSON of this format.
    """
    body = clean(received.body)
    around = Around(
        received_us=received.received_us,
        derived_ids=DerivedIds(received.source_id, body),
        blocked_ids=blocked_ids,
        is_historical=received.is_historical,
    )
    items, _ = _items(body, kind, around)
    return decode_calls(body, items, around, SNAKE)


def sent_message_id(item: bytes) -> str | None:
    """The id that the sender gave an item, however wrong the rest of it is."""
    try:
        named = _NAMED.decode(item)
    except JSON_TROUBLE:
        return None
    return named.message_id or named.messageId


def _items(
    body: bytes, kind: str, around: Around
) -> tuple[Sequence[bytes | msgspec.Raw], str | None]:
    if kind == "ndjson":
        return read_lines(body), None
    if body.startswith(b"["):
        return read_list(body), None
    if is_several_lines(body):
        return read_lines(body), None
    try:
        events = read_envelope(_EVENTS, body)
    except MalformedBody:
        if b'"events"' in body:
            raise
        single = read_envelope(_SINGLE, body)
        return [body], single.write_key or single.writeKey
    around.sent_us = read_sent(events.sent_at)
    context = bytes(events.context)
    if context.startswith(b"{"):
        around.context = context
    return events.events, events.write_key or events.writeKey
