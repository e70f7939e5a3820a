"""The tables of imports and their row errors, and every statement that touches them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    and_,
    or_,
    select,
    update,
)

from catchment.access import record as write_down
from catchment.collect.imports.errors import ImportUnknown
from catchment.collect.imports.mapping import ImportMapping, mapping_of
from catchment.collect.imports.types import (
    ImportFormat,
    ImportRecord,
    ImportSpec,
    ImportState,
    RowError,
    RowReason,
)
from catchment.kernel import Clock, IdMaker, Page, WorkspaceId, printable
from catchment.store import (
    ID_LENGTH_MAX,
    Database,
    UnitOfWork,
    id_column,
    insert_or_ignore,
    insert_or_update,
    json_column,
    metadata,
    page_of,
    workspace_column,
)

_OVER = (ImportState.DONE.value, ImportState.CANCELLED.value)

imports = Table(
    "imports",
    metadata,
    workspace_column(),
    id_column(),
    Column("source_id", String(ID_LENGTH_MAX), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("format", String(32)),
    # how the file is to be read: path, mapping, zone, currency; where in the log its events lie
    json_column("spec"),
    Column("fingerprint", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("rows_total", BigInteger, nullable=False),
    Column("last_row", BigInteger, nullable=False),
    Column("rows_read", BigInteger, nullable=False),
    Column("events", BigInteger, nullable=False),
    Column("errors_count", BigInteger, nullable=False),
    Column("failure", Text),
    Column("created_us", BigInteger, nullable=False),
    Column("updated_us", BigInteger, nullable=False),
)
Index("ix_imports_fingerprint", imports.c.workspace_id, imports.c.fingerprint)

import_errors = Table(
    "import_errors",
    metadata,
    workspace_column(),
    id_column("import_id"),
    Column("number", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    Column("reason", String(32), nullable=False),
    Column("row", Text, nullable=False),
)


def create_import(
    uow: UnitOfWork, record: ImportRecord, actor: str, *, clock: Clock, ids: IdMaker
) -> None:
    """Keeps a new import, and who ordered it in the audit trail."""
    put_import(uow, record)
    spec = record.spec
    detail = {
        "file": printable(record.file_name),
        "format": None if spec.format is None else spec.format.value,
        "source_id": spec.source_id,
    }
    write_down(
        uow, spec.workspace_id, actor, "imports.create", record.import_id,
        clock=clock, ids=ids, detail=detail,
    )  # fmt: skip


def put_import(uow: UnitOfWork, record: ImportRecord) -> None:
    """Keeps an import as it stands, whatever stood there."""
    values = _values(record)
    changes = {name: value for name, value in values.items() if name not in {"workspace_id", "id"}}
    insert_or_update(uow, imports, values, changes)


def advance_import(uow: UnitOfWork, record: ImportRecord, errors: Sequence[RowError]) -> bool:
    """Keeps how far an import is and what failed since, unless it was cancelled meanwhile."""
    values = _values(record)
    statement = (
        update(imports)
        .where(
            imports.c.workspace_id == record.spec.workspace_id,
            imports.c.id == record.import_id,
            imports.c.state != ImportState.CANCELLED.value,
        )
        .values({name: values[name] for name in _MOVING})
    )
    if uow.connection.execute(statement).rowcount == 0:
        return False
    insert_or_ignore(uow, import_errors, [_error_values(record, error) for error in errors])
    return True


def find_import(uow: UnitOfWork, workspace_id: WorkspaceId, import_id: str) -> ImportRecord:
    """One import.

    Raises:
        ImportUnknown: there is none of this id here.
    """
    row = uow.connection.execute(
        select(imports).where(imports.c.workspace_id == workspace_id, imports.c.id == import_id)
    ).one_or_none()
    if row is None:
        raise ImportUnknown
    return _record(row)


def find_unfinished(
    uow: UnitOfWork, workspace_id: WorkspaceId, fingerprint: str
) -> ImportRecord | None:
    """The newest import with this fingerprint that did not come to its end."""
    row = uow.connection.execute(
        select(imports)
        .where(
            imports.c.workspace_id == workspace_id,
            imports.c.fingerprint == fingerprint,
            imports.c.state != ImportState.DONE.value,
        )
        .order_by(imports.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _record(row)


def page_of_imports(
    uow: UnitOfWork, workspace_id: WorkspaceId, *, limit: int | None, cursor: str | None
) -> Page[ImportRecord]:
    """A workspace's imports, newest first."""
    statement = select(imports).where(imports.c.workspace_id == workspace_id)
    return page_of(uow, statement, imports.c.id, _record, limit=limit, cursor=cursor)


def cancel(uow: UnitOfWork, workspace_id: WorkspaceId, import_id: str) -> bool:
    """Marks an import cancelled unless it is over; says whether it did."""
    statement = (
        update(imports)
        .where(
            imports.c.workspace_id == workspace_id,
            imports.c.id == import_id,
            imports.c.state.not_in(_OVER),
        )
        .values(state=ImportState.CANCELLED.value)
    )
    return uow.connection.execute(statement).rowcount == 1


def errors_of(uow: UnitOfWork, workspace_id: WorkspaceId, import_id: str) -> Sequence[RowError]:
    """The kept row errors of an import, in the file's order."""
    found = uow.connection.execute(
        select(import_errors)
        .where(import_errors.c.workspace_id == workspace_id, import_errors.c.import_id == import_id)
        .order_by(import_errors.c.number)
    )
    return [RowError(row.number, RowReason(row.reason), row.row) for row in found]


def errors_after(
    uow: UnitOfWork, workspace_id: WorkspaceId, after: tuple[str, int], limit: int
) -> Sequence[tuple[str, int, str]]:
    """Import, number and text of row errors behind a place, in order."""
    errors = import_errors.c
    found = uow.connection.execute(
        select(errors.import_id, errors.number, errors.row)
        .where(
            errors.workspace_id == workspace_id,
            or_(
                errors.import_id > after[0],
                and_(errors.import_id == after[0], errors.number > after[1]),
            ),
        )
        .order_by(errors.import_id, errors.number)
        .limit(limit)
    )
    return [(row.import_id, row.number, row.row) for row in found]


def strike_errors(
    uow: UnitOfWork, workspace_id: WorkspaceId, places: Sequence[tuple[str, int]]
) -> None:
    """Empties these rows; that they failed, and why, stays."""
    errors = import_errors.c
    for import_id, number in places:
        uow.connection.execute(
            update(import_errors)
            .where(
                errors.workspace_id == workspace_id,
                errors.import_id == import_id,
                errors.number == number,
            )
            .values(row="")
        )


_MOVING = (
    "fingerprint", "state", "rows_total", "last_row", "rows_read", "events", "errors_count",
    "failure", "updated_us", "spec",
)  # fmt: skip


def _values(record: ImportRecord) -> dict[str, Any]:
    spec = record.spec
    return {
        "workspace_id": spec.workspace_id,
        "id": record.import_id,
        "source_id": spec.source_id,
        "file_name": record.file_name,
        "format": None if spec.format is None else spec.format.value,
        "spec": {
            "path": str(spec.path),
            "mapping": None if spec.mapping is None else msgspec.to_builtins(spec.mapping),
            "time_zone": spec.time_zone,
            "currency": spec.currency,
            "house_zone": spec.house_zone,
            "house_currency": spec.house_currency,
            "log": [record.first_position, record.last_position],
        },
        "fingerprint": record.fingerprint,
        "state": record.state.value,
        "rows_total": record.rows_total,
        "last_row": record.last_row,
        "rows_read": record.rows_read,
        "events": record.events,
        "errors_count": record.errors_count,
        "failure": record.failure,
        "created_us": record.created_us,
        "updated_us": record.updated_us,
    }


def _error_values(record: ImportRecord, error: RowError) -> dict[str, Any]:
    return {
        "workspace_id": record.spec.workspace_id,
        "import_id": record.import_id,
        "number": error.number,
        "reason": error.reason.value,
        # PostgreSQL keeps no NUL in a text
        "row": error.row.replace("\0", "\ufffd"),
    }


def _record(row: "Row[Any]") -> ImportRecord:
    first, last = row.spec.get("log", (0, 0))
    spec = ImportSpec(
        workspace_id=WorkspaceId(row.workspace_id),
        source_id=row.source_id,
        path=Path(row.spec["path"]),
        format=None if row.format is None else ImportFormat(row.format),
        mapping=_mapping(row.spec["mapping"]),
        time_zone=row.spec["time_zone"],
        currency=row.spec["currency"],
        house_zone=row.spec["house_zone"],
        house_currency=row.spec["house_currency"],
        name=row.file_name,
    )
    return ImportRecord(
        import_id=row.id, spec=spec, fingerprint=row.fingerprint, state=ImportState(row.state),
        rows_total=row.rows_total, last_row=row.last_row, rows_read=row.rows_read,
        events=row.events, errors_count=row.errors_count, failure=row.failure,
        created_us=row.created_us, updated_us=row.updated_us,
        first_position=first, last_position=last,
    )  # fmt: skip


def _mapping(written: Mapping[str, Any] | None) -> ImportMapping | None:
    return None if written is None else mapping_of(dict(written))


class ImportTable:
    """`ImportRecords` over the database: each call is a unit of work of its own.

    An import runs for minutes; what is done of it must be kept as it goes, not at its end.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, workspace_id: WorkspaceId, import_id: str) -> ImportRecord:
        """One import.

        Raises:
            ImportUnknown: there is none of this id here.
        """
        with UnitOfWork(self._database, reads_only=True) as uow:
            return find_import(uow, workspace_id, import_id)

    def find_unfinished(self, workspace_id: WorkspaceId, fingerprint: str) -> ImportRecord | None:
        """The import of the same content in the same way that did not come to its end."""
        with UnitOfWork(self._database, reads_only=True) as uow:
            return find_unfinished(uow, workspace_id, fingerprint)

    def create(self, record: ImportRecord, actor: str, *, clock: Clock, ids: IdMaker) -> None:
        """Keeps a new import and its line in the audit trail, or neither."""
        with UnitOfWork(self._database) as uow:
            create_import(uow, record, actor, clock=clock, ids=ids)

    def put(self, record: ImportRecord) -> None:
        """Keeps an import as it stands."""
        with UnitOfWork(self._database) as uow:
            put_import(uow, record)

    def advance(self, record: ImportRecord, errors: Sequence[RowError]) -> bool:
        """Keeps how far it is; false, with nothing kept, when it was cancelled meanwhile."""
        with UnitOfWork(self._database) as uow:
            return advance_import(uow, record, errors)

    def errors(self, workspace_id: WorkspaceId, import_id: str) -> Sequence[RowError]:
        """The kept row errors, in the file's order."""
        with UnitOfWork(self._database, reads_only=True) as uow:
            return errors_of(uow, workspace_id, import_id)
