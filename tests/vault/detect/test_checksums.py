"""Check digits, against the public formulas written another way."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.vault.detect.checksums import is_bankcard, is_idcard, is_luhn

DIGITS = st.text("0123456789", min_size=17, max_size=17)
DOUBLED = "0246813579"
"""What a doubled digit counts for in Luhn's sum."""


def iso_7064_check(body: str) -> str:
    """GB 11643's check character by the recurrence of ISO 7064, MOD 11-2."""
    state = 0
    for digit in body:
        state = (state + int(digit)) * 2 % 11
    return "0123456789X"[(12 - state) % 11]


def luhn_check(body: str) -> str:
    """ISO/IEC 7812's check digit by tables: every second digit from the right is doubled."""
    total = sum(int(one) for one in body[-2::-2]) + sum(
        int(DOUBLED[int(one)]) for one in body[-1::-2]
    )
    return str(-total % 10)


@given(
    region=st.sampled_from(["110105", "440305", "310115", "650102", "810000"]),
    born=st.dates(min_value=date(1900, 1, 1)),
    order=st.integers(0, 999),
)
def test_every_identity_number_has_one_check_character(region: str, born: date, order: int) -> None:
    body = f"{region}{born:%Y%m%d}{order:03d}"
    if born.year > 2099:
        assert not is_idcard(body + iso_7064_check(body))
        return
    right = [sign for sign in "0123456789X" if is_idcard(body + sign)]
    assert right == [iso_7064_check(body)]


@given(DIGITS.filter(lambda text: text[6:8] not in {"18", "19", "20"}))
def test_eighteen_digits_without_a_birthday_are_no_identity_number(body: str) -> None:
    assert not is_idcard(body + iso_7064_check(body))


@given(st.text("0123456789", min_size=1, max_size=30))
def test_luhn_has_one_check_digit(body: str) -> None:
    assert [sign for sign in "0123456789" if is_luhn(body + sign)] == [luhn_check(body)]


@pytest.mark.parametrize(
    "number",
    [
        "4111111111111111", "5555555555554444", "2223003122003222", "378282246310005",
        "6011111111111117", "3530111333300000", "6222021234567890128", "6200000000000005",
    ],
)  # fmt: skip
def test_published_test_numbers_are_cards(number: str) -> None:
    assert is_bankcard(number) == (luhn_check(number[:-1]) == number[-1])
    assert is_bankcard(number[:-1] + luhn_check(number[:-1]))


@pytest.mark.parametrize("number", ["1234567812345670", "7992739871300000", "0000000000000000"])
def test_nobodys_prefix_is_no_card(number: str) -> None:
    assert is_luhn(number[:-1] + luhn_check(number[:-1]))
    assert not is_bankcard(number[:-1] + luhn_check(number[:-1]))
