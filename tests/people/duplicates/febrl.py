"""The Febrl people: made-up records with planted duplicates, the field's standard test."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink import comparison_library as compare

from catchment.people.duplicates import FieldKind, MatchField

FIELDS = (
    MatchField("given_name", FieldKind.NAME),
    MatchField("surname", FieldKind.NAME),
    MatchField("street_number", FieldKind.CODE),
    MatchField("address_1", FieldKind.TEXT),
    MatchField("suburb", FieldKind.TEXT),
    MatchField("postcode", FieldKind.CODE),
    MatchField("state", FieldKind.PLACE),
    MatchField("date_of_birth", FieldKind.DATE),
    MatchField("soc_sec_id", FieldKind.CODE),
)

Pairs = set[tuple[int, int]]


def people_of(path: Path) -> tuple[pa.Table, Pairs]:
    """The records of a file as text, and the pairs that are truly one person."""
    read = pacsv.read_csv(path, convert_options=pacsv.ConvertOptions(auto_dict_encode=False,
        column_types={f" {field.name}": pa.string() for field in FIELDS}))  # fmt: skip
    names = {name.strip(): name for name in read.schema.names}
    people = pa.table({field.name: _known(read[names[field.name]]) for field in FIELDS})
    numbers = [rec_id.split("-")[1] for rec_id in read["rec_id"].to_pylist()]
    rows = defaultdict(list)
    for row, number in enumerate(numbers):
        rows[number].append(row)
    return people, {pair for same in rows.values() for pair in combinations(same, 2)}


def _known(column: pa.ChunkedArray) -> pa.ChunkedArray:
    bare = pc.utf8_trim_whitespace(column.cast(pa.string()))
    return pc.if_else(pc.equal(bare, ""), pa.scalar(None, pa.string()), bare)


def pairs_of(found: pa.Table, threshold: float = 0.0) -> Pairs:
    """The pairs that were found with at least this probability."""
    likely = found.filter(pc.greater_equal(found["probability"], threshold))
    return set(zip(likely["left"].to_pylist(), likely["right"].to_pylist(), strict=True))


def f1(found: Iterable[tuple[int, int]], truth: Pairs) -> float:
    """Pairwise F1: the harmonic mean of precision and recall."""
    found = set(found)
    hits = len(found & truth)
    return 2 * hits / (len(found) + len(truth))


def splink_by_its_own_default(people: pa.Table, threshold: float = 0.5) -> Pairs:
    """What Splink finds with the settings of its own example for these people.

    Comparisons, blocking and training as in the Febrl examples of its documentation.
    """
    table = people.append_column("unique_id", pa.array(range(people.num_rows)))
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            compare.NameComparison("given_name"),
            compare.NameComparison("surname"),
            compare.DateOfBirthComparison(
                "date_of_birth", input_is_string=True, datetime_format="%Y%m%d"
            ),
            compare.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            compare.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            compare.DamerauLevenshteinAtThresholds("postcode", [2]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on(name)
            for name in ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode")
        ],
    )
    linker: Any = Linker(DuckDBAPI().register(table), settings, log_level=40)
    linker.training.estimate_probability_two_random_records_match(
        [
            block_on("soc_sec_id"),
            block_on("given_name", "surname", "date_of_birth"),
            block_on("given_name", "surname", "postcode"),
        ],
        recall=0.6,
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for name in ("date_of_birth", "postcode"):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(name))
    found = linker.inference.predict(threshold_match_probability=threshold).as_pyarrow_table()
    ends = zip(found["unique_id_l"].to_pylist(), found["unique_id_r"].to_pylist(), strict=True)
    return {(min(pair), max(pair)) for pair in ends}
