"""What hangs on the master key itself, wrapped for its place and told by which version.

A text's header names the version of the master key that wraps it; 0, as in all that was wrapped
before there could be a second one, is the first.
"""

from hashlib import blake2b

from catchment.kernel import Entropy
from catchment.vault.ciphers import (
    KEY_BYTES,
    Algorithm,
    algorithm,
    head_bytes,
    head_of,
    place_of,
    seal,
    unseal,
)
from catchment.vault.keys.ports import KeyStore
from catchment.vault.keys.types import KeyState, StoredMaster
from catchment.vault.types import Cipher

LOG_USE = "log"
"""What the event log's pairs are kept as; each is numbered by the microsecond it was made in."""

FIRST_MASTER = 1


def active_master(store: KeyStore) -> StoredMaster:
    """The version of the master key that wraps now; in a turn, as the turn sees it."""
    return next(one for one in store.list_masters() if one.state is KeyState.ACTIVE)


def master_version_of(wrapped: bytes) -> int:
    """Which version of the master key wraps this."""
    return head_of(wrapped).version or FIRST_MASTER


def lone_place(use: str, number: int) -> tuple[str | int, ...]:
    """The place that a key pair of the installation is wrapped for."""
    return ("log epoch", number) if use == LOG_USE else ("lone key", use, number)


class MasterWrap:
    """Wraps and opens what hangs on the master key itself.

    Args:
        store: gives the master key, each version of it.
        entropy: gives nonces.
    """

    def __init__(self, store: KeyStore, entropy: Entropy) -> None:
        self._store = store
        self._entropy = entropy

    def wrap(self, plain: bytes, *place: str | int, cipher: Cipher = Cipher.AES_256_GCM) -> bytes:
        """In a turn: a key, wrapped for its place by the version that is in use."""
        version = active_master(self._store).version
        head = head_bytes(cipher, 0 if version == FIRST_MASTER else version)
        return seal(self._engine(cipher, version), head, plain, place_of(place), self._entropy)

    def unwrap(self, wrapped: bytes, *place: str | int) -> bytes:
        """A wrapped key.

        Raises:
            CiphertextRefused: it was wrapped for another place or under another master key.
            KeyDestroyed: the version of the master key that wraps it is no more.
        """
        engine = self._engine(head_of(wrapped).cipher, master_version_of(wrapped))
        return unseal(engine, wrapped, place_of(place))

    def rewrapped(self, wrapped: bytes, *place: str | int) -> bytes:
        """In a turn: the same key for the same place, wrapped by the version that is in use."""
        plain = self.unwrap(wrapped, *place)
        return self.wrap(plain, *place, cipher=head_of(wrapped).cipher)

    def _engine(self, cipher: Cipher, version: int) -> Algorithm:
        master = self._store.master(version)
        wrapping = blake2b(master, digest_size=KEY_BYTES, person=b"wrap").digest()
        return algorithm(cipher, wrapping)
