"""Sources and the identifiers that stand for nobody."""

import json

from fastapi import APIRouter, Response

from catchment import collect
from catchment.access import Caller, NotSignedIn
from catchment.api.at_the_desk import DeskRoute
from catchment.api.desk import Desk
from catchment.api.routes.paths import (
    WORKSPACE,
    EventsWriter,
    PathId,
    SourcesReader,
    SourcesWriter,
)
from catchment.api.schemas import collect as shapes
from catchment.api.schemas.shapes import ItemsAnswer
from catchment.api.services import LandingCounts
from catchment.kernel import Clock, instant_from_us
from catchment.lake import Received

router = APIRouter(tags=["collect"], route_class=DeskRoute)
SOURCES = f"{WORKSPACE}/sources"
SOURCE = f"{SOURCES}/{{source_id}}"


@router.get(SOURCES, operation_id="list_sources")
def list_sources(desk: SourcesReader) -> ItemsAnswer[shapes.Source]:
    """Every source of the workspace, with what it sent lately."""
    figures = desk.services.landing.counts_by_source(desk.workspace_id)
    rules = collect.signing_rules(desk.reading, desk.workspace_id)
    found = collect.list_sources(desk.reading, desk.workspace_id)
    return ItemsAnswer(
        items=[
            _source(desk, one, figures.get(one.id), rules.get(one.id, collect.SigningRule()))
            for one in found
        ]
    )


@router.post(SOURCES, operation_id="create_source", status_code=201)
def create_source(new: shapes.SourceNew, desk: SourcesWriter) -> shapes.Source:
    """Makes a source and its write key."""
    change = _change(desk)
    made = collect.create_source(
        desk.work, desk.workspace_id, new.name, new.kind.value, change=change
    )
    return _source(desk, made)


@router.get(SOURCE, operation_id="read_source")
def read_source(source_id: PathId, desk: SourcesReader) -> shapes.Source:
    """One source."""
    found = collect.get_source(desk.reading, desk.workspace_id, source_id)
    return _source(desk, found)


@router.patch(SOURCE, operation_id="change_source")
def change_source(
    source_id: PathId,
    change: shapes.SourceChange,
    desk: SourcesWriter,
) -> shapes.Source:
    """Renames, enables or disables a source, or says what it asks of its senders."""
    changed = collect.change_source(
        desk.work, desk.workspace_id, source_id, change=_change(desk),
        name=change.name, is_enabled=change.is_enabled,
    )  # fmt: skip
    collect.change_signing(
        desk.work, changed, change=_change(desk), caller=_caller(desk),
        signature=change.signature, settles=change.settles,
    )  # fmt: skip
    return _source(desk, changed)


@router.delete(SOURCE, operation_id="delete_source", status_code=204)
def delete_source(source_id: PathId, desk: SourcesWriter) -> None:
    """Takes a source off the list; its events stay."""
    collect.delete_source(desk.work, desk.workspace_id, source_id, change=_change(desk))


@router.post(f"{SOURCE}/rotate-key", operation_id="rotate_source_key")
def rotate_source_key(source_id: PathId, desk: SourcesWriter) -> shapes.Source:
    """Gives the source a new write key; the old one is refused from now on."""
    change = _change(desk)
    rotated = collect.rotate_write_key(desk.work, desk.workspace_id, source_id, change=change)
    return _source(desk, rotated)


@router.post(f"{SOURCE}/test-event", operation_id="send_test_event", status_code=202)
def send_test_event(source_id: PathId, desk: EventsWriter) -> shapes.TestEvent:
    """Sends one event through this source, to see that it arrives."""
    source = collect.get_source(desk.reading, desk.workspace_id, source_id)
    message_id = desk.ids.make("evt")
    desk.services.log.append([_test_event(source, message_id, desk.clock)])
    return shapes.TestEvent(message_id=message_id)


@router.get(f"{SOURCE}/signing-secrets", operation_id="list_signing_secrets")
def list_signing_secrets(
    source_id: PathId, desk: SourcesReader
) -> ItemsAnswer[shapes.SigningSecret]:
    """The secrets that a source's servers sign with; not what they are."""
    found = collect.list_signing_secrets(desk.reading, desk.workspace_id, source_id)
    return ItemsAnswer(items=[shapes.SigningSecret.model_validate(one) for one in found])


@router.post(f"{SOURCE}/signing-secrets", operation_id="create_signing_secret", status_code=201)
def create_signing_secret(
    source_id: PathId, response: Response, desk: SourcesWriter
) -> shapes.SigningSecretMade:
    """Gives a source's servers another secret to sign with; it is shown this once."""
    desk.shows_secret = True
    response.headers["Cache-Control"] = "no-store"
    made = collect.make_signing_secret(
        desk.work, desk.workspace_id, source_id,
        boxes=desk.services.privacy.keys, change=_change(desk), caller=_caller(desk),
    )  # fmt: skip
    kept = made.kept
    return shapes.SigningSecretMade(
        id=kept.id, hint=kept.hint, created_at=kept.created_at, created_by=kept.created_by,
        secret=made.text,
    )  # fmt: skip


@router.delete(
    f"{SOURCE}/signing-secrets/{{secret_id}}", operation_id="revoke_signing_secret",
    status_code=204,
)  # fmt: skip
def revoke_signing_secret(source_id: PathId, secret_id: PathId, desk: SourcesWriter) -> None:
    """Takes a secret away; what is signed with it is refused from now on."""
    collect.revoke_signing_secret(
        desk.work, desk.workspace_id, source_id, secret_id,
        change=_change(desk), caller=_caller(desk),
    )  # fmt: skip


@router.get(f"{WORKSPACE}/blocked-ids", operation_id="read_blocked_ids")
def read_blocked_ids(desk: SourcesReader) -> shapes.BlockedIds:
    """The identifiers that stand for nobody."""
    found = collect.list_blocked_ids(desk.reading, desk.workspace_id)
    return shapes.BlockedIds(values=list(found))


@router.put(f"{WORKSPACE}/blocked-ids", operation_id="replace_blocked_ids")
def replace_blocked_ids(ask: shapes.BlockedIdsAsk, desk: SourcesWriter) -> shapes.BlockedIds:
    """Replaces the list of identifiers that stand for nobody."""
    kept = collect.replace_blocked_ids(
        desk.work, desk.workspace_id, ask.values, change=_change(desk)
    )
    return shapes.BlockedIds(values=list(kept))


def _change(desk: Desk) -> collect.Change:
    return collect.Change(desk.actor, desk.clock, desk.ids, desk.services.entropy)


def _caller(desk: Desk) -> Caller:
    if desk.caller is None:
        raise NotSignedIn
    return desk.caller


def _source(
    desk: Desk,
    source: collect.Source,
    figures: LandingCounts | None = None,
    rule: collect.SigningRule | None = None,
) -> shapes.Source:
    landing, now_us = desk.services.landing, desk.clock.now_us()
    if rule is None:
        rule = collect.signing_rule(desk.reading, source.workspace_id, source.id)
    if figures is None:
        figures = landing.counts(source.workspace_id, source.id)
    return shapes.Source(
        id=source.id,
        name=source.name,
        kind=source.kind,
        write_key=source.write_key,
        created_at=source.created_at,
        is_enabled=source.is_enabled,
        last_seen_at=instant_from_us(figures.last_seen_us) if figures.last_seen_us else None,
        counts=shapes.SourceCounts.model_validate(figures),
        volume_by_hour=list(
            landing.volume_by_hour(source.workspace_id, source.id, until_us=now_us)
        ),
        signature=rule.signature,
        settles=rule.settles,
        trust=rule.trust,
    )


def _test_event(source: collect.Source, message_id: str, clock: Clock) -> Received:
    event = {
        "message_id": message_id,
        "event": "Test Event Sent",
        "anonymous_id": f"test_{source.id}",
        "properties": {"source": source.name},
        "timestamp": clock.now().isoformat(),
    }
    body = json.dumps({"events": [event]}).encode()
    return Received(source.workspace_id, source.id, "catchment", clock.now_us(), body)
