"""One timeline over all sources and identifiers of a person: newest first, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import ibis

from catchment.events import LIVE_EVENTS, Trust, trust_of
from catchment.kernel import (
    PAGE_SIZE_DEFAULT,
    PAGE_SIZE_MAX,
    BrokenCursor,
    Page,
    WorkspaceId,
    decode_cursor,
    encode_cursor,
    instant_from_us,
    us_from_instant,
)
from catchment.lake import EVENTS, Engine

SUBJECTS_MAX = 10_000
"""Identifiers of one person whose events are looked at."""

MESSAGE_EVENTS = (
    "Email Delivered", "Email Opened", "Email Link Clicked", "Email Bounced",
    "Email Marked as Spam", "Unsubscribed", "Push Notification Received",
    "Push Notification Tapped", "Push Notification Bounced", "Message Sent", "Message Delivered",
    "Message Opened", "Message Clicked", "Message Failed",
)  # fmt: skip

_NO_SEQUENCE = -(2**63)


class DeedKind(StrEnum):
    """What an event is to somebody who reads a timeline."""

    ORDER = "order"
    LIVE = "live"
    MESSAGE = "message"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TimelineAsk:
    """Which of a person's events.

    Attributes:
        source_id: only from this source.
        event: only of this name.
        kind: only of this kind.
        since: from this instant.
        until: before this instant.
        limit: rows of a page.
        cursor: leads behind the page before.
    """

    source_id: str | None = None
    event: str | None = None
    kind: DeedKind | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int = PAGE_SIZE_DEFAULT
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One event of a timeline.

    Attributes:
        event_key: the event's key, hex.
        time: when.
        name: its name.
        kind: what it is to a reader.
        call: the call it came in by.
        source_id: where from.
        subject: under which identifier it is kept.
        message_id: the sender's id of it.
        properties: JSON.
        order_id, product_id, live_id, amount_minor, currency: where set.
        trust: how well its sender is known.
    """

    event_key: str
    time: datetime
    name: str
    kind: DeedKind
    call: str
    source_id: str
    subject: str
    message_id: str
    properties: str
    order_id: str | None
    product_id: str | None
    live_id: str | None
    amount_minor: int | None
    currency: str | None
    trust: Trust


_COLUMNS = (
    "event_key", "time", "name", "source_id", "subject", "message_id", "properties", "order_id",
    "product_id", "live_id", "amount_minor", "currency", "trust",
)  # fmt: skip


def read_timeline(
    engine: Engine, workspace_id: WorkspaceId, subjects: Sequence[str], ask: TimelineAsk
) -> Page[TimelineEvent]:
    """A page of what these subjects did, the newest first.

    Args:
        engine: who answers.
        workspace_id: whose events.
        subjects: those of one person.
        ask: which events.

    Raises:
        BrokenCursor: the cursor is not one of ours.
    """
    events = EVENTS.filter(EVENTS.subject.isin(list(subjects[:SUBJECTS_MAX])))
    events = events.mutate(deed=_kind(events), turn=events.sequence.fill_null(_NO_SEQUENCE))
    events = _narrowed(events, ask)
    limit = max(1, min(ask.limit, PAGE_SIZE_MAX))
    newest = (
        events.order_by([ibis.desc("time"), ibis.desc("turn"), ibis.desc("event_key")])
        .select(*_COLUMNS, "deed", "turn", call="kind")
        .limit(limit + 1)
    )
    rows = engine.query(workspace_id, newest).to_pylist()
    cursor = None
    if len(rows) > limit:
        last = rows[limit - 1]
        cursor = encode_cursor(us_from_instant(last["time"]), last["turn"], last["event_key"].hex())
    return Page([_event(row) for row in rows[:limit]], cursor)


def _kind(events: Any) -> Any:
    is_order = events.name.startswith("Order ") | (events.name == "Checkout Started")
    is_live = events.name.isin(list(LIVE_EVENTS)) | events.live_id.notnull()
    return ibis.cases(
        (is_order, DeedKind.ORDER.value),
        (is_live, DeedKind.LIVE.value),
        (events.name.isin(list(MESSAGE_EVENTS)), DeedKind.MESSAGE.value),
        else_=DeedKind.OTHER.value,
    )


def _narrowed(events: Any, ask: TimelineAsk) -> Any:
    if ask.source_id is not None:
        events = events.filter(events.source_id == ask.source_id)
    if ask.event is not None:
        events = events.filter(events.name == ask.event)
    if ask.kind is not None:
        events = events.filter(events.deed == ask.kind.value)
    if ask.since is not None:
        events = events.filter(events.time >= ask.since)
    if ask.until is not None:
        events = events.filter(events.time < ask.until)
    if ask.cursor is None:
        return events
    match decode_cursor(ask.cursor):
        case (int(time_us), int(turn), str(key)):
            time = instant_from_us(time_us)
            same = events.time == time
            behind = (events.turn < turn) | ((events.turn == turn) & _key_before(events, key))
            return events.filter((events.time < time) | (same & behind))
        case _:
            raise BrokenCursor


def _key_before(events: Any, key: str) -> Any:
    try:
        return events.event_key < bytes.fromhex(key)
    except ValueError as broken:
        raise BrokenCursor from broken


def _event(row: dict[str, Any]) -> TimelineEvent:
    told = {name: row[name] for name in _COLUMNS if name not in ("event_key", "time", "trust")}
    return TimelineEvent(
        event_key=row["event_key"].hex(),
        time=row["time"].astimezone(UTC),
        kind=DeedKind(row["deed"]),
        call=row["call"],
        trust=trust_of(row["trust"]),
        **told,
    )
