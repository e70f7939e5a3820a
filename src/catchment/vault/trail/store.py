"""The trail's two tables, and their few statements: add, read, and cut off what had its time.

On both databases triggers refuse to change an entry, and to delete one that is younger than
`TRAIL_DAYS_MIN` (`store/migrations`). The chain and the signed heads find whoever removes those.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    text,
)

from catchment.kernel import Page, WorkspaceId, instant_from_us, us_from_instant
from catchment.store import ID_LENGTH_MAX, UnitOfWork, metadata, page_of, workspace_column
from catchment.vault.trail.types import Act, SignedHead, TrailEntry
from catchment.vault.types import Purpose

ENTRIES_READ = 20_000
HEADS_READ_MAX = 40_000

trail_entries = Table(
    "trail_entries",
    metadata,
    workspace_column(),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at_us", BigInteger, nullable=False),
    Column("actor", String(ID_LENGTH_MAX), nullable=False),
    Column("action", String(64), nullable=False),
    Column("purpose", String(16)),
    Column("grant_id", String(ID_LENGTH_MAX)),
    Column("person", String(ID_LENGTH_MAX)),
    Column("kinds", String(640), nullable=False),
    Column("count", Integer, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("prev", LargeBinary(32), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Index("ix_trail_entries_actor", "workspace_id", "actor", "at_us"),
    Index("ix_trail_entries_person", "workspace_id", "person", "seq"),
)

trail_heads = Table(
    "trail_heads",
    metadata,
    workspace_column(),
    Column("kind", String(8), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("public", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
)

_CHAIN = (
    trail_entries.c.seq, trail_entries.c.at_us, trail_entries.c.actor, trail_entries.c.action,
    trail_entries.c.purpose, trail_entries.c.grant_id, trail_entries.c.person,
    trail_entries.c.kinds, trail_entries.c.count, trail_entries.c.reason, trail_entries.c.prev,
    trail_entries.c.hash,
)  # fmt: skip


def take_turn(uow: UnitOfWork, workspace_id: WorkspaceId) -> None:
    """Makes everybody else who would add to this workspace's chain wait until the commit."""
    if uow.dialect == "sqlite":
        return  # a unit of work that writes is alone from its beginning
    number = int.from_bytes(blake2b(f"trail {workspace_id}".encode(), digest_size=8).digest())
    uow.connection.execute(
        text("SELECT pg_advisory_xact_lock(:number)"), {"number": number - (1 << 63)}
    )


def last(uow: UnitOfWork, workspace_id: WorkspaceId) -> tuple[int, bytes] | None:
    """The number and hash of the newest entry."""
    row = uow.connection.execute(
        select(trail_entries.c.seq, trail_entries.c.hash)
        .where(trail_entries.c.workspace_id == workspace_id)
        .order_by(trail_entries.c.seq.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (int(row.seq), bytes(row.hash))


def hash_at(uow: UnitOfWork, workspace_id: WorkspaceId, seq: int) -> bytes | None:
    """The hash of one entry."""
    found = uow.connection.execute(
        select(trail_entries.c.hash).where(
            trail_entries.c.workspace_id == workspace_id, trail_entries.c.seq == seq
        )
    ).scalar_one_or_none()
    return None if found is None else bytes(found)


def is_linked_elsewhere(
    uow: UnitOfWork, workspace_id: WorkspaceId, prev: bytes, before: bytes
) -> bool:
    """Whether some entry has the hash that this one follows, and some follows the one before."""
    mine = trail_entries.c.workspace_id == workspace_id
    follows = select(func.count()).where(mine, trail_entries.c.hash == prev)
    followed = select(func.count()).where(mine, trail_entries.c.prev == before)
    counts = [uow.connection.execute(one).scalar_one() for one in (follows, followed)]
    return all(counts)


def append(uow: UnitOfWork, rows: Sequence[dict[str, Any]]) -> None:
    """Adds entries."""
    uow.connection.execute(insert(trail_entries), list(rows))


def read_chain(uow: UnitOfWork, workspace_id: WorkspaceId) -> Iterator[Sequence[Any]]:
    """The whole chain in order, some thousand entries at a time."""
    after = -(1 << 62)
    while True:
        rows = uow.connection.execute(
            select(*_CHAIN)
            .where(trail_entries.c.workspace_id == workspace_id, trail_entries.c.seq > after)
            .order_by(trail_entries.c.seq)
            .limit(ENTRIES_READ)
        ).all()
        if not rows:
            return
        yield rows
        after = rows[-1].seq


def page(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    *,
    actor: str | None,
    action: str | None,
    person: str | None,
    limit: int | None,
    cursor: str | None,
) -> Page[TrailEntry]:
    """Entries, the newest first."""
    statement = select(*_CHAIN).where(trail_entries.c.workspace_id == workspace_id)
    for column, wanted in (
        (trail_entries.c.actor, actor),
        (trail_entries.c.action, action),
        (trail_entries.c.person, person),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    return page_of(uow, statement, trail_entries.c.seq, entry_of, limit=limit, cursor=cursor)


def count_by_actor(
    uow: UnitOfWork, workspace_id: WorkspaceId, actor: str, actions: Sequence[str], since_us: int
) -> int:
    """How often somebody did one of these since an instant."""
    found = uow.connection.execute(
        select(func.count()).where(
            trail_entries.c.workspace_id == workspace_id,
            trail_entries.c.actor == actor,
            trail_entries.c.at_us > since_us,
            trail_entries.c.action.in_(list(actions)),
        )
    )
    return int(found.scalar_one())


def last_before(
    uow: UnitOfWork, workspace_id: WorkspaceId, instant: datetime
) -> tuple[int, bytes] | None:
    """The newest entry that is older than an instant, with all before it older as well."""
    mine = trail_entries.c.workspace_id == workspace_id
    edge = us_from_instant(instant)
    first_young = uow.connection.execute(
        select(func.min(trail_entries.c.seq)).where(mine, trail_entries.c.at_us >= edge)
    ).scalar_one()
    statement = select(trail_entries.c.seq, trail_entries.c.hash).where(mine)
    if first_young is not None:
        statement = statement.where(trail_entries.c.seq < first_young)
    row = uow.connection.execute(
        statement.order_by(trail_entries.c.seq.desc()).limit(1)
    ).one_or_none()
    return None if row is None else (int(row.seq), bytes(row.hash))


def cut_to(uow: UnitOfWork, workspace_id: WorkspaceId, seq: int) -> int:
    """Deletes entries up to this one; the trigger refuses those that are too young."""
    return uow.connection.execute(
        delete(trail_entries).where(
            trail_entries.c.workspace_id == workspace_id, trail_entries.c.seq <= seq
        )
    ).rowcount


def keep_head(uow: UnitOfWork, workspace_id: WorkspaceId, head: SignedHead) -> None:
    """Keeps a signed head."""
    uow.connection.execute(
        insert(trail_heads).values(
            workspace_id=workspace_id, kind=head.kind, day=head.day.isoformat(), seq=head.seq,
            hash=head.hash, public=head.public, signature=head.signature,
        )
    )  # fmt: skip


def heads(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[SignedHead]:
    """Every signed head, the oldest first."""
    rows = uow.connection.execute(
        select(trail_heads)
        .where(trail_heads.c.workspace_id == workspace_id)
        .order_by(trail_heads.c.day, trail_heads.c.kind)
        .limit(HEADS_READ_MAX)
    )
    return [
        SignedHead(
            row.kind, date.fromisoformat(row.day), int(row.seq), bytes(row.hash),
            bytes(row.public), bytes(row.signature),
        )
        for row in rows
    ]  # fmt: skip


def workspaces(uow: UnitOfWork) -> Sequence[WorkspaceId]:
    """The workspaces that have a trail."""
    rows = uow.connection.execute(select(trail_entries.c.workspace_id).distinct())
    return [WorkspaceId(row.workspace_id) for row in rows]


def entry_of(row: "Row[Any]") -> TrailEntry:
    """A row as an entry."""
    act = Act(
        row.actor, row.action, None if row.purpose is None else Purpose(row.purpose),
        row.grant_id, row.person, tuple(row.kinds.split(",")) if row.kinds else (),
        row._mapping["count"], row.reason,  # noqa: SLF001  (SQLAlchemy's public name for it)
    )  # fmt: skip
    return TrailEntry(int(row.seq), instant_from_us(row.at_us), act, bytes(row.hash).hex())
