"""Amending: rows of a landed file say something else from now on; everything else stays.

The file is written anew with the same rows in the same order, and takes the old one's place in one
commit, beside landing and compaction. The old one is deleted by tidying, as after an erasure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catchment.kernel import WorkspaceId
from catchment.lake.delta_files import DataFile, named
from catchment.lake.event_erasure import lying_files
from catchment.lake.event_table import EventTable


@dataclass(frozen=True, slots=True)
class Amendment:
    """Rows that change.

    Attributes:
        rows: which, by their places; rising.
        columns: what they say from now on, a row each; columns that are not there stay.
    """

    rows: npt.NDArray[np.int64]
    columns: pa.Table

    def moved(self, by: int) -> "Amendment":
        """The same, of rows that lie so many places further on."""
        return Amendment(self.rows + by, self.columns)


def pieces(
    table: EventTable, file: DataFile, columns: Sequence[str]
) -> Iterator[tuple[int, pa.Table]]:
    """A file's rows, a group of at most 122,880 at a time, each with the place of its first.

    Args:
        table: the event table.
        file: one of its files.
        columns: those that every file has from the beginning.
    """
    at = 0
    with named("read"):
        parquet = pq.ParquetFile(table.path / file.path)
    with parquet:
        for group in range(parquet.num_row_groups):
            with named("read"):
                rows = parquet.read_row_group(group, columns=list(columns))
            yield at, rows
            at += rows.num_rows


def amend(table: EventTable, file: DataFile, amendments: Sequence[Amendment]) -> str:
    """Writes a file anew with these changes; returns the path of the one in its place.

    Raises:
        CompactionConflict: the file was swapped meanwhile; nothing changed. List the files again.
    """
    rows = table.read([file])
    if rows.num_rows != file.rows:
        raise ValueError(f"{file.path} has {rows.num_rows} rows, and should have {file.rows}")
    for name in amendments[0].columns.column_names:
        rows = _with(rows, name, amendments)
    return table.amend(file, rows)


def note_leaving(table: EventTable, workspace_id: WorkspaceId) -> None:
    """Has files that left the table followed until they are gone from the disk."""
    table.erasures.change(
        workspace_id,
        lambda before: replace(before, leaving=lying_files(table, workspace_id, before)),
    )


def _with(rows: pa.Table, name: str, amendments: Sequence[Amendment]) -> pa.Table:
    is_new = np.zeros(rows.num_rows, np.bool_)
    for one in amendments:
        is_new[one.rows] = True
    texts = pa.chunked_array(
        [chunk for one in amendments for chunk in one.columns[name].chunks], pa.string()
    )
    place = rows.schema.get_field_index(name)
    column, at, taken = [], 0, 0
    # Chunk by chunk: all texts of a large file need not fit into one array.
    for chunk in rows[name].chunks:
        mask = is_new[at : at + len(chunk)]
        count = int(mask.sum())
        new = texts.slice(taken, count).combine_chunks()
        column.append(pc.replace_with_mask(chunk, pa.array(mask), new) if count else chunk)
        at, taken = at + len(mask), taken + count
    field = rows.schema.field(name)
    return rows.set_column(place, field, pa.chunked_array(column, field.type))
