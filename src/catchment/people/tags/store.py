"""The tables of tags, and every statement that touches them."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Row,
    String,
    Table,
    and_,
    case,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)

from catchment.kernel import Page, WorkspaceId
from catchment.people.tags.types import (
    GROUPS_MAX,
    REASON_LENGTH_MAX,
    TAG_NAME_LENGTH_MAX,
    TAGS_MAX,
    Assignment,
    Tag,
    TagCount,
    TagDeed,
    TagGroup,
    TagLogLine,
)
from catchment.store import (
    ID_LENGTH_MAX,
    Instant,
    UnitOfWork,
    id_column,
    insert_or_ignore,
    metadata,
    page_of,
    workspace_column,
)

_SUBJECTS_IN_ONE_QUESTION = 500

T = TypeVar("T")

tag_groups = Table(
    "tag_groups",
    metadata,
    workspace_column(),
    id_column(),
    Column("name", String(TAG_NAME_LENGTH_MAX), nullable=False),
    Column("is_exclusive", Boolean, nullable=False),
    Column("is_locked", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("uq_tag_groups_name", "workspace_id", "name", unique=True),
)

tags = Table(
    "tags",
    metadata,
    workspace_column(),
    id_column(),
    Column("group_id", String(ID_LENGTH_MAX), nullable=False),
    Column("name", String(TAG_NAME_LENGTH_MAX), nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("uq_tags_name", "workspace_id", "group_id", "name", unique=True),
)

tag_assignments = Table(
    "tag_assignments",
    metadata,
    workspace_column(),
    Column("tag_id", String(ID_LENGTH_MAX), primary_key=True),
    Column("subject", String(ID_LENGTH_MAX), primary_key=True),
    Column("group_id", String(ID_LENGTH_MAX), nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("given_by", String(ID_LENGTH_MAX), nullable=False),
    Column("is_automatic", Boolean, nullable=False),
    Column("reason", String(REASON_LENGTH_MAX), nullable=False),
    Index("ix_tag_assignments_subject", "workspace_id", "subject"),
    Index("ix_tag_assignments_group", "workspace_id", "group_id"),
)

tag_log = Table(
    "tag_log",
    metadata,
    workspace_column(),
    id_column(),
    Column("at", Instant, nullable=False),
    Column("actor", String(ID_LENGTH_MAX), nullable=False),
    Column("deed", String(16), nullable=False),
    Column("subject", String(ID_LENGTH_MAX), nullable=False),
    Column("tag_id", String(ID_LENGTH_MAX), nullable=False),
    Column("tag_name", String(TAG_NAME_LENGTH_MAX), nullable=False),
    Column("is_automatic", Boolean, nullable=False),
    Column("reason", String(REASON_LENGTH_MAX), nullable=False),
    Index("ix_tag_log_subject", "workspace_id", "subject"),
    Index("ix_tag_log_tag", "workspace_id", "tag_id", "id"),
)

_ASSIGNMENT = [c for c in tag_assignments.c if c.name != "workspace_id"]
_LINE = [c for c in tag_log.c if c.name != "workspace_id"]


def insert_group(uow: UnitOfWork, group: TagGroup) -> bool:
    """Writes a new group; false when its name is taken."""
    return insert_or_ignore(uow, tag_groups, [asdict(group)]) == 1


def groups_of(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[TagGroup]:
    """The workspace's groups, oldest first."""
    statement = select(tag_groups).where(tag_groups.c.workspace_id == workspace_id)
    rows = uow.connection.execute(statement.order_by(tag_groups.c.id).limit(GROUPS_MAX))
    return [_group(row) for row in rows]


def find_group(uow: UnitOfWork, workspace_id: WorkspaceId, group_id: str) -> TagGroup | None:
    """One group."""
    statement = select(tag_groups).where(
        tag_groups.c.workspace_id == workspace_id, tag_groups.c.id == group_id
    )
    row = uow.connection.execute(statement).one_or_none()
    return _group(row) if row else None


def find_group_by_name(uow: UnitOfWork, workspace_id: WorkspaceId, name: str) -> TagGroup | None:
    """One group by its name."""
    statement = select(tag_groups).where(
        tag_groups.c.workspace_id == workspace_id, tag_groups.c.name == name
    )
    row = uow.connection.execute(statement).one_or_none()
    return _group(row) if row else None


def change_group(
    uow: UnitOfWork, workspace_id: WorkspaceId, group_id: str, **values: str | bool
) -> None:
    """Writes new settings of a group."""
    uow.connection.execute(
        update(tag_groups)
        .where(tag_groups.c.workspace_id == workspace_id, tag_groups.c.id == group_id)
        .values(**values)
    )


def delete_group(uow: UnitOfWork, workspace_id: WorkspaceId, group_id: str) -> None:
    """Takes a group off the list."""
    uow.connection.execute(
        delete(tag_groups).where(
            tag_groups.c.workspace_id == workspace_id, tag_groups.c.id == group_id
        )
    )


def insert_tag(uow: UnitOfWork, tag: Tag) -> bool:
    """Writes a new tag; false when its name is taken in its group."""
    return insert_or_ignore(uow, tags, [asdict(tag)]) == 1


def find_tag(uow: UnitOfWork, workspace_id: WorkspaceId, tag_id: str) -> Tag | None:
    """One tag."""
    statement = select(tags).where(tags.c.workspace_id == workspace_id, tags.c.id == tag_id)
    row = uow.connection.execute(statement).one_or_none()
    return _tag(row) if row else None


def find_tag_by_name(
    uow: UnitOfWork, workspace_id: WorkspaceId, group_id: str, name: str
) -> Tag | None:
    """One tag of a group by its name."""
    statement = select(tags).where(
        tags.c.workspace_id == workspace_id, tags.c.group_id == group_id, tags.c.name == name
    )
    row = uow.connection.execute(statement).one_or_none()
    return _tag(row) if row else None


def tags_counted(
    uow: UnitOfWork, workspace_id: WorkspaceId, *, tag_id: str | None = None
) -> Sequence[TagCount]:
    """The workspace's tags (or one of them), oldest first, with how many subjects have each."""
    given = tag_assignments.c
    is_automatic = func.sum(case((given.is_automatic, 1), else_=0))
    statement = (
        select(tags, func.count(given.subject).label("subjects"), is_automatic.label("automatic"))
        .outerjoin(
            tag_assignments,
            and_(given.workspace_id == tags.c.workspace_id, given.tag_id == tags.c.id),
        )
        .where(tags.c.workspace_id == workspace_id)
        .group_by(*tags.c)
        .order_by(tags.c.id)
        .limit(TAGS_MAX)
    )
    if tag_id is not None:
        statement = statement.where(tags.c.id == tag_id)
    rows = uow.connection.execute(statement)
    return [TagCount(_tag(row), row.subjects, int(row.automatic or 0)) for row in rows]


def count_tags(uow: UnitOfWork, workspace_id: WorkspaceId, group_id: str | None = None) -> int:
    """How many tags there are, in the workspace or in one group."""
    statement = select(func.count()).select_from(tags).where(tags.c.workspace_id == workspace_id)
    if group_id is not None:
        statement = statement.where(tags.c.group_id == group_id)
    return int(uow.connection.execute(statement).scalar_one())


def rename_tag(uow: UnitOfWork, workspace_id: WorkspaceId, tag_id: str, name: str) -> None:
    """Gives a tag another name."""
    uow.connection.execute(
        update(tags)
        .where(tags.c.workspace_id == workspace_id, tags.c.id == tag_id)
        .values(name=name)
    )


def delete_tag(uow: UnitOfWork, workspace_id: WorkspaceId, tag_id: str) -> int:
    """Takes a tag off the list and off everyone who has it; returns how many had it."""
    gone = uow.connection.execute(
        delete(tag_assignments).where(
            tag_assignments.c.workspace_id == workspace_id, tag_assignments.c.tag_id == tag_id
        )
    )
    uow.connection.execute(
        delete(tags).where(tags.c.workspace_id == workspace_id, tags.c.id == tag_id)
    )
    return gone.rowcount


def assignments_to(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    subjects: Sequence[str],
    *,
    group_id: str | None = None,
    tag_id: str | None = None,
) -> Iterator[Assignment]:
    """What these subjects have: all of it, of one group, or one tag."""
    given = tag_assignments.c
    for some in _some(subjects):
        statement = select(*_ASSIGNMENT).where(
            given.workspace_id == workspace_id, given.subject.in_(list(some))
        )
        if group_id is not None:
            statement = statement.where(given.group_id == group_id)
        if tag_id is not None:
            statement = statement.where(given.tag_id == tag_id)
        for row in uow.connection.execute(statement):
            yield _assignment(row)


def subjects_with(
    uow: UnitOfWork, workspace_id: WorkspaceId, *, group_id: str
) -> Sequence[tuple[str, str, int]]:
    """Tag, subject and instant (microseconds) of every assignment of a group, oldest first."""
    given = tag_assignments.c
    statement = (
        select(given.tag_id, given.subject, given.given_at)
        .where(given.workspace_id == workspace_id, given.group_id == group_id)
        .order_by(given.given_at, given.tag_id)
    )
    return [tuple(row) for row in uow.connection.execute(statement)]


def subjects_with_tag(uow: UnitOfWork, workspace_id: WorkspaceId, tag_id: str) -> Sequence[str]:
    """Every subject that has a tag, in order."""
    given = tag_assignments.c
    statement = (
        select(given.subject)
        .where(given.workspace_id == workspace_id, given.tag_id == tag_id)
        .order_by(given.subject)
    )
    return uow.connection.execute(statement).scalars().all()


def put_assignments(uow: UnitOfWork, workspace_id: WorkspaceId, rows: Sequence[Assignment]) -> None:
    """Writes assignments; one that is there already is written anew."""
    remove_assignments(uow, workspace_id, [(one.tag_id, one.subject) for one in rows])
    if rows:
        uow.connection.execute(
            insert(tag_assignments), [{"workspace_id": workspace_id, **asdict(one)} for one in rows]
        )


def remove_assignments(
    uow: UnitOfWork, workspace_id: WorkspaceId, keys: Sequence[tuple[str, str]]
) -> None:
    """Deletes assignments by tag and subject."""
    given = tag_assignments.c
    for some in _some(keys):
        uow.connection.execute(
            delete(tag_assignments).where(
                given.workspace_id == workspace_id,
                tuple_(given.tag_id, given.subject).in_(list(some)),
            )
        )


def add_log_lines(uow: UnitOfWork, workspace_id: WorkspaceId, lines: Sequence[TagLogLine]) -> None:
    """Adds lines to the log; nothing here ever changes one."""
    if lines:
        uow.connection.execute(
            insert(tag_log),
            [{"workspace_id": workspace_id, **asdict(line), "deed": line.deed} for line in lines],
        )


def page_of_log(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    *,
    subjects: Sequence[str] = (),
    tag_id: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Page[TagLogLine]:
    """The log, newest first: of these subjects, of one tag, or all of it."""
    statement = select(*_LINE).where(tag_log.c.workspace_id == workspace_id)
    if subjects:
        statement = statement.where(tag_log.c.subject.in_(list(subjects)))
    if tag_id is not None:
        statement = statement.where(tag_log.c.tag_id == tag_id)
    return page_of(uow, statement, tag_log.c.id, _line, limit=limit, cursor=cursor)


def forget_subjects(uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Sequence[str]) -> int:
    """Deletes what is kept of these subjects, their lines of the log too; returns how many rows."""
    gone = 0
    for some in _some(subjects):
        for table in (tag_assignments, tag_log):
            gone += uow.connection.execute(
                delete(table).where(
                    table.c.workspace_id == workspace_id, table.c.subject.in_(list(some))
                )
            ).rowcount
    return gone


def _group(row: "Row[Any]") -> TagGroup:
    return TagGroup(
        row.id, WorkspaceId(row.workspace_id), row.name, row.is_exclusive, row.is_locked,
        row.created_at,
    )  # fmt: skip


def _tag(row: "Row[Any]") -> Tag:
    return Tag(row.id, WorkspaceId(row.workspace_id), row.group_id, row.name, row.created_at)


def _assignment(row: "Row[Any]") -> Assignment:
    return Assignment(**row._asdict())


def _line(row: "Row[Any]") -> TagLogLine:
    return TagLogLine(**{**row._asdict(), "deed": TagDeed(row.deed)})


def _some(many: Sequence[T]) -> Iterator[Sequence[T]]:
    """A few at a time: a statement holds so many values and no more."""
    for start in range(0, len(many), _SUBJECTS_IN_ONE_QUESTION):
        yield many[start : start + _SUBJECTS_IN_ONE_QUESTION]
