"""The tables of sources and blocked ids, and every statement that touches them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Row,
    String,
    Table,
    delete,
    func,
    select,
    update,
)

from catchment.collect.source_types import (
    BLOCKED_ID_LENGTH_MAX,
    SOURCE_NAME_LENGTH_MAX,
    SOURCES_MAX,
    Source,
    SourceId,
    SourceKind,
)
from catchment.collect.types import Intake
from catchment.kernel import WorkspaceId
from catchment.store import (
    ID_LENGTH_MAX,
    Instant,
    UnitOfWork,
    id_column,
    insert_or_ignore,
    insert_or_update,
    metadata,
    workspace_column,
)

sources = Table(
    "sources",
    metadata,
    workspace_column(),
    id_column(),
    Column("name", String(SOURCE_NAME_LENGTH_MAX), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("write_key", String(ID_LENGTH_MAX), nullable=False, unique=True),
    Column("is_enabled", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    # a deleted source keeps its row: its events still name it
    Column("deleted_at", Instant),
    info={"key": "a random write key: a sender shows it before it names a workspace"},
)
_IS_LIVE = sources.c.deleted_at.is_(None)
Index(
    "uq_sources_name",
    sources.c.workspace_id,
    sources.c.name,
    unique=True,
    sqlite_where=_IS_LIVE,
    postgresql_where=_IS_LIVE,
)

blocked_ids = Table(
    "blocked_ids",
    metadata,
    workspace_column(),
    Column("value", String(BLOCKED_ID_LENGTH_MAX), primary_key=True),
)

intake_revisions = Table(
    "intake_revisions",
    metadata,
    workspace_column(),
    # rises with every change of the workspace's sources or blocked ids
    Column("revision", BigInteger, nullable=False),
)

_SOURCE = [column for column in sources.c if column.name != "deleted_at"]


def insert_source(uow: UnitOfWork, source: Source) -> bool:
    """Writes a new source; false when its name is taken."""
    row = {column.name: getattr(source, column.name) for column in _SOURCE}
    return insert_or_ignore(uow, sources, [{**row, "kind": source.kind.value}]) == 1


def find_source(uow: UnitOfWork, workspace_id: WorkspaceId, source_id: str) -> Source | None:
    """One source of this workspace, unless it was deleted."""
    return _one_source(uow, workspace_id, sources.c.id == source_id)


def find_source_by_name(uow: UnitOfWork, workspace_id: WorkspaceId, name: str) -> Source | None:
    """One source of this workspace by its name, unless it was deleted."""
    return _one_source(uow, workspace_id, sources.c.name == name)


def sources_of(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[Source]:
    """The workspace's sources, oldest first."""
    statement = (
        select(*_SOURCE)
        .where(sources.c.workspace_id == workspace_id, _IS_LIVE)
        .order_by(sources.c.id)
        .limit(SOURCES_MAX)
    )
    return [_source(row) for row in uow.connection.execute(statement)]


def count_sources(uow: UnitOfWork, workspace_id: WorkspaceId) -> int:
    """How many sources the workspace has."""
    statement = (
        select(func.count())
        .select_from(sources)
        .where(sources.c.workspace_id == workspace_id, _IS_LIVE)
    )
    return int(uow.connection.execute(statement).scalar_one())


def change_source(
    uow: UnitOfWork, workspace_id: WorkspaceId, source_id: str, **values: Any
) -> bool:
    """Writes to a source; false when there is none."""
    statement = (
        update(sources)
        .where(sources.c.workspace_id == workspace_id, sources.c.id == source_id, _IS_LIVE)
        .values(**values)
    )
    return uow.connection.execute(statement).rowcount == 1


def blocked_ids_of(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[str]:
    """The workspace's own blocked ids, in order."""
    statement = (
        select(blocked_ids.c.value)
        .where(blocked_ids.c.workspace_id == workspace_id)
        .order_by(blocked_ids.c.value)
    )
    return list(uow.connection.execute(statement).scalars())


def replace_blocked_ids(uow: UnitOfWork, workspace_id: WorkspaceId, values: Sequence[str]) -> None:
    """Writes another list in place of the present one."""
    uow.connection.execute(delete(blocked_ids).where(blocked_ids.c.workspace_id == workspace_id))
    rows = [{"workspace_id": workspace_id, "value": value} for value in values]
    insert_or_ignore(uow, blocked_ids, rows)


def raise_revision(uow: UnitOfWork, workspace_id: WorkspaceId) -> None:
    """Tells every collector, within its next look, to read the sources again."""
    insert_or_update(
        uow,
        intake_revisions,
        {"workspace_id": workspace_id, "revision": 1},
        {"revision": intake_revisions.c.revision + 1},
    )


def revision(uow: UnitOfWork) -> int:
    """A number that rises with every change of any workspace's sources or blocked ids."""
    statement = select(func.coalesce(func.sum(intake_revisions.c.revision), 0))
    return int(uow.connection.execute(statement).scalar_one())


def all_intakes(uow: UnitOfWork, blocked: Mapping[str, frozenset[str]]) -> Mapping[str, Intake]:
    """Where each write key that is let in leads, for the collector: every workspace's."""
    nobody: frozenset[str] = frozenset()
    statement = select(*_SOURCE).where(_IS_LIVE, sources.c.is_enabled.is_(True))
    return {
        row.write_key: Intake(
            WorkspaceId(row.workspace_id), row.id, blocked.get(row.workspace_id, nobody)
        )
        for row in uow.connection.execute(statement)
    }


def all_blocked_ids(uow: UnitOfWork) -> Mapping[str, frozenset[str]]:
    """Every workspace's blocked ids, for landing."""
    blocked: dict[str, set[str]] = {}
    for row in uow.connection.execute(select(blocked_ids)):
        blocked.setdefault(row.workspace_id, set()).add(row.value)
    return {workspace_id: frozenset(values) for workspace_id, values in blocked.items()}


def _one_source(uow: UnitOfWork, workspace_id: WorkspaceId, which: Any) -> Source | None:
    row = uow.connection.execute(
        select(*_SOURCE).where(sources.c.workspace_id == workspace_id, which, _IS_LIVE)
    ).one_or_none()
    return _source(row) if row else None


def _source(row: "Row[Any]") -> Source:
    return Source(
        id=SourceId(row.id), workspace_id=WorkspaceId(row.workspace_id), name=row.name,
        kind=SourceKind(row.kind), write_key=row.write_key, is_enabled=row.is_enabled,
        created_at=row.created_at,
    )  # fmt: skip
