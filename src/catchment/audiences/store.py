"""The tables of audiences and their versions, and every statement that touches them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    Row,
    String,
    Table,
    func,
    insert,
    select,
    update,
)

from catchment.audiences.types import (
    DESCRIPTION_LENGTH_MAX,
    NAME_LENGTH_MAX,
    Audience,
    AudienceState,
    AudienceVersion,
)
from catchment.kernel import Page, WorkspaceId
from catchment.store import (
    ID_LENGTH_MAX,
    Instant,
    UnitOfWork,
    id_column,
    insert_or_ignore,
    json_column,
    metadata,
    page_of,
    workspace_column,
)

audiences = Table(
    "audiences",
    metadata,
    workspace_column(),
    id_column(),
    Column("name", String(NAME_LENGTH_MAX), nullable=False),
    Column("description", String(DESCRIPTION_LENGTH_MAX), nullable=False),
    json_column("rule"),
    Column("version", Integer, nullable=False),
    Column("tag_id", String(ID_LENGTH_MAX)),
    Column("kept_tag_id", String(ID_LENGTH_MAX)),
    Column("state", String(16), nullable=False),
    Column("filled_version", Integer, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("size", BigInteger),
    Column("as_of", Instant),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(ID_LENGTH_MAX), nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", String(ID_LENGTH_MAX), nullable=False),
)
_ACTIVE = AudienceState.ACTIVE.value
Index(
    "uq_audiences_name",
    audiences.c.workspace_id,
    audiences.c.name,
    unique=True,
    sqlite_where=audiences.c.state == _ACTIVE,
    postgresql_where=audiences.c.state == _ACTIVE,
)

audience_versions = Table(
    "audience_versions",
    metadata,
    workspace_column(),
    id_column("audience_id"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    json_column("rule"),
    Column("is_announced", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(ID_LENGTH_MAX), nullable=False),
)


def insert_audience(uow: UnitOfWork, audience: Audience) -> bool:
    """Writes a new audience; false when its name is taken."""
    row = {column.name: getattr(audience, column.name) for column in audiences.c}
    row |= {"state": audience.state.value, "rule": dict(audience.rule)}
    return insert_or_ignore(uow, audiences, [row]) == 1


def insert_version(
    uow: UnitOfWork, workspace_id: WorkspaceId, audience_id: str, version: AudienceVersion
) -> None:
    """Keeps a state of a definition for good."""
    uow.connection.execute(
        insert(audience_versions).values(
            workspace_id=workspace_id,
            audience_id=audience_id,
            version=version.version,
            rule=dict(version.rule),
            is_announced=version.is_announced,
            created_at=version.created_at,
            created_by=version.created_by,
        )
    )


def change_audience(
    uow: UnitOfWork, workspace_id: WorkspaceId, audience_id: str, values: Mapping[str, Any]
) -> None:
    """Changes some columns of an audience."""
    uow.connection.execute(
        update(audiences)
        .where(audiences.c.workspace_id == workspace_id, audiences.c.id == audience_id)
        .values(**values)
    )


def is_name_taken(
    uow: UnitOfWork, workspace_id: WorkspaceId, name: str, *, but: str | None = None
) -> bool:
    """Whether another active audience goes by this name."""
    found = select(audiences.c.id).where(
        audiences.c.workspace_id == workspace_id,
        audiences.c.name == name,
        audiences.c.state == _ACTIVE,
    )
    return any(row.id != but for row in uow.connection.execute(found))


def find_audience(
    uow: UnitOfWork, workspace_id: WorkspaceId, audience_id: str, *, locks: bool = False
) -> Audience | None:
    """One audience; held until the end of the transaction where asked."""
    found = select(audiences).where(
        audiences.c.workspace_id == workspace_id, audiences.c.id == audience_id
    )
    row = uow.connection.execute(found.with_for_update() if locks else found).one_or_none()
    return _audience(row) if row else None


def count_audiences(uow: UnitOfWork, workspace_id: WorkspaceId) -> int:
    """How many there are, archived ones included."""
    found = select(func.count()).where(audiences.c.workspace_id == workspace_id)
    return int(uow.connection.execute(found).scalar_one())


def active_audiences(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[Audience]:
    """Every audience that is kept up, oldest first."""
    found = (
        select(audiences)
        .where(audiences.c.workspace_id == workspace_id, audiences.c.state == _ACTIVE)
        .order_by(audiences.c.id)
    )
    return [_audience(row) for row in uow.connection.execute(found)]


def workspaces_with_audiences(uow: UnitOfWork) -> Sequence[WorkspaceId]:
    """Workspaces that keep up at least one."""
    found = select(audiences.c.workspace_id).where(audiences.c.state == _ACTIVE).distinct()
    return sorted(WorkspaceId(row.workspace_id) for row in uow.connection.execute(found))


def page_of_audiences(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    *,
    text: str | None = None,
    state: AudienceState | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Page[Audience]:
    """The workspace's audiences, newest first."""
    found = select(audiences).where(audiences.c.workspace_id == workspace_id)
    if text:
        found = found.where(audiences.c.name.icontains(text, autoescape=True))
    if state is not None:
        found = found.where(audiences.c.state == state.value)
    return page_of(uow, found, audiences.c.id, _audience, limit=limit, cursor=cursor)


def versions_of(
    uow: UnitOfWork, workspace_id: WorkspaceId, audience_id: str
) -> Sequence[AudienceVersion]:
    """Every state of a definition, the newest first."""
    found = (
        select(audience_versions)
        .where(
            audience_versions.c.workspace_id == workspace_id,
            audience_versions.c.audience_id == audience_id,
        )
        .order_by(audience_versions.c.version.desc())
    )
    return [_version(row) for row in uow.connection.execute(found)]


def is_any_announced(
    uow: UnitOfWork, workspace_id: WorkspaceId, audience_id: str, *, after: int, upto: int
) -> bool:
    """Whether any of the versions behind one and up to another asked to be announced."""
    found = select(audience_versions.c.version).where(
        audience_versions.c.workspace_id == workspace_id,
        audience_versions.c.audience_id == audience_id,
        audience_versions.c.version > after,
        audience_versions.c.version <= upto,
        audience_versions.c.is_announced,
    )
    return uow.connection.execute(found.limit(1)).one_or_none() is not None


def fill_audience(uow: UnitOfWork, audience: Audience, values: Mapping[str, Any]) -> bool:
    """Notes a filling; false when it was asked for once more since the audience was read."""
    done = uow.connection.execute(
        update(audiences)
        .where(
            audiences.c.workspace_id == audience.workspace_id,
            audiences.c.id == audience.id,
            audiences.c.state == _ACTIVE,
            audiences.c.filled_version == audience.filled_version,
        )
        .values(**values)
    )
    return done.rowcount == 1


def ask_to_fill(uow: UnitOfWork, audience: Audience) -> None:
    """Has everybody looked at again; asked once more, it is done once more."""
    asked = asked_to_fill(audience)
    change_audience(
        uow, audience.workspace_id, audience.id, {"filled_version": asked.filled_version}
    )


def asked_to_fill(audience: Audience) -> Audience:
    """The audience as it stands once it was asked to be filled again."""
    return replace(audience, filled_version=min(0, audience.filled_version) - 1)


def audiences_with_idle_tags(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[Audience]:
    """Archived audiences whose people still carry the tag."""
    found = select(audiences).where(
        audiences.c.workspace_id == workspace_id,
        audiences.c.state != _ACTIVE,
        audiences.c.kept_tag_id.is_not(None),
    )
    return [_audience(row) for row in uow.connection.execute(found)]


def settle_sizes(
    uow: UnitOfWork, workspace_id: WorkspaceId, sizes: Mapping[str, int], as_of: datetime
) -> None:
    """Writes how many people are in these audiences now."""
    for audience_id, size in sizes.items():
        change_audience(uow, workspace_id, audience_id, {"size": size, "as_of": as_of})


def _audience(row: "Row[Any]") -> Audience:
    values = {column.name: getattr(row, column.name) for column in audiences.c}
    values |= {
        "workspace_id": WorkspaceId(row.workspace_id),
        "state": AudienceState(row.state),
    }
    return Audience(**values)


def _version(row: "Row[Any]") -> AudienceVersion:
    return AudienceVersion(
        row.version, row.rule, bool(row.is_announced), row.created_at, row.created_by
    )
