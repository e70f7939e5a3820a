"""Households: people under one roof, who are not one person.

Everybody who gave the same home, letter by letter, is of one group; a group that is too large
is an office, a dormitory or a parcel locker and says nothing.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

HOUSEHOLD_PEOPLE_MAX = 8
"""More people at one address are no household."""

PAIRS_SCHEMA = pa.schema([("left", pa.int64()), ("right", pa.int64())])


def find_households(records: pa.Table, home: Sequence[str], *, apart: str) -> pa.Table:
    """Pairs of rows that share a home and differ in one thing.

    Args:
        records: one row per person.
        home: the columns that make an address; all must be known and the same.
        apart: the column that must be known and differ, lest one person twice be a household.

    Returns:
        Columns `left` and `right`, the smaller row number first, in order.
    """
    known = records.append_column("row", pa.array(np.arange(records.num_rows, dtype=np.int64)))
    known = known.select([*home, apart, "row"]).drop_null()
    groups = known.group_by(list(home)).aggregate([("row", "list"), (apart, "list")])
    pairs = [
        (min(one, other), max(one, other))
        for rows, values in zip(
            groups["row_list"].to_pylist(), groups[f"{apart}_list"].to_pylist(), strict=True
        )
        if 1 < len(rows) <= HOUSEHOLD_PEOPLE_MAX
        for place, one in enumerate(rows)
        for other, value in zip(rows[place + 1 :], values[place + 1 :], strict=True)
        if value != values[place]
    ]
    return pa.table(
        {"left": [one for one, _ in pairs], "right": [other for _, other in pairs]},
        schema=PAIRS_SCHEMA,
    ).sort_by([("left", "ascending"), ("right", "ascending")])
