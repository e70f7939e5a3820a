"""Who is who: the rule that turns *edges* into people.

An edge says "this device was that user's at that time": an `identify` or `alias` call. A device (an
anonymous subject) belongs to the user of its earliest edge; a later user of a shared device does
not take its past away. Two user ids are never joined by this rule, however many devices they share.

The rule takes the smallest of a set, so neither the order in which edges arrive nor how often they
come can change what it finds.
"""

from collections.abc import Iterable
from dataclasses import dataclass

PERSON_PREFIX = "per_"


@dataclass(frozen=True, slots=True)
class Edge:
    """A device seen with a user.

    Attributes:
        anonymous: the device's subject.
        user: the user's subject.
        time_us: the earliest time the two were seen together.
    """

    anonymous: str
    user: str
    time_us: int


def person_of_subject(subject: str) -> str:
    """The person of a subject that no edge says more about; a user is always this one."""
    return PERSON_PREFIX + subject


def owners(edges: Iterable[Edge]) -> dict[str, str]:
    """The user that each device belongs to: that of its earliest edge, ties by the smaller user."""
    best: dict[str, tuple[int, str]] = {}
    for edge in edges:
        claim = (edge.time_us, edge.user)
        if edge.anonymous not in best or claim < best[edge.anonymous]:
            best[edge.anonymous] = claim
    return {anonymous: user for anonymous, (_, user) in best.items()}
