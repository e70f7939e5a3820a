"""People are a function of the set of links: any order, any batches, kept up or rebuilt."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catchment.people.identity import IdentityBook, Pair, Via
from people.identity.identity_world import (
    LOOSE,
    MINE,
    TIGHT,
    Model,
    Seen,
    add,
    edges_of,
    fill,
    pair,
    people_of,
    random_codes,
    random_links,
    rebuilt,
    state_bytes,
    subject,
)

SEEDS = range(40)


def batches_of(generator: np.random.Generator, seen: list[Seen]) -> list[list[Seen]]:
    cuts = np.sort(generator.integers(0, len(seen) + 1, generator.integers(0, 6)))
    return [list(part) for part in np.split(np.array(seen, object), cuts)]


@pytest.mark.parametrize("whole_min", [0, 10_000])
@pytest.mark.parametrize("seed", SEEDS[:20])
def test_the_book_says_what_the_rule_says(
    seed: int, whole_min: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against an oracle that knows neither arrays nor regions, batch after batch."""
    monkeypatch.setattr("catchment.people.identity.pages.WHOLE_MIN", whole_min)
    generator = np.random.default_rng(seed)
    codes = random_codes(generator, 14)
    model, book = Model(codes), IdentityBook(tmp_path)
    with book.writing(MINE, TIGHT) as pages:
        for _ in range(8):
            seen = random_links(generator, 14, int(generator.integers(1, 8)))
            model.see(seen)
            before = dict(people_of(pages))
            changes = add(pages, codes, seen)
            people, edges = model.people(TIGHT)
            assert people_of(pages) == people, f"seed {seed}"
            assert edges_of(pages) == edges, f"seed {seed}"
            named = pages.subjects_of(changes.nodes).to_pylist()
            assert set(named) == {s for s in people if before.get(s) != people[s]}
    assert people_of(book.reading(MINE)) == people
    kept = state_bytes(book)
    assert state_bytes(rebuilt(tmp_path)) == kept, f"seed {seed}"


@pytest.mark.parametrize("seed", SEEDS)
def test_decisions_and_rules_in_any_mixture_are_followed(seed: int, tmp_path: Path) -> None:
    generator = np.random.default_rng(seed + 1000)
    codes = random_codes(generator, 10)
    model, book = Model(codes), IdentityBook(tmp_path)
    rules = TIGHT
    with book.writing(MINE, TIGHT) as pages:
        for _ in range(25):
            a, b = (int(x) for x in generator.choice(10, 2, replace=False))
            what = generator.choice(["see", "see", "see", "withdraw", "restore", "join", "unjoin",
                                     "forget", "rules"])  # fmt: skip
            if what == "see":
                seen = random_links(generator, 10, 4)
                model.see(seen)
                add(pages, codes, seen)
            elif what == "forget":
                model.forget(a)
                pages.forget([subject(a)])
            elif what == "rules":
                rules = LOOSE if rules is TIGHT else TIGHT
                preview = pages.preview(rules)
                before = people_of(pages)
                pages.apply_rules(rules)
                after = people_of(pages)
                assert preview.moved == sum(before[s] != after[s] for s in before)
            else:
                getattr(pages, what)([pair(codes, a, b)])
                model.known |= {a, b}
                both = frozenset((a, b))
                if what == "withdraw":
                    model.withdrawn.add(both)
                elif what == "restore":
                    model.withdrawn.discard(both)
                elif what == "unjoin":
                    model.unjoin(a, b)
                else:
                    model.withdrawn.discard(both)
                    model.see([(a, b, 0, 6, 2, 0)])
            people, edges = model.people(rules)
            assert people_of(pages) == people, f"seed {seed}, {what} {a} {b}"
            assert edges_of(pages) == edges, f"seed {seed}, {what}"
    kept = state_bytes(book)
    again = rebuilt(tmp_path)
    assert state_bytes(again) == kept, f"seed {seed}"


def world_of(book: IdentityBook) -> tuple[object, object]:
    view = book.reading(MINE)
    return people_of(view), edges_of(view)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), order=st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, seed: int, order: object
) -> None:
    generator = np.random.default_rng(seed)
    codes = random_codes(generator, 12)
    seen = random_links(generator, 12, 30)
    shuffled = [*seen, *seen[:5]]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (IdentityBook(tmp_path_factory.mktemp("book")) for _ in range(2))
    fill(one, codes, [seen])
    fill(other, codes, batches_of(generator, shuffled))
    assert world_of(one) == world_of(other), f"seed {seed}"


def test_resolving_in_the_order_of_arrival_would_be_caught(tmp_path: Path) -> None:
    """A book that took the first that came for the earliest differs from itself soon."""
    differs = 0
    for seed in range(10):
        generator = np.random.default_rng(seed)
        codes = random_codes(generator, 12)
        seen = random_links(generator, 12, 30)
        worlds = []
        for turn in range(2):
            arrived = [seen[i] for i in generator.permutation(30)] if turn else seen
            wrong = [(a, b, at, *rest) for at, (a, b, _, *rest) in enumerate(arrived)]
            book = IdentityBook(tmp_path / f"{seed}-{turn}")
            fill(book, codes, [wrong])
            worlds.append(people_of(book.reading(MINE)))
        differs += worlds[0] != worlds[1]
    assert differs > 5


@pytest.mark.parametrize("seed", range(10))
def test_merging_and_splitting_again_leaves_the_world_byte_equal(seed: int, tmp_path: Path) -> None:
    generator = np.random.default_rng(seed + 77)
    codes = random_codes(generator, 12)
    book = IdentityBook(tmp_path)
    seen = [s for s in random_links(generator, 12, 30) if s[3] != Via.OPERATOR]
    fill(book, codes, [[(n, n, 0, 1, 0, 0) for n in range(12)], seen])
    before, counted = world_of(book), state_bytes(book)[:4]
    with book.writing(MINE, TIGHT) as pages:
        edges = pages.edges_of(pages.persons())
        pairs = [Pair(e.left, e.left_kind, e.right, e.right_kind) for e in edges]
        for _ in range(5):
            a, b = (int(x) for x in generator.choice(12, 2, replace=False))
            pages.join([pair(codes, a, b)])
            pages.unjoin([pair(codes, a, b)])
        assert world_of(book) == before, f"seed {seed}"
        pages.withdraw(pairs)
        assert all(owner == one for one, owner in people_of(pages).items())
        pages.restore(pairs)
    assert world_of(book) == before, f"seed {seed}"
    assert state_bytes(book)[:4] == counted, f"seed {seed}"
