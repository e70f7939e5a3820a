"""A rule that names what is not there, or reads itself, is refused with the place marked."""

from __future__ import annotations

import pytest

from catchment.audiences import (
    AllOf,
    Catalogue,
    InAudience,
    Not,
    Rule,
    RuleRefused,
    TraitType,
    check_rule,
    read_rule,
    write_rule,
)
from catchment.audiences.checking import places_of
from catchment.audiences.rules import DEPTH_MAX

KNOWN = Catalogue(
    traits={
        "city": TraitType.TEXT,
        "orders": TraitType.NUMBER,
        "vip": TraitType.FLAG,
        "liked": TraitType.LIST,
        "mobile": TraitType.TEXT,
    },
    tags=frozenset({"tag_vip"}),
    audiences={"adc_a": (), "adc_b": ("adc_a",), "adc_c": ("adc_b", "adc_a")},
    names={"adc_a": "买家", "adc_b": "常客", "adc_c": "熟客"},
    lists=frozenset({"lst_fair"}),
    levels={"rfm": ("champions", "loyal")},
    stages=("lead", "repeat"),
    models=("churn",),
    consents=frozenset({("marketing", "sms")}),
    personal={"mobile": "phone"},
    personal_field=lambda field: "address" if field == "receiver_address" else None,
)


def refusals(document: object, audience_id: str | None = None) -> list[tuple[str, str]]:
    with pytest.raises(RuleRefused) as refused:
        check_rule(read_rule(document), KNOWN, audience_id=audience_id)
    return [(one.pointer, one.code) for one in refused.value.problems]


@pytest.mark.parametrize(
    "document",
    [
        {"trait": {"name": "city", "operator": "equals", "value": "上海"}},
        {"trait": {"name": "orders", "operator": "in", "value": [1, 2]}},
        {"trait": {"name": "vip", "operator": "equals", "value": True}},
        {"trait": {"name": "liked", "operator": "contains", "value": "茶"}},
        {"tag": {"id": "tag_vip"}},
        {"audience": {"id": "adc_c"}},
        {"list": {"id": "lst_fair"}},
        {"level": {"scheme": "rfm", "any_of": ["loyal"]}},
        {"stage": {"any_of": ["lead"]}},
        {"score": {"model": "churn", "operator": "gte", "value": 0.8}},
        {"consent": {"purpose": "marketing", "channel": "sms", "state": "granted"}},
        {"sample": {"percent": 10}},
        {"did": {"event": "Order Completed", "total": "sum", "field": "amount_minor",
                 "at_least": 5,
                 "where": [{"field": "currency", "operator": "equals", "value": "CNY"}]}},
    ],
)  # fmt: skip
def test_what_there_is_passes(document: object) -> None:
    check_rule(read_rule(document), KNOWN)


@pytest.mark.parametrize(
    ("leaf", "pointer", "code"),
    [
        ({"trait": {"name": "town", "operator": "is_set"}}, "trait/name", "trait_unknown"),
        ({"trait": {"name": "orders", "operator": "equals", "value": "a"}}, "trait/operator",
         "trait_unfit"),
        ({"trait": {"name": "orders", "operator": "contains", "value": "a"}}, "trait/operator",
         "trait_unfit"),
        ({"trait": {"name": "vip", "operator": "gt", "value": 1}}, "trait/operator", "trait_unfit"),
        ({"tag": {"id": "tag_gone"}}, "tag/id", "tag_unknown"),
        ({"audience": {"id": "adc_gone"}}, "audience/id", "audience_unknown"),
        ({"list": {"id": "lst_gone"}}, "list/id", "list_unknown"),
        ({"level": {"scheme": "abc", "any_of": ["loyal"]}}, "level/scheme", "level_unknown"),
        ({"level": {"scheme": "rfm", "any_of": ["loyal", "x"]}}, "level/any_of/1",
         "level_unknown"),
        ({"stage": {"any_of": ["lead", "x"]}}, "stage/any_of/1", "stage_unknown"),
        ({"score": {"model": "x", "operator": "gt", "value": 1}}, "score/model", "model_unknown"),
        ({"consent": {"purpose": "x", "channel": "sms", "state": "granted"}}, "consent",
         "consent_unknown"),
        ({"did": {"event": "a", "total": "sum", "field": "amount_minor", "at_least": 1}}, "did",
         "money_mixed"),
        ({"did": {"event": "a", "total": "max", "field": "live_id", "at_least": 1}}, "did/field",
         "engine_unfit"),
        ({"did": {"event": "a", "where": [{"field": "person", "operator": "equals",
                                           "value": "per_1"}]}}, "did/where/0/field",
         "engine_unfit"),
        ({"did": {"event": "a", "where": [{"field": "is_late", "operator": "gt", "value": 1}]}},
         "did/where/0/operator", "engine_unfit"),
        ({"sequence": {"steps": [{"event": "a"}, {"event": "b", "where": [
            {"field": "person", "operator": "is_set"}]}]}}, "sequence/steps/1/where/0/field",
         "engine_unfit"),
    ],
)  # fmt: skip
def test_what_there_is_not_is_marked_wherever_it_stands(
    leaf: object, pointer: str, code: str
) -> None:
    assert refusals(leaf) == [(f"/{pointer}", code)]
    assert refusals({"any": [{"sample": {"percent": 1}}, {"not": leaf}]}) == [
        (f"/any/1/not/{pointer}", code)
    ]


def test_a_circle_is_told_by_its_names() -> None:
    with pytest.raises(RuleRefused) as refused:
        check_rule(AllOf((InAudience("adc_c"),)), KNOWN, audience_id="adc_a")
    (problem,) = refused.value.problems
    assert (problem.pointer, problem.code) == ("/all/0/audience/id", "audience_circular")
    assert "买家 → 熟客 → 买家" in problem.message or "买家 → 熟客 → 常客 → 买家" in problem.message


def test_an_audience_cannot_read_itself_and_a_new_one_closes_no_circle() -> None:
    assert refusals({"audience": {"id": "adc_a"}}, "adc_a") == [
        ("/audience/id", "audience_circular")
    ]
    check_rule(InAudience("adc_a"), KNOWN)
    check_rule(InAudience("adc_a"), KNOWN, audience_id="adc_c")


def test_a_tree_built_by_hand_is_bounded_too() -> None:
    rule: Rule = AllOf(())
    for _ in range(DEPTH_MAX):
        rule = Not(rule)
    with pytest.raises(RuleRefused) as refused:
        check_rule(rule, KNOWN)
    assert [one.code for one in refused.value.problems] == ["too_deep"]
    with pytest.raises(RuleRefused):
        check_rule(AllOf((AllOf(()),) * 100), KNOWN)


def test_pointers_lead_to_their_parts() -> None:
    rule = read_rule(
        {"all": [{"not": {"any": [{"tag": {"id": "t"}}]}}, {"sample": {"percent": 1}}]}
    )
    for pointer, _, part in places_of(rule):
        found: object = write_rule(rule)
        for step in pointer.split("/")[1:]:
            found = found[int(step)] if isinstance(found, list) else found[step]  # type: ignore[index]
        assert found == write_rule(part)


@pytest.mark.parametrize(
    "condition",
    [
        {"operator": "equals", "value": "13812345678"},
        {"operator": "contains", "value": "138"},
        {"operator": "in", "value": ["13812345678"]},
    ],
)
def test_of_what_is_sealed_only_whether_it_is_known_is_asked(condition: dict[str, object]) -> None:
    """A rule is kept and shown: a number in it would be a number in the clear."""
    trait = {"trait": {"name": "mobile", **condition}}
    assert refusals(trait) == [("/trait/operator", "personal_sealed")]
    deed = {"did": {"event": "Order Completed",
                    "where": [{"field": "receiver_address", **condition}]}}  # fmt: skip
    assert refusals({"all": [deed]}) == [("/all/0/did/where/0/operator", "personal_sealed")]
    with pytest.raises(RuleRefused, match=r"'mobile' holds personal data .phone.*upload a list"):
        check_rule(read_rule(trait), KNOWN)
    for name in ("mobile", "city"):
        known = {"trait": {"name": name, "operator": "is_set", "value": False}}
        check_rule(read_rule(known), KNOWN)
