"""What traits refuse."""

from catchment.kernel import Conflict, Invalid, Missing, Refused


class TraitRefused(Invalid):
    """The trait cannot be declared so.

    Attributes:
        pointer: the place that is wrong, as a JSON pointer into what was sent.
    """

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(message, pointer=pointer)
        self.pointer = pointer


class TraitUnknown(Missing):
    """There is no such trait in this workspace."""


class TraitExists(Conflict):
    """A trait of this name exists already."""


class TraitsFull(Refused):
    """The workspace has as many traits as one may have; delete one first."""
