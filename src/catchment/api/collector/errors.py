"""Laws of the wire, before a body is a body."""

from catchment.kernel import Invalid, Unavailable


class BrokenPacking(Invalid):
    """The body cannot be unpacked."""


class UnknownPacking(Invalid):
    """The body's encoding is none that is understood."""


class TooMuchInFlight(Unavailable):
    """More requests are being read than memory is set aside for; try again shortly."""
