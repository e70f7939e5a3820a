"""What other rules would change, found by resolving all of it beside what is."""

import numpy as np
import numpy.typing as npt

from catchment.people.identity.layout import SHARED, Array
from catchment.people.identity.log_files import Head
from catchment.people.identity.resolve import mark_shared, resolve, tables_of
from catchment.people.identity.rules import IdentityRules
from catchment.people.identity.state_files import Mapped
from catchment.people.identity.subject_keys import hexadecimal
from catchment.people.identity.types import RulePreview

EXAMPLES_MAX = 10
"""Examples of each sort that a preview shows unless asked for more."""

EXAMPLE_SUBJECTS_MAX = 20
"""Subjects shown of each group of an example."""

Groups = tuple[tuple[str, ...], ...]


def preview_rules(
    mapped: Mapped, before: Array, head: Head, rules: IdentityRules, examples_max: int
) -> RulePreview:
    """What these rules would change.

    Args:
        mapped: the book.
        before: who owns each node now.
        head: what counted when that was so.
        rules: the rules to try.
        examples_max: how many examples of each sort.
    """
    count = head.nodes
    log, state, tables = mapped.log, mapped.state, tables_of(rules)
    kinds, rows, off = log.kinds[:count], log.rows[: head.rows], state.off[: head.rows]
    flags = state.flags[:count] & np.uint8(0xFF ^ SHARED)
    mark_shared(rows, off, kinds, tables, flags)
    after, _ = resolve(rows, off, log.keys[:count], kinds, flags=flags, tables=tables)
    packed = np.unique(before.astype(np.int64) << 32 | after)
    now, then = packed >> 32, packed & 0xFFFFFFFF
    split, merged = _several(now), _several(then)
    return RulePreview(
        split=len(split),
        merged=len(merged),
        moved=int((before != after).sum()),
        examples=_examples(log.keys, (before, after), split[:examples_max]),
        merges=_examples(log.keys, (after, before), merged[:examples_max]),
    )


def _several(people: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    found, counts = np.unique(people, return_counts=True)
    return found[counts > 1]


def _examples(
    keys: Array, owners: tuple[Array, Array], people: npt.NDArray[np.int64]
) -> tuple[Groups, ...]:
    whole, part = owners
    found = []
    for person in people.tolist():
        nodes = np.flatnonzero(whole == person)
        groups = []
        for other in np.unique(part[nodes]).tolist():
            some = nodes[part[nodes] == other][:EXAMPLE_SUBJECTS_MAX]
            groups.append(tuple(hexadecimal(keys[some]).to_pylist()))
        found.append(tuple(groups))
    return tuple(found)
