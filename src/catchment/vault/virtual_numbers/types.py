"""The words of virtual numbers: modes, bindings, numbers, and what is refused."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from catchment.kernel import Conflict, Denied, Invalid, Missing, Unavailable
from catchment.vault.types import Purpose

MINUTES_MAX = 30 * 24 * 60
"""A binding lasts no longer than this."""

QUIET = timedelta(days=30)
"""So long a number rests before it stands for another pair: late callers reach nobody strange."""

EXPIRE_BATCH = 1_000
NUMBERS_MAX = 20_000
"""A workspace's pool has no more numbers than this."""

NUMBERS_AT_ONCE_MAX = 1_000


class BindingMode(StrEnum):
    """Who may call the number.

    `AX`: anybody; they reach A. `AXB`: the two of the pair, each reaching the other.
    """

    AX = "ax"
    AXB = "axb"


class BindingState(StrEnum):
    """What became of a binding."""

    ASKED = "asked"
    LIVE = "live"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class BindAsk:
    """What a provider is asked for.

    Attributes:
        binding_id: `bnd_…`; asked for twice, it is one binding.
        mode: who may call.
        a: token of the number that the virtual one stands for.
        b: in `AXB`, token of the other's.
        pair: a keyed hash of the two, the same whenever they are bound again.
        until_us: when it ends.
    """

    binding_id: str
    mode: BindingMode
    a: str
    b: str | None
    pair: bytes
    until_us: int


@dataclass(frozen=True, slots=True)
class Bound:
    """What a provider has bound: the number, and until when."""

    number: str
    until_us: int


@dataclass(frozen=True, slots=True)
class Binding:
    """A number that stands for a person's own.

    Attributes:
        id: `bnd_…`.
        number: the virtual one; none while it is being asked for.
        mode: who may call.
        subject: whose number it stands for.
        a, b: tokens of the real ones.
        b_subject: the other's, where there is one.
        pair: as in `BindAsk`.
        purpose: what for.
        state: what became of it.
        until_us: when it ends.
        created_at, created_by: since when, and who asked.
    """

    id: str
    number: str | None
    mode: BindingMode
    subject: str
    a: str
    b: str | None
    b_subject: str | None
    pair: bytes
    purpose: Purpose
    state: BindingState
    until_us: int
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class PoolNumber:
    """A number of the brand's own pool.

    Attributes:
        number: E.164.
        label: where it lives, in the brand's words.
        is_bound: it stands for somebody now.
        free_at: when it may stand for another pair.
        created_at, created_by: since when, and who brought it.
    """

    number: str
    label: str
    is_bound: bool
    free_at: datetime | None
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class PoolSummary:
    """How many numbers there are, stand for somebody, rest, and are free."""

    numbers: int
    bound: int
    resting: int
    free: int


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What did not agree between bindings and provider, and was put right."""

    let_go_there: int
    ended_here: int


class NoNumberProvider(Conflict):
    """No number stands in for this one, because there is no pool of numbers yet."""


class NumbersExhausted(Conflict):
    """Every number of the pool stands for somebody or rests after it; add numbers."""


class NumberProviderAway(Unavailable):
    """The provider of virtual numbers does not answer; the real number is not shown instead."""

    retry_after_seconds = 30


class NoPhoneKnown(Missing):
    """There is no phone number of this person that a virtual one could stand for."""


class PhoneMalformed(Invalid):
    """That is no phone number."""


class MinutesMalformed(Invalid):
    """A virtual number is bound for 1 minute to 30 days."""


class PurposeNotAgreed(Denied):
    """This person has not agreed to being called for this purpose."""


class BindingUnknown(Missing):
    """There is no such binding, or it has ended."""


class NumberUnknown(Missing):
    """This number stands for nobody, or not for whoever calls."""


class NumberStillBound(Conflict):
    """This number stands for somebody now; it can be taken away when that has ended."""


class TooManyNumbers(Conflict):
    """A pool has at most 20,000 numbers."""
