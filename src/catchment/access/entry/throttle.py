"""How long to wait after so many failed sign-ins: pure arithmetic.

An account is guarded against guessing its password; an address against trying many accounts. Both
forget after a quiet while. A wait only ever delays: nobody can lock an owner out for good by
failing in their name.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """A patience.

    Attributes:
        free: so many failures cost nothing.
        first: the wait after the next one; it doubles from there.
        longest: and stops here.
        forgets_after: a quiet time that wipes the slate.
    """

    free: int
    first: timedelta
    longest: timedelta
    forgets_after: timedelta


ACCOUNT = Limit(5, timedelta(seconds=2), timedelta(minutes=15), timedelta(hours=1))
ADDRESS = Limit(30, timedelta(seconds=2), timedelta(minutes=15), timedelta(hours=1))


def wait_after(failures: int, limit: Limit) -> timedelta:
    """The wait that so many failures in a row cost."""
    paid = failures - limit.free
    if paid <= 0:
        return timedelta(0)
    doublings: int = min(paid - 1, 20)
    return min(limit.longest, limit.first * (1 << doublings))
