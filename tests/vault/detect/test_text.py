"""Numbers are found however they are written, and what only looks like one is left alone."""

from __future__ import annotations

import random
import re
import unicodedata
import uuid

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from catchment.vault.detect.text import Found, bare_number, find_in, said
from vault.detect.writings import CARD_GAPS, MOBILES, WIDTHS, mobiles_written, written


def bare(text: str) -> str:
    return "".join(str(unicodedata.decimal(one)) for one in text if one.isdecimal())


@given(mobiles_written())
def test_a_mobile_number_is_found_in_any_writing(told: tuple[str, str]) -> None:
    digits, text = told
    found = [one for one in find_in(text) if one.kind == "phone"]
    assert [bare(said(text[one.start : one.end]))[-11:] for one in found] == [digits]


def test_a_detector_of_plain_digits_would_miss_the_wide_ones() -> None:
    """The wrong variant: `[0-9]` sees no full-width digit, and the number goes by in clear."""
    wide = written("13812345678", [11], "", "full")
    assert re.search(r"1[3-9][0-9]{9}", wide) is None
    assert find_in(wide) == [Found("phone", 0, 11)]


@given(MOBILES, MOBILES, st.sampled_from([", ", " ", "\u3001", "/", "\n", " or "]))
def test_two_numbers_side_by_side_are_both_found(one: str, other: str, between: str) -> None:
    text = one + between + other
    assert [text[a:b] for _, a, b in find_in(text)] == [one, other]


REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


@given(
    region=st.sampled_from(REGIONS),
    form=st.sampled_from(
        [phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.INTERNATIONAL]
    ),
)
def test_numbers_of_every_country_are_found_by_their_plus(region: str, form: int) -> None:
    """The oracle is the library's own example of a number of each country."""
    number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    assume(number is not None)
    assert number is not None
    text = phonenumbers.format_number(number, form)
    assume(len(bare(text)) >= 8)
    assert ("phone", text) in [(k, text[a:b]) for k, a, b in find_in(text)]
    around = f"please call {text}, thanks"
    assert [around[a:b] for _, a, b in find_in(around)] == [text]


@given(
    number=st.sampled_from(
        ["11010519491231002X", "310115200002291235", "4111111111111111", "6222021234567890128",
         "378282246310005"]
    ),
    gap=CARD_GAPS, width=WIDTHS, size=st.sampled_from([4, 6]),
)  # fmt: skip
def test_cards_and_identities_are_found_in_any_writing(
    number: str, gap: str, width: str, size: int
) -> None:
    text = written(number, [size] * ((len(number) - 1) // size), gap, width)
    expected = find_in(number)
    found = find_in(f"card {text}.")
    assert [one.kind for one in found] == [one.kind for one in expected]
    if expected:
        assert bare_number(text) == number


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("mail lin@example.com!", "lin@example.com"),
        ("a.b+c@mail.example.co.uk", "a.b+c@mail.example.co.uk"),
        ("\u6797\uff20example.cn", "\u6797\uff20example.cn"),
        ("https://x.cn/?e=lin%40example.com&b=1", "lin%40example.com"),
        ("13812345678@qq.com", "13812345678@qq.com"),
        ("?to=%2Fa%3Fe%3Dlin%2540example.com%26b", "lin%2540example.com"),
    ],
)
def test_addresses_are_found(text: str, address: str) -> None:
    ((kind, start, end),) = find_in(text)
    assert (kind, text[start:end]) == ("email", address)


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-03-01T12:30:59.123Z", "1772323200000", "1772323200", "0.6212345678901234",
        "0.13812345678", "192.168.100.200", "12345678901", "10.15.7.1", "99.90", "@all hello",
        "\u4f60\u597d@\u5f20\u4e09", "9007199254740993", "138123456789", "+1", "a+b=c",
        "1.2.3.4.5.6",
        "d41d8cd98f0013812345678ecf8427e0", "5f138123-4567-4138-8123-1381234567ab",
    ],
)  # fmt: skip
def test_what_only_looks_like_one_is_left(text: str) -> None:
    assert find_in(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("q=137+1234+5678", "phone", "137+1234+5678"),
        ("q=%2013712345678", "phone", "13712345678"),
        ("q=%7B%22phone%22%3A%2213712345678%22%7D", "phone", "13712345678"),
        ("p=%2B852%206123%204567&b", "phone", "+852 6123 4567"),
        ("%2211010519491231002X%22", "idcard", "11010519491231002X"),
        ("1\u200b3\u200b7\u200b1234\u20605678", "phone", "13712345678"),
        ("call 013712345678", "phone", "013712345678"),
    ],
)
def test_what_an_address_escapes_and_nobody_sees_hides_nothing(
    text: str, kind: str, says: str
) -> None:
    ((found, start, end),) = find_in(text)
    assert (found, said(text[start:end])) == (kind, says)


def test_random_ids_are_left() -> None:
    chance = random.Random(7)
    for _ in range(20_000):
        number = uuid.UUID(int=chance.getrandbits(128))
        assert find_in(str(number)) == find_in(number.hex) == []


@given(st.text(max_size=80))
def test_findings_lie_in_order_and_apart(text: str) -> None:
    at = 0
    for _, start, end in find_in(text, marks_tokens=True):
        assert at <= start < end <= len(text)
        at = end
