"""The pairs of keys that the log is sealed under: one a day, destroyed once no entry needs it.

The public half lies beside the log, where every collector reads it. The private half lies in the
key store, wrapped under the master key. A pair's number is the microsecond it was made in: pairs
that were destroyed have lower numbers than those that are left, and one that is neither was made
while other keys were in place.
"""

import json
import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from catchment.kernel import Clock, Entropy
from catchment.vault.errors import KeyDestroyed, KeysWrong
from catchment.vault.keys.master_wrap import LOG_USE, MasterWrap, lone_place
from catchment.vault.keys.ports import KeyStore
from catchment.vault.keys.types import LoneKey

PAIR_LASTS = timedelta(days=1)
"""How long a pair is the present one."""

DESTROYED_AFTER = timedelta(hours=3)
"""A pair is destroyed no sooner after the next was made, and put in its place beside the log: a key
drawn from it may still be in use."""

GIVEN_UP_AFTER = timedelta(days=7)
"""A pair that this key store never had is waited for so long; then its entries count as lost."""

KEY_BYTES = 32

_FILE_MODE = 0o600
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class PublicHalf:
    """What collectors close keys to.

    Attributes:
        epoch: the pair's number.
        public: 32 bytes.
    """

    epoch: int
    public: bytes


class LogEpochs:
    """Keeps the pairs.

    Args:
        store: where private halves lie.
        public_file: where the public half lies, beside the log.
        clock: tells when a day is over.
        entropy: draws keys.
    """

    def __init__(
        self, store: KeyStore, public_file: Path, *, clock: Clock, entropy: Entropy
    ) -> None:
        self._store = store
        self._public_file = public_file
        self._clock = clock
        self._entropy = entropy
        self._wrap = MasterWrap(store, entropy)

    def renew(self) -> PublicHalf:
        """The present pair, made anew when the last has had its day; puts its half in place.

        Raises:
            KeysAway, KeysWrong: the key store does not answer; the public half stays as it is.
        """
        newest = self._newest()
        if newest is None or self._is_over(newest):
            newest = self._make()
        # The private half is on disk before anybody can close anything to the public one.
        if read_public_half(self._public_file) != newest:
            _put_in_place(self._public_file, newest, self._clock.now_us())
        return newest

    def destroy_unused(self, used: Collection[int]) -> int:
        """Destroys the oldest pairs, up to the first under which an entry is left; how many.

        Args:
            used: the pairs under which entries are left, as the log tells.
        """
        known = [key.number for key in self._store.list_lone_keys(LOG_USE)]
        keep = min([*used, *known[-1:]], default=0)
        margin = self._clock.now_us() - DESTROYED_AFTER // _MICROSECOND
        if _lies_since_us(self._public_file) > margin:
            return 0  # somebody may have drawn from the half that lay there before
        # A pair's successor says since when nobody draws from it any more.
        over = [one for one, next_one in pairwise(known) if one < keep and next_one <= margin]
        if not over:
            return 0
        with self._store.turn():
            destroyed = self._store.delete_lone_keys(LOG_USE, over[-1] + 1)
        self._store.scrub()
        return destroyed

    def kept_since_us(self) -> int | None:
        """When the oldest pair was made that still opens entries; `None` when there is none."""
        return min((key.number for key in self._store.list_lone_keys(LOG_USE)), default=None)

    def private_half(self, epoch: int) -> bytes:
        """The private half of a pair.

        Raises:
            KeysAway: the key store does not answer.
            KeyDestroyed: it was destroyed, or has been waited for in vain.
            KeysWrong: this key store never had it.
        """
        keys = self._store.list_lone_keys(LOG_USE)
        for key in keys:
            if key.number == epoch:
                return self._wrap.unwrap(key.wrapped, *lone_place(LOG_USE, key.number))
        is_old = self._clock.now_us() - epoch > GIVEN_UP_AFTER // _MICROSECOND
        if is_old or (keys and epoch < keys[0].number):
            raise KeyDestroyed("the key to these entries of the log was destroyed")
        raise KeysWrong(
            "entries of the log are sealed under a key that this key store never had: put back "
            "the newest copy of the keys; without it these entries are given up after "
            f"{GIVEN_UP_AFTER.days} days"
        )

    def _newest(self) -> PublicHalf | None:
        keys = self._store.list_lone_keys(LOG_USE)
        return PublicHalf(keys[-1].number, keys[-1].public) if keys else None

    def _is_over(self, half: PublicHalf) -> bool:
        return self._clock.now_us() - half.epoch >= PAIR_LASTS // _MICROSECOND

    def _make(self) -> PublicHalf:
        private = self._entropy(KEY_BYTES)
        public = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
        with self._store.turn():
            newest = self._newest()
            if newest is not None and not self._is_over(newest):
                return newest  # somebody was faster
            epoch = max(self._clock.now_us(), newest.epoch + 1 if newest else 0)
            wrapped = self._wrap.wrap(private, *lone_place(LOG_USE, epoch))
            self._store.put_lone_key(LOG_USE, LoneKey(epoch, public, wrapped))
        return PublicHalf(epoch, public)


def read_public_half(public_file: Path) -> PublicHalf | None:
    """The public half that lies in place; `None` if there is none that could be used."""
    try:
        told = json.loads(public_file.read_bytes())
        half = PublicHalf(int(told["epoch"]), bytes.fromhex(told["x25519"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return half if len(half.public) == KEY_BYTES else None


def _lies_since_us(public_file: Path) -> int:
    """Since when the public half in place lies there; 0 when there is none."""
    try:
        return int(json.loads(public_file.read_bytes())["since_us"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _put_in_place(public_file: Path, half: PublicHalf, at_us: int) -> None:
    """Writes the public half aside and moves it into place: nobody reads half of it."""
    public_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = public_file.with_name(f"{public_file.name}.{os.getpid()}.draft")
    told = {"epoch": half.epoch, "x25519": half.public.hex(), "since_us": at_us}
    written = json.dumps(told) + "\n"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _FILE_MODE)
    try:
        os.write(descriptor, written.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.replace(public_file)
    folder = os.open(public_file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
