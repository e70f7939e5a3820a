"""The tables of sources, blocked ids and the quarantine, and every statement that touches them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    and_,
    delete,
    func,
    select,
    update,
)

from catchment.collect.source_types import (
    BLOCKED_ID_LENGTH_MAX,
    SOURCE_NAME_LENGTH_MAX,
    SOURCES_MAX,
    Quarantined,
    QuarantineFilter,
    QuarantineState,
    ReasonCount,
    Source,
    SourceId,
    SourceKind,
)
from catchment.collect.types import Intake, ReasonCode
from catchment.kernel import Page, WorkspaceId, instant_from_us
from catchment.store import (
    ID_LENGTH_MAX,
    Instant,
    UnitOfWork,
    id_column,
    insert_or_ignore,
    insert_or_update,
    metadata,
    page_of,
    workspace_column,
)

_HELD = QuarantineState.HELD.value

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

quarantine = Table(
    "quarantine",
    metadata,
    workspace_column(),
    id_column(),
    Column("source_id", String(ID_LENGTH_MAX), nullable=False),
    Column("format", String(64), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("pointer", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("is_cut", Boolean, nullable=False),
    Column("received_us", BigInteger, nullable=False),
    Column("is_historical", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("settled_at", Instant),
    Column("settled_by", String(ID_LENGTH_MAX)),
    # what a release under way is putting into the log, written before it does
    Column("release_format", String(64)),
    Column("release_body", LargeBinary),
    Index("ix_quarantine_state", "workspace_id", "state", "received_us", "id"),
    Index("ix_quarantine_reason", "workspace_id", "state", "reason"),
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


def insert_quarantined(uow: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> int:
    """Writes items that are not known yet; returns how many were new."""
    return insert_or_ignore(uow, quarantine, rows)


def find_quarantined(
    uow: UnitOfWork, workspace_id: WorkspaceId, quarantined_id: str
) -> Quarantined | None:
    """One item of this workspace."""
    row = uow.connection.execute(
        select(quarantine).where(*_item(workspace_id, quarantined_id))
    ).one_or_none()
    return _quarantined(row) if row else None


def page_of_quarantined(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    which: QuarantineFilter,
    *,
    limit: int | None,
    cursor: str | None,
    oldest_first: bool = False,
) -> Page[Quarantined]:
    """The items that are meant, newest first."""
    statement = select(quarantine).where(_matches(workspace_id, which))
    by = (quarantine.c.received_us, quarantine.c.id)
    return page_of(
        uow, statement, by, _quarantined, limit=limit, cursor=cursor, oldest_first=oldest_first
    )


def count_quarantined(uow: UnitOfWork, workspace_id: WorkspaceId, which: QuarantineFilter) -> int:
    """How many items are meant."""
    statement = select(func.count()).select_from(quarantine).where(_matches(workspace_id, which))
    return int(uow.connection.execute(statement).scalar_one())


def summary(
    uow: UnitOfWork, workspace_id: WorkspaceId, which: QuarantineFilter
) -> Sequence[ReasonCount]:
    """How many items there are by reason, most frequent first."""
    count = func.count()
    statement = (
        select(quarantine.c.reason, count)
        .where(_matches(workspace_id, which))
        .group_by(quarantine.c.reason)
        .order_by(count.desc(), quarantine.c.reason)
    )
    return [ReasonCount(ReasonCode(row[0]), row[1]) for row in uow.connection.execute(statement)]


def intend_release(
    uow: UnitOfWork, item: Quarantined, release_format: str, body: bytes
) -> tuple[str, bytes] | None:
    """Writes what is about to go into the log.

    Returns:
        What is to be put there: this, or what an earlier release that was cut short had begun to;
        `None` when the item is settled already.
    """
    held = and_(*_item(item.workspace_id, item.id), quarantine.c.state == _HELD)
    uow.connection.execute(
        update(quarantine)
        .where(held, quarantine.c.release_body.is_(None))
        .values(release_format=release_format, release_body=body)
    )
    row = uow.connection.execute(
        select(quarantine.c.release_format, quarantine.c.release_body).where(held)
    ).one_or_none()
    return (row.release_format, row.release_body) if row else None


def settle(
    uow: UnitOfWork, item: Quarantined, state: QuarantineState, at: datetime, by: str
) -> bool:
    """Writes what became of an item; false when that was settled already."""
    statement = (
        update(quarantine)
        .where(*_item(item.workspace_id, item.id), quarantine.c.state == _HELD)
        .values(
            state=state.value, settled_at=at, settled_by=by, release_format=None, release_body=None
        )
    )
    if state is QuarantineState.DISCARDED:
        # Half released is as good as released: it may be in the log already.
        statement = statement.where(quarantine.c.release_body.is_(None))
    return uow.connection.execute(statement).rowcount == 1


def half_released(uow: UnitOfWork, limit: int) -> Sequence[Quarantined]:
    """Items whose release was cut short, of every workspace."""
    statement = (
        select(quarantine)
        .where(quarantine.c.state == _HELD, quarantine.c.release_body.is_not(None))
        .order_by(quarantine.c.workspace_id, quarantine.c.id)
        .limit(limit)
    )
    return [_quarantined(row) for row in uow.connection.execute(statement)]


def payloads_after(
    uow: UnitOfWork, workspace_id: WorkspaceId, after: str, limit: int
) -> Sequence[tuple[str, bytes]]:
    """Ids and payloads of items in the order of their ids, those that say nothing left out."""
    statement = (
        select(quarantine.c.id, quarantine.c.payload)
        .where(
            quarantine.c.workspace_id == workspace_id,
            quarantine.c.id > after,
            quarantine.c.payload != b"",
        )
        .order_by(quarantine.c.id)
        .limit(limit)
    )
    return [(row.id, bytes(row.payload)) for row in uow.connection.execute(statement)]


def strike_payloads(
    uow: UnitOfWork, workspace_id: WorkspaceId, quarantined_ids: Sequence[str], at: datetime
) -> None:
    """Empties these items; what was held is discarded, for there is nothing to release."""
    mine = (
        quarantine.c.workspace_id == workspace_id,
        quarantine.c.id.in_(list(quarantined_ids)),
    )
    uow.connection.execute(
        update(quarantine)
        .where(*mine, quarantine.c.state == _HELD)
        .values(state=QuarantineState.DISCARDED.value, settled_at=at, settled_by="forgetting")
    )
    uow.connection.execute(
        update(quarantine)
        .where(*mine)
        .values(payload=b"", detail="", is_cut=True, release_format=None, release_body=None)
    )


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


def _item(workspace_id: WorkspaceId, quarantined_id: str) -> tuple[Any, Any]:
    return quarantine.c.workspace_id == workspace_id, quarantine.c.id == quarantined_id


def _matches(workspace_id: WorkspaceId, which: QuarantineFilter) -> Any:
    asked = [quarantine.c.workspace_id == workspace_id]
    if which.state is not None:
        asked.append(quarantine.c.state == which.state.value)
    if which.reason is not None:
        asked.append(quarantine.c.reason == which.reason.value)
    if which.source_id is not None:
        asked.append(quarantine.c.source_id == which.source_id)
    return and_(*asked)


def _quarantined(row: "Row[Any]") -> Quarantined:
    return Quarantined(
        id=row.id, workspace_id=WorkspaceId(row.workspace_id), source_id=row.source_id,
        format=row.format, reason=ReasonCode(row.reason), detail=row.detail, pointer=row.pointer,
        payload=row.payload, is_cut=row.is_cut, received_at=instant_from_us(row.received_us),
        is_historical=row.is_historical, state=QuarantineState(row.state),
        settled_at=row.settled_at, settled_by=row.settled_by,
    )  # fmt: skip
