"""What facts refuse, and what they cannot do yet."""

from catchment.kernel import Invalid, Unavailable


class MeasureRefused(Invalid):
    """The measure cannot be taken.

    Attributes:
        pointer: the place that is wrong, as a JSON pointer into the measure.
    """

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(message, pointer=pointer)
        self.pointer = pointer


class FactsBehind(Unavailable):
    """Who the newest events belong to is not known yet; try again in a moment."""
