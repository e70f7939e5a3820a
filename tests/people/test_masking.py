"""What is shown of an identifier tells two apart and calls nobody."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catchment.people import DEFAULT_KINDS, mask

KINDS = [kind.name for kind in DEFAULT_KINDS if kind.name != "user"]


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("phone", "+8613812345678", "138****5678"),
        ("phone", "+85291234567", "+85****4567"),
        ("email", "lin@example.com", "l****@example.com"),
        ("openid", "wx1:oABCDEFGHIJKLMN", "wx1:oABC****KLMN"),
        ("anon", "d1", "****"),
        ("user", "ann", "ann"),
    ],
)
def test_each_kind_has_its_mask(kind: str, value: str, shown: str) -> None:
    assert mask(kind, value) == shown


@example(kind="unionid", value="0000:")
@given(kind=st.sampled_from(KINDS), value=st.text(min_size=5, max_size=64))
def test_no_mask_shows_the_whole(kind: str, value: str) -> None:
    assert value not in mask(kind, value)


def test_a_mask_that_only_cuts_the_end_would_be_caught() -> None:
    """The wrong variant: twelve of fourteen characters are a phone number still."""
    value = "+8613812345678"
    assert value[:12] in value
    assert value[:12] not in mask("phone", value)
