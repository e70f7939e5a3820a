"""How one entry holds on to the one before: what of it is hashed, and what of a head is signed."""

from hashlib import sha256

import msgspec

from catchment.vault.trail.types import Act, SignedHead

BEGINNING = b"\x00" * 32
"""What the first entry of a chain follows."""

REASON_LENGTH_MAX = 500
COLUMNS = (
    "seq", "at_us", "actor", "action", "purpose", "grant_id", "person", "kinds", "count", "reason",
)  # fmt: skip
"""What of an entry is hashed, in this order, behind the workspace."""

Told = tuple[int, int, str, str, str | None, str | None, str | None, str, int, str]

_encode = msgspec.json.Encoder().encode


def told_of(seq: int, at_us: int, act: Act, reason: str) -> Told:
    """An act as it is hashed and kept."""
    purpose = None if act.purpose is None else act.purpose.value
    return (
        seq, at_us, act.actor, act.action, purpose, act.grant_id, act.person, ",".join(act.kinds),
        act.values, reason[:REASON_LENGTH_MAX],
    )  # fmt: skip


def link(before: bytes, workspace_id: str, told: Told) -> bytes:
    """The hash of an entry that follows another."""
    return sha256(before + _encode((workspace_id, *told))).digest()


def signed_bytes(workspace_id: str, head: SignedHead) -> bytes:
    """What a head's signature is over."""
    return _encode(
        ("catchment.trail.1", workspace_id, head.kind, head.day.isoformat(), head.seq,
         head.hash.hex(), head.public.hex())
    )  # fmt: skip
