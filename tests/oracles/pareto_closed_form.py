"""Shares and Gini by their definitions: every pair of people compared, every prefix tried."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def gini(values: Sequence[int]) -> Fraction | None:
    """The mean difference of all pairs over twice the mean."""
    total, count = sum(values), len(values)
    if not total:
        return None
    apart = sum(abs(one - other) for one in values for other in values)
    return Fraction(apart, 2 * count * total)


def fewest(values: Sequence[int], part: Fraction) -> int:
    """The smallest number of people whose value reaches this part of the total."""
    total, sum_so_far = sum(values), 0
    for count, value in enumerate(sorted(values, reverse=True), start=1):
        sum_so_far += value
        if sum_so_far >= part * total:
            return count
    raise AssertionError("all of them reach all of it")


def first(values: Sequence[int], count: int) -> int:
    """What the best so many bring."""
    return sum(sorted(values, reverse=True)[:count])
