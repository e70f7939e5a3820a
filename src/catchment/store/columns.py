"""Where every context declares its tables, and the few column types they share.

Each table has one owner: the context whose `store.py` declares it on `metadata`. Other contexts
hold its ids, never a foreign key into it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Dialect, MetaData, String
from sqlalchemy.types import TypeDecorator

from catchment.kernel import instant_from_us, us_from_instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID_LENGTH_MAX = 64
"""Ids of ours are about 30 characters long; a foreign one is cut off here."""


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant, kept as whole microseconds since 1970.

    SQLite has no type for instants and PostgreSQL's loses nothing to an integer; so both compare,
    index and page alike, and no driver's idea of a time zone comes between.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """The whole microseconds that are kept."""
        del dialect
        return None if value is None else us_from_instant(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """The aware instant that they stand for."""
        del dialect
        return None if value is None else instant_from_us(int(value))


def id_column(name: str = "id") -> "Column[str]":
    """A column that holds one of our prefixed ids and is part of the primary key."""
    return Column(name, String(ID_LENGTH_MAX), primary_key=True)


def workspace_column() -> "Column[str]":
    """The first column of every key: whose row it is."""
    return Column("workspace_id", String(ID_LENGTH_MAX), primary_key=True)


def json_column(name: str, *, is_optional: bool = False) -> "Column[Any]":
    """A column of small JSON that nobody searches in."""
    return Column(name, JSON(none_as_null=True), nullable=is_optional)
