"""From sorted rows to timelines, from partial results to one: what embedded folds share."""

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catchment.lake.ports import Kernel, Timelines

TIMELINE_COLUMNS = ("person", "time", "sequence", "event_key")
"""What an engine orders by; `sequence` rises, and an event without one comes before those with."""


def timelines_of(rows: pa.Table, columns: Sequence[str]) -> Timelines:
    """The timelines in rows that are already in order of person, then of time and its ties."""
    person = rows["person"].combine_chunks()
    runs = pc.run_end_encode(person, run_end_type=pa.int64())
    ends = runs.run_ends.to_numpy()
    # Written out rather than sliced: a kernel may keep what it was given.
    offsets = np.zeros(len(ends) + 1, dtype=np.int64)
    offsets[1:] = ends
    time_us = rows["time"].combine_chunks().cast(pa.int64()).to_numpy(zero_copy_only=False)
    return Timelines(
        people=runs.values,
        offsets=offsets,
        time_us=time_us,
        columns={name: rows[name].combine_chunks() for name in columns},
    )


def fold_parts(kernel: Kernel, parts: Iterable[pa.Table]) -> pa.Table:
    """The kernel's merged result over parts that no person's events are spread over."""
    partials = [kernel.schema.empty_table()]
    for rows in parts:
        if rows.num_rows:
            partial = kernel.fold(timelines_of(rows, kernel.columns))
            partials.append(partial.select(kernel.schema.names).cast(kernel.schema))
    return kernel.merge(pa.concat_tables(partials))
