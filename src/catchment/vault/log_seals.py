"""The log's seals: whoever collects can close a body, and only whoever has the keys can open one.

A pair of keys lasts a day. Its public half lies beside the log, where every collector reads it; its
private half lies in the key store and is destroyed once no entry stands under it. Each process
draws a key of its own for an hour, closes that key to the public half and leaves it beside the
entries. So events are taken in, closed, while the key store is away.

The closed key is `1 | ephemeral public key, 32 bytes | key and tag, 48 bytes`: X25519, HKDF-SHA-256
and AES-256-GCM, as HPKE (RFC 9180) puts them together. A closed body is `nonce, 12 bytes | body and
tag`; the key being the process's own, nonces are counted.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from catchment.kernel import Clock, Entropy
from catchment.lake import Seal
from catchment.vault.errors import KeyDestroyed, KeysAway
from catchment.vault.log_epochs import KEY_BYTES, read_public_half

KEY_LASTS = timedelta(hours=1)
"""How long a process closes bodies with one key."""

BODIES_MAX = 2**31
"""Bodies closed with one key; far below what AES-GCM bears."""

OPENED_MAX = 4_096
OPENED_LAST = timedelta(minutes=5)
"""How many opened keys a reader remembers, and how long."""

_FORM = b"\x01"
_NONCE_BYTES = 12
_PUBLIC_BYTES = 32
_SEAL_BYTES = 1 + _PUBLIC_BYTES + KEY_BYTES + 16
_NO_NONCE = bytes(_NONCE_BYTES)


class PrivateHalves(Protocol):
    """Where private halves are had. `LogEpochs` is one."""

    def private_half(self, epoch: int) -> bytes:
        """The private half of a pair.

        Raises:
            KeysAway: the key store does not answer.
            KeyDestroyed: it was destroyed.
            KeysWrong: this key store never had it.
        """


@dataclass(slots=True)
class _Drawn:
    """A key of this process."""

    seal: Seal
    cipher: AESGCM
    pid: int
    until_us: int
    used: int = 0


class LogSealer:
    """Closes bodies before they are written; needs the public half only. A `lake.Sealer`.

    Args:
        public_file: where the public half lies.
        clock: tells when an hour is over.
        entropy: draws keys.
    """

    def __init__(self, public_file: Path, *, clock: Clock, entropy: Entropy) -> None:
        self._public_file = public_file
        self._clock = clock
        self._entropy = entropy
        self._turn = threading.Lock()
        self._drawn: _Drawn | None = None

    def seal(self, bodies: Sequence[tuple[bytes, bytes]]) -> tuple[Seal, list[bytes]]:
        """Closes bodies, each for its place; gives what they are closed with, and them.

        Raises:
            KeysAway: there has never been a public half here, so nothing can be closed.
        """
        with self._turn:
            drawn = self._drawn
            # A child of a fork would count the same nonces under the same key.
            if (
                drawn is None
                or drawn.pid != os.getpid()
                or drawn.until_us <= self._clock.now_us()
                or drawn.used + len(bodies) > BODIES_MAX
            ):
                drawn = self._drawn = self._draw()
            first = drawn.used
            drawn.used += len(bodies)
        close = drawn.cipher.encrypt
        sealed = []
        for number, (body, place) in enumerate(bodies, start=first):
            nonce = number.to_bytes(_NONCE_BYTES, "big")
            sealed.append(nonce + close(nonce, body, place))
        return drawn.seal, sealed

    def _draw(self) -> _Drawn:
        half = read_public_half(self._public_file)
        if half is None:
            raise KeysAway(
                f"events cannot be sealed yet: {self._public_file} is missing, and making it takes "
                "the key store; put the keys back once"
            )
        epoch, public = half.epoch, half.public
        key = self._entropy(KEY_BYTES)
        seal_id = int.from_bytes(self._entropy(8), "big") >> 1
        alone = X25519PrivateKey.from_private_bytes(self._entropy(KEY_BYTES))
        ours = alone.public_key().public_bytes_raw()
        shared = alone.exchange(X25519PublicKey.from_public_bytes(public))
        wrapping = AESGCM(_derived(shared, ours, public))
        sealed = _FORM + ours + wrapping.encrypt(_NO_NONCE, key, _place(seal_id, epoch))
        until_us = self._clock.now_us() + KEY_LASTS // timedelta(microseconds=1)
        return _Drawn(Seal(seal_id, epoch, sealed), AESGCM(key), os.getpid(), until_us)


class LogOpener:
    """Opens what the log holds, while the key store answers. A `lake.Opener`.

    Args:
        epochs: where private halves are kept.
        clock: tells when an opened key is to be forgotten.
    """

    def __init__(self, epochs: PrivateHalves, *, clock: Clock) -> None:
        self._epochs = epochs
        self._clock = clock
        self._turn = threading.Lock()
        self._opened: OrderedDict[int, tuple[int, Seal, AESGCM]] = OrderedDict()

    def open(self, seal: Seal, bodies: Sequence[tuple[bytes, bytes]]) -> list[bytes | None]:
        """The bodies; `None` for one whose key was destroyed, or that was not closed for its place.

        Raises:
            KeysAway, KeysWrong: the key store does not answer, or is not the one.
        """
        try:
            cipher = self._cipher(seal)
        except (KeyDestroyed, InvalidTag, ValueError):
            return [None] * len(bodies)
        opened: list[bytes | None] = []
        for sealed, place in bodies:
            try:
                # A view: a body need not be copied only to lose its first bytes.
                closed = memoryview(sealed)[_NONCE_BYTES:]
                opened.append(cipher.decrypt(sealed[:_NONCE_BYTES], closed, place))
            except (InvalidTag, ValueError):
                opened.append(None)
        return opened

    def _cipher(self, seal: Seal) -> AESGCM:
        now_us = self._clock.now_us()
        # Asked each time, so that what was opened once does not stay open without the keys.
        private = self._epochs.private_half(seal.epoch)
        with self._turn:
            known = self._opened.get(seal.id)
            if known is not None and known[0] > now_us and known[1] == seal:
                return known[2]
        cipher = AESGCM(_opened_key(seal, private))
        until_us = now_us + OPENED_LAST // timedelta(microseconds=1)
        with self._turn:
            self._opened[seal.id] = (until_us, seal, cipher)
            while len(self._opened) > OPENED_MAX:
                self._opened.popitem(last=False)
        return cipher


def _opened_key(seal: Seal, private: bytes) -> bytes:
    sealed = seal.sealed
    if sealed[:1] != _FORM or len(sealed) != _SEAL_BYTES:
        raise ValueError("no seal of a known form")
    half = X25519PrivateKey.from_private_bytes(private)
    theirs = sealed[1 : 1 + _PUBLIC_BYTES]
    shared = half.exchange(X25519PublicKey.from_public_bytes(theirs))
    wrapping = AESGCM(_derived(shared, theirs, half.public_key().public_bytes_raw()))
    return wrapping.decrypt(_NO_NONCE, sealed[1 + _PUBLIC_BYTES :], _place(seal.id, seal.epoch))


def _derived(shared: bytes, ephemeral: bytes, public: bytes) -> bytes:
    info = b"catchment log seal" + _FORM + ephemeral + public
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(shared)


def _place(seal_id: int, epoch: int) -> bytes:
    return b"%d|%d" % (seal_id, epoch)
