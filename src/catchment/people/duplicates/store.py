"""The table of suggestions, and every statement that touches it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Index,
    Integer,
    Row,
    String,
    Table,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)

from catchment.kernel import Page, WorkspaceId
from catchment.people.duplicates.types import (
    Likeness,
    Suggestion,
    SuggestionKind,
    SuggestionState,
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

REASON_LENGTH_MAX = 500
_MILLION = 1_000_000
_AT_ONCE = 500

duplicate_suggestions = Table(
    "duplicate_suggestions",
    metadata,
    workspace_column(),
    id_column(),
    Column("left", String(ID_LENGTH_MAX), nullable=False),
    Column("right", String(ID_LENGTH_MAX), nullable=False),
    Column("kind", String(16), nullable=False),
    # in millionths, so that pages have an exact order
    Column("probability", Integer, nullable=False),
    Column("likeness", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("found_at", Instant, nullable=False),
    # the search that saw it last; what a search did not see again is no longer suggested
    Column("seen_by", String(ID_LENGTH_MAX), nullable=False),
    Column("decided_by", String(ID_LENGTH_MAX)),
    Column("decided_at", Instant),
    Column("reason", String(REASON_LENGTH_MAX)),
    Index("ix_duplicate_suggestions_state", "workspace_id", "state", "kind", "probability", "id"),
)

_KNOWN = [c for c in duplicate_suggestions.c if c.name not in {"workspace_id", "seen_by"}]


def keep_found(
    uow: UnitOfWork, workspace_id: WorkspaceId, found: Sequence[Suggestion], *, search: str
) -> None:
    """Writes what a search found: new ones as open; of those known, what is open is renewed.

    Args:
        uow: in which it is written.
        workspace_id: whose.
        found: all of it; what is open and not among it goes away, what is decided stays.
        search: names the search.
    """
    table = duplicate_suggestions
    for start in range(0, len(found), _AT_ONCE):
        some = found[start : start + _AT_ONCE]
        insert_or_ignore(uow, table, [_row(workspace_id, one, search) for one in some])
        for one in some:
            uow.connection.execute(
                update(table)
                .where(
                    table.c.workspace_id == workspace_id,
                    table.c.id == one.id,
                    table.c.state == SuggestionState.OPEN.value,
                )
                .values(
                    probability=round(one.probability * _MILLION),
                    likeness=_plain(one),
                    seen_by=search,
                )
            )
    uow.connection.execute(
        delete(table).where(
            table.c.workspace_id == workspace_id,
            table.c.state == SuggestionState.OPEN.value,
            table.c.seen_by != search,
        )
    )


def list_suggestions(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    *,
    state: SuggestionState,
    kind: SuggestionKind | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Page[Suggestion]:
    """Suggestions in a state, the likeliest first."""
    table = duplicate_suggestions
    statement = select(*_KNOWN).where(
        table.c.workspace_id == workspace_id, table.c.state == state.value
    )
    if kind is not None:
        statement = statement.where(table.c.kind == kind.value)
    order = [table.c.probability, table.c.id]
    return page_of(uow, statement, order, _suggestion, limit=limit, cursor=cursor)


def find_suggestion(
    uow: UnitOfWork, workspace_id: WorkspaceId, suggestion_id: str
) -> Suggestion | None:
    """One suggestion."""
    table = duplicate_suggestions
    statement = select(*_KNOWN).where(
        table.c.workspace_id == workspace_id, table.c.id == suggestion_id
    )
    row = uow.connection.execute(statement).one_or_none()
    return _suggestion(row) if row else None


def count_open(uow: UnitOfWork, workspace_id: WorkspaceId) -> dict[SuggestionKind, int]:
    """How many are open, by kind."""
    table = duplicate_suggestions
    statement = (
        select(table.c.kind, func.count())
        .where(table.c.workspace_id == workspace_id, table.c.state == SuggestionState.OPEN.value)
        .group_by(table.c.kind)
    )
    return {SuggestionKind(kind): count for kind, count in uow.connection.execute(statement)}


def note_decision(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    suggestion_id: str,
    state: SuggestionState,
    *,
    by: str,
    at: datetime,
    reason: str,
) -> bool:
    """Writes a decision on an open suggestion; false when it is no longer open."""
    table = duplicate_suggestions
    done = uow.connection.execute(
        update(table)
        .where(
            table.c.workspace_id == workspace_id,
            table.c.id == suggestion_id,
            table.c.state == SuggestionState.OPEN.value,
        )
        .values(state=state.value, decided_by=by, decided_at=at, reason=reason)
    )
    return done.rowcount == 1


def forget_suggestions(uow: UnitOfWork, workspace_id: WorkspaceId, people: Sequence[str]) -> int:
    """Strikes out every suggestion about these people; returns how many there were."""
    table = duplicate_suggestions
    gone = 0
    for start in range(0, len(people), _AT_ONCE):
        some = list(people[start : start + _AT_ONCE])
        about = or_(table.c.left.in_(some), table.c.right.in_(some))
        done = uow.connection.execute(
            delete(table).where(and_(table.c.workspace_id == workspace_id, about))
        )
        gone += done.rowcount
    return gone


def _row(workspace_id: WorkspaceId, one: Suggestion, search: str) -> dict[str, Any]:
    return {
        **asdict(one),
        "workspace_id": workspace_id,
        "kind": one.kind.value,
        "state": one.state.value,
        "probability": round(one.probability * _MILLION),
        "likeness": _plain(one),
        "seen_by": search,
    }


def _plain(one: Suggestion) -> dict[str, int]:
    return {name: int(likeness) for name, likeness in one.likeness.items()}


def _suggestion(row: "Row[Any]") -> Suggestion:
    known = dict(row._mapping)  # noqa: SLF001  (SQLAlchemy's public name for it)
    return Suggestion(
        **{
            **known,
            "kind": SuggestionKind(known["kind"]),
            "state": SuggestionState(known["state"]),
            "probability": known["probability"] / _MILLION,
            "likeness": {name: Likeness(value) for name, value in known["likeness"].items()},
        }
    )
