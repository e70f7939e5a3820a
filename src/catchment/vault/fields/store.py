"""The table of declared fields, and every statement that touches it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Index, Integer, Row, String, Table, and_, delete, func, select

from catchment.kernel import WorkspaceId
from catchment.store import (
    ID_LENGTH_MAX,
    Instant,
    UnitOfWork,
    id_column,
    insert_or_ignore,
    json_column,
    metadata,
    workspace_column,
)
from catchment.vault.fields.types import FIELDS_MAX, PLACE_LENGTH_MAX, FieldSpec, PrivacyField
from catchment.vault.types import DataClass, Purpose

privacy_fields = Table(
    "privacy_fields",
    metadata,
    workspace_column(),
    id_column(),
    Column("place", String(PLACE_LENGTH_MAX), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("label_zh", String(100), nullable=False),
    Column("label_en", String(100), nullable=False),
    Column("data_class", String(16), nullable=False),
    json_column("purposes"),
    Column("retention_days", Integer),
    Column("created_by", String(ID_LENGTH_MAX), nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("uq_privacy_fields_place", "workspace_id", "place", unique=True),
)


def insert(uow: UnitOfWork, workspace_id: WorkspaceId, one: PrivacyField) -> bool:
    """Keeps a new field; false when its place is taken."""
    spec = one.spec
    row = {
        "workspace_id": workspace_id, "id": one.id, "place": spec.place, "kind": spec.kind,
        "label_zh": spec.label_zh, "label_en": spec.label_en, "data_class": spec.data_class.value,
        "purposes": [purpose.value for purpose in spec.purposes],
        "retention_days": spec.retention_days, "created_by": one.created_by,
        "created_at": one.created_at,
    }  # fmt: skip
    return insert_or_ignore(uow, privacy_fields, [row]) == 1


def remove(uow: UnitOfWork, workspace_id: WorkspaceId, field_id: str) -> None:
    """Deletes a field."""
    uow.connection.execute(delete(privacy_fields).where(_is(workspace_id, field_id)))


def find(uow: UnitOfWork, workspace_id: WorkspaceId, field_id: str) -> PrivacyField | None:
    """The field of this id."""
    row = uow.connection.execute(
        select(privacy_fields).where(_is(workspace_id, field_id))
    ).one_or_none()
    return None if row is None else _field(row)


def listed(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[PrivacyField]:
    """The fields that a workspace declared, in order of place."""
    rows = uow.connection.execute(
        select(privacy_fields)
        .where(privacy_fields.c.workspace_id == workspace_id)
        .order_by(privacy_fields.c.place)
        .limit(FIELDS_MAX)
    )
    return [_field(row) for row in rows]


def count(uow: UnitOfWork, workspace_id: WorkspaceId) -> int:
    """How many fields a workspace declared."""
    found = uow.connection.execute(
        select(func.count())
        .select_from(privacy_fields)
        .where(privacy_fields.c.workspace_id == workspace_id)
    )
    return int(found.scalar_one())


def _is(workspace_id: str, field_id: str) -> Any:
    return and_(privacy_fields.c.workspace_id == workspace_id, privacy_fields.c.id == field_id)


def _field(row: "Row[Any]") -> PrivacyField:
    told = row._asdict()
    spec = FieldSpec(
        told["place"], told["kind"], told["label_zh"], told["label_en"],
        DataClass(told["data_class"]), tuple(Purpose(one) for one in told["purposes"]),
        told["retention_days"],
    )  # fmt: skip
    return PrivacyField(
        told["id"], spec, created_by=told["created_by"], created_at=told["created_at"]
    )
