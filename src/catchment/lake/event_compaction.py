"""Compaction: many small files become few large ones, clustered by person and ordered by time.

Files of one workspace stand in order of landing. Eight neighbours of one size are merged into one
of the next size, so a row is rewritten a handful of times in its life, and a step never touches
more than a bounded number of rows. A file that has reached its full size is left alone. Within a
file, the rows of one subject lie together in order of time, which is the order that folds want.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import pyarrow as pa
import pyarrow.compute as pc

from catchment.lake.delta_files import DataFile
from catchment.lake.errors import CompactionConflict
from catchment.lake.event_table import EventTable

FAN_IN = 8
"""How many neighbours of one size make one of the next."""

SIZE_EDGES = (128, 2_048, 16_384, 65_536, 262_144)
"""Rows at which a file counts as of the next size; beyond the last it is full.

The small sizes are for a quiet source: what comes by twos and threes must not have a file of
thousands written anew for every few of them.
"""

ROWS_MAX = 524_288
"""Rows that one step may rewrite."""

SMALL_FILES_MAX = 48
"""Beyond so many files that are not full, neighbours are merged whatever their sizes."""


@dataclass(frozen=True, slots=True)
class CompactionReport:
    """What compaction did: steps taken, files that went, files that came, rows rewritten."""

    steps: int = 0
    files_removed: int = 0
    files_added: int = 0
    rows: int = 0


def compact(table: EventTable, *, steps_max: int = 1) -> CompactionReport:
    """Takes up to so many steps; a step that another process forestalled is skipped.

    Safe beside landing and beside another compaction: a swap of files either stands whole or is
    refused.
    """
    steps = removed = rows = 0
    while steps < steps_max:
        # The workspace with the most to merge goes first, so that none waits for ever.
        chosen = max(_choices(table.files()), key=len, default=[])
        if not chosen:
            break
        merged = _cluster(table.read(chosen))
        try:
            table.swap(chosen, merged)
        except CompactionConflict:
            break
        steps += 1
        removed += len(chosen)
        rows += merged.num_rows
    return CompactionReport(steps, removed, steps, rows)


def choose(
    files: Sequence[DataFile],
    *,
    fan_in: int = FAN_IN,
    rows_max: int = ROWS_MAX,
    edges: Sequence[int] = SIZE_EDGES,
) -> list[DataFile]:
    """The neighbours of one workspace to merge next; empty when all is well."""
    ordered = sorted(files, key=_landed)
    sizes = [sum(file.rows >= edge for edge in edges) for file in ordered]
    full = len(edges)
    # Newest first: that is where small files pile up, and what the next question reads.
    for size in range(full):
        for window in _windows(ordered, [s == size for s in sizes], rows_max):
            if len(window) >= fan_in:
                return window[:fan_in]
    small = [s < full for s in sizes]
    if sum(small) > SMALL_FILES_MAX:
        longest = max(_windows(ordered, small, rows_max), key=len)
        return longest if len(longest) > 1 else []
    return []


def _choices(files: Sequence[DataFile]) -> Iterator[list[DataFile]]:
    for _, own in groupby(sorted(files, key=_owner), key=_owner):
        chosen = choose(list(own))
        if chosen:
            yield chosen


def _windows(
    files: Sequence[DataFile], wanted: Sequence[bool], rows_max: int
) -> Iterator[list[DataFile]]:
    """Runs of neighbours that are all wanted, newest run first, each within the bound of rows."""
    window: list[DataFile] = []
    rows = 0
    for file, is_wanted in zip(reversed(files), reversed(wanted), strict=True):
        if window and (not is_wanted or rows + file.rows > rows_max):
            yield window
            window, rows = [], 0
        if is_wanted:
            window.append(file)
            rows += file.rows
    if window:
        yield window


def _cluster(rows: pa.Table) -> pa.Table:
    # Rebound, so that only one copy of the rows is held beside the sorted one.
    rows = rows.combine_chunks()
    order = pc.sort_indices(
        rows,
        sort_keys=[
            ("subject", "ascending"),
            ("time", "ascending"),
            ("sequence", "ascending"),
            ("event_key", "ascending"),
        ],
    )
    return rows.take(order)


def _owner(file: DataFile) -> str:
    return file.workspace_id


def _landed(file: DataFile) -> tuple[int, str]:
    return file.stats.get("log_position", (0, 0))[0], file.path
