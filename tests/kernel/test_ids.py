"""Ids sort by time, say what they name, and follow RFC 9562."""

from datetime import UTC, datetime

from catchment.kernel import IdMaker, instant_from_us, us_from_instant


class SteppingClock:
    """Moves one millisecond at each look."""

    def __init__(self) -> None:
        self.us = us_from_instant(datetime(2026, 1, 1, tzinfo=UTC))

    def now_us(self) -> int:
        self.us += 1_000
        return self.us

    def now(self) -> datetime:
        return instant_from_us(self.now_us())


def test_later_ids_sort_after_earlier_ones_whatever_the_dice_say() -> None:
    faces = iter([b"\xff" * 10, b"\x00" * 10, b"\x80" * 10])
    ids = IdMaker(SteppingClock(), lambda _count: next(faces))
    made = [ids.make("evt") for _ in range(3)]
    assert made == sorted(made)
    assert all(one.startswith("evt_") and len(one) == 30 for one in made)


def test_the_body_is_a_uuid_version_7() -> None:
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    body = IdMaker(SteppingClock()).make("x").removeprefix("x_")
    value = 0
    for letter in body:
        value = value * 32 + alphabet.index(letter)
    assert value >> 76 & 0xF == 7
    assert value >> 62 & 0x3 == 2
