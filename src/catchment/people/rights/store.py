"""The tables of people's rights, and every statement that touches them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Index,
    LargeBinary,
    Row,
    Select,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from catchment.kernel import Page, WorkspaceId
from catchment.people.rights.types import (
    OPEN_STATES,
    RightKind,
    RightsRequest,
    RightState,
    Step,
    StepState,
)
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

OPEN_AT_ONCE = 200
_SUBJECTS_IN_ONE_QUESTION = 500

rights_requests = Table(
    "rights_requests",
    metadata,
    workspace_column(),
    id_column(),
    Column("kind", String(16), nullable=False),
    Column("person", String(ID_LENGTH_MAX), nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_by", String(ID_LENGTH_MAX), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("note", String(500), nullable=False),
    # what a correction is about, sealed for as long as the request is open
    Column("sealed", LargeBinary),
    Column("decision_id", String(ID_LENGTH_MAX)),
    json_column("steps"),
    Column("receipt", JSON(none_as_null=True)),
    Column("file_until", Instant),
    Column("approved_by", String(ID_LENGTH_MAX)),
    Column("reason", String(500)),
    Column("finished_at", Instant),
    Index("ix_rights_requests_person", "workspace_id", "person"),
    Index("ix_rights_requests_state", "state", "kind"),
    Index("uq_rights_requests_decision", "workspace_id", "decision_id", unique=True),
)

automated_refusals = Table(
    "automated_refusals",
    metadata,
    workspace_column(),
    Column("subject", String(ID_LENGTH_MAX), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("request_id", String(ID_LENGTH_MAX), nullable=False),
)


def insert_request(uow: UnitOfWork, request: RightsRequest, sealed: bytes | None = None) -> None:
    """Writes a request down."""
    row = {**_row(request), "sealed": sealed}
    uow.connection.execute(insert(rights_requests).values(**row))


def change_request(uow: UnitOfWork, request: RightsRequest, **more: bytes | None) -> None:
    """Writes how far a request is now."""
    asked = rights_requests.c
    uow.connection.execute(
        update(rights_requests)
        .where(asked.workspace_id == request.workspace_id, asked.id == request.id)
        .values(**_row(request), **more)
    )


def find_request(
    uow: UnitOfWork, workspace_id: WorkspaceId, request_id: str, *, locks: bool = False
) -> RightsRequest | None:
    """One request; locked, nobody else changes it before this unit of work is over."""
    asked = rights_requests.c
    statement = select(rights_requests).where(
        asked.workspace_id == workspace_id, asked.id == request_id
    )
    row = uow.connection.execute(_locked(statement, locks=locks)).one_or_none()
    return _request(row) if row else None


def sealed_of(uow: UnitOfWork, request: RightsRequest) -> bytes | None:
    """What a correction is about, sealed."""
    asked = rights_requests.c
    statement = select(asked.sealed).where(
        asked.workspace_id == request.workspace_id, asked.id == request.id
    )
    return uow.connection.execute(statement).scalar_one_or_none()


def request_of_decision(
    uow: UnitOfWork, workspace_id: WorkspaceId, decision_id: str, *, locks: bool = False
) -> RightsRequest | None:
    """The deletion that a decision belongs to; locked as `find_request` does."""
    asked = rights_requests.c
    statement = select(rights_requests).where(
        asked.workspace_id == workspace_id, asked.decision_id == decision_id
    )
    row = uow.connection.execute(_locked(statement, locks=locks)).one_or_none()
    return _request(row) if row else None


def deletions_by_decision(uow: UnitOfWork, workspace_id: WorkspaceId) -> Mapping[str, str]:
    """The deletions of a workspace, by the decision that each belongs to."""
    asked = rights_requests.c
    statement = select(asked.decision_id, asked.id).where(
        asked.workspace_id == workspace_id, asked.decision_id.is_not(None)
    )
    return {row.decision_id: row.id for row in uow.connection.execute(statement)}


def open_requests(uow: UnitOfWork, kind: RightKind) -> Sequence[RightsRequest]:
    """Requests of a kind that are not over, of every workspace, oldest first."""
    asked = rights_requests.c
    statement = (
        select(rights_requests)
        .where(asked.state.in_([one.value for one in OPEN_STATES]), asked.kind == kind.value)
        .order_by(asked.id)
        .limit(OPEN_AT_ONCE)
    )
    return [_request(row) for row in uow.connection.execute(statement)]


def page_of_requests(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    *,
    persons: Sequence[str] = (),
    state: RightState | None = None,
    kind: RightKind | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Page[RightsRequest]:
    """Requests, newest first: of one person by any of their names, or of all."""
    asked = rights_requests.c
    statement = select(rights_requests).where(asked.workspace_id == workspace_id)
    if persons:
        statement = statement.where(asked.person.in_(list(persons)[:_SUBJECTS_IN_ONE_QUESTION]))
    if state is not None:
        statement = statement.where(asked.state == state.value)
    if kind is not None:
        statement = statement.where(asked.kind == kind.value)
    return page_of(uow, statement, asked.id, _request, limit=limit, cursor=cursor)


def files_over(uow: UnitOfWork, now: datetime) -> Sequence[RightsRequest]:
    """Requests whose file has had its time."""
    asked = rights_requests.c
    statement = select(rights_requests).where(asked.file_until <= now).limit(OPEN_AT_ONCE)
    return [_request(row) for row in uow.connection.execute(statement)]


def with_files(uow: UnitOfWork, workspace_id: WorkspaceId) -> frozenset[str]:
    """The requests whose files are to be let out yet, or stand there to be fetched."""
    asked = rights_requests.c
    statement = select(asked.id).where(
        asked.workspace_id == workspace_id,
        asked.kind == RightKind.ACCESS.value,
        asked.state.in_([one.value for one in OPEN_STATES]) | asked.file_until.is_not(None),
    )
    return frozenset(uow.connection.execute(statement).scalars())


def without_receipt(uow: UnitOfWork) -> Sequence[RightsRequest]:
    """Requests that are done, of every workspace, whose receipt could not be signed."""
    asked = rights_requests.c
    statement = (
        select(rights_requests)
        .where(asked.state == RightState.DONE.value, asked.receipt.is_(None))
        .order_by(asked.id)
        .limit(OPEN_AT_ONCE)
    )
    return [_request(row) for row in uow.connection.execute(statement)]


def requests_of_persons(
    uow: UnitOfWork, workspace_id: WorkspaceId, persons: Sequence[str], kind: RightKind
) -> Sequence[RightsRequest]:
    """Requests of a kind that name one of these people."""
    asked = rights_requests.c
    found: list[RightsRequest] = []
    for some in _some(persons):
        statement = select(rights_requests).where(
            asked.workspace_id == workspace_id,
            asked.kind == kind.value,
            asked.person.in_(list(some)),
        )
        found += [_request(row) for row in uow.connection.execute(statement)]
    return found


def refuse_automation(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    subjects: Sequence[str],
    request_id: str,
    at: datetime,
) -> int:
    """Notes that whoever goes by these subjects is not judged by machines."""
    rows = [
        {"workspace_id": workspace_id, "subject": one, "at": at, "request_id": request_id}
        for one in subjects
    ]
    return insert_or_ignore(uow, automated_refusals, rows)


def allow_automation(uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Sequence[str]) -> int:
    """Takes that back; also what is done when somebody is forgotten."""
    kept, gone = automated_refusals.c, 0
    for some in _some(subjects):
        gone += uow.connection.execute(
            delete(automated_refusals).where(
                kept.workspace_id == workspace_id, kept.subject.in_(list(some))
            )
        ).rowcount
    return gone


def refusing_subjects(
    uow: UnitOfWork, workspace_id: WorkspaceId, among: Sequence[str] | None = None
) -> Sequence[str]:
    """Who refused to be judged by machines, by subject: everybody, or among these."""
    kept = automated_refusals.c
    statement = select(kept.subject).where(kept.workspace_id == workspace_id)
    if among is None:
        return uow.connection.execute(statement.order_by(kept.subject)).scalars().all()
    found: list[str] = []
    for some in _some(among):
        mine = statement.where(kept.subject.in_(list(some)))
        found += uow.connection.execute(mine).scalars()
    return found


def _locked(statement: "Select[Any]", *, locks: bool) -> "Select[Any]":
    return statement.with_for_update() if locks else statement


def _row(request: RightsRequest) -> dict[str, Any]:
    return {
        **asdict(request),
        "kind": request.kind.value,
        "state": request.state.value,
        "steps": [{"name": s.name, "state": s.state.value, "detail": s.detail}
                  for s in request.steps],
        "receipt": None if request.receipt is None else dict(request.receipt),
    }  # fmt: skip


def _request(row: "Row[Any]") -> RightsRequest:
    steps = tuple(Step(s["name"], StepState(s["state"]), s["detail"]) for s in row.steps)
    return RightsRequest(
        row.id, WorkspaceId(row.workspace_id), RightKind(row.kind), row.person,
        RightState(row.state), row.asked_by, row.asked_at, row.due_at, row.note, steps,
        row.decision_id, row.receipt, row.file_until, row.approved_by, row.reason,
        row.finished_at,
    )  # fmt: skip


def _some(many: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(many), _SUBJECTS_IN_ONE_QUESTION):
        yield many[start : start + _SUBJECTS_IN_ONE_QUESTION]
