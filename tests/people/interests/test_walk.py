"""The walk against a dense solve and closed forms; wrong walks are told apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from catchment.people.interests.graph import PERSON, step_chances, transposed
from catchment.people.interests.walk import page_rank, steps_enough

Floats = NDArray[np.float64]
RESTART = 0.25
CLOSE = 1e-9


def dense(chances: Floats, seed: int, restart: float = RESTART) -> Floats:
    """The stationary distribution, by solving the linear equations."""
    size = len(chances)
    whole = chances.copy()
    whole[chances.sum(axis=1) == 0.0, seed] = 1.0
    start = np.zeros(size)
    start[seed] = restart
    found = np.linalg.solve(np.eye(size) - (1.0 - restart) * whole.T, start)
    return np.asarray(found, np.float64)


def walked(chances: Floats, seed: int, restart: float = RESTART, tolerance: float = CLOSE) -> Any:
    matrix = sparse.csr_matrix(chances)
    dangling = np.diff(matrix.indptr) == 0
    return page_rank(transposed(matrix), dangling, seed, restart=restart, tolerance=tolerance)


@st.composite
def chance_matrices(draw: st.DrawFn) -> Floats:
    size = draw(st.integers(1, 7))
    cells = st.sampled_from([0.0, 0.0, 1.0, 2.0, 5.0])
    drawn = [[draw(cells) for _ in range(size)] for _ in range(size)]
    raw = np.array(drawn, float)
    total = raw.sum(axis=1, keepdims=True)
    found: Floats = (raw / np.where(total > 0.0, total, 1.0)).astype(np.float64)
    return found


@settings(deadline=None, max_examples=150)
@given(chances=chance_matrices(), restart=st.sampled_from([0.1, 0.25, 0.6]), data=st.data())
def test_the_walk_is_the_dense_solution_and_loses_nothing(
    chances: Floats, restart: float, data: st.DataObject
) -> None:
    seed = data.draw(st.integers(0, len(chances) - 1))
    found = walked(chances, seed, restart)
    assert found.scores.sum() == pytest.approx(1.0, abs=1e-9)
    assert found.scores.min() >= 0.0
    assert np.abs(found.scores - dense(chances, seed, restart)).sum() <= 1e-8


@settings(deadline=None, max_examples=100)
@given(chances=chance_matrices(), tolerance=st.sampled_from([0.3, 1e-2, 1e-4]))
def test_the_error_it_tells_is_a_bound(chances: Floats, tolerance: float) -> None:
    found = walked(chances, 0, tolerance=tolerance)
    assert np.abs(found.scores - dense(chances, 0)).sum() <= found.error + 1e-12
    assert found.error <= tolerance
    assert found.steps <= steps_enough(RESTART, tolerance)


@pytest.mark.parametrize("leaves", [1, 3, 50])
def test_a_star_has_a_closed_form(leaves: int) -> None:
    """From the centre: a = 1 - restart; the centre holds 1 / (1 + a), each leaf an equal rest."""
    chances = np.zeros((leaves + 1, leaves + 1))
    chances[0, 1:] = 1.0 / leaves
    chances[1:, 0] = 1.0
    found = walked(chances, 0).scores
    centre = 1.0 / (2.0 - RESTART)
    assert found[0] == pytest.approx(centre)
    assert found[1:] == pytest.approx(np.full(leaves, (1.0 - centre) / leaves))


def test_of_two_cliques_the_other_one_is_never_reached() -> None:
    """In a clique of n each other one holds a / (n - 1 + a), with a = 1 - restart."""
    size = 5
    clique = (np.ones((size, size)) - np.eye(size)) / (size - 1)
    chances = np.block([[clique, np.zeros_like(clique)], [np.zeros_like(clique), clique]])
    found = walked(chances, 2).scores
    assert found[size:].sum() == 0.0
    stay = 1.0 - RESTART
    other = stay / (size - 1 + stay)
    assert found[0] == pytest.approx(other)
    assert found[2] == pytest.approx(1.0 - (size - 1) * other)


def test_a_node_that_leads_nowhere_sends_back_to_the_seed() -> None:
    found = walked(np.zeros((3, 3)), 1)
    assert found.scores.tolist() == [0.0, 1.0, 0.0]


def test_a_walk_without_the_dangling_mass_would_be_caught() -> None:
    """The wrong variant: what reaches a node that leads nowhere is lost."""
    chances = np.array([[0.0, 1.0], [0.0, 0.0]])
    scores = np.array([1.0, 0.0])
    for _ in range(200):
        scores = RESTART * np.array([1.0, 0.0]) + (1.0 - RESTART) * (chances.T @ scores)
    assert scores.sum() < 0.5
    assert np.abs(scores - dense(chances, 0)).sum() > 0.3


def test_a_walk_by_the_wrong_end_would_be_caught() -> None:
    """The wrong variants: chances of arriving taken for chances of leaving, or both mixed."""
    chances = np.array([[0.0, 0.9, 0.1], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    right = dense(chances, 0)
    assert np.abs(walked(chances, 0).scores - right).sum() < 1e-8
    for wrong in (chances.T, (chances + chances.T) / 2.0):
        scores = np.array([1.0, 0.0, 0.0])
        for _ in range(200):
            scores = RESTART * np.eye(3)[0] + (1.0 - RESTART) * (wrong.T @ scores)
        assert abs(scores.sum() - 1.0) > 1e-3 or np.abs(scores - right).sum() > 1e-2


@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_chances_leave_each_node_whole_and_shared_by_sort(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 8))
    kinds = np.array(data.draw(st.lists(st.integers(0, 3), min_size=size, max_size=size)), np.int8)
    pairs = [(i, j) for i in range(size) for j in range(i) if (kinds[i], kinds[j]) != (0, 0)]
    chosen = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    left = np.array([pair[0] for pair in chosen], np.int64)
    right = np.array([pair[1] for pair in chosen], np.int64)
    strength = np.array([data.draw(st.floats(0.1, 9.0)) for _ in chosen])
    found = step_chances(kinds, left, right, strength).toarray()
    for node, row in enumerate(found):
        people, things = row[kinds == PERSON].sum(), row[kinds != PERSON].sum()
        assert row.sum() == pytest.approx(1.0 if node in {*left, *right} else 0.0)
        if people > 0.0 and things > 0.0:
            assert people == pytest.approx(0.5)


def test_a_popular_thing_is_damped() -> None:
    """Two things are liked alike; the one that everybody likes is the less likely step."""
    crowd = 30
    kinds = np.array([0] * (crowd + 1) + [1, 1], np.int8)
    popular, rare = crowd + 1, crowd + 2
    left = np.array([0, *range(crowd + 1)], np.int64)
    right = np.array([rare, *[popular] * (crowd + 1)], np.int64)
    row = step_chances(kinds, left, right, np.ones(len(left))).toarray()[0]
    assert row[popular] < row[rare] / 2
    assert row[popular] / row[rare] == pytest.approx(np.log2(3) / np.log2(3 + crowd))
