"""What a look-up is: a text by which somebody may be found, whose number it is being known.

Who may look up often enough knows everybody, so each one is counted and leaves a line.
"""

from catchment.events import IdentifierFlaw, spelling
from catchment.vault import hide_text

_HOME = "+86"
_HOME_DIGITS_MIN = 10
"""Shorter numbers of no country are senders' own ids."""


def finds_somebody(text: str) -> bool:
    """Whether somebody may be found by this text, in whatever spelling they are found by.

    >>> finds_somebody("138 1234 5678"), finds_somebody("u1001")
    (True, False)
    """
    if hide_text(text) != text:
        return True
    # People are found by one spelling: what is spelt so is counted, also where no detector sees it.
    return any(
        _is_phone(spelling("phone", part)) or not _is_flaw(spelling("email", part))
        for part in {text, text.partition(":")[2]}
    )


def _is_phone(spelt: str | IdentifierFlaw) -> bool:
    if isinstance(spelt, IdentifierFlaw):
        return False
    return not spelt.startswith(_HOME) or len(spelt) - len(_HOME) >= _HOME_DIGITS_MIN


def _is_flaw(spelt: str | IdentifierFlaw) -> bool:
    return isinstance(spelt, IdentifierFlaw)
