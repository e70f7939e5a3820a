"""The lake's event table, column by column.

One row is one event, once. `subject` is the keyed hash of the event's own strongest identifier
(its user id, else its anonymous id); who that subject is, is looked up when reading, so joining
and splitting people rewrites nothing here.
"""

import pyarrow as pa

_INSTANT = pa.timestamp("us", tz="UTC")

EVENT_SCHEMA = pa.schema(
    [
        pa.field("workspace_id", pa.string(), nullable=False),
        pa.field("source_id", pa.string(), nullable=False),
        # blake2b-128 of (workspace, message id): the key of an event
        pa.field("event_key", pa.binary(), nullable=False),
        pa.field("message_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        # 32 hex digits; `user_subject` and `anonymous_subject` are the edges' two ends
        pa.field("subject", pa.string(), nullable=False),
        pa.field("user_subject", pa.string()),
        pa.field("anonymous_subject", pa.string()),
        pa.field("user_id", pa.string()),
        pa.field("anonymous_id", pa.string()),
        pa.field("previous_id", pa.string()),
        pa.field("group_id", pa.string()),
        pa.field("time", _INSTANT, nullable=False),
        pa.field("original_time", _INSTANT),
        pa.field("sent_time", _INSTANT),
        pa.field("received_time", _INSTANT, nullable=False),
        pa.field("landed_time", _INSTANT, nullable=False),
        pa.field("sequence", pa.int64()),
        pa.field("is_historical", pa.bool_(), nullable=False),
        # it arrived more than a day after it happened: counted, but triggers nothing
        pa.field("is_late", pa.bool_(), nullable=False),
        pa.field("is_suspect", pa.bool_(), nullable=False),
        pa.field("order_id", pa.string()),
        pa.field("product_id", pa.string()),
        pa.field("live_id", pa.string()),
        pa.field("offset_ms", pa.int64()),
        pa.field("amount_minor", pa.int64()),
        pa.field("currency", pa.string()),
        pa.field("properties", pa.string(), nullable=False),
        pa.field("traits", pa.string(), nullable=False),
        pa.field("context", pa.string(), nullable=False),
        # where in the log it stood: orders landings, and says what is new since
        pa.field("log_position", pa.int64(), nullable=False),
        # a `Trust`; what was kept before there was any is a claim
        pa.field("trust", pa.string()),
    ]
)

EVENT_COLUMNS = tuple(EVENT_SCHEMA.names)

HOT_PROPERTIES = ("order_id", "product_id", "live_id", "offset_ms", "amount_minor", "currency")
"""Columns lifted out of the properties when an event is read."""
