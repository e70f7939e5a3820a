"""The same request sent twice does its work once and gets the same answer twice.

`begin` before the work, `finish` in the unit of work that does it, `abandon` when it came to
nothing. The semantics are those of the IETF draft: another request under a used key is refused, and
a request that is still running is a conflict.
"""

from catchment.access.idempotency.answers import (
    ANSWERS_LAST,
    Answer,
    Ticket,
    abandon,
    begin,
    fingerprint,
    finish,
    forget_answers,
)

__all__ = [
    "ANSWERS_LAST",
    "Answer",
    "Ticket",
    "abandon",
    "begin",
    "fingerprint",
    "finish",
    "forget_answers",
]
