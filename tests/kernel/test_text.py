"""What a terminal would obey is spelt out; what people wrote stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.kernel import printable


@pytest.mark.parametrize("text", ["", "订单号", "全角\u3000空格", "a b", "café", "🛒", "[/x]"])
def test_words_stay_as_they_are(text: str) -> None:
    assert printable(text) == text


def test_what_is_not_seen_is_spelt_out() -> None:
    assert printable("a\x1b[2J\r\x9b\u202eb\udcff") == r"a\x1b[2J\r\x9b\u202eb\udcff"


@given(st.text(st.characters()))
def test_nothing_that_comes_out_is_obeyed_by_a_terminal(text: str) -> None:
    told = printable(text)
    assert not any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in told)
    told.encode()
