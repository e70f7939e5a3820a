"""The table of traits, and every statement that touches it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Row, String, Table, and_, delete, func, select, update

from catchment.kernel import WorkspaceId
from catchment.people.facts import measure_json, read_measure
from catchment.people.traits.types import (
    LABEL_LENGTH_MAX,
    NAME_LENGTH_MAX,
    TRAITS_MAX,
    FieldRule,
    Trait,
    TraitSpec,
    TraitType,
)
from catchment.store import (
    ID_LENGTH_MAX,
    Instant,
    UnitOfWork,
    insert_or_ignore,
    json_column,
    metadata,
    workspace_column,
)

traits = Table(
    "traits",
    metadata,
    workspace_column(),
    Column("name", String(NAME_LENGTH_MAX), primary_key=True),
    Column("label_zh", String(LABEL_LENGTH_MAX), nullable=False),
    Column("label_en", String(LABEL_LENGTH_MAX), nullable=False),
    Column("type", String(16), nullable=False),
    json_column("measure"),
    # of a declared trait: how what senders told becomes one value, and where it stands
    Column("rule", String(16)),
    Column("field", String(256)),
    Column("created_by", String(ID_LENGTH_MAX), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
)


def insert(uow: UnitOfWork, trait: Trait) -> bool:
    """Keeps a new trait; false when its name is taken."""
    return insert_or_ignore(uow, traits, [_row(trait)]) == 1


def replace(uow: UnitOfWork, trait: Trait) -> None:
    """Puts the trait in the place of the one of its name."""
    row = _row(trait)
    key = (row.pop("workspace_id"), row.pop("name"))
    uow.connection.execute(update(traits).where(_is(*key)).values(**row))


def remove(uow: UnitOfWork, workspace_id: WorkspaceId, name: str) -> bool:
    """Deletes a trait; false when there was none."""
    return uow.connection.execute(delete(traits).where(_is(workspace_id, name))).rowcount == 1


def find(uow: UnitOfWork, workspace_id: WorkspaceId, name: str) -> Trait | None:
    """The trait of this name."""
    row = uow.connection.execute(select(traits).where(_is(workspace_id, name))).one_or_none()
    return None if row is None else _trait(row)


def listed(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[Trait]:
    """All traits of a workspace, by name."""
    rows = uow.connection.execute(
        select(traits)
        .where(traits.c.workspace_id == workspace_id)
        .order_by(traits.c.name)
        .limit(TRAITS_MAX)
    )
    return [_trait(row) for row in rows]


def count(uow: UnitOfWork, workspace_id: WorkspaceId) -> int:
    """How many traits a workspace has."""
    found = uow.connection.execute(
        select(func.count()).select_from(traits).where(traits.c.workspace_id == workspace_id)
    )
    return int(found.scalar_one())


def _is(workspace_id: str, name: str) -> Any:
    return and_(traits.c.workspace_id == workspace_id, traits.c.name == name)


def _row(trait: Trait) -> dict[str, Any]:
    spec = trait.spec
    return {
        "workspace_id": trait.workspace_id, "name": spec.name, "label_zh": spec.label_zh,
        "label_en": spec.label_en, "type": spec.type.value, "measure": measure_json(spec.measure),
        "rule": None if spec.rule is None else spec.rule.value, "field": spec.field,
        "created_by": trait.created_by, "created_at": trait.created_at,
        "changed_at": trait.changed_at,
    }  # fmt: skip


def _trait(row: "Row[Any]") -> Trait:
    told = row._asdict()
    spec = TraitSpec(
        name=told["name"],
        label_zh=told["label_zh"],
        label_en=told["label_en"],
        type=TraitType(told["type"]),
        measure=read_measure(told["measure"]),
        rule=None if told["rule"] is None else FieldRule(told["rule"]),
        field=told["field"],
    )
    return Trait(
        told["workspace_id"], spec, told["created_by"], told["created_at"], told["changed_at"]
    )
