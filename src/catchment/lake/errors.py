"""The lake's ways of saying no: what is away, what is full, and what is asked too much of it."""

from catchment.kernel import Invalid, Refused, Unavailable


class LogUnavailable(Unavailable):
    """The event log could not be written; nothing of this was kept, send it again."""


class LogOverloaded(Unavailable):
    """More is waiting to be written than the log takes in; send it again in a moment."""


class LakeUnavailable(Unavailable):
    """The event table could not be read or written."""


class CompactionConflict(Unavailable):
    """Someone else rewrote the same files; the next step starts afresh."""


class EngineUnknown(Invalid):
    """No engine goes by this name."""


class AnswerTooLarge(Refused):
    """The answer has more rows than one question may bring back; narrow it or sum it up."""


class AnswerTooLate(Refused):
    """The question took longer than it may; narrow its time range."""


class UnreadableField(Invalid):
    """A field is a column's name or a dotted path into the properties."""


class UnfitFilter(Invalid):
    """The filter's value does not suit its operator."""
