"""Numbers beyond what a float holds: `1e999`, or an integer of four hundred digits.

JSON allows them, and every reader makes something else of one: null, infinity, an error. So an
event that holds one in what we keep of it is refused, with the place. What is longer than 64 bits
and still within a float's reach stays as it was written, digit for digit; where a question reckons
with it, it is the nearest float.

Nearly no body holds such a number, and to read each for its sake would cost as much as landing it.
So one glance over all that is kept looks for what every such number has, an exponent of three
digits or two hundred digits in a row, and only then is each event read.
"""

import json
import math
import re
from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from catchment.collect.errors import ItemRefused
from catchment.collect.formats.bodies import is_deep, refused
from catchment.collect.types import Decoded, ReasonCode, Reject
from catchment.events import Event

_DETAIL = "a number here is beyond what a float holds (about 1.8e308)"

_DIGITS_MIN = 200
"""Below it an exponent of two digits cannot carry a number past 1.8e308."""

_STRIDE = 50
"""Whoever looks at every so manyth byte meets a run of `_DIGITS_MIN` four times."""

_SHORT_BYTES = 4_096
"""Up to here a search for bytes is faster than setting up the columns."""

_TAIL = re.compile(rb"[0-9][eE]\+?[0-9]{3,}[\s,}\]]")
_LONG = b"0" * _DIGITS_MIN
_LONGISH = b"0" * 20
_ALIKE = bytes(
    ord("0") if ord("0") <= byte <= ord("9") else ord("e") if byte == ord("E") else byte
    for byte in range(256)
)
_ZERO, _CASE, _E = ord("0"), 0x20, ord("e")


class _Members(list[tuple[str, object]]):
    """An object's members, each as often as it was written."""


def may_overflow(told: bytes | memoryview) -> bool:
    """Whether some number in this JSON may be beyond a float; false nearly always, and soon."""
    if len(told) <= _SHORT_BYTES:
        alike = bytes(told).translate(_ALIKE)
        if _LONGISH in alike and _LONG in alike:
            return True
        return b"0e" in alike and _TAIL.search(told) is not None
    read = np.frombuffer(told, np.uint8)
    digits = (read - _ZERO) < 10  # noqa: PLR2004  (a byte before "0" wraps to a large one)
    # A digit, an `e`, a digit or a plus, and two digits more.
    marks = ((read | _CASE) == _E)[1:-3]
    marks &= digits[:-4]
    marks &= digits[3:-1]
    marks &= digits[4:]
    if marks.any() and any(_TAIL.match(told, at) for at in np.flatnonzero(marks).tolist()):
        return True
    met = digits[::_STRIDE]
    runs = met[:-3] & met[1:-2] & met[2:-1] & met[3:]
    return bool(runs.any()) and _LONG in bytes(told).translate(_ALIKE)


def without_overflow(
    decoded: Decoded, items: Sequence[bytes | msgspec.Raw], *, traits: str = "/traits"
) -> Decoded:
    """What was decoded, with the events that hold such a number among the rejects.

    Args:
        decoded: events and rejects of these items.
        items: as they came.
        traits: where in an item its traits stand.
    """
    events = decoded.events
    if not may_overflow(b",".join([told for one in events for told in _kept(one)])):
        return decoded
    known = {reject.index for reject in decoded.rejects}
    places = (index for index in range(len(items)) if index not in known)
    fit: list[Event] = []
    unfit: list[Reject] = []
    for index, event in zip(places, events, strict=True):
        try:
            check_numbers(event, traits=traits)
        except ItemRefused as why:
            unfit.append(refused(index, items[index], why))
        else:
            fit.append(event)
    rejects = sorted([*decoded.rejects, *unfit], key=lambda reject: reject.index)
    return Decoded(fit, rejects)


def check_numbers(event: Event, *, traits: str = "/traits") -> None:
    """Looks at each number in what is kept of an event.

    Raises:
        ItemRefused: one is beyond what a float holds, and the pointer names it; or it stands too
            deep to be looked at.
    """
    for told, pointer in zip(_kept(event), ("/properties", traits, "/context"), strict=True):
        if not may_overflow(told):
            continue
        if is_deep(told):  # where no format has looked yet, and deeper than can be walked
            raise ItemRefused(ReasonCode.NESTED_TOO_DEEP, "nested too deep", pointer)
        for place in _overflows(_read(told)):
            raise ItemRefused(ReasonCode.INVALID_PROPERTIES, _DETAIL, pointer + place)


def _kept(event: Event) -> tuple[bytes, bytes, bytes]:
    return event.properties, event.traits, event.context


def _read(told: bytes) -> object:
    return json.loads(told, strict=False, parse_int=float, object_pairs_hook=_Members)


def _overflows(value: object) -> Iterator[str]:
    """The pointers of the numbers that became infinite."""
    if isinstance(value, float):
        if math.isinf(value):
            yield ""
    elif isinstance(value, _Members):
        for key, member in value:
            for place in _overflows(member):
                escaped = key.replace("~", "~0").replace("/", "~1")
                yield f"/{escaped}{place}"
    elif isinstance(value, list):
        for index, member in enumerate(value):
            for place in _overflows(member):
                yield f"/{index}{place}"
