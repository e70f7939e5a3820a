"""When did it happen? Four instants, one answer.

A sender tells the instant on its own clock (*original*) and, often, when it sent the request
(*sent*); we know when it reached us (*received*). The textbook takes `received - (sent -
original)` as the truth. That adds the time on the way as well, and a batch that a web view held
back for twenty seconds would overtake its neighbours. So the sender's clock is believed unless it
is off by more than any honest delay, and only then corrected by the difference.

An instant in the future cannot be; it is brought down to when we received it and marked suspect, as
is anything that had to be moved by more than a day.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

_SECOND = 1_000_000

SKEW_BELIEVED_US = 60 * _SECOND
"""A sender's clock that differs from ours by no more than this is believed."""

FUTURE_BELIEVED_US = 60 * _SECOND
"""An instant no further than this beyond its reception is left as it is."""

CORRECTION_SUSPECT_US = 86_400 * _SECOND
"""An instant that had to be moved by more than this is suspect."""

LATE_US = 86_400 * _SECOND
"""An event that arrived more than this after it happened is late: counted, but triggers nothing."""

CLOCKS_START_US = 315_532_800 * _SECOND
"""1980: an instant before this, unless told as history, is a clock that lost its battery."""

UNKNOWN_US = np.iinfo(np.int64).min
"""Stands for "not told" where instants are kept in bare arrays."""

Instants = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Happened:
    """When events happened, as far as can be known.

    Attributes:
        time_us: the instants that analyses use.
        is_suspect: the sender's clock cannot be right.
        is_late: it arrived more than a day after it happened.
    """

    time_us: Instants
    is_suspect: Flags
    is_late: Flags


def happened(
    original_us: Instants, sent_us: Instants, received_us: Instants, is_historical: Flags
) -> Happened:
    """The instants of many events at once; `UNKNOWN_US` stands for what was not told."""
    told = original_us != UNKNOWN_US
    original = np.where(told, original_us, received_us)
    # Differences of instants that are told cannot overflow; those of the others are masked out.
    skew = received_us - np.where(sent_us != UNKNOWN_US, sent_us, received_us)
    is_skewed = told & ~is_historical & (np.abs(skew) > SKEW_BELIEVED_US)
    time = original + np.where(is_skewed, skew, 0)
    is_ancient = ~is_historical & (time < CLOCKS_START_US)
    is_future = time > received_us + FUTURE_BELIEVED_US
    time = np.where(is_future | is_ancient, received_us, time)
    is_suspect = is_future | is_ancient | (np.abs(time - original) > CORRECTION_SUSPECT_US)
    return Happened(time, is_suspect, received_us - time > LATE_US)


def happened_one(
    original_us: int | None, sent_us: int | None, received_us: int, *, is_historical: bool = False
) -> tuple[int, bool]:
    """The instant of one event, and whether it is suspect: the same rule in plain words."""
    if original_us is None:
        return received_us, False
    time = original_us
    skew = 0 if sent_us is None else received_us - sent_us
    if abs(skew) > SKEW_BELIEVED_US and not is_historical:
        time += skew
    is_future = time > received_us + FUTURE_BELIEVED_US
    is_ancient = time < CLOCKS_START_US and not is_historical
    if is_future or is_ancient:
        return received_us, True
    return time, abs(time - original_us) > CORRECTION_SUSPECT_US


def instants(values: list[int | None]) -> Instants:
    """Instants that may be missing, as a bare array."""
    told: list[Any] = [UNKNOWN_US if value is None else value for value in values]
    return np.array(told, dtype=np.int64)
