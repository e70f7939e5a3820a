"""The tables of identifier kinds and refused identifiers, and every statement on them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    Row,
    String,
    Table,
    Text,
    select,
)

from catchment.kernel import WorkspaceId, instant_from_us, us_from_instant
from catchment.people.identifiers.defaults import DEFAULT_KINDS
from catchment.people.identifiers.types import (
    LABEL_LENGTH_MAX,
    DeclaredKind,
    Refusal,
    RefusalReason,
)
from catchment.people.identity import Strength
from catchment.store import (
    ID_LENGTH_MAX,
    UnitOfWork,
    insert_or_update,
    json_column,
    metadata,
    workspace_column,
)

EXAMPLE_LENGTH_MAX = 160
"""A token of the longest kind fits."""
REFUSALS_MAX = 500

identity_kinds = Table(
    "identity_kinds",
    metadata,
    workspace_column(),
    Column("name", String(32), primary_key=True),
    # its number in the book of identities: given once, and kept when the kind is not read any more
    Column("code", Integer, nullable=False),
    Column("label_zh", String(LABEL_LENGTH_MAX), nullable=False),
    Column("label_en", String(LABEL_LENGTH_MAX), nullable=False),
    Column("strength", String(16), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("limit_count", Integer),
    Column("people_max", Integer),
    json_column("blocked"),
    json_column("places"),
    json_column("scope_places"),
    Column("is_read", Boolean, nullable=False),
)

identity_readings = Table(
    "identity_readings",
    metadata,
    workspace_column(),
    # what the book was read by; another one means that the events must be read again
    Column("fingerprint", String(64), nullable=False),
    # refusals of events up to here are counted
    Column("counted_to", BigInteger, nullable=False),
    # the book's version that the overlay shows; another one means that it must be written whole
    Column("overlay_version", BigInteger, nullable=False),
)

identifier_refusals = Table(
    "identifier_refusals",
    metadata,
    workspace_column(),
    Column("kind", String(32), primary_key=True),
    Column("reason", String(32), primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("example", Text, nullable=False),
    Column("source_id", String(ID_LENGTH_MAX), nullable=False),
    Column("last_us", BigInteger, nullable=False),
)


def kinds_of(uow: UnitOfWork, workspace_id: WorkspaceId) -> tuple[DeclaredKind, ...]:
    """The kinds that are read, the strongest first; the defaults where nothing was declared."""
    return tuple(kind for kind, is_read in _all(uow, workspace_id) if is_read)


def kinds_ever(uow: UnitOfWork, workspace_id: WorkspaceId) -> tuple[DeclaredKind, ...]:
    """The same with those that are read no more: the book may still hold some."""
    return tuple(kind for kind, _ in _all(uow, workspace_id))


def replace_kinds(
    uow: UnitOfWork, workspace_id: WorkspaceId, kinds: Iterable[DeclaredKind]
) -> None:
    """Writes another set in place of the present one; who is left out is read no more."""
    new = {kind.name: kind for kind in kinds}
    for known, _ in _all(uow, workspace_id):
        if known.name not in new:
            _put(uow, workspace_id, known, is_read=False)
    for kind in new.values():
        _put(uow, workspace_id, kind, is_read=True)


@dataclass(frozen=True, slots=True)
class Reading:
    """How far the book's keeping is.

    Attributes:
        fingerprint: what the book was read by; empty at first.
        counted_to: refusals of events up to here are counted.
        overlay_version: the book's version that the overlay shows; -1 before the first.
    """

    fingerprint: str = ""
    counted_to: int = 0
    overlay_version: int = -1


def reading_of(uow: UnitOfWork, workspace_id: WorkspaceId) -> Reading:
    """How far the keeping of a workspace's book is."""
    row = uow.connection.execute(
        select(identity_readings).where(identity_readings.c.workspace_id == workspace_id)
    ).one_or_none()
    if row is None:
        return Reading()
    return Reading(row.fingerprint, row.counted_to, row.overlay_version)


def put_reading(uow: UnitOfWork, workspace_id: WorkspaceId, **changes: str | int) -> None:
    """Keeps these of the fields of `Reading`, and leaves the others as they are."""
    row = {**asdict(Reading()), **changes, "workspace_id": workspace_id}
    insert_or_update(uow, identity_readings, row, changes)


def count_refusals(
    uow: UnitOfWork, workspace_id: WorkspaceId, refusals: Sequence[Refusal], *, position: int
) -> None:
    """Adds to the counts, and notes that events up to this position are counted."""
    for refusal in refusals:
        row = {
            "workspace_id": workspace_id,
            "kind": refusal.kind,
            "reason": refusal.reason.value,
            "count": refusal.count,
            "example": refusal.example[:EXAMPLE_LENGTH_MAX],
            "source_id": refusal.source_id,
            "last_us": us_from_instant(refusal.last_at),
        }
        changes = {name: row[name] for name in ("example", "source_id", "last_us")}
        more = {"count": identifier_refusals.c.count + refusal.count}
        insert_or_update(uow, identifier_refusals, row, {**changes, **more})
    put_reading(uow, workspace_id, counted_to=position)


def refusals_of(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[Refusal]:
    """Refused identifiers by kind and reason, most frequent first."""
    statement = (
        select(identifier_refusals)
        .where(identifier_refusals.c.workspace_id == workspace_id)
        .order_by(
            identifier_refusals.c.count.desc(),
            identifier_refusals.c.kind,
            identifier_refusals.c.reason,
        )
        .limit(REFUSALS_MAX)
    )
    # By name, for a row has a method `count` of its own.
    return [
        Refusal(
            row["kind"], RefusalReason(row["reason"]), row["count"], row["example"],
            row["source_id"], instant_from_us(row["last_us"]),
        )
        for row in uow.connection.execute(statement).mappings()
    ]  # fmt: skip


def _all(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[tuple[DeclaredKind, bool]]:
    statement = (
        select(identity_kinds)
        .where(identity_kinds.c.workspace_id == workspace_id)
        .order_by(identity_kinds.c.priority, identity_kinds.c.name)
    )
    rows = uow.connection.execute(statement).all()
    if not rows:
        return [(kind, True) for kind in DEFAULT_KINDS]
    return [(_kind(row), bool(row.is_read)) for row in rows]


def _put(uow: UnitOfWork, workspace_id: WorkspaceId, kind: DeclaredKind, *, is_read: bool) -> None:
    values: dict[str, Any] = {
        "workspace_id": workspace_id,
        "name": kind.name,
        "code": kind.code,
        "label_zh": kind.label_zh,
        "label_en": kind.label_en,
        "strength": kind.strength.value,
        "priority": kind.priority,
        "limit_count": kind.limit,
        "people_max": kind.people_max,
        "blocked": list(kind.blocked),
        "places": list(kind.places),
        "scope_places": list(kind.scope_places),
        "is_read": is_read,
    }
    changes = {name: value for name, value in values.items() if name not in _FIXED}
    insert_or_update(uow, identity_kinds, values, changes)


_FIXED = {"workspace_id", "name", "code"}


def _kind(row: "Row[Any]") -> DeclaredKind:
    return DeclaredKind(
        name=row.name, code=row.code, label_zh=row.label_zh, label_en=row.label_en,
        strength=Strength(row.strength), priority=row.priority, limit=row.limit_count,
        people_max=row.people_max, blocked=tuple(row.blocked), places=tuple(row.places),
        scope_places=tuple(row.scope_places),
    )  # fmt: skip
