"""One spelling of an identifier, however it was written, and a reason where it is none."""

from __future__ import annotations

import json

import pytest

from catchment.events import IdentifierFlaw, spelling, strongest, written_ids


@pytest.mark.parametrize(
    "written",
    ["13812345678", 13812345678, "138-1234-5678", "+86 138 1234 5678", "008613812345678",
     "（+86）13812345678", " 86 13812345678 "],
)  # fmt: skip
def test_a_phone_has_one_spelling(written: str | int) -> None:
    assert spelling("phone", written) == "+8613812345678"


@pytest.mark.parametrize(
    ("kind", "written", "scope", "spelt"),
    [
        ("phone", "+852 9123 4567", None, "+85291234567"),
        ("phone", "12", None, IdentifierFlaw.MALFORMED),
        ("email", " Ann@X.com ", None, "ann@x.com"),
        ("email", "ann", None, IdentifierFlaw.MALFORMED),
        ("openid", "o1", "wx1", "wx1:o1"),
        ("openid", "wx1:o1", None, "wx1:o1"),
        ("openid", "o1", None, IdentifierFlaw.NO_SCOPE),
        ("device", "0000-0000", None, IdentifierFlaw.BLOCKED),
        ("device", "x" * 513, None, IdentifierFlaw.TOO_LONG),
        ("user", " as sent ", None, " as sent "),
        ("device", 2.5, None, IdentifierFlaw.MALFORMED),
    ],
)
def test_every_kind_has_its_spelling(
    kind: str, written: object, scope: str | None, spelt: str | IdentifierFlaw
) -> None:
    assert spelling(kind, written, scope) == spelt


def test_the_strongest_is_chosen_whatever_the_order() -> None:
    ids = [{"id": "a@x.com", "type": "email"}, {"id": "13812345678", "type": "phone"}]
    for order in (ids, ids[::-1]):
        context = json.dumps({"externalIds": order})
        assert strongest(context) == ("phone", "+8613812345678")
    assert strongest("{}") is None


@pytest.mark.parametrize(
    ("entry", "scope"),
    [
        ({"type": "openid", "id": "o1", "collection": "wxmini"}, "wxmini"),
        ({"type": "openid", "id": "o1", "app": "wx1", "collection": "users"}, "wx1"),
        ({"type": "openid", "id": "o1", "collection": "users"}, None),
        ({"type": "unionid", "id": "u1", "collection": "wxmini"}, None),
        ({"type": "buyer", "id": "b1", "platform": "douyin"}, "douyin"),
    ],
)
def test_a_collection_is_a_scope_where_one_is_needed(
    entry: dict[str, str], scope: str | None
) -> None:
    [written] = written_ids({"externalIds": [entry]})
    assert written.scope == scope
