"""The table of decisions about who is who, and every statement that touches it."""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Row, String, Table, Text, insert, select, update

from catchment.kernel import WorkspaceId, us_from_instant
from catchment.people.decisions.types import Decision, DecisionKind
from catchment.people.identity import Pair
from catchment.store import (
    ID_LENGTH_MAX,
    Instant,
    UnitOfWork,
    id_column,
    json_column,
    metadata,
    workspace_column,
)

DECISIONS_SHOWN_MAX = 200
_SUBJECT_LENGTH = 32

identity_decisions = Table(
    "identity_decisions",
    metadata,
    workspace_column(),
    id_column(),
    Column("kind", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String(ID_LENGTH_MAX), nullable=False),
    Column("reason", Text, nullable=False),
    # each with both kinds' codes, so that a rebuild can apply it before any event is read
    json_column("pairs"),
    json_column("people_before"),
    json_column("people_after"),
    Column("applied_at", Instant),
    Index("ix_identity_decisions_applied", "workspace_id", "applied_at"),
)

identity_decision_subjects = Table(
    "identity_decision_subjects",
    metadata,
    workspace_column(),
    Column("subject", String(_SUBJECT_LENGTH), primary_key=True),
    id_column("decision_id"),
)


def insert_decision(uow: UnitOfWork, workspace_id: WorkspaceId, decision: Decision) -> None:
    """Writes a decision down, with the subjects it is about."""
    row = {
        "workspace_id": workspace_id,
        "id": decision.id,
        "kind": decision.kind.value,
        "at": decision.at,
        "by": decision.by,
        "reason": decision.reason,
        "pairs": [list(astuple(pair)) for pair in decision.pairs],
        "people_before": list(decision.people_before),
        "people_after": list(decision.people_after),
        "applied_at": decision.applied_at,
    }
    uow.connection.execute(insert(identity_decisions).values(**row))
    subjects = sorted({pair.left for pair in decision.pairs} | {p.right for p in decision.pairs})
    if subjects:
        uow.connection.execute(
            insert(identity_decision_subjects),
            [
                {"workspace_id": workspace_id, "subject": one, "decision_id": decision.id}
                for one in subjects
            ],
        )


def set_applied(
    uow: UnitOfWork, workspace_id: WorkspaceId, decision_ids: Sequence[str], at: datetime
) -> None:
    """Notes that the book and the overlay have followed."""
    uow.connection.execute(
        update(identity_decisions)
        .where(
            identity_decisions.c.workspace_id == workspace_id,
            identity_decisions.c.id.in_(decision_ids),
        )
        .values(applied_at=at)
    )


def decisions_in_order(
    uow: UnitOfWork, workspace_id: WorkspaceId, *, only_waiting: bool = False
) -> Sequence[Decision]:
    """Every decision, oldest first, or those that the book has not followed yet."""
    statement = select(identity_decisions).where(identity_decisions.c.workspace_id == workspace_id)
    if only_waiting:
        statement = statement.where(identity_decisions.c.applied_at.is_(None))
    rows = uow.connection.execute(statement.order_by(identity_decisions.c.id))
    return [_decision(row) for row in rows]


def forgotten_subjects(uow: UnitOfWork, workspace_id: WorkspaceId) -> dict[str, int]:
    """Who was forgotten, by subject, and when for the last time, in microseconds."""
    decided = identity_decisions.c
    statement = (
        select(identity_decisions)
        .where(decided.workspace_id == workspace_id, decided.kind == DecisionKind.FORGET.value)
        .order_by(decided.id)
    )
    return {
        pair.left: us_from_instant(decision.at)
        for decision in map(_decision, uow.connection.execute(statement))
        for pair in decision.pairs
    }


def last_forgettings(uow: UnitOfWork, workspace_id: WorkspaceId) -> dict[str, str]:
    """Of each subject that was forgotten, the decision that did it last."""
    about, decided = identity_decision_subjects.c, identity_decisions.c
    statement = (
        select(about.subject, decided.id)
        .join_from(
            identity_decision_subjects,
            identity_decisions,
            (about.workspace_id == decided.workspace_id) & (about.decision_id == decided.id),
        )
        .where(decided.workspace_id == workspace_id, decided.kind == DecisionKind.FORGET.value)
        .order_by(decided.id)
    )
    return {row.subject: row.id for row in uow.connection.execute(statement)}


def applied_when(uow: UnitOfWork, workspace_id: WorkspaceId, decision_id: str) -> datetime | None:
    """When the book and the overlay had followed a decision; nothing until then."""
    decided = identity_decisions.c
    statement = select(decided.applied_at).where(
        decided.workspace_id == workspace_id, decided.id == decision_id
    )
    return uow.connection.execute(statement).scalar_one_or_none()


def find_decision(uow: UnitOfWork, workspace_id: WorkspaceId, decision_id: str) -> Decision | None:
    """One decision; nothing where there is none of this id here."""
    decided = identity_decisions.c
    statement = select(identity_decisions).where(
        decided.workspace_id == workspace_id, decided.id == decision_id
    )
    row = uow.connection.execute(statement).one_or_none()
    return None if row is None else _decision(row)


def subjects_of_decision(
    uow: UnitOfWork, workspace_id: WorkspaceId, decision_id: str
) -> Sequence[str]:
    """The subjects that a decision is about, in order."""
    about = identity_decision_subjects.c
    statement = (
        select(about.subject)
        .where(about.workspace_id == workspace_id, about.decision_id == decision_id)
        .order_by(about.subject)
    )
    return uow.connection.execute(statement).scalars().all()


def decisions_about(
    uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Sequence[str]
) -> Sequence[Decision]:
    """Decisions that name one of these subjects, newest first."""
    about = identity_decision_subjects
    named = (
        select(about.c.decision_id)
        .where(about.c.workspace_id == workspace_id, about.c.subject.in_(list(subjects)))
        .distinct()
    )
    statement = (
        select(identity_decisions)
        .where(
            identity_decisions.c.workspace_id == workspace_id, identity_decisions.c.id.in_(named)
        )
        .order_by(identity_decisions.c.id.desc())
        .limit(DECISIONS_SHOWN_MAX)
    )
    return [_decision(row) for row in uow.connection.execute(statement)]


def _decision(row: "Row[Any]") -> Decision:
    return Decision(
        id=row.id, kind=DecisionKind(row.kind), at=row.at, by=row.by, reason=row.reason,
        pairs=tuple(Pair(*pair) for pair in row.pairs), people_before=tuple(row.people_before),
        people_after=tuple(row.people_after), applied_at=row.applied_at,
    )  # fmt: skip
