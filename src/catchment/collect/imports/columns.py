"""Columns of text into columns of instants and money, a page at a time.

Everything is done on whole Arrow columns. Where a column has a cell that the quick way refuses,
that page's column is read again cell by cell, so that one odd cell costs time, not its neighbours.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

import pyarrow as pa
import pyarrow.compute as pc

INSTANT = pa.timestamp("us", tz="UTC")
_NAIVE = pa.timestamp("us")
_EPOCHS = {"epoch_s": 1_000_000, "epoch_ms": 1_000, "epoch_us": 1}
_EPOCH_BY_LENGTH = {10: 1_000_000, 13: 1_000, 16: 1}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_MIN, _YEAR_MAX = 1900, 2200
_MINOR_DIGITS_MAX = 17

_ISO = r"^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?)?$"
_ISO_ZONED = r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)? ?(Z|[+-]\d\d:?\d\d)$"
_LOOSE = re.compile(
    r"^\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[ T]*(\d{1,2})[:时点](\d{1,2})分?(?::?(\d{1,2})秒?)?(?:[.,](\d{1,9}))?)?"
    r"\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?\s*$"
)
_NUMBER = r"^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$"
_COMPACT = re.compile(r"^(\d{4})(\d\d)(\d\d)(?:[ T]?(\d\d)(\d\d)(\d\d)())?(Z)?$", re.ASCII)
_AMOUNT_NOISE = r"[\s,¥￥$€£元]|^(CNY|RMB|USD|GBP|EUR)"


def parse_times(cells: pa.Array, pattern: str, zone: str) -> pa.Array:
    """Instants out of text; a cell that is none gives null.

    Args:
        cells: text.
        pattern: `auto`, `epoch_s`, `epoch_ms`, `epoch_us`, or a pattern of strptime.
        zone: the IANA zone of cells that do not name one.
    """
    if pattern in _EPOCHS:
        return _epochs(cells, _EPOCHS[pattern])
    if pattern == "auto":
        return _auto(cells, zone)
    if "%f" in pattern or "%z" in pattern:
        return _cell_by_cell(cells, lambda cell: _by_pattern(cell, pattern), zone)
    naive = pc.strptime(cells, format=pattern, unit="us", error_is_null=True)
    return _in_zone(naive, zone)


def _auto(cells: pa.Array, zone: str) -> pa.Array:
    try:
        if _all_match(cells, _ISO):
            return _in_zone(cells.cast(_NAIVE), zone)
        spelt = pc.replace_substring_regex(cells, r" ?(Z|UTC|GMT)$", "Z")
        if _all_match(spelt, _ISO_ZONED):
            return spelt.cast(INSTANT)
    except pa.ArrowInvalid:
        # a cell such as 2024-02-30 looks like a day and is none
        pass
    return _cell_by_cell(cells, _loose_time, zone)


def _all_match(cells: pa.Array, pattern: str) -> bool:
    return pc.all(pc.match_substring_regex(cells, pattern), min_count=0).as_py() is not False


def _in_zone(naive: pa.Array, zone: str) -> pa.Array:
    aware = pc.assume_timezone(naive, zone, ambiguous="earliest", nonexistent="earliest")
    return aware.cast(INSTANT)


def _epochs(cells: pa.Array, us_each: int) -> pa.Array:
    is_number = pc.match_substring_regex(cells, r"^\d{1,16}(\.0*)?$")
    whole = pc.replace_substring_regex(pc.if_else(is_number, cells, None), r"\..*$", "")
    us = pc.multiply(whole.cast(pa.int64()), us_each)
    limit = _us(datetime(_YEAR_MAX, 1, 1, tzinfo=UTC))
    return pc.if_else(pc.less(us, limit), us, None).cast(INSTANT)


def _us(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(microseconds=1)


def _cell_by_cell(cells: pa.Array, read: Callable[[str], datetime | None], zone: str) -> pa.Array:
    naive: list[datetime | None] = []
    aware: list[datetime | None] = []
    for cell in cells.to_pylist():
        instant = None if cell is None else read(cell)
        is_aware = instant is not None and instant.tzinfo is not None
        naive.append(None if is_aware else instant)
        aware.append(instant if is_aware else None)
    return pc.coalesce(pa.array(aware, INSTANT), _in_zone(pa.array(naive, _NAIVE), zone))


def _by_pattern(cell: str, pattern: str) -> datetime | None:
    try:
        return datetime.strptime(cell, pattern)  # noqa: DTZ007  (the zone is put on after)
    except ValueError:
        return None


def _loose_time(cell: str) -> datetime | None:
    text = cell.strip()
    if text.isascii() and text.isdigit() and len(text) in _EPOCH_BY_LENGTH:
        return _EPOCH + timedelta(microseconds=int(text) * _EPOCH_BY_LENGTH[len(text)])
    found = _LOOSE.match(text) or _COMPACT.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    fraction, zone = found.group(7), found.group(8)
    micro = int((fraction or "0").ljust(6, "0")[:6])
    if not _YEAR_MIN <= year < _YEAR_MAX:
        return None
    try:
        naive = datetime(year, month, day, hour, minute, second, micro)  # noqa: DTZ001  (the same)
    except ValueError:
        return None
    return naive if zone is None else naive.replace(tzinfo=UTC) - _offset(zone)


def _offset(zone: str) -> timedelta:
    if zone[0] not in "+-":
        return timedelta()
    digits = zone[1:].replace(":", "")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return ahead if zone[0] == "+" else -ahead


def parse_decimals(cells: pa.Array) -> pa.Array:
    """Exact decimals out of text such as `¥1,234.50`; a cell that is none gives null."""
    try:
        return cells.cast(pa.decimal128(18, 6))
    except pa.ArrowInvalid:
        pass
    clean = pc.replace_substring_regex(cells, _AMOUNT_NOISE, "")
    is_number = pc.match_substring_regex(clean, r"^[+-]?\d{1,12}(\.\d{0,6}0*)?$")
    clean = pc.replace_substring_regex(pc.if_else(is_number, clean, None), r"^\+", "")
    clean = pc.replace_substring_regex(clean, r"(\.\d{6})0+$", r"\1")
    return pc.replace_substring_regex(clean, r"\.$", "").cast(pa.decimal128(18, 6))


def to_minor(amounts: pa.Array, exponent: int) -> pa.Array:
    """Whole minor units of amounts in major ones, half to even."""
    rounded = pc.round(amounts, ndigits=exponent, round_mode="half_to_even")
    scale = pa.scalar(Decimal(10**exponent), pa.decimal128(4, 0))
    try:
        # 30 digits, so that the product's fit into Arrow's 38
        return pc.multiply(rounded.cast(pa.decimal128(30, exponent)), scale).cast(pa.int64())
    except pa.ArrowInvalid:
        return pa.array([_minor(each, exponent) for each in amounts.to_pylist()], pa.int64())


def _minor(amount: Decimal | None, exponent: int) -> int | None:
    if amount is None:
        return None
    try:
        whole = amount.scaleb(exponent).to_integral_value(rounding=ROUND_HALF_EVEN)
    except InvalidOperation:
        return None
    return int(whole) if whole.adjusted() <= _MINOR_DIGITS_MAX else None


def trim(cells: pa.Array) -> pa.Array:
    """The cells without white space around them; one that is only white space gives null."""
    text = pc.utf8_trim_whitespace(cells)
    return pc.if_else(pc.equal(text, ""), None, text)
