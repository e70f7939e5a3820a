"""Receipts: what was done about a request, signed, to be checked by anybody at any time.

A receipt is a small JSON object: what it says, and under `signature` the key's public half and the
Ed25519 signature over the canonical bytes of the rest. It names the person by their last id, which
means nothing to anybody else, and holds no personal data.
"""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from catchment.people.rights.errors import ReceiptRefused
from catchment.people.rights.ports import Signing

RECEIPT = "receipt"
"""What the signing key is used for."""

SIGNATURE = "signature"
_VERSION = "catchment-receipt-1"

Verify = Callable[[bytes, bytes, bytes], bool]
"""Whether a public key's signature stands under these bytes: `(public, data, signature)`."""


def signed(said: Mapping[str, Any], signer: Signing) -> dict[str, Any]:
    """The receipt that says this."""
    body = {"version": _VERSION, **said}
    signature = signer.sign(canonical(body))
    return {
        **body,
        SIGNATURE: {
            "algorithm": "Ed25519",
            "public_key": base64.b64encode(signer.public).decode(),
            "value": base64.b64encode(signature).decode(),
        },
    }


def check_receipt(
    receipt: Mapping[str, Any], verify: Verify, *, public: bytes | None = None
) -> Mapping[str, Any]:
    """What a receipt says, once it is sure who said so.

    Args:
        receipt: as it was given out.
        verify: checks a signature.
        public: this installation's key; without it, only that the receipt is whole is checked.

    Raises:
        ReceiptRefused: it was signed by somebody else, or changed since.
    """
    try:
        seal = receipt[SIGNATURE]
        named = base64.b64decode(seal["public_key"], validate=True)
        value = base64.b64decode(seal["value"], validate=True)
    except (KeyError, TypeError, ValueError) as malformed:
        raise ReceiptRefused("the receipt has no signature that could be read") from malformed
    body = {name: told for name, told in receipt.items() if name != SIGNATURE}
    if public is not None and named != public:
        raise ReceiptRefused("the receipt was signed by another installation")
    if not verify(named, canonical(body), value):
        raise ReceiptRefused("the receipt was changed since it was signed")
    return body


def canonical(body: Mapping[str, Any]) -> bytes:
    """The one way to write a receipt: keys in order, no white space, UTF-8."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()
