"""Instants as senders write them: RFC 3339, a bare day, or a number since 1970.

An instant without a zone is taken as UTC. A number is read by its size as seconds, milliseconds,
microseconds or nanoseconds, since clients differ and the ranges do not overlap for this century.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from catchment.collect.errors import ItemRefused
from catchment.collect.types import ReasonCode

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_NAIVE = datetime(1970, 1, 1)  # noqa: DTZ001  (subtracted from naive instants taken as UTC)

_SECONDS_MAX = 10**11
_MILLISECONDS_MAX = 10**14
_MICROSECONDS_MAX = 10**17
_NANOSECONDS_MAX = 10**20


def us_of(instant: datetime) -> int:
    """Microseconds since 1970 of an instant that may lack a zone."""
    since = instant - (_EPOCH_NAIVE if instant.tzinfo is None else _EPOCH)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def us_of_all(instants: Sequence[datetime | None]) -> list[int | None]:
    """The same of many at once, nothing where nothing was told."""
    try:
        # Nearly always all are told and have a zone; then nothing else needs to be asked.
        return [
            ((since := instant - _EPOCH).days * 86_400 + since.seconds) * 1_000_000  # type: ignore[operator]
            + since.microseconds
            for instant in instants
        ]
    except TypeError:
        return [None if instant is None else us_of(instant) for instant in instants]


def us_of_number(value: float, pointer: str) -> int:
    """Microseconds since 1970 of a number in whichever unit its size tells.

    Raises:
        ItemRefused: it fits no unit.
    """
    size = abs(value)
    if size < _SECONDS_MAX:
        return round(value * 1_000_000)
    if size < _MILLISECONDS_MAX:
        return round(value * 1_000)
    if size < _MICROSECONDS_MAX:
        return round(value)
    if size < _NANOSECONDS_MAX:
        return round(value / 1_000)
    raise ItemRefused(ReasonCode.INVALID_TIMESTAMP, f"{value} is no instant", pointer)


def us_of_anything(value: object, pointer: str) -> int | None:
    """Microseconds since 1970 of whatever stands where an instant should.

    Raises:
        ItemRefused: it cannot be read as an instant.
    """
    if value is None or value == "":
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return us_of_number(value, pointer)
    if isinstance(value, str):
        text = value.strip()
        try:
            return us_of(datetime.fromisoformat(text))
        except (ValueError, OverflowError):
            pass
        if text.lstrip("-").isdecimal() and text.isascii() and len(text) <= 20:  # noqa: PLR2004
            return us_of_number(int(text), pointer)
    raise ItemRefused(
        ReasonCode.INVALID_TIMESTAMP,
        f"{str(value)[:64]!r} is no instant; write 2026-01-31T08:00:00.000Z",
        pointer,
    )
