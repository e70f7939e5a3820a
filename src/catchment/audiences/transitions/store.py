"""The tables of what moved: steps, transitions, refills, days and nudges.

A person moves at most once in a step, and the primary key of `audience_transitions` says so. The
row of `audience_steps` is what makes a step be: it is written in the transaction of everything the
step decided.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from catchment.audiences.types import Cause, Direction, Refill, Transition
from catchment.kernel import Page, WorkspaceId
from catchment.store import (
    ID_LENGTH_MAX,
    Instant,
    UnitOfWork,
    id_column,
    insert_or_update,
    metadata,
    page_of,
    workspace_column,
)

audience_steps = Table(
    "audience_steps",
    metadata,
    workspace_column(),
    Column("step", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("nudge", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("settled_step", BigInteger, nullable=False),
    Column("settled_position", BigInteger, nullable=False),
    Column("settled_nudge", BigInteger, nullable=False),
)

audience_transitions = Table(
    "audience_transitions",
    metadata,
    workspace_column(),
    id_column("audience_id"),
    Column("step", BigInteger, primary_key=True, autoincrement=False),
    id_column("person"),
    Column("direction", String(8), nullable=False),
    Column("at", Instant, nullable=False),
    Column("cause", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("is_quiet", Boolean, nullable=False),
    Index("ix_audience_transitions_person", "workspace_id", "person"),
    Index("ix_audience_transitions_step", "workspace_id", "step"),
)

audience_refills = Table(
    "audience_refills",
    metadata,
    workspace_column(),
    id_column("audience_id"),
    Column("step", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("cause", String(16), nullable=False),
    Column("entered", BigInteger, nullable=False),
    Column("left", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("is_announced", Boolean, nullable=False),
)

audience_days = Table(
    "audience_days",
    metadata,
    workspace_column(),
    id_column("audience_id"),
    Column("day", String(10), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("entered", BigInteger, nullable=False),
    Column("left", BigInteger, nullable=False),
)

audience_nudges = Table(
    "audience_nudges",
    metadata,
    # SQLite gives rising row ids to INTEGER only; a variant keeps PostgreSQL's 64 bits.
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("workspace_id", String(ID_LENGTH_MAX), nullable=False),
    Column("subject", String(ID_LENGTH_MAX), nullable=False),
    Index("ix_audience_nudges_workspace", "workspace_id", "position"),
    sqlite_autoincrement=True,
    info={"key": "the order of nudging runs through all workspaces"},
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the audiences of a workspace are.

    Attributes:
        step: the last step that was decided.
        position: the log position whose events it knew.
        nudge: the last nudge that it answered.
        at: when.
        settled_step, settled_position, settled_nudge: the same, of the last step whose members and
            calendar are on the disk for certain. What came after is looked at again by whoever
            opens the files.
    """

    step: int = 0
    position: int = 0
    nudge: int = 0
    at: datetime | None = None
    settled_step: int = 0
    settled_position: int = 0
    settled_nudge: int = 0


def find_progress(uow: UnitOfWork, workspace_id: WorkspaceId) -> Progress:
    """How far the audiences of a workspace are; all noughts at first."""
    found = select(audience_steps).where(audience_steps.c.workspace_id == workspace_id)
    row = uow.connection.execute(found).one_or_none()
    if row is None:
        return Progress()
    return Progress(
        row.step, row.position, row.nudge, row.at,
        row.settled_step, row.settled_position, row.settled_nudge,
    )  # fmt: skip


def put_progress(uow: UnitOfWork, workspace_id: WorkspaceId, made: Progress) -> None:
    """Writes how far they are."""
    row = {
        column.name: getattr(made, column.name)
        for column in audience_steps.c
        if column.name != "workspace_id"
    }
    insert_or_update(uow, audience_steps, {"workspace_id": workspace_id, **row}, row)


def insert_transitions(
    uow: UnitOfWork, workspace_id: WorkspaceId, moved: Sequence[Transition]
) -> None:
    """Writes down who moved; the same person twice in a step is refused by the key."""
    rows = [
        {
            "workspace_id": workspace_id,
            "audience_id": one.audience_id,
            "step": one.step,
            "person": one.person,
            "direction": one.direction.value,
            "at": one.at,
            "cause": one.cause.value,
            "version": one.version,
            "is_quiet": one.is_quiet,
        }
        for one in moved
    ]
    if rows:
        uow.connection.execute(insert(audience_transitions), rows)


def transitions_after(
    uow: UnitOfWork, workspace_id: WorkspaceId, step: int
) -> Iterable[tuple[str, int, str, bool]]:
    """Audience, step, person and whether they entered, of every move behind a step, in order."""
    moves = audience_transitions.c
    found = (
        select(moves.audience_id, moves.step, moves.person, moves.direction)
        .where(moves.workspace_id == workspace_id, moves.step > step)
        .order_by(moves.step)
    )
    entered = Direction.ENTERED.value
    for row in uow.connection.execute(found):
        yield row.audience_id, row.step, row.person, row.direction == entered


def page_of_transitions(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    audience_id: str,
    *,
    direction: Direction | None,
    cause: Cause | None,
    limit: int | None,
    cursor: str | None,
) -> Page[Transition]:
    """An audience's transitions, newest first."""
    moves = audience_transitions.c
    found = select(audience_transitions).where(
        moves.workspace_id == workspace_id, moves.audience_id == audience_id
    )
    if direction is not None:
        found = found.where(moves.direction == direction.value)
    if cause is not None:
        found = found.where(moves.cause == cause.value)
    by = (moves.step, moves.person)
    return page_of(uow, found, by, _transition, limit=limit, cursor=cursor)


def last_transitions(
    uow: UnitOfWork, workspace_id: WorkspaceId, person: str
) -> dict[str, Transition]:
    """A person's newest transition in each audience."""
    moves = audience_transitions.c
    found = (
        select(audience_transitions)
        .where(moves.workspace_id == workspace_id, moves.person == person)
        .order_by(moves.step)
    )
    return {row.audience_id: _transition(row) for row in uow.connection.execute(found)}


def insert_refill(
    uow: UnitOfWork, workspace_id: WorkspaceId, audience_id: str, step: int, made: Refill
) -> None:
    """Writes down that many moved at once."""
    uow.connection.execute(
        insert(audience_refills).values(
            workspace_id=workspace_id, audience_id=audience_id, step=step, at=made.at,
            version=made.version, cause=made.cause.value, entered=made.entered, left=made.left,
            size=made.size, is_announced=made.is_announced,
        )
    )  # fmt: skip


def last_filled_version(uow: UnitOfWork, workspace_id: WorkspaceId, audience_id: str) -> int:
    """The newest version that an audience was ever filled by; 0 for none."""
    refills = audience_refills.c
    found = select(func.max(refills.version)).where(
        refills.workspace_id == workspace_id, refills.audience_id == audience_id
    )
    return int(uow.connection.execute(found).scalar_one() or 0)


def refills_of(
    uow: UnitOfWork, workspace_id: WorkspaceId, audience_id: str, *, since: datetime, limit: int
) -> Sequence[Refill]:
    """An audience's refills since an instant, newest first."""
    table = audience_refills
    found = (
        select(table)
        .where(
            table.c.workspace_id == workspace_id,
            table.c.audience_id == audience_id,
            table.c.at >= since,
        )
        .order_by(table.c.step.desc())
        .limit(limit)
    )
    return [
        Refill(
            row.at, row.version, Cause(row.cause), row.entered, row.left, row.size,
            bool(row.is_announced),
        )
        for row in uow.connection.execute(found)
    ]  # fmt: skip


def add_to_day(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    audience_id: str,
    day: str,
    counts: tuple[int, int, int],
) -> None:
    """Adds to a day's entered and left, and says the size it has now: `(entered, left, size)`."""
    entered, left, size = counts
    dialect = sqlite if uow.dialect == "sqlite" else postgresql
    statement = dialect.insert(audience_days).values(
        workspace_id=workspace_id, audience_id=audience_id, day=day,
        entered=entered, left=left, size=size,
    )  # fmt: skip
    uow.connection.execute(
        statement.on_conflict_do_update(
            index_elements=["workspace_id", "audience_id", "day"],
            set_={
                "entered": audience_days.c.entered + entered,
                "left": audience_days.c.left + left,
                "size": size,
            },
        )
    )


def days_of(
    uow: UnitOfWork, workspace_id: WorkspaceId, audience_id: str, *, until: str
) -> Mapping[str, tuple[int, int, int]]:
    """`(entered, left, size)` of every day up to one on which something moved, oldest first."""
    table = audience_days
    found = (
        select(table)
        .where(
            table.c.workspace_id == workspace_id,
            table.c.audience_id == audience_id,
            table.c.day <= until,
        )
        .order_by(table.c.day)
    )
    return {row.day: (row.entered, row.left, row.size) for row in uow.connection.execute(found)}


def add_nudges(uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Iterable[str]) -> None:
    """Asks for these subjects' people to be looked at again."""
    rows = [{"workspace_id": workspace_id, "subject": subject} for subject in subjects]
    if rows:
        uow.connection.execute(insert(audience_nudges), rows)


def nudges_after(
    uow: UnitOfWork, workspace_id: WorkspaceId, position: int, limit: int
) -> Sequence[tuple[int, str]]:
    """Nudges behind a position, in order."""
    nudges = audience_nudges.c
    found = (
        select(nudges.position, nudges.subject)
        .where(nudges.workspace_id == workspace_id, nudges.position > position)
        .order_by(nudges.position)
        .limit(limit)
    )
    return [(row.position, row.subject) for row in uow.connection.execute(found)]


def forget_nudges(uow: UnitOfWork, workspace_id: WorkspaceId, upto: int) -> None:
    """Deletes nudges that are answered for certain."""
    nudges = audience_nudges.c
    uow.connection.execute(
        delete(audience_nudges).where(nudges.workspace_id == workspace_id, nudges.position <= upto)
    )


def forget_transitions(uow: UnitOfWork, workspace_id: WorkspaceId, persons: Sequence[str]) -> int:
    """Deletes what is written of these people's moves."""
    moves = audience_transitions.c
    gone = uow.connection.execute(
        delete(audience_transitions).where(
            moves.workspace_id == workspace_id, moves.person.in_(list(persons))
        )
    )
    return gone.rowcount


def forget_nudges_of(uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Sequence[str]) -> int:
    """Deletes nudges about these subjects."""
    nudges = audience_nudges.c
    gone = uow.connection.execute(
        delete(audience_nudges).where(
            nudges.workspace_id == workspace_id, nudges.subject.in_(list(subjects))
        )
    )
    return gone.rowcount


def count_moves(uow: UnitOfWork, workspace_id: WorkspaceId, audience_id: str) -> int:
    """How many transitions are written down of an audience."""
    moves = audience_transitions.c
    found = select(func.count()).where(
        moves.workspace_id == workspace_id, moves.audience_id == audience_id
    )
    return int(uow.connection.execute(found).scalar_one())


def _transition(row: "Row[Any]") -> Transition:
    return Transition(
        row.audience_id, row.person, Direction(row.direction), row.at, Cause(row.cause),
        row.version, bool(row.is_quiet), row.step,
    )  # fmt: skip
