"""Columns that came to a table after its first files were written.

A Delta table may grow by a column; its files stay as they are. Which of them have the column is
told by the table's own log: a file of now has something in every later column, and says in its
statistics that it counted no nulls there. Compaction writes the others anew in time.
"""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable, Schema
from deltalake.exceptions import DeltaError

_NOTHING: frozenset[str] = frozenset()


def add_later_columns(table: DeltaTable, schema: pa.Schema, later: Mapping[str, str]) -> bool:
    """Gives a table of an earlier version the columns that it lacks; tells whether it did.

    Raises:
        DeltaError: it lacks some, and cannot be given them.
    """
    missing = [schema.field(name) for name in later if name not in _columns(table)]
    if not missing:
        return False
    try:
        table.alter.add_columns(Schema.from_arrow(pa.schema(missing)).fields)
    except DeltaError:
        # Another process may have been faster.
        table.update_incremental()
        if not {field.name for field in missing} <= _columns(table):
            raise
    return True


def fill_later_columns(rows: pa.Table, later: Mapping[str, str]) -> pa.Table:
    """The rows, with something in every later column."""
    for name, before in later.items():
        if rows[name].null_count:
            place = rows.schema.get_field_index(name)
            rows = rows.set_column(
                place, rows.schema.field(place), pc.fill_null(rows[name], before)
            )
    return rows


def with_later_columns(rows: pa.Table, lacks: frozenset[str], later: Mapping[str, str]) -> pa.Table:
    """The rows of a file that lacks some columns, with what its rows then have there."""
    for name in lacks:
        before = pa.scalar(later[name], pa.string())
        rows = rows.append_column(name, pa.repeat(before, rows.num_rows))
    return rows


def lacking(actions: pa.Table, later: Mapping[str, str]) -> list[frozenset[str]]:
    """The later columns that each file of a table's log lacks: only of those it has are nulls told.

    Args:
        actions: what the table's log says of its files, flattened.
        later: the table's later columns.
    """
    lacks = [_NOTHING] * actions.num_rows
    for name in later:
        counted = f"null_count.{name}"
        if counted in actions.schema.names:
            is_old = pc.is_null(actions[counted]).to_pylist()
        else:
            is_old = [True] * actions.num_rows
        lacks = [known | {name} if old else known for known, old in zip(lacks, is_old, strict=True)]
    return lacks


def _columns(table: DeltaTable) -> set[str]:
    return {field.name for field in table.schema().fields}
