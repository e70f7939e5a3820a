"""The wire formats: each turns a body as received into events, the same way every time.

`decode` is pure: what the collector answers, what landing stores and what a replay yields are one
computation over the same bytes. A format's name may carry the call it came by behind a slash
(`segment/track`), because some clients say the kind of an event only in the address.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Protocol

from catchment.collect.errors import MalformedBody
from catchment.collect.formats import catchment, posthog, segment, sensors
from catchment.collect.formats.outline import Outline
from catchment.collect.types import Decoded, ReasonCode, Reject
from catchment.lake import Received


class _Format(Protocol):
    """What a format's module offers."""

    def decode(self, received: Received, kind: str, blocked_ids: AbstractSet[str]) -> Decoded: ...
    def outline(self, body: bytes, kind: str) -> Outline: ...


_FORMATS: Mapping[str, _Format] = {
    "segment": segment,
    "posthog": posthog,
    "sensors": sensors,
    "catchment": catchment,
}

FORMATS = tuple(_FORMATS)
"""The formats that `decode` reads; `columns` is landing's own."""


def decode(received: Received, blocked_ids: AbstractSet[str] = frozenset()) -> Decoded:
    """The events of a body, and the items that are none. Raises nothing, whatever the bytes.

    Args:
        received: the body, and how to read it.
        blocked_ids: the workspace's own identifiers that stand for nobody.
    """
    name, _, kind = received.format.partition("/")
    if name not in _FORMATS:
        detail = f"no format {received.format!r}"
        return Decoded((), (Reject(0, ReasonCode.UNKNOWN_KIND, detail, "", received.body),))
    try:
        return _FORMATS[name].decode(received, kind, blocked_ids)
    except MalformedBody as broken:
        pointer = str(broken.details.get("pointer", ""))
        reject = Reject(0, ReasonCode.MALFORMED_JSON, broken.message, pointer, received.body)
        return Decoded((), (reject,))


def outline(format_name: str, body: bytes) -> Outline:
    """The glance that the collector takes at a body: its write key and how many events it holds.

    Raises:
        MalformedBody: it cannot be read as this format.
    """
    name, _, kind = format_name.partition("/")
    return _FORMATS[name].outline(body, kind)
