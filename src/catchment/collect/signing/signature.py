"""Checking a signature, as Standard Webhooks 1.0 describes it: no clock, no store, no HTTP.

`HMAC-SHA-256(secret, id + "." + timestamp + "." + body)`, in base64, behind `v1,`. A header may
hold several, separated by blanks, while a sender replaces its secret. The first rule that a request
breaks is the one it is told.
"""

import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b, sha256

from catchment.kernel import Denied, Unavailable, WorkspaceId

WINDOW_SECONDS = 300
"""So far may a signature's time stamp lie from our own clock, before or behind it."""

REMEMBERED_US = 2 * WINDOW_SECONDS * 1_000_000
"""So long after its time stamp a request's id is remembered: then nobody believes it any more."""

SIGNATURES_MAX = 10
"""A header has no more signatures than this; a sender who replaces a secret sends two."""

SECRET_PREFIX = "whsec_"  # noqa: S105  (a prefix, no secret)
SECRET_BYTES = 32
NONCE_BYTES = 16

_VERSION = b"v1,"
_HEADER_BYTES_MAX = 1_024
_ID = re.compile(rb"[\x21-\x2d\x2f-\x7e]{1,256}")
_TIMESTAMP = re.compile(rb"[0-9]{1,12}")


class SignatureRefused(Denied):
    """The request's signature does not hold."""


class SignatureRequired(SignatureRefused):
    """This source takes signed requests only: send webhook-id, -timestamp and -signature."""


class SignatureMalformed(SignatureRefused):
    """A signed request has webhook-id, webhook-timestamp and webhook-signature, all well formed."""


class SignatureUnexpected(SignatureRefused):
    """The request is signed, but its source has no signing secret: make one, or do not sign."""


class SignatureExpired(SignatureRefused):
    """The time stamp lies more than 5 minutes from our clock: sign anew when sending again."""


class SignatureWrong(SignatureRefused):
    """No secret of this source made this signature: sign the body exactly as it is sent."""


class SignatureReplayed(SignatureRefused):
    """A request with this webhook-id was taken in already; what is sent again needs another."""


class SignedUnderWay(Unavailable):
    """A request with this webhook-id is on its way to the disk; send it again in a moment."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What a request says to prove who sent it; any part may be missing.

    Attributes:
        id, timestamp, signature: the three headers, as they came.
        body: as it was on the wire, before anything was unpacked.
    """

    id: bytes | None
    timestamp: bytes | None
    signature: bytes | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Nonce:
    """A signed request's id and body, hashed, and until when it is to be remembered."""

    workspace_id: WorkspaceId
    source_id: str
    nonce: bytes
    body: bytes
    until_us: int


def nonce_of(signed: Signed, workspace_id: WorkspaceId, source_id: str, at_us: int) -> Nonce:
    """What is remembered of a request that was stamped at this instant."""
    told = blake2b(signed.id or b"", digest_size=NONCE_BYTES).digest()
    body = blake2b(signed.body, digest_size=NONCE_BYTES).digest()
    return Nonce(workspace_id, source_id, told, body, at_us + REMEMBERED_US)


def check_signature(signed: Signed, secrets: Sequence[bytes], *, now_us: int) -> int:
    """Does nothing, if one of these secrets made the signature just now.

    Args:
        signed: what the request says.
        secrets: any of them will do.
        now_us: our clock.

    Returns:
        The time stamp, in microseconds since 1970.

    Raises:
        SignatureMalformed, SignatureExpired, SignatureWrong: as they say.
    """
    message_id, timestamp, header = signed.id, signed.timestamp, signed.signature
    if message_id is None or timestamp is None or header is None:
        raise SignatureMalformed
    if not _ID.fullmatch(message_id) or not _TIMESTAMP.fullmatch(timestamp):
        raise SignatureMalformed("webhook-id is 1 to 256 signs without a dot or blank, "
                                 "webhook-timestamp is whole seconds since 1970")  # fmt: skip
    given = header.split(b" ")
    if len(header) > _HEADER_BYTES_MAX or len(given) > SIGNATURES_MAX:
        raise SignatureMalformed(f"webhook-signature has at most {SIGNATURES_MAX} signatures")
    if not signed.body:
        # A signature says nothing of an address: what stands there could be anybody's.
        raise SignatureMalformed(
            "a signed request has a body; what is in its address is not signed"
        )
    at_us = int(timestamp) * 1_000_000
    if abs(now_us - at_us) > WINDOW_SECONDS * 1_000_000:
        raise SignatureExpired
    start = message_id + b"." + timestamp + b"."
    is_right = False
    for secret in secrets:
        mac = hmac.new(secret, start, sha256)
        mac.update(signed.body)
        right = _VERSION + b64encode(mac.digest())
        for one in given:
            # Every pair is compared to its end: how long it takes tells nothing.
            is_right |= hmac.compare_digest(right, one)
    if not is_right:
        raise SignatureWrong
    return at_us


def secret_text(secret: bytes) -> str:
    """A secret as its sender is shown it, once."""
    return SECRET_PREFIX + b64encode(secret).decode()


def secret_bytes(text: str) -> bytes:
    """What a secret's text stands for."""
    return b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
