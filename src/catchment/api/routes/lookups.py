"""Look-ups by identifier and by name, counted: who may ask often enough knows everybody."""

from catchment import vault
from catchment.api.desk import Desk
from catchment.events import IdentifierFlaw, spelling

PLAIN_KINDS = frozenset({"user", "anon", "device"})
"""Senders' own ids of people, which say nothing elsewhere."""

NAME_KIND = "name"

_HOME = "+86"
_HOME_DIGITS_MIN = 10
"""Shorter numbers of no country are senders' own ids."""


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
    if text and _is_identifier(text):
        desk.services.privacy.revealing.count_lookup(desk.workspace_id, desk.actor, "search")


def note_named(desk: Desk, text: str, people: int) -> None:
    """Counts a search that found people by name, before they are shown; not the name.

    One that found nobody is not counted: a name is looked for while it is written, and each
    beginning of it would be one.

    Raises:
        TooManyReadings: the hour's are used up.
    """
    if people and not _is_identifier(text):
        desk.services.privacy.revealing.count_lookup(desk.workspace_id, desk.actor, NAME_KIND)


def _is_identifier(text: str) -> bool:
    """Whether somebody may be found by this text, in whatever spelling they are found by."""
    if vault.hide_text(text) != text:
        return True
    # People are found by one spelling: what is spelt so is counted, also where no detector sees it.
    return any(
        _is_phone(spelling("phone", part)) or not _is_flaw(spelling("email", part))
        for part in {text, text.partition(":")[2]}
    )


def _is_phone(spelt: str | IdentifierFlaw) -> bool:
    if _is_flaw(spelt):
        return False
    return not spelt.startswith(_HOME) or len(spelt) - len(_HOME) >= _HOME_DIGITS_MIN


def _is_flaw(spelt: str | IdentifierFlaw) -> bool:
    return isinstance(spelt, IdentifierFlaw)
