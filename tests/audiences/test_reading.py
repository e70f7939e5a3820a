"""Rules from JSON: what is well formed is read, and of anything else each wrong place is told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audiences.rule_worlds import rules
from catchment.audiences import Did, Rule, RuleRefused, read_rule, write_rule
from catchment.audiences.reading import KINDS
from catchment.audiences.rules import DEPTH_MAX, RULE_SIZE_MAX, walk

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "audience-rules.md"
BUYERS = {"did": {"event": "Order Completed"}}


def problems(document: object) -> list[tuple[str, str]]:
    with pytest.raises(RuleRefused) as refused:
        read_rule(document)
    assert all(one.message.endswith(".") for one in refused.value.problems)
    return [(one.pointer, one.code) for one in refused.value.problems]


def _is_of_whole_seconds(rule: Rule) -> bool:
    return all(
        span is None or span.microseconds == 0
        for part in walk(rule)
        for span in (
            getattr(part, "within", None),
            getattr(getattr(part, "period", None), "within", None),
        )
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_an_example_on_the_page_that_is_read(kind: str) -> None:
    page = PAGE.read_text()
    blocks = [json.loads(one) for one in re.findall(r"```json\n(.*?)```", page, re.DOTALL)]
    inline = re.findall(r'`(\{"\w+": .*?\})` \|', page)
    found = [one for one in [*blocks, *map(json.loads, inline)] if "problems" not in one]
    examples = [one for one in found if kind in one]
    assert examples
    for one in examples:
        rule = read_rule(one)
        assert read_rule(write_rule(rule)) == rule


def test_every_code_told_here_is_on_the_page() -> None:
    source = Path(__file__).parents[2] / "src" / "catchment" / "audiences"
    text = "".join((source / f"{n}.py").read_text() for n in ("places", "reading", "checking"))
    codes = set(re.findall(r'"([a-z]+_(?:[a-z_]+))",?\s*\n?\s*f?"', text))
    codes &= set(re.findall(r"\w+", text))
    known = set(re.findall(r"`(\w+)`", PAGE.read_text()))
    told = {one for one in codes if one.endswith(("unknown", "unfit", "malformed", "mixed"))}
    assert told
    assert told <= known


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (None, ("", "not_a_rule")),
        ([], ("", "not_a_rule")),
        ({}, ("", "not_a_rule")),
        ({**BUYERS, "tag": {"id": "t"}}, ("", "not_a_rule")),
        ({"sql": "drop table"}, ("", "kind_unknown")),
        ({"all": BUYERS}, ("/all", "wrong_type")),
        ({"any": [BUYERS, 3]}, ("/any/1", "not_a_rule")),
        ({"not": [BUYERS]}, ("/not", "not_a_rule")),
        ({"did": {}}, ("/did", "key_missing")),
        ({"did": {"event": ""}}, ("/did/event", "text_unfit")),
        ({"did": {"event": "a\x00"}}, ("/did/event", "text_unfit")),
        ({"did": {"event": "\ud800"}}, ("/did/event", "text_unfit")),
        ({"did": {"event": "a", "a/b~": 1}}, ("/did/a~1b~0", "key_unknown")),
        ({"did": {"event": "a", "at_least": 1.5}}, ("/did/at_least", "number_unfit")),
        ({"did": {"event": "a", "at_least": True}}, ("/did/at_least", "wrong_type")),
        ({"did": {"event": "a", "at_least": 10**400}}, ("/did/at_least", "number_unfit")),
        ({"did": {"event": "a", "at_most": float("nan")}}, ("/did/at_most", "number_unfit")),
        ({"did": {"event": "a", "exactly": 1, "at_most": 1}}, ("/did", "keys_clash")),
        ({"did": {"event": "a", "at_least": 2, "at_most": 1}}, ("/did/at_most", "period_empty")),
        ({"did": {"event": "a", "total": "sum", "at_least": 1}}, ("/did", "key_missing")),
        ({"did": {"event": "a", "total": "sum", "field": "x"}}, ("/did", "key_missing")),
        ({"did": {"event": "a", "field": "x"}}, ("/did", "keys_clash")),
        ({"did": {"event": "a", "within": "30 days"}}, ("/did/within", "span_malformed")),
        ({"did": {"event": "a", "within": "0d"}}, ("/did/within", "span_malformed")),
        ({"did": {"event": "a", "within": "999999w"}}, ("/did/within", "span_malformed")),
        ({"did": {"event": "a", "since": "yesterday"}}, ("/did/since", "instant_malformed")),
        ({"did": {"event": "a", "since": "2026-01-01"}}, ("/did/since", "instant_malformed")),
        (
            {"did": {"event": "a", "within": "7d", "since": "2026-01-01T00:00:00Z"}},
            ("/did", "keys_clash"),
        ),
        (
            {"did_not": {"event": "a", "since": "2026-01-02T00:00:00Z",
                         "until": "2026-01-01T00:00:00Z"}},
            ("/did_not/until", "period_empty"),
        ),
        (
            {"did": {"event": "a", "where": [{"field": "a..b", "operator": "equals", "value": 1}]}},
            ("/did/where/0/field", "field_unfit"),
        ),
        (
            {"did": {"event": "a", "where": [{"field": "a", "operator": "like", "value": 1}]}},
            ("/did/where/0/operator", "choice_unknown"),
        ),
        (
            {"did": {"event": "a", "where": [{"field": "a", "operator": "gt", "value": [1]}]}},
            ("/did/where/0/value", "operator_unfit"),
        ),
        ({"sequence": {"steps": [{"event": "a"}]}}, ("/sequence/steps", "list_unfit")),
        (
            {"sequence": {"steps": [{"event": "a"}, {"event": 5}]}},
            ("/sequence/steps/1/event", "wrong_type"),
        ),
        ({"trait": {"name": "city", "operator": "in", "value": []}},
         ("/trait/value", "list_unfit")),
        ({"tag": {"id": "t", "is_held": 1}}, ("/tag/is_held", "wrong_type")),
        ({"level": {"scheme": "rfm", "any_of": []}}, ("/level/any_of", "list_unfit")),
        ({"score": {"model": "m", "operator": "equals", "value": 1}},
         ("/score/operator", "choice_unknown")),
        ({"consent": {"purpose": "p", "channel": "c", "state": "maybe"}},
         ("/consent/state", "choice_unknown")),
        ({"sample": {"percent": 0}}, ("/sample/percent", "number_unfit")),
        ({"sample": {"percent": 101}}, ("/sample/percent", "number_unfit")),
    ],
)  # fmt: skip
def test_each_mistake_is_marked_where_it_stands(document: object, place: tuple[str, str]) -> None:
    assert place in problems(document)


def test_all_mistakes_are_told_at_once() -> None:
    found = problems({"all": [{"did": {"event": 1, "within": "x"}}, {"y": 1}, BUYERS]})
    assert found == [
        ("/all/0/did/event", "wrong_type"),
        ("/all/0/did/within", "span_malformed"),
        ("/all/1", "kind_unknown"),
    ]


def test_a_tree_may_be_as_deep_as_said_and_no_deeper() -> None:
    def nested(depth: int) -> object:
        return BUYERS if depth == 1 else {"not": nested(depth - 1)}

    assert read_rule(nested(DEPTH_MAX)) is not None
    assert problems(nested(DEPTH_MAX + 1))[0] == ("/not" * DEPTH_MAX, "too_deep")
    deep: object = BUYERS
    for _ in range(100_000):
        deep = {"not": deep}
    assert problems(deep)[0][1] == "too_deep"


def test_a_tree_may_be_as_large_as_said_and_no_larger() -> None:
    assert read_rule({"all": [BUYERS] * (RULE_SIZE_MAX - 1)}) is not None
    assert "too_large" in {code for _, code in problems({"all": [BUYERS] * RULE_SIZE_MAX})}


def test_once_is_meant_where_nothing_is_said() -> None:
    rule = read_rule(BUYERS)
    assert isinstance(rule, Did)
    assert (rule.at_least, rule.at_most, rule.period.within) == (1, None, None)


@settings(deadline=None)
@given(rule=rules)
def test_what_is_written_reads_back(rule: Rule) -> None:
    if not _is_of_whole_seconds(rule):
        return
    try:
        read = read_rule(json.loads(json.dumps(write_rule(rule))))
    except RuleRefused as refused:
        # Worlds hold rules that JSON refuses: a bound above the other, an empty period.
        assert {one.code for one in refused.problems} <= {"period_empty", "key_missing"}  # noqa: PT017
        return
    assert write_rule(read) == write_rule(rule)


words = st.sampled_from([
    *KINDS, "event", "where", "field", "operator", "value", "at_least", "at_most", "exactly",
    "within", "since", "until", "total", "steps", "in_last", "name", "id", "is_in", "any_of",
    "scheme", "percent", "seed", "model", "state", "channel", "purpose", "", "x/y~z",
])  # fmt: skip
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), words,
    st.sampled_from(["7d", "sum", "equals", "in", "2026-01-01T00:00:00Z", "\ud800", "\x00"]),
)  # fmt: skip
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=20,
)
nearly = st.builds(
    lambda kind, inner: {kind: inner}, st.sampled_from(KINDS), st.dictionaries(words, documents)
)


@settings(deadline=None, max_examples=1_500)
@given(document=documents | nearly)
@example(document={"did": {"event": "a", 5: "a key that is no text"}})
@example(document={"in": {"event": float("inf")}})
def test_whatever_comes_is_a_rule_or_is_refused_with_its_places(document: object) -> None:
    try:
        rule = read_rule(document)
    except RuleRefused as refused:
        assert refused.problems  # noqa: PT017
        for one in refused.problems:
            assert one.code
            assert one.message.encode()
            assert one.pointer == "" or one.pointer.startswith("/")
    else:
        assert read_rule(write_rule(rule)) == rule
