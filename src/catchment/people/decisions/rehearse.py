"""Rehearsing a decision: what it would change, found by doing it to a copy.

The copy is a small book that holds the people concerned and everyone whom their edges touch,
however indirectly: what a withdrawn edge sets free may let another one join. It is resolved by the
same code as the real one, so a preview cannot differ from what then happens.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from catchment.kernel import WorkspaceId
from catchment.people.decisions.errors import TooMuchAtOnce
from catchment.people.identity import (
    EdgeKnown,
    IdentityBook,
    IdentityChanges,
    IdentityPages,
    IdentityRules,
    IdentityView,
    Links,
    Pair,
    Verdict,
    Via,
)

NODES_MAX = 20_000
"""Identifiers that a rehearsal copies at most."""

_NOWHERE = WorkspaceId("rehearsal")


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What would change: of each identifier that moves, the person before and after."""

    before: dict[str, str]
    after: dict[str, str]


def rehearse(
    view: IdentityView,
    people: Sequence[int],
    rules: IdentityRules,
    decide: Callable[[IdentityPages], IdentityChanges],
) -> Rehearsed:
    """What a decision about these people would change.

    Args:
        view: the book as it is.
        people: owners' nodes.
        rules: as they are.
        decide: the decision, done to the copy's pages.

    Raises:
        TooMuchAtOnce: their edges touch more than `NODES_MAX` identifiers.
    """
    nodes, edges = _region(view, people)
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        book = IdentityBook(Path(folder))
        with book.writing(_NOWHERE, rules) as pages:
            _copy(view, nodes, edges, pages)
            subjects = view.subjects_of(nodes)
            before = _people(pages, subjects)
            decide(pages)
            after = _people(pages, subjects)
    moved = {subject for subject, person in before.items() if after.get(subject) != person}
    return Rehearsed(
        {subject: before[subject] for subject in moved},
        {subject: after[subject] for subject in moved},
    )


def _region(view: IdentityView, people: Sequence[int]) -> tuple[list[int], list[EdgeKnown]]:
    """Everyone whom edges reach from these people, and those edges."""
    owners = view.owners
    reached = set(people)
    found: list[EdgeKnown] = []
    fresh = sorted(reached)
    while fresh:
        found = list(view.edges_of(np.array(sorted(reached), np.int32)))
        if len(found) > NODES_MAX * 2:
            raise TooMuchAtOnce
        ends = sorted({edge.left for edge in found} | {edge.right for edge in found})
        nodes = view.nodes_of(pa.array(ends, pa.string()))
        fresh = sorted(set(owners[nodes[nodes >= 0]].tolist()) - reached)
        reached |= set(fresh)
    _, members = view.members_of(np.array(sorted(reached), np.int32))
    if len(members) > NODES_MAX:
        raise TooMuchAtOnce
    return members.tolist(), found


def _copy(
    view: IdentityView, nodes: Sequence[int], edges: Sequence[EdgeKnown], pages: IdentityPages
) -> None:
    pages.add(subjects=view.subjects_of(nodes), kinds=view.kinds_of(nodes))
    for via in Via:
        these = [edge for edge in edges if edge.via is via]
        if these and via is not Via.OPERATOR:
            pages.add(links=_links(these))
        elif these:
            for edge in these:
                pages.join([_pair(edge)], time_us=edge.time_us, evidence=edge.evidence)
    withdrawn = {_pair(edge) for edge in edges if edge.verdict is Verdict.WITHDRAWN}
    if withdrawn:
        pages.withdraw(sorted(withdrawn, key=lambda pair: (pair.left, pair.right)))


def _links(edges: Sequence[EdgeKnown]) -> Links:
    return Links.of(
        [_pair(edge) for edge in edges],
        via=edges[0].via,
        time_us=[edge.time_us for edge in edges],
        evidence=[edge.evidence for edge in edges],
    )


def _pair(edge: EdgeKnown) -> Pair:
    return Pair(edge.left, edge.left_kind, edge.right, edge.right_kind)


def _people(pages: IdentityPages, subjects: pa.Array) -> dict[str, str]:
    return {subject: pages.person_of(subject) for subject in subjects.to_pylist()}
