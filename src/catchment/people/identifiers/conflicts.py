"""Links that a limit refused: counted, and for a row of an import taken back as a whole.

An event that is refused one identifier still says the rest. A row of an import is one statement: if
it names two people who cannot be one, nothing of it is believed, and it is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from catchment.people.identifiers.gather_links import Gathered, ImportRow
from catchment.people.identity import IdentityView, Links, Pair, Strength, Verdict, Via

PAIRS_MAX = 5_000
"""Edges of conflicting rows that one chunk takes back; later ones keep to the limits alone."""


@dataclass(frozen=True, slots=True)
class RowConflict:
    """An imported row that names people who cannot be one.

    Attributes:
        row: which.
        pairs: the edges that stand on this row alone.
    """

    row: ImportRow
    pairs: tuple[Pair, ...]


def row_conflicts(view: IdentityView, gathered: Gathered) -> Sequence[RowConflict]:
    """The imported rows of a chunk whose identifiers are not one person's after all.

    Args:
        view: the book with the chunk's links in it.
        gathered: the chunk.
    """
    rows = gathered.imports
    if not rows:
        return []
    owners = view.owners
    subjects = pa.array([subject for row in rows for subject, _ in row.members], pa.string())
    people = owners[view.nodes_of(subjects)]
    found: list[RowConflict] = []
    start = pairs = 0
    for row in rows:
        mine = np.unique(people[start : start + len(row.members)])
        start += len(row.members)
        if len(mine) == 1 or pairs >= PAIRS_MAX:
            continue
        own = _own_pairs(view, row, mine.tolist())
        # A row whose links are all withdrawn, or told by others as well, was judged before.
        if own:
            found.append(RowConflict(row, own))
            pairs += len(own)
    return found


def _own_pairs(view: IdentityView, row: ImportRow, people: Sequence[int]) -> tuple[Pair, ...]:
    members = {subject for subject, _ in row.members}
    told: dict[tuple[str, str], list[bool]] = {}
    pairs: dict[tuple[str, str], Pair] = {}
    for edge in view.edges_of(np.array(people, np.int32)):
        if edge.left in members and edge.right in members:
            key = (edge.left, edge.right)
            is_own = edge.evidence == row.evidence and edge.via is Via.IMPORT
            told.setdefault(key, []).append(is_own and edge.verdict is not Verdict.WITHDRAWN)
            pairs[key] = Pair(edge.left, edge.left_kind, edge.right, edge.right_kind)
    return tuple(pairs[key] for key, flags in sorted(told.items()) if all(flags))


def over_limit(view: IdentityView, links: Links) -> Sequence[int]:
    """Rows of the links between strong identifiers that did not become one person's.

    Args:
        view: the book with the links in it.
        links: the links; imported ones are judged by rows.
    """
    if not len(links):
        return []
    strong = np.zeros(256, np.bool_)
    for kind in view.rules.kinds:
        strong[kind.code] = kind.strength is Strength.STRONG
    both = strong[links.left_kind] & strong[links.right_kind] & (links.via != Via.IMPORT)
    places = np.flatnonzero(both)
    if not len(places):
        return []
    picks = pa.array(places)
    owners = view.owners
    left = owners[view.nodes_of(links.left.take(picks))]
    right = owners[view.nodes_of(links.right.take(picks))]
    apart: list[int] = places[left != right].tolist()
    return apart
