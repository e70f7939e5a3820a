"""Two things that every store needs and that the two databases say differently.

Insert-or-ignore is how "the same again" becomes harmless; a keyset page is how a long list stays
cheap to its last page.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Column, Row, Select, Table, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from catchment.kernel import (
    PAGE_SIZE_DEFAULT,
    PAGE_SIZE_MAX,
    BrokenCursor,
    Page,
    decode_cursor,
    encode_cursor,
)
from catchment.store.unit_of_work import UnitOfWork

T = TypeVar("T")


def insert_or_ignore(uow: UnitOfWork, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Inserts those rows that break no unique key; the others are left as they stand.

    Returns:
        How many were new.
    """
    if not rows:
        return 0
    dialect = sqlite if uow.dialect == "sqlite" else postgresql
    statement = dialect.insert(table).on_conflict_do_nothing()
    # SQLAlchemy forgets how many rows an INSERT wrote unless it is asked to remember.
    result = uow.connection.execute(
        statement, [dict(row) for row in rows], execution_options={"preserve_rowcount": True}
    )
    return result.rowcount


def insert_or_update(
    uow: UnitOfWork, table: Table, row: Mapping[str, Any], changes: Mapping[str, Any]
) -> None:
    """Inserts the row; where its primary key is taken, makes these changes to the one there."""
    dialect = sqlite if uow.dialect == "sqlite" else postgresql
    statement = dialect.insert(table).values(**row)
    keys = [column.name for column in table.primary_key.columns]
    uow.connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes))


def page_of(
    uow: UnitOfWork,
    statement: "Select[Any]",
    by: "Column[Any] | Sequence[Column[Any]]",
    make: Callable[["Row[Any]"], T],
    *,
    limit: int | None = None,
    cursor: str | None = None,
    oldest_first: bool = False,
) -> Page[T]:
    """One page of a statement's rows, in the order of columns that are unique together.

    Args:
        uow: the unit of work to read in.
        statement: what to read, its workspace already applied; it reads `by` as well.
        by: the columns that order them: whole numbers or text.
        make: turns a row into what crosses the door.
        limit: rows at most; bounded by `PAGE_SIZE_MAX`.
        cursor: where the page before ended.
        oldest_first: rising instead of falling.

    Raises:
        BrokenCursor: the cursor was not made here.
    """
    size = max(1, min(limit or PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX))
    columns = [by] if isinstance(by, Column) else list(by)
    if cursor:
        key = decode_cursor(cursor)
        kinds = tuple(column.type.python_type for column in columns)
        if tuple(type(part) for part in key) != kinds:
            raise BrokenCursor
        place, edge = tuple_(*columns), tuple_(*key)
        statement = statement.where(place > edge if oldest_first else place < edge)
    order = [column.asc() if oldest_first else column.desc() for column in columns]
    rows = uow.connection.execute(statement.order_by(*order).limit(size + 1)).all()
    page, has_more = rows[:size], len(rows) > size
    next_cursor = None
    if has_more:
        last = page[-1]._mapping  # noqa: SLF001  (SQLAlchemy's public name for it)
        next_cursor = encode_cursor(*(last[column] for column in columns))
    return Page([make(row) for row in page], next_cursor)
