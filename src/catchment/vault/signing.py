"""Signing: Ed25519, for what must be provable to somebody who has only our public key."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class Signer:
    """Signs with one private key, which never leaves it.

    Args:
        private: the key's 32 bytes.

    Attributes:
        public: what verifies its signatures, 32 bytes.
    """

    __slots__ = ("_key", "public")

    def __init__(self, private: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(private)
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """The signature, 64 bytes."""
        return self._key.sign(data)


def verify(public: bytes, data: bytes, signature: bytes) -> bool:
    """Whether this signature of this data was made with the private half of this public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
