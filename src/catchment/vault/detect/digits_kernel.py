"""Which runs of digits may be a phone's, an identity's or a card's, for the first look."""

from catchment.vault.detect.bytes_kernel import (
    BACKSLASH,
    CLASS,
    DIGIT,
    PERCENT,
    WIDE,
    WILD,
    WORTH,
    Bytes,
    Tables,
    class_of,
    code_at,
    compiled,
    escape_at,
    escaped,
)

GROUP, FRACTION = 1, 2
"""How a group of digits begins: somehow apart, or behind a point, as a fraction's do."""

RUN_MAX = 48
PHONE_DIGITS = 11
ABROAD_DIGITS_MIN = 7
CARD_DIGITS_MIN = 15
CARD_DIGITS_MAX = 19
IDCARD_DIGITS = 18

_ZERO, _POINT, _SMALL_U = ord("0"), ord("."), ord("u")
_TEN = 10
_LONG_PREFIX, _SHORT_PREFIX = 4, 2
_SECOND_MIN = 3
_PREFIX = (8, 6)
_ISSUERS = (62, 81, 34, 37, 60, 65, 35)
_ISSUER_RANGES = (40, 59, 22, 27)
_MONTH_AT, _DAY_AT, _CENTURY_AT = 10, 12, 6
_MONTHS, _DAYS, _CENTURIES = 12, 31, (18, 20)


@compiled
def is_suspect_run(  # noqa: PLR0917  (what a compiled loop works with)
    data: Bytes, first: int, last: int, tables: Tables, room: Bytes, is_json: bool,  # noqa: FBT001
) -> bool:  # fmt: skip
    """Whether the run of digits and gaps that lies here may hold something."""
    if last - first < PHONE_DIGITS:
        return False
    digits, begins = room[0], room[1]
    count, apart = 0, GROUP
    at = first
    while at < last:
        if count == RUN_MAX:
            return True
        worth, size = worth_at(data, at, last, tables, is_json)
        if worth == WILD:
            return True
        if worth >= 0:
            digits[count], begins[count] = worth, apart
            count += 1
            apart = 0
        else:
            apart = FRACTION if apart == 0 and data[at] == _POINT else GROUP
        at += size
    return holds_number(digits, begins, count)


@compiled
def worth_at(data: Bytes, at: int, end: int, tables: Tables, is_json: bool) -> tuple[int, int]:  # noqa: FBT001
    """What the digit here is worth, -1 if there is none, and how many bytes it takes."""
    kind, size = int(tables[CLASS, data[at]]), 1
    if kind == DIGIT:
        return int(data[at]) - _ZERO, 1
    if kind == WIDE:
        code, size = code_at(data, at, end)
        kind = class_of(code)
    elif kind == PERCENT:
        return -1, escape_at(data, at, end)[1]
    elif kind == BACKSLASH and is_json:
        kind, size = escaped(data, at, end, tables)
    if kind >= WORTH:
        return kind - WORTH, size
    return (WILD if kind == WILD else -1), size


@compiled
def holds_number(digits: Bytes, begins: Bytes, count: int) -> bool:
    """Whether one of the groups of digits may be where a number begins."""
    for start in range(count):
        if not begins[start]:
            continue
        if is_phone(digits, begins, start, count):
            return True
        if begins[start] == FRACTION:
            continue
        for end in range(start + 1, min(count, start + CARD_DIGITS_MAX) + 1):
            is_end = end == count or begins[end] > 0
            if is_end and end - start >= CARD_DIGITS_MIN and is_card(digits, start, end):
                return True
            if end < count and begins[end] == FRACTION:
                break
    return False


@compiled
def is_phone(digits: Bytes, begins: Bytes, first: int, count: int) -> bool:
    """Whether a mobile number of the mainland begins at this place of a run of digits."""
    start = first
    if count - start >= PHONE_DIGITS + _LONG_PREFIX and digits[start] == digits[start + 1] == 0:
        start += 2
    is_long = count - start >= PHONE_DIGITS + _SHORT_PREFIX
    if is_long and digits[start] == _PREFIX[0] and digits[start + 1] == _PREFIX[1]:
        start += 2
    elif start != first:
        return False
    if count - start > PHONE_DIGITS and digits[start] == 0:
        start += 1
    end = start + PHONE_DIGITS
    if end > count or digits[start] != 1 or digits[start + 1] < _SECOND_MIN:
        return False
    return bool(end == count or begins[end] > 0)


@compiled
def is_card(digits: Bytes, first: int, last: int) -> bool:
    """Whether these digits may be a card's number, or an identity's."""
    lead = pair(digits, first)
    low, high, other_low, other_high = _ISSUER_RANGES
    if lead in _ISSUERS or low <= lead <= high or other_low <= lead <= other_high:
        total = 0
        for place in range(last - first):
            number = int(digits[last - 1 - place]) * (1 + place % 2)
            total += number - 9 if number >= _TEN else number
        if total % _TEN == 0:
            return True
    return bool(
        last - first == IDCARD_DIGITS
        and 1 <= pair(digits, first + _MONTH_AT) <= _MONTHS
        and 1 <= pair(digits, first + _DAY_AT) <= _DAYS
        and _CENTURIES[0] <= pair(digits, first + _CENTURY_AT) <= _CENTURIES[1]
    )


@compiled
def pair(digits: Bytes, at: int) -> int:
    """The number that two digits make."""
    return int(digits[at]) * _TEN + int(digits[at + 1])
