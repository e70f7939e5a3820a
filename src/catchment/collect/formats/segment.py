"""Segment's HTTP API: single calls whose address names the kind, and batches.

`segment` is a batch (`/v1/batch`, `/v1/import`), `segment/track` and its like a single call. In
files, which come by the CLI, the same items stand one on a line or in a list.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import msgspec

from catchment.collect.errors import ItemRefused, MalformedBody
from catchment.collect.formats.bodies import (
    DerivedIds,
    clean,
    is_several_lines,
    read_envelope,
    read_lines,
    read_list,
)
from catchment.collect.formats.calls import CAMEL, Around, decode_calls
from catchment.collect.formats.instants import us_of_anything
from catchment.collect.formats.lenient import read_any
from catchment.collect.formats.outline import Outline
from catchment.collect.types import Decoded
from catchment.lake import Received

_NOTHING = msgspec.Raw(b"null")


class Batch(msgspec.Struct, gc=False):
    """The object around the calls."""

    batch: list[msgspec.Raw]
    writeKey: str | None = None  # noqa: N815  (Segment's spelling)
    sentAt: msgspec.Raw = _NOTHING  # noqa: N815
    context: msgspec.Raw = _NOTHING


class Single(msgspec.Struct, gc=False):
    """What the collector must know of a single call."""

    writeKey: str | None = None  # noqa: N815


_BATCH = msgspec.json.Decoder(Batch)
_SINGLE = msgspec.json.Decoder(Single)


def outline(body: bytes, kind: str) -> Outline:
    """Whose body it is and how many events it holds, at the price of a glance.

    Args:
        body: as received, unpacked.
        kind: of a single call; empty for a batch.

    Raises:
        MalformedBody: it is neither.
    """
    body = clean(body)
    if kind:
        return Outline(read_envelope(_SINGLE, body).writeKey, 1, is_batch=False)
    batch = read_envelope(_BATCH, body)
    return Outline(batch.writeKey, len(batch.batch), is_batch=True)


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
        kind=kind or None,
        is_historical=received.is_historical,
    )
    return decode_calls(body, [body] if kind else _items(body, around), around, CAMEL)


def _items(body: bytes, around: Around) -> Sequence[bytes | msgspec.Raw]:
    if body.startswith(b"["):
        return read_list(body)
    if is_several_lines(body):
        return read_lines(body)
    try:
        batch = read_envelope(_BATCH, body)
    except MalformedBody:
        if b'"batch"' in body:
            raise
        read_envelope(_SINGLE, body)
        return [body]
    around.sent_us = read_sent(batch.sentAt)
    context = bytes(batch.context)
    if context.startswith(b"{"):
        around.context = context
    return batch.batch


def read_sent(part: msgspec.Raw) -> int | None:
    """When the body was sent; an unreadable instant is none, for it only helps along."""
    try:
        return us_of_anything(read_any(part, ""), "")
    except ItemRefused:
        return None
