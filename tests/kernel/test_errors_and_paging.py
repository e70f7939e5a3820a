"""Errors speak their docstring; cursors lead on and refuse forgeries."""

import pytest

from catchment.kernel import BrokenCursor, Invalid, decode_cursor, encode_cursor


class WindowTooLong(Invalid):
    """A funnel's window is at most 366 days.

    More would make every person match everything.
    """


def test_the_docstring_is_the_message_and_the_name_is_the_code() -> None:
    error = WindowTooLong()
    assert str(error) == "A funnel's window is at most 366 days."
    assert error.code == "window_too_long"
    assert WindowTooLong("400 days", days=400).details == {"days": 400}


def test_a_cursor_brings_back_its_key() -> None:
    assert decode_cursor(encode_cursor(17, "evt_是")) == (17, "evt_是")


@pytest.mark.parametrize("cursor", ["!!!", "e30", "bnVsbA", "W251bGxd", "é"])
def test_a_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    with pytest.raises(BrokenCursor):
        decode_cursor(cursor)
