"""Passwords: Argon2id, and as slow for a stranger as for a friend.

An unknown e-mail costs the same computation as a wrong password, so the time of an answer tells
nobody who has an account. A hash made with older settings is renewed at the next sign-in.
"""

import unicodedata
from functools import cached_property

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from catchment.access.errors import PasswordTooWeak

PASSWORD_LENGTH_MIN = 10
PASSWORD_LENGTH_MAX = 200
DIFFERENT_CHARACTERS_MIN = 5

# RFC 9106, second recommended set, with lanes for the two cores of our smallest machine.
_TIME_COST = 3
_MEMORY_KIB = 64 * 1024
_LANES = 2


class Passwords:
    """Makes and checks password hashes; a test hands in cheaper costs."""

    def __init__(self, *, time_cost: int = _TIME_COST, memory_kib: int = _MEMORY_KIB) -> None:
        self._hasher = PasswordHasher(
            time_cost=time_cost, memory_cost=memory_kib, parallelism=_LANES, type=Type.ID
        )

    def hash(self, password: str) -> str:
        """The hash to keep."""
        return self._hasher.hash(_spelled(password))

    def verify(self, kept: str | None, password: str) -> bool:
        """Whether this is the password; with no hash kept, a no that takes as long."""
        # Asked for whoever signs in first, so that the first stranger does not wait longer.
        nobodys = self._nobodys
        try:
            self._hasher.verify(nobodys if kept is None else kept, _spelled(password))
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    @cached_property
    def _nobodys(self) -> str:
        # Slow like any other, so not made before someone signs in.
        return self._hasher.hash("the password of nobody at all")

    def is_outdated(self, kept: str) -> bool:
        """Whether the hash was made with other costs than today's."""
        return self._hasher.check_needs_rehash(kept)


def check_strength(password: str, email: str) -> None:
    """Refuses what is guessed first.

    Raises:
        PasswordTooWeak: too short, too long, too monotonous, or the e-mail itself.
    """
    spelled = _spelled(password)
    if not PASSWORD_LENGTH_MIN <= len(spelled) <= PASSWORD_LENGTH_MAX:
        raise PasswordTooWeak
    if len(set(spelled)) < DIFFERENT_CHARACTERS_MIN or spelled.casefold() == email.casefold():
        raise PasswordTooWeak


def _spelled(password: str) -> str:
    # The same keys give the same password on every keyboard; a lone surrogate is still a character.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace").decode()
