"""Fields that hold personal data, how long things are kept, and the register of processing."""

import csv
import io
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from catchment import access, people, vault
from catchment.api.at_the_desk import DeskRoute
from catchment.api.desk import Desk
from catchment.api.routes.paths import WORKSPACE, PathId, PrivacyManager, PrivacyReader
from catchment.api.routes.privacy_sweep import order_sweep
from catchment.api.schemas import privacy as shapes
from catchment.api.schemas.shapes import ItemsAnswer
from catchment.kernel import printable

router = APIRouter(tags=["privacy"], route_class=DeskRoute)
FIELDS = f"{WORKSPACE}/privacy/fields"
RETENTION = f"{WORKSPACE}/privacy/retention"
REGISTER_COLUMNS = (
    "field", "kind", "label_zh", "label_en", "data_class", "purpose", "basis", "retention",
    "recipients", "values_kept",
)  # fmt: skip


@router.get(FIELDS, operation_id="list_privacy_fields")
def list_privacy_fields(desk: PrivacyReader) -> ItemsAnswer[shapes.PrivacyField]:
    """Where personal data stands in events, built in and declared, and how much of it is kept."""
    parts = desk.services.privacy
    kept = vault.values_kept(parts.vault, desk.workspace_id)
    fields = parts.fields.list(desk.reading, desk.workspace_id)
    return ItemsAnswer(items=[_field(one, kept) for one in fields])


@router.post(FIELDS, operation_id="declare_privacy_field", status_code=201)
def declare_privacy_field(ask: shapes.FieldAsk, desk: PrivacyManager) -> shapes.PrivacyField:
    """Declares a field; what lands from now on is kept so, and what is there is moved."""
    parts = desk.services.privacy
    spec = vault.FieldSpec(
        ask.place, ask.kind, ask.label_zh, ask.label_en, ask.data_class, tuple(ask.purposes),
        ask.retention_days,
    )  # fmt: skip
    made = parts.fields.declare(
        desk.work, desk.workspace_id, spec, actor=desk.actor, is_new_kind=ask.is_new_kind
    )
    _note(desk, "field.declare", f"{ask.place} {ask.kind} {ask.data_class.value}")
    if ask.data_class is not vault.DataClass.GENERAL:
        order_sweep(desk)
    return _field(made, vault.values_kept(parts.vault, desk.workspace_id))


@router.delete(f"{FIELDS}/{{field_id}}", operation_id="delete_privacy_field", status_code=204)
def delete_privacy_field(field_id: PathId, desk: PrivacyManager) -> None:
    """Takes a declared field off; values that were kept stay in the vault until their time."""
    gone = desk.services.privacy.fields.remove(desk.work, desk.workspace_id, field_id)
    _note(desk, "field.delete", gone.spec.place)


@router.get(RETENTION, operation_id="read_retention")
def read_retention(desk: PrivacyReader) -> shapes.Retention:
    """How long this workspace keeps things."""
    found = desk.services.privacy.retention.of(desk.reading, desk.workspace_id)
    return shapes.Retention.model_validate(found)


@router.put(RETENTION, operation_id="change_retention")
def change_retention(ask: shapes.RetentionAsk, desk: PrivacyManager) -> shapes.Retention:
    """Says how long things are kept; enforced within the hour."""
    rules = vault.Retention(
        ask.events_days, ask.quarantine_days, ask.uploads_days, ask.exports_days, ask.trail_days
    )
    changed = desk.services.privacy.retention.change(
        desk.work, desk.workspace_id, rules, actor=desk.actor
    )
    days = ", ".join(f"{name} {value}" for name, value in ask.model_dump().items())
    _note(desk, "retention.change", days)
    return shapes.Retention.model_validate(changed)


@router.get(
    f"{WORKSPACE}/privacy/register",
    operation_id="read_register",
    response_model=shapes.Register,
)
def read_register(
    desk: PrivacyReader,
    *,
    format: Annotated[Literal["json", "csv"], Query()] = "json",  # noqa: A002  (its name outside)
) -> Response:
    """The register of processing: what is kept of people, what for, how long, and who gets it."""
    parts = desk.services.privacy
    rows = vault.register_of(
        parts.fields.list(desk.reading, desk.workspace_id),
        vault.values_kept(parts.vault, desk.workspace_id),
        events_days=parts.retention.of(desk.reading, desk.workspace_id).events_days,
        recipients=[one.name for one in people.list_systems(desk.reading, desk.workspace_id)],
    )
    items = [shapes.RegisterRow.model_validate(row) for row in rows]
    if format == "json":
        answer = shapes.Register(made_at=desk.now, items=items)
        return JSONResponse(answer.model_dump(mode="json"))
    text = io.StringIO()
    writer = csv.DictWriter(text, REGISTER_COLUMNS)
    writer.writeheader()
    for item in items:
        row = {**item.model_dump(mode="json"), "recipients": "; ".join(item.recipients)}
        writer.writerow({name: _cell(value) for name, value in row.items()})
    headers = {"Content-Disposition": 'attachment; filename="register.csv"'}
    return Response("\ufeff" + text.getvalue(), media_type="text/csv", headers=headers)


def _cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if not isinstance(value, str):
        return value
    plain = printable(value)
    return f"'{plain}" if plain[:1] in {"=", "+", "-", "@", "\t"} else plain


def _note(desk: Desk, action: str, reason: str) -> None:
    """Into both trails: the workspace's own, and that of personal data."""
    act = vault.Act(desk.actor, action, reason=reason)
    desk.services.privacy.trail.add(desk.work, desk.workspace_id, [act])
    access.record(
        desk.work, desk.workspace_id, desk.actor, f"privacy.{action}", reason,
        clock=desk.clock, ids=desk.ids,
    )  # fmt: skip


def _field(one: vault.PrivacyField, kept: list[vault.ValuesKept]) -> shapes.PrivacyField:
    spec = one.spec
    of_kind = [each for each in kept if each.kind == spec.kind]
    same = [each for each in of_kind if each.data_class is spec.data_class]
    days = [each.last_day for each in same if each.last_day is not None]
    return shapes.PrivacyField(
        id=one.id,
        place=spec.place,
        kind=spec.kind,
        label_zh=spec.label_zh,
        label_en=spec.label_en,
        data_class=spec.data_class,
        purposes=list(spec.purposes),
        retention_days=spec.retention_days,
        is_built_in=one.is_built_in,
        values_kept=sum(each.values for each in same),
        last_seen=max(days) if days else None,
        older_in_other_classes=sum(each.values for each in of_kind) - sum(e.values for e in same),
    )
