"""Events as they are read: from the lake, from the live tail, and as a file to take away."""

from typing import Any, Literal

from pydantic import Field

from catchment.api.schemas.shapes import Answer, Ask, At, Count, EventNameText, Instant
from catchment.events import Trust
from catchment.jobs import JobState


class EventRow(Answer):
    """One event."""

    message_id: str
    name: str = Field(examples=["Order Completed"])
    kind: str = Field(examples=["track"])
    source_id: str
    user_id: str | None = None
    anonymous_id: str | None = None
    person: str = Field(description="Who it is, as known today.")
    time: At
    received_time: At
    order_id: str | None = None
    product_id: str | None = None
    live_id: str | None = None
    amount_minor: int | None = None
    currency: str | None = None
    properties: dict[str, Any]
    traits: dict[str, Any]
    context: dict[str, Any]
    is_historical: bool = False
    is_late: bool = False
    is_suspect: bool = False
    trust: Trust = Field(default=Trust.CLAIM, description="How well its sender is known.")


class LiveEntry(Answer):
    """One event of the live tail, as it stands in the log."""

    message_id: str
    name: str
    kind: str
    source_id: str
    user_id: str | None = None
    anonymous_id: str | None = None
    time: At
    received_time: At
    properties: dict[str, Any]
    traits: dict[str, Any]
    context: dict[str, Any]
    trust: Trust = Field(default=Trust.CLAIM, description="How well its sender is known.")
    status: Literal["accepted", "quarantined"]
    reason: str | None = Field(default=None, description="Why it was put into quarantine.")


class EventCounts(Answer):
    """What became of everything sent, and what still waits between log and lake."""

    accepted: Count
    duplicate: Count
    quarantined: Count
    forgotten: Count = Field(
        description="Of people who were forgotten: dropped on landing, nothing of them was kept."
    )
    in_lake: Count
    pending: Count = Field(description="Requests in the log that have not landed yet.")


class EventName(Answer):
    """A name that events go by here."""

    name: str
    count: Count
    last_seen_at: At


class EventProperty(Answer):
    """A property that events of a name carry."""

    name: str
    examples: list[str]


class EventExportAsk(Ask):
    """Which events to write into a file."""

    format: Literal["ndjson", "parquet"] = "ndjson"
    event: EventNameText | None = None
    since: Instant | None = None
    until: Instant | None = None


class JobProgress(Answer):
    """How far a long act is."""

    done: Count
    total: Count | None = Field(default=None, description="Null while it cannot be known.")


class Job(Answer):
    """A long act, done in the background."""

    id: str = Field(examples=["job_01jq3v8kz0f6m8w2x4y6z8a0b2"])
    kind: str = Field(examples=["events_export"])
    state: JobState
    progress: JobProgress
    result: dict[str, Any] | None = None
    error: str | None = Field(default=None, description="Why it failed.")
    created_at: At
    finished_at: At | None = None
    is_cancel_requested: bool = False


class EventExport(Answer):
    """A file of events that was ordered; its `id` is the job's."""

    id: str = Field(examples=["job_01jq3v8kz0f6m8w2x4y6z8a0b2"])
    format: Literal["ndjson", "parquet"]
    event: str | None = None
    since: At | None = None
    until: At | None = None
    state: JobState
    progress: JobProgress = Field(description="Events written so far.")
    events: int | None = Field(default=None, description="How many it holds, once written.")
    bytes: int | None = None
    has_file: bool = Field(description="It is there to be fetched: written, and still kept.")
    error: str | None = Field(default=None, description="Why it failed.")
    requested_by: str
    created_at: At
    finished_at: At | None = None
    is_cancel_requested: bool = False
