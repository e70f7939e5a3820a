"""Samples stay, grow by adding, have the size they say, and do not follow one another."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from audiences.small_world import subject_of
from catchment.audiences.sampling import drawn, lots_of

PEOPLE = 20_000
SUBJECTS = pa.array([subject_of(node) for node in range(PEOPLE)])
LOTS = lots_of(SUBJECTS)


def test_a_lot_is_the_first_half_of_the_subject() -> None:
    assert [int(one) for one in LOTS[:50]] == [int(s.as_py()[:16], 16) for s in SUBJECTS[:50]]


@pytest.mark.parametrize("percent", [1, 10, 50, 99.5])
def test_the_share_is_what_was_asked(percent: float) -> None:
    share = drawn(LOTS, percent, "autumn").mean()
    spread = 4 * np.sqrt(percent / 100 * (1 - percent / 100) / PEOPLE)
    assert abs(share - percent / 100) < spread


def test_all_of_a_hundred_percent() -> None:
    assert drawn(LOTS, 100, "").all()


def test_a_larger_sample_holds_the_smaller() -> None:
    small, large = drawn(LOTS, 10, "s"), drawn(LOTS, 20, "s")
    assert not (small & ~large).any()
    assert large.sum() > small.sum()


def test_the_same_people_whoever_else_is_asked() -> None:
    few = np.arange(0, PEOPLE, 7)
    again = lots_of(SUBJECTS.take(pa.array(few)))
    assert (drawn(again, 10, "s") == drawn(LOTS, 10, "s")[few]).all()


def test_samples_of_two_seeds_have_nothing_to_do_with_each_other() -> None:
    both = (drawn(LOTS, 30, "a") & drawn(LOTS, 30, "b")).mean()
    assert abs(both - 0.09) < 4 * np.sqrt(0.09 * 0.91 / PEOPLE)


def test_the_draw_is_the_same_on_every_machine() -> None:
    """Written down once: whoever changes the hash moves everyone's samples."""
    assert np.flatnonzero(drawn(LOTS[:60], 10, "autumn")).tolist() == DRAWN_ONCE


DRAWN_ONCE = [1, 5, 11, 23, 25, 26, 31, 33, 37, 40, 49]
