"""The ground: words with arithmetic that every floor may use, and that use nothing of ours.

Money that cannot lose a cent, instants and ids that are handed in rather than taken, pages with
a bound, a number's passport, and the six families that every error of the house belongs to.
"""

from catchment.kernel.clock import (
    Clock,
    SpanMalformed,
    SystemClock,
    instant_from_us,
    read_span,
    us_from_instant,
    write_span,
)
from catchment.kernel.errors import (
    CatchmentError,
    Conflict,
    Denied,
    Invalid,
    Missing,
    Refused,
    Unavailable,
)
from catchment.kernel.ids import Entropy, IdMaker, WorkspaceId, system_entropy
from catchment.kernel.money import AmountNotExact, Money, UnknownCurrency, currency_exponent
from catchment.kernel.paging import (
    PAGE_SIZE_DEFAULT,
    PAGE_SIZE_MAX,
    BrokenCursor,
    Page,
    decode_cursor,
    encode_cursor,
)
from catchment.kernel.passport import (
    Base,
    ChineseWords,
    Maturity,
    MetricDefinition,
    MoneyBasis,
    Unit,
)
from catchment.kernel.text import printable

__all__ = [
    "PAGE_SIZE_DEFAULT",
    "PAGE_SIZE_MAX",
    "AmountNotExact",
    "Base",
    "BrokenCursor",
    "CatchmentError",
    "ChineseWords",
    "Clock",
    "Conflict",
    "Denied",
    "Entropy",
    "IdMaker",
    "Invalid",
    "Maturity",
    "MetricDefinition",
    "Missing",
    "Money",
    "MoneyBasis",
    "Page",
    "Refused",
    "SpanMalformed",
    "SystemClock",
    "Unavailable",
    "Unit",
    "UnknownCurrency",
    "WorkspaceId",
    "currency_exponent",
    "decode_cursor",
    "encode_cursor",
    "instant_from_us",
    "printable",
    "read_span",
    "system_entropy",
    "us_from_instant",
    "write_span",
]
