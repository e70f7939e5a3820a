"""Sources, blocked ids and the quarantine."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from catchment.api.schemas.shapes import Answer, Ask, At, Count, Id, Line, Name, Payload

BLOCKED_IDS_MAX = 1_000
HOURS_SHOWN = 24


class SourceKindName(StrEnum):
    """What sends: it decides which install snippet is shown, and nothing else."""

    WEB = "web"
    SERVER = "server"
    APP = "app"
    MINIAPP = "miniapp"
    IMPORT = "import"
    LIVE = "live"
    SEGMENT = "segment"
    POSTHOG = "posthog"
    SENSORS = "sensors"


class SourceCounts(Answer):
    """What became of the events that came by this source, since it exists."""

    accepted: Count = 0
    duplicate: Count = 0
    quarantined: Count = 0


class Source(Answer):
    """Where events come from: a site, an app, a shop's server, a live room, a file."""

    id: str = Field(examples=["src_01jq3v8kz0f6m8w2x4y6z8a0b2"])
    name: str = Field(examples=["Web shop"])
    kind: str = Field(examples=["web"])
    write_key: str | None = Field(
        description="What senders name themselves with; null for callers who may not see it."
    )
    created_at: At
    is_enabled: bool
    last_seen_at: At | None = None
    counts: SourceCounts
    volume_by_hour: list[Count] = Field(
        description="Events of the last 24 hours by the hour, the present hour last.",
        max_length=HOURS_SHOWN,
    )


class SourceNew(Ask):
    """A source to be."""

    name: Name = Field(examples=["Web shop"])
    kind: SourceKindName = SourceKindName.WEB


class SourceChange(Ask):
    """What to change; what is left out stays. A disabled source's write key is refused."""

    name: Name | None = None
    is_enabled: bool | None = None


class TestEvent(Answer):
    """The test event that was sent; it arrives in the live events in a moment."""

    __test__ = False
    message_id: str


class BlockedIds(Answer):
    """Identifiers that stand for nobody (`null`, `guest`, an all-zero device id)."""

    values: list[str]


class BlockedIdsAsk(Ask):
    """The whole new list."""

    values: list[Annotated[Line, Field(min_length=1)]] = Field(
        max_length=BLOCKED_IDS_MAX, examples=[["null", "undefined", "guest"]]
    )


class ReasonName(StrEnum):
    """Why an event was put into quarantine."""

    MALFORMED_JSON = "malformed_json"
    NOT_AN_OBJECT = "not_an_object"
    MISSING_IDENTITY = "missing_identity"
    MISSING_EVENT_NAME = "missing_event_name"
    NAME_TOO_LONG = "name_too_long"
    MESSAGE_ID_TOO_LONG = "message_id_too_long"
    EVENT_TOO_LARGE = "event_too_large"
    BLOCKED_IDENTIFIER = "blocked_identifier"
    INVALID_TIMESTAMP = "invalid_timestamp"
    UNKNOWN_KIND = "unknown_kind"
    INVALID_PROPERTIES = "invalid_properties"
    BATCH_ITEM_INVALID = "batch_item_invalid"
    NESTED_TOO_DEEP = "nested_too_deep"
    INVALID_TEXT = "invalid_text"


QuarantineState = Literal["held", "released", "discarded"]


class Quarantined(Answer):
    """An event that could not be understood; never thrown away unasked."""

    id: str
    source_id: str
    reason: str = Field(examples=["missing_identity"])
    detail: str
    pointer: str = Field(description="JSON pointer to the place that is wrong.")
    payload: str = Field(description="What was sent, as text.")
    received_at: At
    state: QuarantineState


class ReasonCount(Answer):
    """How many events are held for one reason."""

    reason: str
    count: Count


class ReleaseAsk(Ask):
    """The event put right; left out, it is tried again as it was."""

    payload: Payload | None = None


class ReleaseManyAsk(Ask):
    """Which held events to try again; nothing named means all."""

    reason: ReasonName | None = None
    source_id: Id | None = None
