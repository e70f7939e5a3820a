"""Look-ups by identifier and by name, counted: who may ask often enough knows everybody."""

from catchment import people
from catchment.api.desk import Desk

PLAIN_KINDS = frozenset({"user", "anon", "device"})
"""Senders' own ids of people, which say nothing elsewhere."""

NAME_KIND = "name"


def note_lookup(desk: Desk, kind: str, value: str) -> None:
    """Counts that somebody is looked up by an identifier of this kind.

    A sender's own id is counted where it is a phone or an address all the same.

    Raises:
        TooManyReadings: the hour's are used up.
    """
    if kind in PLAIN_KINDS:
        note_search(desk, value)
    else:
        desk.services.privacy.revealing.count_lookup(desk.workspace_id, desk.actor, kind)


def note_search(desk: Desk, text: str) -> None:
    """Counts a search, if what is looked for is somebody's identifier.

    Raises:
        TooManyReadings: the hour's are used up.
    """
    if text and people.finds_somebody(text):
        desk.services.privacy.revealing.count_lookup(desk.workspace_id, desk.actor, "search")


def note_named(desk: Desk, text: str, found: int) -> None:
    """Counts a search that found people by name, before they are shown; not the name.

    One that found nobody is not counted: a name is looked for while it is written, and each
    beginning of it would be one.

    Raises:
        TooManyReadings: the hour's are used up.
    """
    if found and not people.finds_somebody(text):
        desk.services.privacy.revealing.count_lookup(desk.workspace_id, desk.actor, NAME_KIND)
