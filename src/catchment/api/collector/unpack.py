"""Unpacking: from the bytes on the wire to the JSON that a client meant.

Clients wrap their JSON in gzip, base64 and forms, in several orders. What comes out is bounded
before it is made: a few kilobytes of gzip can stand for gigabytes.
"""

import base64
import binascii
import zlib
from dataclasses import dataclass
from urllib.parse import parse_qs

from catchment.api.collector.errors import BrokenPacking, UnknownPacking
from catchment.collect import BODY_BYTES_MAX, BodyTooLarge

WIRE_BYTES_MAX = 2 * BODY_BYTES_MAX
"""On the wire a body may be larger than its JSON: base64 in a form is."""

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_FORM_FIELDS_MAX = 16
_PLAIN = frozenset({"", "identity"})
_PACKED = frozenset({"gzip", "x-gzip", "deflate", "gzip-js"})


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A body's JSON, and the write key where the wrapping carried one."""

    body: bytes
    write_key: str | None = None


def inflate(packed: bytes) -> bytes:
    """The bytes behind gzip or zlib, never more than a batch may have.

    Raises:
        BrokenPacking: it is neither, or ends too early.
        BodyTooLarge: it stands for more.
    """
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        body = unpacker.decompress(packed, BODY_BYTES_MAX + 1)
    except zlib.error as broken:
        raise BrokenPacking(f"the body is no gzip: {broken}") from None
    if len(body) > BODY_BYTES_MAX:
        raise BodyTooLarge(f"unpacked, a batch has at most {BODY_BYTES_MAX} bytes")
    if not unpacker.eof:
        raise BrokenPacking("the body's gzip ends too early")
    return body


def unpack(wire: bytes, encoding: str, query: dict[str, str]) -> bytes:
    """The body behind its content encoding, or behind a packing that nobody announced.

    Raises:
        UnknownPacking: the encoding is none that is understood.
        BrokenPacking: it cannot be unpacked.
        BodyTooLarge: it stands for too much.
    """
    encoding = encoding or query.get("compression", "")
    if encoding in _PACKED or wire[:2] == _GZIP_MAGIC:
        # A proxy may have unpacked it already and left the header standing.
        if wire[:1] in (b"{", b"["):
            return wire
        return inflate(wire)
    if encoding not in _PLAIN and encoding != "base64":
        raise UnknownPacking(f"{encoding[:32]!r} is not understood; send gzip or nothing")
    return wire


def unwrap(body: bytes, query: dict[str, str]) -> Unpacked:
    """The JSON out of a form's or an address's `data`, for the protocols that do so.

    Raises:
        BrokenPacking: what stands in `data` cannot be unpacked.
        BodyTooLarge: it stands for too much.
    """
    if body[:1] in (b"{", b"["):
        return Unpacked(body)
    fields = _form(body) if body else query
    data = fields.get("data") or fields.get("data_list")
    key = fields.get("api_key") or fields.get("token")
    if data is None:
        if not body.strip() or b"=" in body[:64]:
            raise BrokenPacking("the form has neither `data` nor `data_list`")
        data = body.decode("ascii", "replace")
    return Unpacked(_decoded(data), key)


def _form(body: bytes) -> dict[str, str]:
    # A NUL or stray byte is not worth refusing a form for: what counts is what `data` holds.
    text = body.decode("utf-8", "replace")
    try:
        fields = parse_qs(text, keep_blank_values=False, max_num_fields=_FORM_FIELDS_MAX)
    except ValueError:
        raise BrokenPacking(f"a form has at most {_FORM_FIELDS_MAX} fields") from None
    return {name: values[0] for name, values in fields.items()}


def _decoded(data: str) -> bytes:
    data = data.strip()
    if data[:1] in ("{", "["):
        return data.encode()
    # `+` that was not escaped in a form has become a blank, and padding is often left out.
    data = data.replace(" ", "+").replace("-", "+").replace("_", "/")
    try:
        raw = base64.b64decode(data + "=" * (-len(data) % 4), validate=True)
    except (binascii.Error, ValueError) as broken:
        raise BrokenPacking(f"`data` is neither JSON nor base64: {broken}") from None
    if raw[:2] == _GZIP_MAGIC:
        return inflate(raw)
    if len(raw) > BODY_BYTES_MAX:
        raise BodyTooLarge(f"unpacked, a batch has at most {BODY_BYTES_MAX} bytes")
    return raw
