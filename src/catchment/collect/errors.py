"""The laws a request or one of its items can break on the way in."""

from catchment.collect.types import ReasonCode
from catchment.kernel import Denied, Invalid, Refused, Unavailable


class MalformedBody(Invalid):
    """The body as a whole cannot be read; the details say where."""


class BodyTooLarge(Invalid):
    """A batch's body may not be larger than 500 KB."""


class TooManyEvents(Invalid):
    """A batch may not hold more than 2,500 events."""


class EventTooLarge(Invalid):
    """An event's JSON may not be larger than 32 KB."""


class UnknownWriteKey(Denied):
    """No source has this write key, or the source is switched off."""


class SenderUncertain(Unavailable):
    """Whether this request may come in cannot be told at the moment: send it again."""

    retry_after_seconds = 1


class ItemRefused(Invalid):
    """One item of a body cannot become an event; its neighbours can.

    Attributes:
        reason: which law it broke.
        pointer: JSON pointer of the place within the item.
    """

    def __init__(self, reason: ReasonCode, detail: str, pointer: str = "") -> None:
        super().__init__(detail)
        self.reason = reason
        self.pointer = pointer


class LogBehindTable(Refused):
    """The event table was filled from another log than this one."""
