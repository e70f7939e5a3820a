"""The ledger's table and its statements: add, and read.

No function changes or removes a line, and on both databases a trigger refuses it to anyone who
tries by hand (`store/migrations`). What could tell who somebody was, the proof, is sealed under
their own key: once that is destroyed, a line says that some subject said something, and no more.
"""

from collections.abc import Iterator, Sequence
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
    func,
    select,
)

from catchment.kernel import WorkspaceId
from catchment.people.consent.types import (
    ENTRIES_SHOWN_MAX,
    SUBJECTS_AT_ONCE_MAX,
    Basis,
    ConsentEntry,
    ConsentState,
    ConsentWord,
)
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

consent_entries = Table(
    "consent_entries",
    metadata,
    workspace_column(),
    id_column(),
    Column("subject", String(ID_LENGTH_MAX), nullable=False),
    Column("purpose", String(64), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("basis", String(32), nullable=False),
    Column("notice_version", String(64), nullable=False),
    Column("notice_hash", String(64), nullable=False),
    Column("separate", Boolean, nullable=False),
    Column("source", String(ID_LENGTH_MAX), nullable=False),
    Column("noticed_at", Instant),
    Column("said_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("actor", String(ID_LENGTH_MAX), nullable=False),
    Column("proof", LargeBinary),
    # of an event: the same event never makes two lines; nulls are all different
    Column("event_key", String(64)),
    Index("ix_consent_entries_subject", "workspace_id", "subject", "id"),
    Index(
        "ix_consent_entries_purpose",
        "workspace_id", "purpose", "channel", "subject", "state", "said_at",
    ),
    Index("uq_consent_entries_event", "workspace_id", "event_key", unique=True),
)  # fmt: skip

consent_readings = Table(
    "consent_readings",
    metadata,
    workspace_column(),
    Column("position", BigInteger, nullable=False),
)

Line = tuple[ConsentEntry, bytes | None]


def insert_lines(uow: UnitOfWork, workspace_id: WorkspaceId, lines: Sequence[Line]) -> int:
    """Adds lines; one whose event told a line before is left out. Returns how many were new."""
    new = 0
    for entry, proof in lines:
        word = entry.word
        row = {
            "workspace_id": workspace_id, "id": entry.id, "subject": word.subject,
            "purpose": word.purpose, "channel": word.channel, "state": word.state.value,
            "basis": word.basis.value, "notice_version": word.notice_version,
            "notice_hash": word.notice_hash, "separate": word.separate, "source": word.source,
            "noticed_at": word.noticed_at, "said_at": word.said_at,
            "received_at": word.received_at, "recorded_at": entry.recorded_at,
            "actor": entry.actor, "proof": proof, "event_key": entry.event_key,
        }  # fmt: skip
        new += insert_or_ignore(uow, consent_entries, [row])
    return new


def lines_of(uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Sequence[str]) -> Sequence[Line]:
    """The newest lines of these subjects, newest first; their proofs sealed."""
    kept = consent_entries.c
    found: list[Line] = []
    for some in _some(subjects):
        statement = (
            select(consent_entries)
            .where(kept.workspace_id == workspace_id, kept.subject.in_(list(some)))
            .order_by(kept.id.desc())
            .limit(ENTRIES_SHOWN_MAX)
        )
        found += [_line(row) for row in uow.connection.execute(statement)]
    found.sort(key=lambda line: line[0].id, reverse=True)
    return found[:ENTRIES_SHOWN_MAX]


Newest = tuple[str, str, str, datetime]
"""A subject, a channel, a state, and when that was said there last."""


def newest_words(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    purpose: str,
    channels: Sequence[str],
    subjects: Sequence[str] | None = None,
) -> Iterator[Newest]:
    """When each subject last said each thing about a purpose; of everybody, or of these."""
    kept = consent_entries.c
    statement = (
        select(kept.subject, kept.channel, kept.state, func.max(kept.said_at).label("at"))
        .where(
            kept.workspace_id == workspace_id,
            kept.purpose == purpose,
            kept.channel.in_(list(channels)),
        )
        .group_by(kept.channel, kept.subject, kept.state)
    )
    if subjects is None:
        yield from map(tuple, uow.connection.execute(statement))
        return
    for some in _some(subjects):
        mine = statement.where(kept.subject.in_(list(some)))
        yield from map(tuple, uow.connection.execute(mine))


def said_of(uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Sequence[str]) -> Sequence[Line]:
    """Of these subjects the last line of each purpose, channel and state."""
    kept = consent_entries.c
    found: list[Line] = []
    for some in _some(subjects):
        mine = (kept.workspace_id == workspace_id, kept.subject.in_(list(some)))
        last = (
            select(kept.purpose, kept.channel, kept.state, func.max(kept.said_at).label("at"))
            .where(*mine)
            .group_by(kept.purpose, kept.channel, kept.state)
            .subquery()
        )
        statement = (
            select(consent_entries)
            .join(
                last,
                (kept.purpose == last.c.purpose)
                & (kept.channel == last.c.channel)
                & (kept.state == last.c.state)
                & (kept.said_at == last.c.at),
            )
            .where(*mine)
        )
        found += [_line(row) for row in uow.connection.execute(statement)]
    return found


def position_of(uow: UnitOfWork, workspace_id: WorkspaceId) -> int:
    """Up to which log position events were read for the ledger."""
    read = consent_readings.c
    statement = select(read.position).where(read.workspace_id == workspace_id)
    return int(uow.connection.execute(statement).scalar_one_or_none() or 0)


def put_position(uow: UnitOfWork, workspace_id: WorkspaceId, position: int) -> None:
    """Notes up to which log position they were."""
    row = {"workspace_id": workspace_id, "position": position}
    insert_or_update(uow, consent_readings, row, {"position": position})


def _line(row: "Row[Any]") -> Line:
    word = ConsentWord(
        subject=row.subject, purpose=row.purpose, channel=row.channel,
        state=ConsentState(row.state), source=row.source, said_at=row.said_at,
        received_at=row.received_at, basis=Basis(row.basis), notice_version=row.notice_version,
        notice_hash=row.notice_hash, separate=row.separate, noticed_at=row.noticed_at,
    )  # fmt: skip
    return ConsentEntry(row.id, word, row.recorded_at, row.actor, row.event_key), row.proof


def _some(many: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(many), SUBJECTS_AT_ONCE_MAX):
        yield many[start : start + SUBJECTS_AT_ONCE_MAX]
