"""A unit of work: one transaction, committed at the edge, whole or not at all.

Rows, jobs and notices that belong together are written through one `UnitOfWork`; the edge that
opened it (a request, a command, a job) closes it. Leaving it with an error leaves no trace.
"""

from types import TracebackType
from typing import Self

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from catchment.store.database import Database, is_away
from catchment.store.errors import RecordsUnavailable, Unstorable


class UnitOfWork:
    """One transaction over the records.

    Args:
        database: where.
        reads_only: nothing will be written; it then waits for no writer, and a write is refused.
    """

    def __init__(self, database: Database, *, reads_only: bool = False) -> None:
        self._database = database
        self._reads_only = reads_only
        self._connection: Connection | None = None

    @property
    def connection(self) -> Connection:
        """What a context's `store.py` runs its statements on."""
        if self._connection is None:
            raise RuntimeError("a unit of work is entered with `with` before it is used")
        return self._connection

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._database.dialect

    def __enter__(self) -> Self:
        if self._connection is not None:
            raise RuntimeError("a unit of work is entered once")
        try:
            connection = self._database.connect(reads_only=self._reads_only)
        except (OperationalError, NoConnectionFree) as away:
            raise RecordsUnavailable from away
        try:
            connection.begin()
        except OperationalError as busy:
            connection.close()
            raise RecordsUnavailable from busy
        self._connection = connection
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        connection, self._connection = self.connection, None
        try:
            if error is None:
                connection.commit()
            else:
                connection.rollback()
        except OperationalError as away:
            raise RecordsUnavailable from away
        finally:
            connection.close()
        if isinstance(error, OperationalError) and is_away(error):
            raise RecordsUnavailable from error
        # NUL, half a surrogate pair, a number beyond 64 bits: a caller's input that got this far.
        if isinstance(error, DataError | UnicodeEncodeError | OverflowError):
            raise Unstorable from error
