"""Finding personal numbers and addresses inside of text, however they are written.

A mobile number with spaces, dots or full-width digits is found as well as the bare one. Digits of
other scripts count as digits. What nobody sees, as a joiner of no width, and what an address
writes as `%20` stands for nothing between them. What merely looks like one, as the digits in the
middle of a UUID, is left alone; in doubt a thing is found rather than missed.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from catchment.events import IdentifierFlaw, spelling
from catchment.vault.detect.checksums import is_bankcard, is_idcard

PHONE = "phone"
EMAIL = "email"
IDCARD = "idcard"
BANKCARD = "bankcard"
TEXT = "text"

_NOTHING = "\x00"
"""Fills the place of an escape in an address behind the character that it stands for."""

_UNSEEN = r"\u00ad\u2000-\u200f\u202a-\u202f\u205f-\u2064\ufeff"
_GAP_SIGNS = r"\t\u00a0\u3000\-\u2010-\u2015\uff0d_/"
_GAP = rf"(?:[ {_GAP_SIGNS}{_UNSEEN}.\u30fc\u00b7()\uff08\uff09]\x00*|(?<=\d)\+(?=\d{{3}}))"
_CARD_GAP = rf"[ {_GAP_SIGNS}{_UNSEEN}]\x00*"
_PLUS = r"[+\uff0b]\x00*"
_START = r"(?<!\d)(?<!(?<!\d)0\.)"
_MAINLAND = re.compile(
    rf"{_START}(?:(?:{_PLUS}|00)?{_GAP}?86{_GAP}{{0,2}})?"
    rf"0?1(?:[ \u3000{_UNSEEN}-]\x00*)?[3-9](?:{_GAP}{{0,2}}\d){{9}}(?!\d)"
)
_ABROAD = re.compile(rf"(?<!\d){_PLUS}{_GAP}?[1-9](?:{_GAP}{{0,2}}\d){{6,14}}(?!\d)")
_NUMBERS = re.compile(
    rf"(?<!\d)(?<!\d\.)\d(?:(?:{_CARD_GAP})?\d){{14,}}(?:(?:{_CARD_GAP})?[Xx])?(?![0-9A-Za-z])"
)
_GROUP = re.compile(r"\d+[Xx]?|[Xx]")
_EMAIL = re.compile(r"[\w.+-]{1,64}[@\uff20]\x00*(?:[\w-]{1,63}\.){1,8}[\w-]{2,63}(?![\w-])")
_HIDDEN = re.compile(r"[\x00\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_ESCAPE = re.compile(r"%(?:25)?(2[0-9A-Fa-f]|3[A-Fa-f]|40|5[BbDdFf]|7[BbDd])")
_OPAQUE = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    r"|(?=[0-9]*[a-fA-F])(?:[0-9a-fA-F]{128}|[0-9a-fA-F]{96}|[0-9a-fA-F]{64}|[0-9a-fA-F]{56}"
    r"|[0-9a-fA-F]{40}|[0-9a-fA-F]{32}|[0-9a-fA-F]{24}))(?![0-9A-Za-z])"
)
_TOKEN = re.compile(r"pii:[a-z][a-z0-9_]{0,31}:[0-9a-f]{32}[0-9a-f:]*")
_MAY_HOLD = re.compile(
    r"[@\uff20]|%(?:25)?40|pii:|\d(?:[\W_\u30fc]{0,2}\d){6}|[+\uff0b]|\d%[0-9A-Fa-f]{2}"
)
_CARD_DIGITS_MAX = 19
_CACHED = 1 << 12


class Found(NamedTuple):
    """A personal value inside of a text: what it is, and from where to where it stands."""

    kind: str
    start: int
    end: int


def find_in(text: str, *, marks_tokens: bool = False) -> list[Found]:
    """The personal values in a text, in order, none inside of another.

    Args:
        text: what was sent.
        marks_tokens: what looks like a token of ours is a finding too, of the kind `text`.
    """
    if _MAY_HOLD.search(text) is None:
        return []
    plain = _read_plainly(text)
    taken: list[tuple[int, int]] = []
    found: list[Found] = []
    for kind, start, end in _candidates(plain, TEXT if marks_tokens else ""):
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            continue
        taken.append((start, end))
        if kind:
            found.append(Found(kind, start, end))
    return sorted(found, key=lambda one: one.start)


def _candidates(text: str, token: str) -> Iterator[tuple[str, int, int]]:
    """What stands where, the surest first; what is surely nothing has no kind."""
    for match in _TOKEN.finditer(text):
        yield token, *match.span()
    for match in _EMAIL.finditer(text):
        yield EMAIL, *match.span()
    for match in _OPAQUE.finditer(text):
        yield "", *match.span()
    yield from _numbers(text)
    mobiles = [match.span() for match in _MAINLAND.finditer(text)]
    yield from ((PHONE, start, end) for start, end in mobiles if text[start] != "1")
    for match in _ABROAD.finditer(text):
        if _is_phone(match[0]):
            yield PHONE, *match.span()
    yield from ((PHONE, start, end) for start, end in mobiles if text[start] == "1")


def _numbers(text: str) -> Iterator[tuple[str, int, int]]:
    """Identity and card numbers, also where other digits stand before or behind them."""
    for match in _NUMBERS.finditer(text):
        groups = [one.span() for one in _GROUP.finditer(match[0])]
        for low in range(len(groups)):
            bare = ""
            for first, last in groups[low:]:
                bare += match[0][first:last]
                if len(bare) > _CARD_DIGITS_MAX:
                    break
                kind = _number_kind(bare)
                if kind:
                    yield kind, match.start() + groups[low][0], match.start() + last


def _number_kind(bare: str) -> str:
    if is_idcard(bare):
        return IDCARD
    return BANKCARD if is_bankcard(bare) else ""


@lru_cache(_CACHED)
def _is_phone(text: str) -> bool:
    bare = "".join(one for one in text if one.isalnum() or one in "+\uff0b")
    return not isinstance(spelling(PHONE, bare), IdentifierFlaw)


def _read_plainly(text: str) -> str:
    """A text of the same length with digits in ASCII, and what an address writes as escapes."""
    plain = text if text.isascii() else _digits_in_ascii(text)
    return _ESCAPE.sub(_unescaped, plain) if "%" in plain else plain


def _unescaped(escape: "re.Match[str]") -> str:
    return chr(int(escape[1], 16)).ljust(len(escape[0]), _NOTHING)


def _digits_in_ascii(text: str) -> str:
    """The same text, each digit of another script as the one that it stands for."""
    return "".join(
        one if one < "\u0660" or (digit := unicodedata.decimal(one, None)) is None else str(digit)
        for one in text
    )


def said(text: str) -> str:
    r"""What a found text says: without escapes of an address, and what has no width.

    >>> said("138%201234\u200b5678")
    '138 12345678'
    """
    plain = text.replace("\uff20", "@").replace("\uff0b", "+")
    if plain.isascii() and "%" not in plain:
        return plain
    return _HIDDEN.sub("", _ESCAPE.sub(_unescaped, plain))


def bare_number(text: str) -> str:
    """A card's or an identity's number as it is compared: without gaps, in ASCII."""
    plain = text if text.isascii() else _digits_in_ascii(text)
    return "".join(one for one in plain if one.isalnum()).upper()
