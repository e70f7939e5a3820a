"""Names of fields, for the first look: hashed as they are read, looked up in a table."""

import numpy as np
import numpy.typing as npt

from catchment.vault.detect.bytes_kernel import (
    FOLD,
    NAME,
    Bytes,
    Tables,
    code_at,
    compiled,
    hex_at,
    inlined,
)

Hashes = npt.NDArray[np.uint64]

HASH_START = np.uint64(0xCBF29CE484222325)
HASH_TURN = np.uint64(7)
HASH_BACK = np.uint64(57)
LETTERS_FIRST, LETTERS_END = 0x3041, 0xA000
"""Beyond ASCII, the letters of East Asia count in a name, and nothing else does."""

ASCII_END = 0x80
_QUOTE, _BACKSLASH, _SMALL_U, _SMALL_N = map(ord, '"\\un')
_SPACE, _BRACE, _COMMA = map(ord, " {,")


@inlined
def mixed(state: np.uint64, sign: int) -> np.uint64:
    """The hash of a name with one byte more."""
    return np.uint64((state << HASH_TURN | state >> HASH_BACK) ^ np.uint64(sign))


@compiled
def with_letter(state: np.uint64, code: int, tables: Tables) -> np.uint64:
    """The hash of a name with one character more, as its UTF-8."""
    if code < ASCII_END:
        return mixed(state, tables[FOLD, code]) if code >= 0 and tables[FOLD, code] else state
    if not LETTERS_FIRST <= code < LETTERS_END:
        return state
    state = mixed(state, 0xE0 | code >> 12)
    state = mixed(state, 0x80 | (code >> 6 & 0x3F))
    return mixed(state, 0x80 | (code & 0x3F))


@inlined
def plain_end(data: Bytes, at: int, end: int, tables: Tables) -> tuple[int, np.uint64, bool]:
    """What `name_end` says of a name that is plain, as nearly all are, at a third of its price."""
    state = HASH_START
    while at < end and tables[NAME, data[at]]:
        letter = tables[FOLD, data[at]]
        state = mixed(state, letter) if letter else state
        at += 1
    return at, state, at < end and data[at] == _QUOTE


@compiled
def name_end(data: Bytes, at: int, end: int, tables: Tables) -> tuple[int, np.uint64, bool]:
    """Where the text ends that begins here, its hash as a name, and whether it is plain."""
    state, is_plain = HASH_START, True
    while at < end and data[at] != _QUOTE:
        sign = data[at]
        if sign == _BACKSLASH:
            is_plain = False
            code, size = -1, 2
            if at + 1 < end and data[at + 1] == _SMALL_U:
                code, size = hex_at(data, at + 2, end), 6
            state = with_letter(state, code, tables)
            at += size
        elif sign < ASCII_END:
            if tables[FOLD, sign]:
                state = mixed(state, tables[FOLD, sign])
            is_plain &= tables[NAME, sign] > 0
            at += 1
        else:
            is_plain = False
            code, size = code_at(data, at, end)
            state = with_letter(state, code, tables)
            at += size
    return at, state, is_plain


@inlined
def is_known(names: Hashes, state: np.uint64) -> bool:
    """Whether a name's hash is in the table."""
    mask = np.uint64(len(names) - 1)
    place = state & mask
    while names[place] != 0:
        if names[place] == state:
            return True
        place = (place + np.uint64(1)) & mask
    return False


@inlined
def says_something(data: Bytes, at: int, end: int) -> bool:
    """Whether a value follows the name that ended before here, other than null or empty text."""
    while at < end and (data[at] <= _SPACE or data[at] == ord(":")):
        at += 1
    if at >= end or data[at] == _SMALL_N:
        return False
    return not (data[at] == _QUOTE and at + 1 < end and data[at + 1] == _QUOTE)


@inlined
def is_after_name_mark(data: Bytes, at: int, begin: int) -> bool:
    """Whether the text that begins here may be a member's name."""
    back = at - 1
    while back >= begin and data[back] <= _SPACE:
        back -= 1
    return bool(back >= begin and (data[back] == _BRACE or data[back] == _COMMA))
