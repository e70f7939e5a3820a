"""JSON that is taken apart and put together again without a number changing its spelling."""

from decimal import Decimal
from typing import Any

import msgspec

_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_encode = msgspec.json.Encoder(decimal_format="number").encode


def decode_tree(raw: bytes | str) -> Any:
    """The tree of a JSON text; numbers with a fraction as they are written.

    Raises:
        msgspec.DecodeError, UnicodeDecodeError, RecursionError: it is none.
    """
    return _decode(raw)


def encode_tree(tree: Any) -> bytes:
    """The tree's text, without white space."""
    return _encode(tree)
