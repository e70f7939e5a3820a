"""Trust: how well we know that an event's sender is who it says, and what it may therefore move."""

from enum import StrEnum


class Trust(StrEnum):
    """How an event came to us; kept with each event for ever.

    `CLAIM`: anybody with the write key could have sent it, and write keys stand in web pages.
    `ATTESTED`: signed with a secret that a server keeps, or brought in by an operator as a file.
    `SETTLED`: signed, by a source of which the owner has said that its word settles matters, such
    as the shop's own order system. What moves money or rights reads these only.
    """

    CLAIM = "claim"
    ATTESTED = "attested"
    SETTLED = "settled"


def trust_of(text: str | None) -> Trust:
    """The trust that was kept with an event; what was kept before there was any is a claim."""
    return Trust(text) if text else Trust.CLAIM
