"""Fading sums: exact in any order, true to the formula, and without overflow."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.people.interests.decay import ERA_HALF_LIVES, UNIT, Decay

DAY_US = 86_400_000_000
NOW = 20_700 * DAY_US
DECAY = Decay()

times = st.lists(st.integers(NOW - 600 * DAY_US, NOW), min_size=1, max_size=30)


def summed(instants: list[int], decay: Decay = DECAY) -> dict[int, int]:
    sums: dict[int, int] = {}
    for instant in instants:
        era = decay.era_of(instant)
        sums[era] = sums.get(era, 0) + decay.share(instant)
    return sums


def worth(sums: dict[int, int], now_us: int, decay: Decay = DECAY) -> float:
    eras, totals = np.array(list(sums), np.int64), np.array(list(sums.values()), np.int64)
    return float(decay.worth(eras, totals, now_us).sum())


@given(instants=times, data=st.data())
def test_order_and_batches_change_no_bit(instants: list[int], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(instants))
    cut = data.draw(st.integers(0, len(shuffled)))
    first, second = summed(shuffled[:cut]), summed(shuffled[cut:])
    together = {e: first.get(e, 0) + second.get(e, 0) for e in first.keys() | second.keys()}
    assert together == summed(instants)


def test_sums_of_floats_would_be_caught() -> None:
    """The wrong variant: floating sums differ with the order."""
    shares = [0.1 * 2.0 ** (n / 7) for n in range(40)]
    assert sum(shares) != sum(reversed(shares))


@given(instants=times, later=st.integers(0, 300))
def test_an_event_is_worth_half_after_each_half_life(instants: list[int], later: int) -> None:
    now = NOW + later * DAY_US
    expected = sum(
        2.0 ** (-(now - instant) / DECAY.half_life_us)
        for instant in instants
        if DECAY.era_of(instant) >= DECAY.era_least(now)
    )
    assert worth(summed(instants), now) == pytest.approx(expected, rel=2e-6, abs=1e-9)


def test_fading_twice_would_be_caught() -> None:
    """The wrong variant: what was faded up to yesterday is faded again from its own time."""
    instant = NOW - 30 * DAY_US
    right = worth(summed([instant]), NOW)
    wrong = right * 2.0 ** (-(NOW - instant) / DECAY.half_life_us)
    assert right == pytest.approx(0.5, rel=1e-5)
    assert wrong == pytest.approx(0.25, rel=1e-5)


@pytest.mark.parametrize("days", [1 / 24, 1, 30, 3650])
def test_no_half_life_and_no_century_overflows(days: float) -> None:
    decay = Decay(timedelta(days=days))
    for year in (1970, 2026, 2199):
        instant = (year - 1970) * 365 * DAY_US
        share = decay.share(instant)
        assert UNIT <= share <= UNIT << ERA_HALF_LIVES
        assert worth({decay.era_of(instant): share}, instant, decay) == pytest.approx(1.0, rel=1e-5)


def test_old_eras_are_worth_nothing_and_wild_ones_no_error() -> None:
    ancient = {DECAY.era_of(0): DECAY.share(0)}
    assert worth(ancient, NOW) == 0.0
    with np.errstate(all="raise"):
        assert np.isfinite(worth({2**40: 1, -(2**40): 1}, NOW))


def test_a_half_life_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="an hour"):
        Decay(timedelta(minutes=59))
