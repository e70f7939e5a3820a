"""Rows of the event table, made from the little that a test cares about."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from catchment.events import EVENT_SCHEMA, event_key
from catchment.kernel import WorkspaceId

_SECOND = 1_000_000


def event_rows(
    workspace_id: WorkspaceId,
    told: Sequence[tuple[Any, ...]],
    *,
    position: int = 1,
    source_id: str = "src_web",
) -> pa.Table:
    """Rows of `EVENT_SCHEMA`.

    Args:
        workspace_id: whose.
        told: for each row its subject, its name, its instant in seconds since 1970, and where one
            is wanted its sequence.
        position: the log position they came from; also makes their message ids.
        source_id: the source they came by.
    """
    rows = [
        _row(workspace_id, f"m{position}-{index}", item, position, source_id)
        for index, item in enumerate(told)
    ]
    return pa.Table.from_pylist(rows, schema=EVENT_SCHEMA)


def _row(
    workspace_id: WorkspaceId, message_id: str, told: tuple[Any, ...], position: int, source_id: str
) -> dict[str, Any]:
    subject, name, seconds, *rest = told
    instant = int(seconds * _SECOND)
    return {
        "workspace_id": workspace_id,
        "source_id": source_id,
        "event_key": event_key(workspace_id, message_id),
        "message_id": message_id,
        "kind": "track",
        "name": name,
        "subject": subject,
        "anonymous_subject": subject,
        "time": instant,
        "received_time": instant,
        "landed_time": instant,
        "sequence": rest[0] if rest else None,
        "is_historical": False,
        "is_late": False,
        "is_suspect": False,
        "properties": "{}",
        "traits": "{}",
        "context": "{}",
        "log_position": position,
        "trust": "claim",
    }
