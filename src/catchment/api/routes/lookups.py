"""Look-ups by identifier, counted: who may ask often enough knows everybody."""

from catchment import vault
from catchment.api.desk import Desk

PLAIN_KINDS = frozenset({"user", "anon", "device"})
"""Senders' own ids of people, which say nothing elsewhere."""


def note_lookup(desk: Desk, kind: str) -> None:
    """Counts that somebody is looked up by an identifier of this kind.

    Raises:
        TooManyReadings: the hour's are used up.
    """
    if kind not in PLAIN_KINDS:
        desk.services.privacy.revealing.count_lookup(desk.workspace_id, desk.actor, kind)


def note_search(desk: Desk, text: str) -> None:
    """Counts a search, if what is looked for is somebody's identifier.

    Raises:
        TooManyReadings: the hour's are used up.
    """
    if text and vault.hide_text(text) != text:
        desk.services.privacy.revealing.count_lookup(desk.workspace_id, desk.actor, "search")
