"""What deciding who is who says no to."""

from catchment.kernel import Invalid, Missing, Refused


class PersonNotInBook(Missing):
    """Nobody here is known by that person id."""


class EdgeNotOfPerson(Invalid):
    """An edge that was named is none of this person's."""


class NothingNamed(Invalid):
    """Name the edges to withdraw, or the one identifier to take out."""


class NothingToDecide(Refused):
    """There is nothing to change: it is so already."""


class TooMuchAtOnce(Refused):
    """The decision would touch more than can be looked at; take fewer edges at a time."""
