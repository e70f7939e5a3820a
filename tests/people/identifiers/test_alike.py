"""Which ids are somebody's phone or address, and which merely look like one."""

from __future__ import annotations

import pytest

from catchment.people.identifiers.alike import alike, number_of

KINDS = ("user", "unionid", "phone", "buyer", "openid", "email", "anon", "member")
PHONE = "+8613912345678"


@pytest.mark.parametrize(
    "value",
    ["13912345678", "+8613912345678", "8613912345678", "008613912345678", "139-1234-5678",
     "+86 139 1234 5678"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["user", "anon", "phone", "member"])
def test_an_id_that_is_a_phone_is_that_phone_in_every_writing(kind: str, value: str) -> None:
    assert number_of(kind, value) == ("phone", PHONE)
    told = alike(kind, value, KINDS)
    assert told[0] == ("phone", PHONE)
    assert set(told) >= {
        (one, text)
        for one in ("user", "anon", "member")
        for text in (PHONE, "13912345678", "8613912345678", "008613912345678", value)
    }
    assert {one for one, _ in told} == {"phone", "user", "anon", "member"}


@pytest.mark.parametrize(
    "value",
    [
        "u13912345678", "13912345678x", "139123456789", "1391234567", "23912345678",
        "00013912345678", "tel:13912345678", "13912345678@", "ann", "", "o-13912345678",
        "14155550100 ext 5", "0044123456789",
    ],
)  # fmt: skip
def test_an_id_that_only_holds_or_resembles_a_number_is_none(value: str) -> None:
    assert number_of("user", value) is None
    assert alike("user", value, KINDS) == ()


def test_a_number_of_another_country_has_its_plus() -> None:
    """The wrong variant: without it the digits of one in New York are one in China."""
    assert number_of("user", "+14155550100") == ("phone", "+14155550100")
    assert number_of("user", "14155550100") == ("phone", "+8614155550100")
    told = alike("phone", "+1 415 555 0100", KINDS)
    assert {text for _, text in told} == {"+14155550100", "+1 415 555 0100"}


def test_an_address_is_taken_as_sent_and_in_small_letters() -> None:
    told = alike("email", "Ann.Cooper@Example.com", ("user", "email"))
    assert told[0] == ("email", "ann.cooper@example.com")
    assert set(told[1:]) == {("user", "ann.cooper@example.com"), ("user", "Ann.Cooper@Example.com")}
    assert number_of("user", "Ann.Cooper@Example.com") == ("email", "ann.cooper@example.com")


def test_what_platforms_give_out_is_nobodys_number() -> None:
    assert number_of("openid", "13912345678") is None
    assert alike("buyer", "13912345678", KINDS) == ()
