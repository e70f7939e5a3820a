"""Which pairs are worth comparing: those that agree on something few people share.

A million people make half a billion times a thousand pairs. A *rule* is one field or two; it offers
the pairs that agree on all of it. How many pairs a rule offers can be counted beforehand, so
the cheapest rules are taken, as many as a budget of pairs pays for: rare values first, and in the
end so many ways to agree that one slip of the finger does not hide a pair.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

PAIRS_PER_PERSON_MAX = 5
"""Pairs that rules may offer for each person, on average."""

PAIRS_ALWAYS_AFFORDED = 1_000_000
"""So many pairs may be offered among however few people."""

RULES_MAX = 30
SAMPLE_ROWS = 200_000
"""Of more people than this, a part is looked at to learn how many pairs a rule offers."""

Ints = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class BlockingRule:
    """Pairs that agree on all of these fields.

    Attributes:
        fields: one or two names.
        pairs: how many pairs they offer, estimated from a sample where there are many people.
    """

    fields: tuple[str, ...]
    pairs: float


def choose_rules(
    records: pa.Table, fields: Sequence[str], *, budget: float | None = None
) -> tuple[BlockingRule, ...]:
    """The cheapest rules that the budget pays for, none implied by another, cheapest first.

    Args:
        records: one row per person.
        fields: the columns that rules may use.
        budget: how many pairs all rules together may offer; unless given, by the number of people.
    """
    if budget is None:
        budget = max(PAIRS_ALWAYS_AFFORDED, PAIRS_PER_PERSON_MAX * records.num_rows)
    spent, chosen = 0.0, list[BlockingRule]()
    for rule in candidate_rules(records, fields):
        if _is_implied(rule, chosen):
            continue
        if spent + rule.pairs > budget or len(chosen) == RULES_MAX:
            break
        spent += rule.pairs
        chosen.append(rule)
    # A pair of fields may have been taken before the field alone proved affordable.
    return tuple(rule for rule in chosen if not _is_implied(rule, chosen))


def candidate_rules(
    records: pa.Table, fields: Sequence[str], *, sample_rows: int = SAMPLE_ROWS
) -> tuple[BlockingRule, ...]:
    """Every rule of one field or two that offers any pair, the cheapest first.

    Args:
        records: one row per person, in no order that has to do with the fields.
        fields: the columns that rules may use.
        sample_rows: so many rows are looked at, roughly, and the pairs of all estimated from them.
    """
    step = max(1, -(-records.num_rows // sample_rows))
    codes = {name: _codes(records[name])[::step] for name in fields}
    found = [
        BlockingRule(chosen, pairs)
        for size in (1, 2)
        for chosen in combinations(fields, size)
        if (pairs := _pairs_offered([codes[name] for name in chosen]) * step**2)
    ]
    return tuple(sorted(found, key=lambda rule: (rule.pairs, len(rule.fields), rule.fields)))


def _codes(column: pa.ChunkedArray) -> Ints:
    """Each distinct value's number; -1 where nothing is known."""
    coded = column.combine_chunks().dictionary_encode()
    numbers: Ints = pc.fill_null(coded.indices, -1).to_numpy().astype(np.int64)
    return numbers


def _pairs_offered(columns: Sequence[Ints]) -> float:
    is_known = np.logical_and.reduce([column >= 0 for column in columns])
    key = np.zeros(int(is_known.sum()), np.int64)
    for column in columns:
        values = column[is_known]
        key = key * (int(values.max(initial=0)) + 1) + values
    _, sizes = np.unique(key, return_counts=True)
    return float((sizes.astype(np.float64) * (sizes - 1) / 2).sum())


def _is_implied(rule: BlockingRule, chosen: Sequence[BlockingRule]) -> bool:
    """Whether a shorter rule already offers all of its pairs."""
    return any(set(other.fields) < set(rule.fields) for other in chosen)
