"""Rules offer the pairs they say, the cheapest come first, and the budget holds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.people.duplicates.blocking import candidate_rules, choose_rules

FIELDS = ("a", "b", "c")
people = st.lists(st.tuples(*[st.sampled_from(["x", "y", "z", None])] * 3), max_size=30)


def table_of(rows: Sequence[tuple[str | None, ...]]) -> pa.Table:
    return pa.table(
        {name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(FIELDS)}
    )


@given(people)
def test_a_rule_offers_the_pairs_that_agree_on_all_of_it(
    rows: list[tuple[str | None, ...]],
) -> None:
    rules = {rule.fields: rule.pairs for rule in candidate_rules(table_of(rows), FIELDS)}
    for size in (1, 2):
        for fields in combinations(range(3), size):
            agreeing = sum(
                all(one[f] is not None and one[f] == two[f] for f in fields)
                for one, two in combinations(rows, 2)
            )
            assert rules.get(tuple(FIELDS[f] for f in fields), 0) == agreeing


@given(people)
def test_no_chosen_rule_is_implied_by_a_shorter_one(rows: list[tuple[str | None, ...]]) -> None:
    chosen = choose_rules(table_of(rows), FIELDS)
    for one, two in combinations(chosen, 2):
        assert not set(one.fields) < set(two.fields)
        assert not set(two.fields) < set(one.fields)


def test_the_budget_is_spent_on_the_rarest_agreements() -> None:
    rows = [(f"rare{number // 2}", "common", f"some{number % 5}") for number in range(40)]
    chosen = choose_rules(table_of(rows), FIELDS, budget=200)
    assert [rule.fields for rule in chosen] == [("a",), ("c",)]
    assert sum(rule.pairs for rule in chosen) <= 200


def test_of_many_people_a_sample_is_counted() -> None:
    chance = Random(20)
    rows = [(f"day{chance.randrange(97)}", f"city{chance.randrange(7)}", None) for _ in range(8000)]
    whole = {rule.fields: rule.pairs for rule in candidate_rules(table_of(rows), FIELDS)}
    sample = candidate_rules(table_of(rows), FIELDS, sample_rows=2_000)
    sampled = {rule.fields: rule.pairs for rule in sample}
    for fields, pairs in whole.items():
        assert sampled[fields] == pytest.approx(pairs, rel=0.2)
