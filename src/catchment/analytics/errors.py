"""The laws of asking: what an analysis refuses to answer, and why."""

from catchment.kernel import Invalid, Missing, Refused


class UnknownMetric(Missing):
    """There is no metric of that name; `METRICS` lists them."""


class UnknownTimeZone(Invalid):
    """A time zone is an IANA name, such as Asia/Shanghai."""


class UnfitFunnel(Invalid):
    """A funnel needs 1 to 20 named steps, a window above zero and a period that has a length."""


class PeriodTooLong(Invalid):
    """The period has more rows at this grain than one answer may hold; choose a coarser grain."""


class EmptyPeriod(Invalid):
    """The period must end after it begins, and both ends need a time zone."""


class NumbersNotComparable(Refused):
    """Numbers of different metrics, units or currencies cannot be added or compared."""
