"""Sources, blocked ids and the quarantine."""

from typing import Annotated

from pydantic import Field

from catchment.api.schemas.shapes import Answer, Ask, At, Count, Id, Line, Name, Payload
from catchment.collect import QuarantineState, ReasonCode, SignatureRule, SourceKind
from catchment.events import Trust

BLOCKED_IDS_MAX = 1_000
HOURS_SHOWN = 24


class SourceCounts(Answer):
    """What became of the events that came by this source, since it exists."""

    accepted: Count = 0
    duplicate: Count = 0
    quarantined: Count = 0
    forgotten: Count = Field(
        default=0,
        description="Of people who were forgotten: dropped on landing, nothing of them was kept.",
    )


class Source(Answer):
    """Where events come from: a site, an app, a shop's server, a live room, a file."""

    id: str = Field(examples=["src_01jq3v8kz0f6m8w2x4y6z8a0b2"])
    name: str = Field(examples=["Web shop"])
    kind: SourceKind
    write_key: str = Field(
        description="What senders name themselves with; no secret, it stands in web pages."
    )
    created_at: At
    is_enabled: bool
    last_seen_at: At | None = None
    counts: SourceCounts
    volume_by_hour: list[Count] = Field(
        description="Events of the last 24 hours by the hour, the present hour last.",
        max_length=HOURS_SHOWN,
    )
    signature: SignatureRule = Field(
        description="Whether requests that are not signed are let in. Signed ones always may come."
    )
    settles: bool = Field(
        description="What it signs settles matters of money and rights; the owner says so."
    )
    trust: Trust = Field(description="What everything that comes by it is worth at the least.")


class SourceNew(Ask):
    """A source to be."""

    name: Name = Field(examples=["Web shop"])
    kind: SourceKind = SourceKind.WEB


class SourceChange(Ask):
    """What to change; what is left out stays. A disabled source's write key is refused."""

    name: Name | None = None
    is_enabled: bool | None = None
    signature: SignatureRule | None = None
    settles: bool | None = Field(
        default=None, description="Only the owner; only while a signature is required."
    )


class SigningSecret(Answer):
    """A secret that servers sign with; what it is was shown once."""

    id: str = Field(examples=["sgn_01jq3v8kz0f6m8w2x4y6z8a0b2"])
    hint: str = Field(description="Its last characters, to tell it from the others.")
    created_at: At
    created_by: str


class SigningSecretMade(SigningSecret):
    """A fresh secret, and the only time that it is shown."""

    secret: str = Field(
        description="For any Standard Webhooks library; the part behind `whsec_` is base64."
    )


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


class Quarantined(Answer):
    """An event that could not be understood; never thrown away unasked."""

    id: str
    source_id: str
    reason: ReasonCode
    detail: str
    pointer: str = Field(description="JSON pointer to the place that is wrong.")
    payload: str = Field(description="What was sent, as text.")
    is_cut: bool = Field(
        description="Only its beginning was kept, so it is released with a new payload only."
    )
    received_at: At
    state: QuarantineState
    settled_at: At | None = Field(default=None, description="When it was released or discarded.")
    settled_by: str | None = None


class ReasonCount(Answer):
    """How many events are held for one reason."""

    reason: ReasonCode
    count: Count


class ReleaseAsk(Ask):
    """The event put right; left out, it is tried again as it was."""

    payload: Payload | None = None


class ReleaseManyAsk(Ask):
    """Which held events to try again; nothing named means all."""

    reason: ReasonCode | None = None
    source_id: Id | None = None
