"""Building the graph out of the lake's rows and the identity overlay.

Rows are by subject. Here each subject becomes the person who it is now, so people who were joined
or split since need no row rewritten. Everything is columns: a million edges take a second or two.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy import sparse

from catchment.lake import default_person
from catchment.people.interests.decay import Decay
from catchment.people.interests.graph import (
    KINDS,
    PERSON,
    POINTS_MIN,
    EvidenceRows,
    Floats,
    Graph,
    Ints,
    step_chances,
    strongest,
    texts,
    transposed,
)
from catchment.people.interests.signals import (
    NAME,
    NAME_EN,
    RELATION_POINTS,
    WEIGHT_PARTS,
    Kind,
)

_SEPARATOR: Final = "\x1f"
_EVIDENCE_KEYS = ("left", "right", "verb", "place")
_EVIDENCE_SUMS = [
    ("points", "sum"), ("count", "sum"), ("first_us", "min"), ("last_us", "max"),
]  # fmt: skip


def build_graph(
    rows: pa.Table, identity: pa.Table, decay: Decay, *, now_us: int, position: int
) -> Graph:
    """The graph as it is at an instant.

    Args:
        rows: the interest table's, without the workspace.
        identity: columns `subject` and `person`, where that is not the default.
        decay: how the rows' weights were summed up.
        now_us: when.
        position: the log position that the rows reach.
    """
    rows = rows.filter(pc.greater_equal(rows["era"], decay.era_least(now_us)))
    is_name = pc.is_in(rows["right_kind"], pa.array([NAME, NAME_EN], pa.string()))
    named, rows = rows.filter(is_name), rows.filter(pc.invert(is_name))
    left, right, kinds, ids = _numbered(rows, identity)
    evidence = _evidence(rows, left, right, decay, now_us)
    pair_left, pair_right, net = _pairs(evidence)
    strength = _strengths(kinds, pair_left, pair_right, net)
    goes = strength > 0.0
    goes[goes] = strongest(pair_left[goes], strength[goes], kinds[pair_left[goes]] == PERSON)
    departures = step_chances(kinds, pair_left[goes], pair_right[goes], strength[goes])
    departures.sort_indices()
    size = len(kinds)
    index = {pair: node for node, pair in enumerate(zip(kinds.tolist(), ids, strict=True))}
    return Graph(
        ids=ids,
        kinds=kinds,
        index=index,
        names=_names(index, named),
        evidence=evidence,
        net=sparse.csr_matrix((net, (pair_left, pair_right)), shape=(size, size)),
        departures=departures,
        arrivals=transposed(departures),
        at_us=now_us,
        position=position,
        joined=dict(zip(texts(identity["subject"]), texts(identity["person"]), strict=True)),
    )


def _numbered(
    rows: pa.Table, identity: pa.Table
) -> tuple[Ints, Ints, NDArray[np.int8], tuple[str, ...]]:
    """The ends of each row as nodes; the kind and the id of each node, in order of both."""
    left = _keys(rows["left_kind"], _persons(rows, identity))
    right = _keys(rows["right_kind"], rows["right"])
    both = pa.chunked_array([*left.chunks, *right.chunks], pa.string())
    encoded = both.combine_chunks().dictionary_encode()
    # In order of kind and id, so that the same rows make the same graph in whatever order they lie.
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    ends = place[encoded.indices.to_numpy(zero_copy_only=False)]
    split = pc.split_pattern(encoded.dictionary.take(pa.array(order)), _SEPARATOR, max_splits=1)
    numbers = pc.cast(pc.list_element(split, 0), pa.int8()).to_numpy(zero_copy_only=False)
    ids = texts(pa.chunked_array([pc.list_element(split, 1)]))
    return ends[: rows.num_rows], ends[rows.num_rows :], numbers, ids


def _persons(rows: pa.Table, identity: pa.Table) -> Any:
    """The left ids, with each subject turned into the person it is now."""
    known = pc.index_in(rows["left"], identity["subject"].combine_chunks())
    joined = identity["person"].combine_chunks().take(known.combine_chunks())
    alone = pc.binary_join_element_wise(default_person(""), rows["left"], "")
    is_person = pc.equal(rows["left_kind"], Kind.PERSON.value)
    return pc.if_else(is_person, pc.coalesce(pa.chunked_array([joined]), alone), rows["left"])


def _keys(kind: pa.ChunkedArray, item: pa.ChunkedArray) -> pa.ChunkedArray:
    numbers = pc.index_in(kind, pa.array([k.value for k in KINDS], pa.string()))
    return pc.binary_join_element_wise(pc.cast(numbers, pa.string()), item, _SEPARATOR)


def _evidence(rows: pa.Table, left: Ints, right: Ints, decay: Decay, now_us: int) -> EvidenceRows:
    eras = rows["era"].to_numpy()
    worth = decay.worth(eras, rows["weight"].to_numpy(), now_us) / WEIGHT_PARTS
    verbs, verb = _encoded(rows["verb"])
    places, place = _encoded(rows["place"])
    table = pa.table(
        {
            "left": left, "right": right, "verb": verb, "place": place, "points": worth,
            "count": rows["count"],
            "first_us": rows["first_time"].cast(pa.int64()),
            "last_us": rows["last_time"].cast(pa.int64()),
        }
    )  # fmt: skip
    summed = table.group_by(list(_EVIDENCE_KEYS)).aggregate(_EVIDENCE_SUMS)
    summed = summed.sort_by([(key, "ascending") for key in _EVIDENCE_KEYS])
    columns = {
        name.removesuffix("_sum").removesuffix("_min").removesuffix("_max"): summed[name].to_numpy()
        for name in summed.column_names
    }
    return EvidenceRows(**columns, verbs=verbs, places=places)


def _encoded(column: pa.ChunkedArray) -> tuple[tuple[str, ...], Ints]:
    words = pc.unique(column.drop_null()).sort()
    numbers = pc.fill_null(pc.index_in(column, words), -1)
    return texts(pa.chunked_array([words])), numbers.to_numpy().astype(np.int64)


def _pairs(evidence: EvidenceRows) -> tuple[Ints, Ints, Floats]:
    """Each pair once, with the sum of its points."""
    if not len(evidence.left):
        nothing = np.empty(0, np.int64)
        return nothing, nothing, np.empty(0)
    is_new = np.r_[
        True,
        (evidence.left[1:] != evidence.left[:-1]) | (evidence.right[1:] != evidence.right[:-1]),
    ]
    starts = np.flatnonzero(is_new)
    return evidence.left[starts], evidence.right[starts], np.add.reduceat(evidence.points, starts)


def _strengths(kinds: NDArray[np.int8], left: Ints, right: Ints, net: Floats) -> Floats:
    """How strong each pair is; 0 where it is no way to go."""
    is_person = kinds[left] == PERSON
    kept = np.where(net >= POINTS_MIN, net, 0.0)
    # A relation does not fade while it is told: it is shared out among its like.
    told = np.where(is_person, 0.0, np.maximum(net, 0.0))
    group = left * len(KINDS) + kinds[right]
    total = np.bincount(group, weights=told, minlength=1) if len(group) else np.zeros(1)
    worth = np.zeros((len(KINDS), len(KINDS)))
    for (one, other), points in RELATION_POINTS.items():
        worth[KINDS.index(Kind(one)), KINDS.index(Kind(other))] = points
    whole = total[group] if len(group) else np.zeros(0)
    shared = np.divide(told, whole, out=np.zeros_like(told), where=whole > 0.0)
    related = shared * worth[kinds[left], kinds[right]]
    strength: Floats = np.where(is_person, np.log2(1.0 + kept), related)
    return strength


def _names(index: Mapping[tuple[int, str], int], rows: pa.Table) -> dict[int, tuple[str, str]]:
    """What items are called: of several names the one told last."""
    newest = rows.sort_by(
        [("last_time", "ascending"), ("count", "ascending"), ("right", "ascending")]
    ).select(["left_kind", "left", "right_kind", "right"])
    told: dict[tuple[str, str], dict[str, str]] = {}
    for kind, item, sort, name in zip(*(texts(column) for column in newest.columns), strict=True):
        told.setdefault((kind, item), {})[sort] = name
    named = {}
    for (kind, item), sorts in told.items():
        node = index.get((KINDS.index(Kind(kind)), item))
        if node is not None:
            named[node] = (sorts.get(NAME, ""), sorts.get(NAME_EN, ""))
    return named
