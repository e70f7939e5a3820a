"""What bytes of text mean, for compiled loops: classes of characters, UTF-8 and its escapes."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit

Loop = TypeVar("Loop", bound=Callable[..., Any])
Bytes = npt.NDArray[np.uint8]
Tables = npt.NDArray[np.uint8]

ORDINARY, DIGIT, GAP, QUOTE, BACKSLASH, AT, PERCENT, COLON, PLUS, WIDE = range(10)
"""What a byte or a character may be."""

WILD = 10
"""A digit of another script; which, is for others to say."""

SUSPECT = 99
"""What is reason enough by itself to look closely."""

WORTH = 16
"""A full-width digit is this and what it is worth."""


def _classes() -> Bytes:
    classes = np.full(256, ORDINARY, np.uint8)
    classes[ord("0") : ord("9") + 1] = DIGIT
    for sign in " \t.-_/()":
        classes[ord(sign)] = GAP
    for sign, kind in (
        ('"', QUOTE), ("\\", BACKSLASH), ("@", AT), ("%", PERCENT), (":", COLON), ("+", PLUS),
    ):  # fmt: skip
        classes[ord(sign)] = kind
    classes[0x80:] = WIDE
    return classes


def _folded() -> Bytes:
    """What a byte of a field's name counts for: small letters and digits for themselves."""
    folded = np.zeros(256, np.uint8)
    for code in (*range(ord("a"), ord("z") + 1), *range(ord("0"), ord("9") + 1)):
        folded[code] = code
    for code in range(ord("A"), ord("Z") + 1):
        folded[code] = code + 32
    return folded


CLASS, FOLD, NAME, DISGUISE, PLAIN = range(5)
"""Rows of `TABLES`: a byte's class, what it counts for in a name, whether it is nothing but a
name's, whether nobody has a reason to write it as an escape, and whether it means nothing but
between digits."""


def _tables() -> Tables:
    tables = np.zeros((5, 256), np.uint8)
    tables[CLASS], tables[FOLD] = _classes(), _folded()
    tables[NAME] = tables[FOLD] > ord("9")
    tables[NAME, [ord(sign) for sign in "_-$ "]] = 1
    tables[DISGUISE] = tables[FOLD] > 0
    tables[DISGUISE, [ord(sign) for sign in " %()+-./:@_"]] = 1
    tables[PLAIN] = (tables[CLASS] == ORDINARY) | (tables[CLASS] == GAP)
    return tables


TABLES = _tables()
"""Handed to every loop: what is built into one is copied at each call."""


def inlined(part: Loop) -> Loop:
    """Makes a small part of loops a part of each: a call would cost more than what it does."""
    made: Any = njit(inline="always")(part)
    return cast("Loop", made)


def compiled(loop: Loop) -> Loop:
    """Compiles a loop, and keeps what is compiled beside the file where that can be.

    No loop makes an array, so none counts who holds one: counting would take half the time.
    """
    compiler: Any = njit
    try:
        made = compiler(cache=True, nogil=True, _nrt=False)(loop)
    except RuntimeError:
        made = compiler(nogil=True, _nrt=False)(loop)
    return cast("Loop", made)


_ZERO, _NINE, _SMALL_A, _SMALL_F, _CASE = ord("0"), ord("9"), ord("a"), ord("f"), 0x20
_LOW, _LEAD_THREE, _LEAD_FOUR = 0x3F, 0xE0, 0xF0
_FULL_ZERO, _FULL_NINE, _FULL_PLUS, _FULL_AT = 0xFF10, 0xFF19, 0xFF0B, 0xFF20
_GAPS = (0xA0, 0xAD, 0xB7, 0x3000, 0x30FC, 0xFEFF, 0xFF0D, 0xFF08, 0xFF09)
_SPACE_FIRST, _DASH_LAST = 0x2000, 0x2015
_TURN_FIRST, _TURN_LAST = 0x202A, 0x202F
_JOINER_FIRST, _JOINER_LAST = 0x205F, 0x2064
"""What is blank or has no width: nobody sees whether it stands between two digits."""

_SCRIPTS = (0x660, 0x2000, 0xA600, 0xAC00)
"""Scripts that have digits of their own lie between the first two and the last two."""

_BEYOND, _SIGNS, _SIGNS_END = 0x10000, 0x1F000, 0x1FBF0
"""What lies beyond two bytes, and the pictures there, which are no digits."""

_HIGH, _LOW_HALF, _HALVES_END = 0xD800, 0xDC00, 0xE000
_ESCAPE = 6
_SPACE, _TWO, _FIVE, _AT = map(ord, " 25@")
_BRACKETS = tuple(map(ord, "[]_{}"))
_NO_NIBBLE = -1_000
_BACK, _SLASH, _SMALL_T, _SMALL_U, _ASCII_END = ord("\\"), ord("/"), ord("t"), ord("u"), 0x80


@compiled
def hex_at(data: Bytes, at: int, end: int) -> int:
    """The number that four hexadecimal digits make; -1 if they are none."""
    if at + 4 > end:
        return -1
    number = 0
    for place in range(at, at + 4):
        sign = data[place]
        small = sign | _CASE
        if _ZERO <= sign <= _NINE:
            number = number * 16 + sign - _ZERO
        elif _SMALL_A <= small <= _SMALL_F:
            number = number * 16 + small - _SMALL_A + 10
        else:
            return -1
    return number


@compiled
def is_script(code: int) -> bool:
    """Whether a character is of a script that has digits of its own."""
    is_near = _SCRIPTS[0] <= code < _SCRIPTS[1] or _SCRIPTS[2] <= code < _SCRIPTS[3]
    return is_near or (code >= _BEYOND and not _SIGNS <= code < _SIGNS_END)


@compiled
def is_unseen(code: int) -> bool:
    """Whether a character is a space of some width, of none, or a dash."""
    return (
        _SPACE_FIRST <= code <= _DASH_LAST
        or _TURN_FIRST <= code <= _TURN_LAST
        or _JOINER_FIRST <= code <= _JOINER_LAST
    )


@compiled
def class_of(code: int) -> int:
    """What a character beyond ASCII is: a digit's worth from `WORTH` on, `WILD`, or a class."""
    kind = ORDINARY
    if _FULL_ZERO <= code <= _FULL_NINE:
        kind = WORTH + code - _FULL_ZERO
    elif code in _GAPS or is_unseen(code):
        kind = GAP
    elif code == _FULL_PLUS:
        kind = PLUS
    elif code == _FULL_AT:
        kind = AT
    elif is_script(code):
        kind = WILD
    return kind


@compiled
def code_at(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """The character whose UTF-8 begins here, and how many bytes it takes."""
    lead = int(data[at])
    size = 2 if lead < _LEAD_THREE else 3 if lead < _LEAD_FOUR else 4
    if at + size > end:
        return 0, 1
    code = lead & (0x7F >> size)
    for place in range(at + 1, at + size):
        code = code << 6 | (int(data[place]) & _LOW)
    return code, size


@compiled
def escape_at(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """The sign of ASCII that an address writes as an escape here, and how long that is; -1 if none.

    An escape may be escaped itself, as `%2520`. Letters and digits are never written so.
    """
    for behind in (at + 3, at + 1):
        if behind + 2 > end or (
            behind > at + 1 and (data[at + 1] != _TWO or data[at + 2] != _FIVE)
        ):
            continue
        code = nibble(data[behind]) * 16 + nibble(data[behind + 1])
        if _is_sign(code):
            return code, behind + 2 - at
    return -1, 1


@compiled
def nibble(sign: int) -> int:
    """What a hexadecimal digit is worth; much less than nothing if it is none."""
    small = sign | _CASE
    if _ZERO <= sign <= _NINE:
        return int(sign) - _ZERO
    return int(small) - _SMALL_A + 10 if _SMALL_A <= small <= _SMALL_F else _NO_NIBBLE


@compiled
def _is_sign(code: int) -> bool:
    return _SPACE <= code < _ZERO or _NINE < code <= _AT or code in _BRACKETS


@compiled
def escaped_code(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """The character that is written as an escape, a pair of halves too, and how long that is."""
    code, size = hex_at(data, at + 2, end), _ESCAPE
    low = at + _ESCAPE
    if _HIGH <= code < _LOW_HALF and low + 1 < end and data[low] == _BACK:
        other = hex_at(data, low + 2, end) if data[low + 1] == _SMALL_U else -1
        if _LOW_HALF <= other < _HALVES_END:
            code, size = _BEYOND + (code - _HIGH << 10) + other - _LOW_HALF, 2 * _ESCAPE
    return code, size


@compiled
def escaped(data: Bytes, at: int, end: int, tables: Tables) -> tuple[int, int]:
    """What an escape in JSON means, and how long it is."""
    if at + 1 >= end:
        return ORDINARY, 1
    after = data[at + 1]
    if after in (_SLASH, _SMALL_T):
        return GAP, 2
    if after != _SMALL_U:
        return ORDINARY, 2
    code, size = escaped_code(data, at, end)
    if code >= _ASCII_END:
        kind = class_of(code)
        return (SUSPECT if kind == AT else kind), size
    # Nobody has a reason to write a letter of ASCII like this.
    return (SUSPECT if code >= 0 and tables[DISGUISE, code] else ORDINARY), size
