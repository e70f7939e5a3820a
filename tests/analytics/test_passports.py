"""A number is never without its passport, in both of the console's languages."""

from __future__ import annotations

import re

import pytest

from catchment.analytics import METRICS, MetricDefinition
from catchment.analytics.funnel_result import FUNNEL_PASSPORT

ALL = [*METRICS.values(), FUNNEL_PASSPORT]


@pytest.mark.parametrize("passport", ALL, ids=lambda one: one.id)
def test_a_passport_is_whole_in_both_languages(passport: MetricDefinition) -> None:
    words = passport.zh
    assert (words.denominator is None) == (passport.denominator is None)
    for english in (passport.name_en, passport.description, passport.numerator, passport.source):
        assert english
        assert not re.search(r"[\u4e00-\u9fff]", english)
    for chinese in (passport.name_zh, words.description, words.numerator, words.source):
        assert re.search(r"[\u4e00-\u9fff]", chinese)
    assert passport.is_money == (passport.money_basis is not None)
