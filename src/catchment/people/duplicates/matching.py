"""How likely two people are one, by the model of Fellegi and Sunter as Splink computes it.

Nobody labels pairs. How often strangers agree on a particular is counted over random pairs, and
what agreeing on a value tells depends on how common the value is. How often one person's two
records agree is said beforehand (`AGREEMENT`): typing is much the same everywhere. Learning it by
expectation maximisation was tried and left: where only a name, a city and a street are known, it
learns some other likeness (one street, one surname) and finds nobody.
"""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catchment.people.duplicates.blocking import BlockingRule, candidate_rules, choose_rules
from catchment.people.duplicates.types import FieldKind, Likeness, MatchField

if TYPE_CHECKING:
    from splink import Linker

PEOPLE_MIN = 20
"""Among fewer there is nothing to learn from; an operator sees them all at a glance."""

RANDOM_PAIRS = 1e6
"""Pairs drawn to learn how often strangers agree."""

MEMORY_MAX = "4GB"
RECALL_OF_STRICT_RULES = 0.7
"""Share of true pairs that agree on two particulars letter by letter, roughly."""

AGREEMENT = {
    FieldKind.NAME: (0.82, 0.08, 0.05, 0.05),
    FieldKind.TEXT: (0.70, 0.14, 0.06, 0.10),
    FieldKind.CODE: (0.84, 0.08, 0.03, 0.05),
    FieldKind.DATE: (0.84, 0.08, 0.03, 0.05),
    FieldKind.PLACE: (0.90, 0.10),
}
"""How often two records of one person agree: the same, nearly, somewhat, not at all."""

_LEVELS = {FieldKind.NAME: 3, FieldKind.TEXT: 3, FieldKind.CODE: 3, FieldKind.DATE: 3}
_STRICT_RULES = 3
_STRICT_SHARE_MAX = 0.05  # of all pairs; who agrees more often than that is not thereby one
_ID = "row"


def match(
    records: pa.Table, fields: Sequence[MatchField], *, threshold: float, seed: int
) -> pa.Table:
    """The pairs of rows that are one person with at least this probability.

    Args:
        records: one row per person, a text column for each field; null where it is not known.
        fields: what to compare.
        threshold: between 0 and 1.
        seed: of the random pairs.

    Returns:
        Columns `left` and `right` (row numbers, the smaller first), `probability`, and for each
        field its `Likeness`; the likeliest first.
    """
    known = [field for field in fields if _tells_something(records[field.name])]
    rules = choose_rules(records, [field.name for field in known])
    if records.num_rows < PEOPLE_MIN or not rules:
        return _nothing(fields)
    linker = _linker(records, known, rules)
    _train(linker, records, known, seed)
    found = linker.inference.predict(threshold_match_probability=threshold)
    return _pairs(_arrow(found), fields, {field.name for field in known})


def _tells_something(column: pa.ChunkedArray) -> bool:
    # A field that is the same for everybody, or known of nobody, can only confuse the training.
    return bool(pc.count_distinct(column, mode="only_valid").as_py() > 1)


def _linker(
    records: pa.Table, fields: Sequence[MatchField], rules: Sequence[BlockingRule]
) -> "Linker":
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415  (heavy)

    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name=_ID,
        comparisons=[_comparison(field) for field in fields],
        blocking_rules_to_generate_predictions=[block_on(*rule.fields) for rule in rules],
        retain_matching_columns=True,
    )
    backend = DuckDBAPI()
    backend.duckdb_con.execute(f"SET memory_limit = '{MEMORY_MAX}'")
    # What does not fit into memory is put on disk for the while, under a key that is never kept.
    backend.duckdb_con.execute("SET temp_file_encryption = true")
    rows = pa.array(np.arange(records.num_rows, dtype=np.int64))
    table = records.select([field.name for field in fields]).append_column(_ID, rows)
    # It tells its progress to whoever listens; an operator has a page for that.
    return Linker(backend.register(table), settings, log_level=logging.ERROR)


def _comparison(field: MatchField) -> Any:
    import splink.comparison_library as compare  # noqa: PLC0415  (heavy)

    match field.kind:
        case FieldKind.NAME:
            made: Any = compare.JaroWinklerAtThresholds(field.name, [0.92, 0.8])
        case FieldKind.TEXT:
            made = compare.JaroWinklerAtThresholds(field.name, [0.9, 0.75])
        case FieldKind.CODE | FieldKind.DATE:
            made = compare.DamerauLevenshteinAtThresholds(field.name, [1, 2])
        case FieldKind.PLACE:
            made = compare.ExactMatch(field.name)
    # That two agree on a rare value says more than that they agree on a common one.
    return made.configure(
        m_probabilities=list(AGREEMENT[field.kind]), term_frequency_adjustments=True
    )


def _train(linker: "Linker", records: pa.Table, fields: Sequence[MatchField], seed: int) -> None:
    from splink import block_on  # noqa: PLC0415  (heavy)

    candidates = candidate_rules(records, [field.name for field in fields])
    pairs_max = _STRICT_SHARE_MAX * records.num_rows * (records.num_rows - 1) / 2
    strict = [rule for rule in candidates if len(rule.fields) > 1 and rule.pairs <= pairs_max]
    train = linker.training
    if strict:
        train.estimate_probability_two_random_records_match(
            [block_on(*rule.fields) for rule in strict[:_STRICT_RULES]],
            recall=RECALL_OF_STRICT_RULES,
        )
    train.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=seed)


def _arrow(found: Any) -> pa.Table:
    # Splink does not type this method.
    return found.as_pyarrow_table()


def _pairs(found: pa.Table, fields: Sequence[MatchField], known: set[str]) -> pa.Table:
    one, other = found[f"{_ID}_l"].to_numpy(), found[f"{_ID}_r"].to_numpy()
    unknown = np.full(found.num_rows, int(Likeness.UNKNOWN), np.int8)
    likeness = {
        field.name: (
            _likeness(found[f"gamma_{field.name}"].to_numpy(), field.kind)
            if field.name in known
            else unknown
        )
        for field in fields
    }
    table = pa.table(
        {
            "left": np.minimum(one, other),
            "right": np.maximum(one, other),
            "probability": found["match_probability"].to_numpy(),
            **likeness,
        },
        schema=_schema(fields),
    )
    order = [("probability", "descending"), ("left", "ascending"), ("right", "ascending")]
    return table.sort_by(order)


def _likeness(levels: "np.ndarray[Any, Any]", kind: FieldKind) -> "np.ndarray[Any, Any]":
    top = _LEVELS.get(kind, 1)
    alike = np.where(levels > 0, int(Likeness.ALIKE), levels)
    return np.where(levels == top, int(Likeness.SAME), alike).astype(np.int8)


def _schema(fields: Sequence[MatchField]) -> pa.Schema:
    return pa.schema(
        [
            pa.field("left", pa.int64()),
            pa.field("right", pa.int64()),
            pa.field("probability", pa.float64()),
            *(pa.field(field.name, pa.int8()) for field in fields),
        ]
    )


def _nothing(fields: Sequence[MatchField]) -> pa.Table:
    return _schema(fields).empty_table()
