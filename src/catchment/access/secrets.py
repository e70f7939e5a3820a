"""Secrets that we hand out: random, long, shown once, and kept only as a hash.

They carry 160 bits or more, so a fast hash is enough: there is nothing to guess. The prefix tells a
reader (and a scanner of leaked secrets) what was found.
"""

from hashlib import sha256

from catchment.kernel import Entropy

SECRET_BYTES = 30
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
HINT_LENGTH = 8


def new_secret(prefix: str, entropy: Entropy) -> str:
    """A fresh secret, such as `ck_7h2k…`; without signs that break a double click."""
    value = int.from_bytes(entropy(SECRET_BYTES), "big")
    digits = []
    for _ in range(SECRET_BYTES * 8 // 5):
        value, digit = divmod(value, 32)
        digits.append(_ALPHABET[digit])
    return f"{prefix}_{''.join(digits)}"


def secret_hash(secret: str) -> str:
    """What is kept of a secret, and looked up."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
