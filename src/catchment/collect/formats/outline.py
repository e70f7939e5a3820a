"""The glance at a body that the collector takes before it lets it in."""

from typing import NamedTuple


class Outline(NamedTuple):
    """What a glance tells.

    Attributes:
        write_key: where the body carries one itself.
        events: how many items it holds.
        is_batch: whether it may be as large as a batch, or only as an event.
    """

    write_key: str | None
    events: int
    is_batch: bool
