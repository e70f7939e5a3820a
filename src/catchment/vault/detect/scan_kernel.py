r"""The first look at what was sent, compiled: which texts may hold personal data at all.

One pass over the bytes of a column. It may suspect too many, for a suspect is looked at again in
peace; it may miss none. What it looks for: names of fields that are declared, an `@` inside of a
word, digits that could be a phone's, an identity's or a card's, whatever stands between them, and
anything that says so in disguise, as `\u0031` for a digit.
"""

import numpy as np
import numpy.typing as npt

from catchment.vault.detect.bytes_kernel import (
    AT,
    BACKSLASH,
    CLASS,
    COLON,
    DIGIT,
    GAP,
    ORDINARY,
    PERCENT,
    PLAIN,
    PLUS,
    QUOTE,
    SUSPECT,
    WIDE,
    WILD,
    Bytes,
    Tables,
    class_of,
    code_at,
    compiled,
    escape_at,
    escaped,
    inlined,
)
from catchment.vault.detect.digits_kernel import (
    ABROAD_DIGITS_MIN,
    IDCARD_DIGITS,
    is_suspect_run,
)
from catchment.vault.detect.names_kernel import (
    Hashes,
    is_after_name_mark,
    is_known,
    name_end,
    plain_end,
    says_something,
)

LENGTH_MIN = 6
"""No address is shorter, nor anything else that is looked for."""

GAPS_MAX = 2
MARK_LENGTH = 3
"""Of `pii`, before the colon."""

PLUS_REACH = 12
"""A plus sign and a gap, as escapes at the longest, stand so close before the first digit."""

_SPACE, _QUOTE, _SMALL_X, _SMALL_I, _SMALL_P = map(ord, ' "xip')
_SLASH, _CASE = ord("/"), 0x20


@compiled
def scan(  # noqa: PLR0917  (what a compiled loop works with)
    data: Bytes,
    offsets: npt.NDArray[np.int32],
    names: Hashes,
    tables: Tables,
    room: Bytes,
    verdicts: npt.NDArray[np.bool_],
) -> None:
    """Says of each text whether it is to be looked at closely.

    Args:
        data: all texts, end to end.
        offsets: where each begins, and where the last one ends.
        names: hashes of declared names, a power of two long; of one place: these are no JSON.
        tables: `TABLES`.
        room: to lay digits out in, two rows of `RUN_MAX`.
        verdicts: takes the answers.
    """
    for row in range(len(offsets) - 1):
        begin, end = offsets[row], offsets[row + 1]
        if end - begin >= LENGTH_MIN:
            verdicts[row] = is_suspect(data, begin, end, names, tables, room)


@inlined
def is_suspect(  # noqa: C901, PLR0911, PLR0912, PLR0917  (one loop over bytes)
    data: Bytes, begin: int, end: int, names: Hashes, tables: Tables, room: Bytes
) -> bool:
    """Whether one text is to be looked at closely."""
    is_json = len(names) > 1
    at, run_at, plus_at = begin, begin, begin - PLUS_REACH - 1
    count, gaps, in_text = 0, 0, False
    while at < end:
        if count == 0 and is_json:
            while at < end and tables[PLAIN, data[at]]:
                at += 1
            if at >= end:
                return False
        sign = data[at]
        kind = int(tables[CLASS, sign])
        if kind <= DIGIT:
            # Asked in this order, for letters and digits alternate more than runs are long.
            if count >= ABROAD_DIGITS_MIN and kind == ORDINARY:
                if run_at - plus_at <= PLUS_REACH or is_suspect_run(
                    data, run_at, at, tables, room, is_json
                ):
                    return True
                # An identity number may end in X.
                if count >= IDCARD_DIGITS - 1 and sign | _CASE == _SMALL_X:
                    return True
            count = (count + 1) * kind
            run_at = at if count == 1 else run_at
            gaps = 0
            at += 1
            continue
        size = 1
        if kind == QUOTE:
            kind, in_text = ORDINARY, is_json and not in_text
            if in_text and is_after_name_mark(data, at, begin):
                last, state, is_plain = plain_end(data, at + 1, end, tables)
                if not is_plain:
                    last, state, is_plain = name_end(data, at + 1, end, tables)
                if is_known(names, state) and says_something(data, last + 1, end):
                    return True
                if is_plain:
                    in_text = False
                    size = last - at + 1
        elif kind == COLON:
            if at - begin >= MARK_LENGTH and ends_mark(data, at):
                return True
            kind = ORDINARY
        elif kind != GAP:
            kind, size = meaning(data, at, (begin, end), tables, is_json)
            if kind == SUSPECT:
                return True
        if kind >= WILD:
            # A digit of another script; which, is asked when the run is looked at.
            count += 1
            run_at = at if count == 1 else run_at
            gaps = 0
        else:
            gaps += 1
            if kind == PLUS:
                # It begins a number, or a form wrote it for a space within one.
                plus_at, kind = at, GAP
            if kind != GAP or gaps > GAPS_MAX:
                if count >= ABROAD_DIGITS_MIN and (
                    run_at - plus_at <= PLUS_REACH
                    or is_suspect_run(data, run_at, at, tables, room, is_json)
                ):
                    return True
                count, gaps = 0, 0
        at += size
    return count >= ABROAD_DIGITS_MIN and (
        run_at - plus_at <= PLUS_REACH or is_suspect_run(data, run_at, end, tables, room, is_json)
    )


@compiled
def meaning(
    data: Bytes,
    at: int,
    ends: tuple[int, int],
    tables: Tables,
    is_json: bool,  # noqa: FBT001
) -> tuple[int, int]:
    """What a byte that is neither letter nor digit means where it stands, and how far it goes."""
    begin, end = ends
    kind, size = int(tables[CLASS, data[at]]), 1
    if kind == WIDE:
        code, size = code_at(data, at, end)
        kind = class_of(code)
    elif kind == BACKSLASH:
        kind, size = escaped(data, at, end, tables) if is_json else (ORDINARY, 1)
    elif kind == PERCENT:
        code, size = escape_at(data, at, end)
        kind = int(tables[CLASS, code]) if code > 0 else ORDINARY
        if kind not in (AT, GAP, PLUS):
            kind = ORDINARY
    if kind == AT and (size > 1 or is_in_word(data, at, begin, end)):
        kind = SUSPECT
    return kind, size


@inlined
def ends_mark(data: Bytes, at: int) -> bool:
    """Whether the colon here ends the mark of a token."""
    return bool(data[at - 1] == _SMALL_I and data[at - 2] == _SMALL_I and data[at - 3] == _SMALL_P)


@compiled
def is_in_word(data: Bytes, at: int, begin: int, end: int) -> bool:
    """Whether an `@` stands between what may be a name and a domain."""
    if at <= begin or at + 1 >= end:
        return False
    before, after = data[at - 1], data[at + 1]
    return bool(before > _SPACE and before != _QUOTE and (after > _SLASH and after != ord(":")))
