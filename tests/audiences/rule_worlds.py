"""Made-up worlds and rules of every kind, small enough that everything collides."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from audiences.small_world import SmallWorld
from catchment.audiences import (
    AllOf,
    AnyOf,
    ConsentIs,
    Did,
    DidInOrder,
    DidNot,
    InAudience,
    InList,
    LevelIs,
    Not,
    Rule,
    ScoreIs,
    StageIs,
    TagIs,
    TraitIs,
)
from catchment.audiences.rules import Consent, Deed, Period, Total
from catchment.lake import Filter, Operator
from oracles.audience_brute_force import EPOCH, Happened, Known

LATEST = 24
NODES = 6
AMOUNTS = (-1, 0, 1, 2.5, 0.1, 0.2, 1.1)
BOUNDS = (-1, 0, 0.1, 0.3, 1, 1.1, 2.2, 3.5)
WORDS = ("a", "b", "true", "7")

times = st.integers(0, LATEST)
spans = st.integers(1, 10).map(lambda us: timedelta(microseconds=us))
moments = times.map(lambda us: EPOCH + timedelta(microseconds=us))
words = st.sampled_from(WORDS)


@st.composite
def owners(draw: st.DrawFn) -> list[int]:
    """Who each node belongs to; a person is named by its lowest node."""
    groups = draw(st.lists(st.integers(0, NODES - 1), min_size=NODES, max_size=NODES))
    return [groups.index(group) for group in groups]


events = st.builds(
    Happened,
    st.integers(0, NODES - 1),
    times,
    st.sampled_from("ABC"),
    st.fixed_dictionaries(
        {}, optional={"amount": st.sampled_from(AMOUNTS), "colour": st.sampled_from(["a", "b"])}
    ),
)


def _steps(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(st.tuples(times, values), max_size=3, unique_by=lambda one: one[0]).map(
        lambda steps: tuple(sorted(steps, key=lambda one: one[0]))
    )


known = st.builds(
    Known,
    traits=st.fixed_dictionaries(
        {},
        optional={
            "word": _steps(words),
            "count": _steps(st.sampled_from(AMOUNTS)),
            "liked": _steps(st.lists(words, max_size=3)),
        },
    ),
    tags=st.frozensets(words),
    levels=st.fixed_dictionaries({}, optional={"scheme": _steps(words)}),
    stage=_steps(words),
    scores=st.dictionaries(st.just("model"), st.sampled_from(AMOUNTS)),
    consent=st.dictionaries(
        st.just(("news", "sms")), st.sampled_from(["granted", "withdrawn", "unknown"])
    ),
    audiences=st.frozensets(words),
    lists=st.frozensets(words),
    refuses=st.booleans(),
)
worlds = st.builds(
    SmallWorld,
    owners(),
    st.lists(events, max_size=25),
    st.dictionaries(st.integers(0, NODES - 1), known, max_size=NODES),
)

filters = st.one_of(
    st.builds(
        Filter,
        st.just("colour"),
        st.sampled_from([Operator.EQUALS, Operator.NOT_EQUALS]),
        st.sampled_from(["a", "b"]),
    ),
    st.builds(
        Filter,
        st.just("amount"),
        st.sampled_from([Operator.AT_LEAST, Operator.LESS]),
        st.sampled_from(BOUNDS),
    ),
)
deeds = st.builds(Deed, st.sampled_from("ABC"), st.lists(filters, max_size=1).map(tuple))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """All time, a rolling window, or a fixed span with open ends."""
    kind = draw(st.sampled_from(["always", "rolling", "rolling", "fixed"]))
    if kind == "always":
        return Period()
    if kind == "rolling":
        return Period(within=draw(spans))
    ends = sorted([draw(moments), draw(moments)])
    which = draw(st.integers(1, 3))
    return Period(None, ends[0] if which & 1 else None, ends[1] if which & 2 else None)


@st.composite
def dids(draw: st.DrawFn) -> Did:
    """How often or how much."""
    # Mostly as operators ask: so often at least. The rest in all their combinations.
    total = draw(st.sampled_from([Total.COUNT] * 5 + list(Total)))
    count = total is Total.COUNT
    bounds = st.integers(0, 3) if count else st.sampled_from(BOUNDS)
    low, high = draw(st.none() | bounds), draw(st.none() | bounds)
    if draw(st.booleans()):
        low, high = (1 if count else low), None
    field = None if count else "amount"
    return Did(draw(deeds), draw(periods()), total, field, low, high)


chains = st.builds(
    DidInOrder,
    st.lists(deeds, min_size=2, max_size=3).map(tuple),
    st.none() | spans,
    periods(),
)
comparisons = st.one_of(
    st.tuples(st.sampled_from([Operator.EQUALS, Operator.NOT_EQUALS]), words | st.just(7)),
    st.tuples(st.sampled_from([Operator.EQUALS, Operator.GREATER]), st.sampled_from(BOUNDS)),
    st.tuples(st.sampled_from([Operator.LESS, Operator.AT_MOST, Operator.AT_LEAST]), words),
    st.tuples(st.just(Operator.EQUALS), st.booleans()),
    st.tuples(st.just(Operator.CONTAINS), st.sampled_from(["a", "ru"])),
    st.tuples(st.just(Operator.IS_SET), st.booleans()),
    st.tuples(
        st.just(Operator.IN),
        st.lists(words | st.sampled_from([7, 1]), min_size=1, max_size=3).map(tuple),
    ),
)
attributes: st.SearchStrategy[Rule] = st.one_of(
    st.builds(
        lambda name, comparison: TraitIs(name, *comparison),
        st.sampled_from(["word", "count", "liked"]),
        comparisons,
    ),
    st.builds(TagIs, words, st.booleans()),
    st.builds(LevelIs, st.just("scheme"), st.lists(words, min_size=1, max_size=2).map(tuple)),
    st.builds(StageIs, st.lists(words, min_size=1, max_size=2).map(tuple)),
    st.builds(
        ScoreIs,
        st.just("model"),
        st.sampled_from([Operator.AT_LEAST, Operator.LESS]),
        st.sampled_from(BOUNDS),
    ),
    st.builds(ConsentIs, st.just("news"), st.just("sms"), st.sampled_from(Consent)),
    st.builds(InAudience, words, st.booleans()),
    st.builds(InList, words, st.booleans()),
)
happenings: st.SearchStrategy[Rule] = st.one_of(
    dids(), dids(), chains, st.builds(DidNot, deeds, periods())
)
leaves: st.SearchStrategy[Rule] = happenings | attributes
rules: st.SearchStrategy[Rule] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=5,
)
