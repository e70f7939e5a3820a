"""Instants are aware and exact; lengths of time have a unit."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.kernel import (
    SpanMalformed,
    instant_from_us,
    read_span,
    us_from_instant,
    write_span,
)


@given(us=st.integers(-(10**15), 10**15))
def test_microseconds_survive_the_way_to_an_instant_and_back(us: int) -> None:
    assert us_from_instant(instant_from_us(us)) == us


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        us_from_instant(datetime(2026, 1, 1))  # noqa: DTZ001  (the point)
    assert us_from_instant(datetime(1970, 1, 1, tzinfo=UTC)) == 0


@pytest.mark.parametrize(
    ("text", "span"),
    [("7d", timedelta(days=7)), (" 36h ", timedelta(hours=36)), ("2w", timedelta(weeks=2))],
)
def test_lengths_of_time_have_a_unit(text: str, span: timedelta) -> None:
    assert read_span(text) == span


@pytest.mark.parametrize("text", ["7", "d", "-1d", "1.5h", "7 moons", ""])
def test_what_is_no_length_of_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(SpanMalformed, match="7d"):
        read_span(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("7d", "7 days"),
        ("24h", "1 day"),
        ("90m", "90 minutes"),
        ("1s", "1 second"),
        ("2w", "2 weeks"),
    ],
)
def test_lengths_of_time_are_written_in_their_largest_whole_unit(text: str, words: str) -> None:
    assert write_span(read_span(text)) == words
