"""Traits: what their types make of answers, the rules for lists, previews, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.desk import START, WORKSPACE
from catchment.lake import Filter, FilterGroup, Match, Operator
from catchment.people import (
    Aggregate,
    Condition,
    FieldRule,
    Measure,
    TraitRefused,
    TraitSpec,
    TraitType,
    declared_measure,
    measure_json,
    preview_trait,
    read_measure,
    trait_values,
)
from catchment.people.facts import OF_EITHER, OF_TIMES, MeasureRefused
from people.town import AT_US, Town

HOW_TO = Path(__file__).parents[3] / "docs/how-to/computed-traits.md"


def declared(name: str, type_: TraitType, rule: FieldRule) -> TraitSpec:
    measure = declared_measure(f"traits.{name}", rule, type_)
    return TraitSpec(name, "标签", "Label", type_, measure, rule, f"traits.{name}")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Two identifiers of one person who were told different things, and somebody else."""
    made = Town(tmp_path_factory.mktemp("town"))
    told = [
        (("user", "a"), {"likes": ["茶", "咖啡"], "points": 5, "born": "1990-02-03", "vip": True}),
        (("anon", "b"), {"likes": ["茶", "milk"], "points": 7, "level": "gold"}),
        (("user", "c"), {"likes": "茶", "points": "3", "born": "no date", "vip": "false"}),
    ]
    made.land([
        made.did(who, "Identified", minute, kind="identify", traits=traits)
        for minute, (who, traits) in enumerate(told)
    ])  # fmt: skip
    made.link(("anon", "b"), ("user", "a"))
    return made


@pytest.mark.parametrize(
    ("spec", "values"),
    [
        (declared("likes", TraitType.LIST, FieldRule.UNION), [["milk", "咖啡", "茶"], ["茶"]]),
        (declared("points", TraitType.NUMBER, FieldRule.LAST), [7, 3]),
        (declared("points", TraitType.NUMBER, FieldRule.FIRST), [5, 3]),
        (declared("points", TraitType.NUMBER, FieldRule.SUM), [12, 3]),
        (declared("born", TraitType.DATE, FieldRule.LAST), ["1990-02-03T00:00:00Z", None]),
        (declared("vip", TraitType.FLAG, FieldRule.LAST), [True, False]),
        (declared("level", TraitType.TEXT, FieldRule.MOST_FREQUENT), ["gold", None]),
    ],
)
def test_what_was_told_becomes_one_value_by_the_rule(
    town: Town, spec: TraitSpec, values: list[object]
) -> None:
    answer = town.facts.evaluate(WORKSPACE, spec.measure, at_us=AT_US)
    assert trait_values(spec, answer) == values


def test_a_preview_says_how_a_trait_lies(town: Town) -> None:
    points = preview_trait(
        town.facts, WORKSPACE, declared("points", TraitType.NUMBER, FieldRule.LAST), at_us=AT_US
    )
    assert (points.people, points.with_value) == (2, 2)
    assert (points.quantiles[0], points.quantiles[-1]) == ((0.0, 3.0), (1.0, 7.0))
    likes = preview_trait(
        town.facts, WORKSPACE, declared("level", TraitType.TEXT, FieldRule.LAST), at_us=AT_US
    )
    assert (likes.people, likes.with_value, likes.values) == (2, 1, (("gold", 1),))
    assert likes.sample == {town.node(("user", "a")): "gold"}


@pytest.mark.parametrize(
    ("pointer", "change"),
    [
        ("/name", {"name": "Level"}),
        ("/label_zh", {"label_zh": ""}),
        ("/label_en", {"label_en": "a\nb"}),
        ("/type", {"type": TraitType.MONEY}),
    ],
)
def test_a_trait_that_does_not_fit_is_refused(pointer: str, change: dict[str, object]) -> None:
    right = declared("level", TraitType.TEXT, FieldRule.LAST)
    with pytest.raises(TraitRefused) as refused:
        replace(right, **change)  # type: ignore[arg-type]
    assert refused.value.pointer == pointer


filters = st.recursive(
    st.builds(Filter, st.sampled_from(["a.b", "name"]), st.just(Operator.IN),
              st.tuples(st.text(max_size=3), st.integers(-9, 9))),
    lambda part: st.builds(
        FilterGroup, st.sampled_from(list(Match)), st.lists(part, max_size=2).map(tuple)
    ),
    max_leaves=3,
)  # fmt: skip


@given(
    aggregate=st.sampled_from(list(Aggregate)),
    window=st.none() | st.integers(1, 10**7).map(lambda seconds: timedelta(seconds=seconds)),
    trees=st.lists(filters, max_size=2),
    is_number=st.booleans(),
)
def test_a_measure_survives_being_written_down(
    aggregate: Aggregate,
    window: timedelta | None,
    trees: list[Filter],
    is_number: bool,  # noqa: FBT001
) -> None:
    measure = Measure(
        Condition("x", filters=tuple(trees)), aggregate,
        None if aggregate in OF_TIMES else "price", window, START, None,
        is_number=is_number and aggregate in OF_EITHER,
    )  # fmt: skip
    written = json.loads(json.dumps(measure_json(measure)))
    if window is not None and len(str(written["window"])) > 7:
        return
    assert read_measure(written) == measure


@pytest.mark.parametrize(
    ("pointer", "document"),
    [
        ("", None),
        ("/wrong", {"wrong": 1}),
        ("/aggregate", {"condition": {}, "aggregate": "total"}),
        ("/condition", {"aggregate": "count"}),
        ("/condition/kind", {"condition": {"kind": "trick"}, "aggregate": "count"}),
        ("/condition/filters/1/operator",
         {"condition": {"filters": [{"field": "a", "operator": "is_set"},
                                    {"field": "a", "operator": "like"}]}, "aggregate": "count"}),
        ("/window", {"condition": {}, "aggregate": "count", "window": "soon"}),
        ("/since", {"condition": {}, "aggregate": "count", "since": "yesterday"}),
    ],
)  # fmt: skip
def test_what_is_no_measure_is_refused_with_the_place(pointer: str, document: object) -> None:
    with pytest.raises(MeasureRefused) as refused:
        read_measure(document)
    assert refused.value.pointer == pointer


def test_what_the_how_to_shows_can_be_declared() -> None:
    page = HOW_TO.read_text(encoding="utf-8")
    shown = json.loads(page.split("-d '", 1)[1].split("'\n", 1)[0])
    measure = read_measure(shown["measure"])
    assert measure.window == timedelta(days=90)
    TraitSpec(
        shown["name"], shown["label_zh"], shown["label_en"], TraitType(shown["type"]), measure
    )
    for aggregate in Aggregate:
        assert f"`{aggregate.value}`" in page
