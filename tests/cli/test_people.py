"""What the command line prints of a person: no more than the API shows."""

from __future__ import annotations

from datetime import UTC, datetime

from catchment.cli.people import _masked
from catchment.people import Person

AT = datetime(2026, 3, 1, tzinfo=UTC)
PHONE, MAIL, DEVICE = "13812345678", "lin@example.com", "device-0123456789"


def test_numbers_and_addresses_are_masked_however_deep() -> None:
    traits = {"phone": PHONE, "city": "杭州", "contact": {"email": MAIL, "mobiles": [PHONE]}}
    shown = _masked(Person("per_1", ("lin",), (DEVICE,), AT, AT, 3, traits))
    assert shown.user_ids == ("lin",)
    assert shown.traits == {
        "phone": "138****5678",
        "city": "杭州",
        "contact": {"email": "l****@example.com", "mobiles": ["138****5678"]},
    }
    assert not any(secret in repr(shown) for secret in (PHONE, MAIL, DEVICE))


def test_what_is_known_holds_them_until_then() -> None:
    """The wrong variant: printed as it is known, a person's number would be there to be called."""
    assert PHONE in repr(Person("per_1", (), (), AT, AT, 1, {"phone": PHONE}))
