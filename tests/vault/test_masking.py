"""Masks hide: of one value, all its masks together still hide four digits."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.vault import hide_json, hide_text, mask, mask_trait, unhide
from catchment.vault.detect.names import BY_NAME
from catchment.vault.masking import mask_found
from vault.detect.writings import mobiles_written

KINDS = sorted({*BY_NAME.values(), "user", "anon", "device", "buyer", "text", "other"})
DIGITS = "0123456789"


def shown_places(value: str, shown: str) -> set[int]:
    """Places of the value's digits that a mask lets through, read from both of its ends."""
    if "*" not in shown:
        return set(range(len(value))) if value in shown else set()
    head, tail = shown.split("*", 1)[0], shown.rsplit("*", 1)[1]
    digits = [place for place, sign in enumerate(value) if sign in DIGITS]
    head_digits = [sign for sign in head if sign in DIGITS]
    tail_digits = [sign for sign in tail if sign in DIGITS]
    return {*digits[: len(head_digits)], *digits[len(digits) - len(tail_digits) :]}


def masks_of(value: str) -> list[str]:
    """Every way in which the house shows a value."""
    member = json.dumps({"a": value})
    masks = [mask(kind, value) for kind in KINDS]
    masks += [hide_text(value), mask_found(value), json.loads(hide_json(member.encode()))["a"]]
    for name in sorted(BY_NAME):
        body = json.dumps({"traits": {name: value}}, ensure_ascii=False)
        masks.append(json.loads(hide_json(body.encode()))["traits"][name])
        masks.append(mask_trait(name, value))
    return masks


VALUES = st.one_of(
    st.from_regex(r"\A1[3-9][0-9]{9}\Z"),
    st.sampled_from(
        ["4111111111111111", "6222021234567890128", "310115200002291235", "378282246310005"]
    ),
)


def hidden_digits(value: str, masks: list[str]) -> int:
    seen = set().union(*(shown_places(value, shown) for shown in masks))
    return sum(place not in seen for place, sign in enumerate(value) if sign in DIGITS)


@given(VALUES)
def test_all_masks_of_a_value_together_hide_four_digits(value: str) -> None:
    assert hidden_digits(value, masks_of(value)) >= 4


def test_a_mask_that_shows_the_middle_would_be_caught() -> None:
    """The wrong variant: beside the others, a mask of the ends is as good as none."""
    value = "13812345678"
    assert hidden_digits(value, [*masks_of(value), "1381234****"]) < 4


@given(mobiles_written())
def test_no_mask_holds_a_number_in_any_writing(told: tuple[str, str]) -> None:
    digits, text = told
    for shown in masks_of(text):
        assert digits not in "".join(sign for sign in shown if sign in DIGITS)
        assert text not in shown


@given(kind=st.sampled_from(KINDS), value=st.text(min_size=5, max_size=64))
def test_no_mask_shows_the_whole(kind: str, value: str) -> None:
    if kind != "user":
        assert value not in mask(kind, value)


@given(st.sampled_from(KINDS), st.text(max_size=64))
def test_masks_never_fail_and_are_short(kind: str, value: str) -> None:
    assert len(mask(kind, value)) <= len(value) + 8


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("phone", "138 1234 5678", "138****5678"), ("phone", "+85291234567", "+85****4567"),
        ("phone", "61234567", "****4567"), ("phone", "12345", "****"),
        ("email", "lin@example.com", "l****@example.com"),
        ("email", "a@13812345678.cn", "a****@****"),
        ("name", "\u5f20\u4e09\u4e30", "\u5f20**"), ("name", "Lin Wei", "L**"),
        ("address", "\u6df1\u5733\u5e02\u5357\u5c71\u533a\u79d1\u6280\u56ed1\u53f7",
         "\u6df1\u5733\u5e02\u5357\u5c71\u533a****"),
        ("address", "1 High Street", "****"), ("idcard", "11010519491231002X", "110****002X"),
        ("bankcard", "6222021234567890128", "****0128"),
        ("openid", "wx1:oABCDEFGHIJKLMN", "wx1:oABC****KLMN"),
        ("user", "ann", "ann"), ("user", "13812345678", "138****5678"), ("text", "pii:x", "****"),
    ],
)  # fmt: skip
def test_each_kind_has_its_mask(kind: str, value: str, shown: str) -> None:
    assert mask(kind, value) == shown


JSON = st.recursive(
    st.one_of(st.text(max_size=9), st.integers(), st.booleans(), st.none(),
              mobiles_written().map(lambda told: told[1])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["phone", "name", "a", "traits", "13812345678"]), inner),
    ),
    max_leaves=6,
)  # fmt: skip


@given(JSON)
def test_what_was_hidden_and_is_left_alone_comes_back_as_it_was(tree: object) -> None:
    try:
        original = json.dumps(tree, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return
    back = unhide(original, hide_json(original))
    assert json.loads(back) == tree


@pytest.mark.parametrize(
    ("original", "begins"),
    [
        ('{"type":"identify","traits":{"name":"\u5f20\u4e09\u4e30","phone":"138 1234 5678"', "{"),
        ("name=%E5%BC%A0%E4%B8%89&mobile=13812345678", "name="),
        ("data=" + "eyJwIjoiMTM4MTIzNDU2NzgifQ" * 4, "data=eyJw"),
        ("\xff\x00 call 13812345678", ""),
    ],
)
def test_broken_bodies_are_hidden_as_well(original: str, begins: str) -> None:
    raw = original.encode()
    shown = hide_json(raw)
    assert shown.startswith(begins.encode())
    for value in ("13812345678", "138 1234 5678", "\u5f20\u4e09", "E5%BC%A0%E4%B8%89", "MTM4MTIz"):
        assert value.encode() not in shown
    assert unhide(raw, shown) == raw


def test_an_address_tells_the_city_and_not_the_door() -> None:
    told = {
        "province": "浙江省",
        "city": "杭州市",
        "street": "文三路 90 号",
        "postalCode": "310012",
    }
    shown = {**told, "street": "****", "postalCode": "****"}
    assert mask_trait("address", told) == shown
    assert mask_trait("address", {"city": "13812345678"}) == {"city": "138****5678"}
