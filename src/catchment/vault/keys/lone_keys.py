"""What the installation itself has of keys: pairs that sign, and the secret of subjects."""

from hashlib import blake2b

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from catchment.kernel import Entropy
from catchment.vault.ciphers import KEY_BYTES
from catchment.vault.keys.master_wrap import FIRST_MASTER, MasterWrap, lone_place
from catchment.vault.keys.ports import KeyStore
from catchment.vault.keys.types import LoneKey
from catchment.vault.signing import Signer

_SIGN = "sign:"
_SUBJECTS = "secret:subjects"
_SUBJECTS_BYTES = 64


class LoneKeys:
    """Makes and opens key pairs.

    Args:
        store: where they are kept.
        entropy: makes them.
    """

    def __init__(self, store: KeyStore, entropy: Entropy) -> None:
        self._store = store
        self._entropy = entropy
        self._wrap = MasterWrap(store, entropy)

    def signer(self, use: str) -> Signer:
        """The Ed25519 key of one use; made if need be."""
        name = f"{_SIGN}{use}"
        pairs = self._store.list_lone_keys(name)
        pair = pairs[-1] if pairs else self._make(name)
        return Signer(self._wrap.unwrap(pair.wrapped, *lone_place(name, pair.number)))

    def subjects(self) -> bytes:
        """The 64 bytes that subjects are hashed under, the same for ever.

        They were always made of the first master key. Before that one may go they are kept.
        """
        kept = self._store.list_lone_keys(_SUBJECTS)
        if kept:
            return self._wrap.unwrap(kept[0].wrapped, *lone_place(_SUBJECTS, kept[0].number))
        return blake2b(self._store.master(FIRST_MASTER), digest_size=_SUBJECTS_BYTES).digest()

    def keep_subjects(self, secret: bytes) -> None:
        """In a turn: keeps them by themselves, wrapped as everything is, unless they are."""
        if not self._store.list_lone_keys(_SUBJECTS):
            wrapped = self._wrap.wrap(secret, *lone_place(_SUBJECTS, 1))
            self._store.put_lone_key(_SUBJECTS, LoneKey(1, b"", wrapped))

    def _make(self, name: str) -> LoneKey:
        private = self._entropy(KEY_BYTES)
        public = Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
        with self._store.turn():
            if pairs := self._store.list_lone_keys(name):
                return pairs[-1]  # somebody was faster
            made = LoneKey(1, public, self._wrap.wrap(private, *lone_place(name, 1)))
            self._store.put_lone_key(name, made)
        return made
