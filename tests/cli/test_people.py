"""What the command line prints of a person: no more than the API shows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from catchment.cli.people import _masked
from catchment.people import Person
from stories.installation import Installation

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


def test_people_are_taken_apart_and_put_together_by_any_identifier(tmp_path: Path) -> None:
    home = Installation(tmp_path / "home")
    events = [
        {"type": "identify", "messageId": "m1", "anonymousId": "device-1", "userId": "lin",
         "timestamp": "2026-03-01T10:00:00Z", "traits": {"email": MAIL}},
        {"type": "track", "messageId": "m2", "event": "Viewed", "anonymousId": "device-1",
         "timestamp": "2026-03-01T09:00:00Z"},
    ]  # fmt: skip
    file = tmp_path / "events.ndjson"
    file.write_text("\n".join(map(json.dumps, events)))
    home.run("sources", "create", "Shop")
    home.run("events", "import", str(file), "--format", "segment", "--source", "Shop")
    before = home.ask("people", "show", "lin")
    assert before["events"] == 2
    [device] = [one["subject"] for one in before["identifiers"] if one["kind"] == "anon"]
    because = ("--reason", "a borrowed device")
    apart = home.ask("people", "split", MAIL, "--subject", device, *because)
    assert len(apart["people_after"]) == 2
    assert home.ask("people", "show", "lin")["events"] == 1
    assert home.ask("people", "restore", "lin", *because)["people_after"] == [before["person"]]
    assert home.ask("people", "show", "lin")["events"] == 2
    assert home.ask("people", "show", MAIL)["person"] == before["person"]
    looked_up = [one for one in home.ask("privacy", "trail") if one["action"] == "lookup"]
    assert [(one["actor"], one["kinds"]) for one in looked_up] == [("cli", "search")]
    home.run("people", "split", "nobody-at-all", "--subject", device, *because, code=1)
