"""Key pairs of the installation itself that sign, one per use."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from catchment.kernel import Entropy
from catchment.vault.ciphers import KEY_BYTES
from catchment.vault.keys.ports import KeyStore
from catchment.vault.keys.types import LoneKey
from catchment.vault.keys.workspace_keys import MasterWrap
from catchment.vault.signing import Signer

_SIGN = "sign:"


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
        return Signer(self._wrap.unwrap(pair.wrapped, "lone key", name, pair.number))

    def _make(self, name: str) -> LoneKey:
        private = self._entropy(KEY_BYTES)
        public = Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
        with self._store.turn():
            if pairs := self._store.list_lone_keys(name):
                return pairs[-1]  # somebody was faster
            made = LoneKey(1, public, self._wrap.wrap(private, "lone key", name, 1))
            self._store.put_lone_key(name, made)
        return made
