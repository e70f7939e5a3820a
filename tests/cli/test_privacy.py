"""The command line over personal data: masks for everybody, one clear value for who was granted."""

from __future__ import annotations

import json
from pathlib import Path

from catchment.app import Home, read_settings
from catchment.store import UnitOfWork
from stories.installation import Installation

PHONE = "13957846291"
WHY = ("--reason", f"calls {PHONE} back")


def fill(folder: Path) -> Installation:
    """A home that knows one person with a telephone number."""
    home = Installation(folder / "home")
    events = [
        {"type": "identify", "messageId": "m1", "userId": "lin",
         "timestamp": "2026-03-01T10:00:00Z", "traits": {"phone": PHONE, "city": "Guangzhou"}},
    ]  # fmt: skip
    file = folder / "events.ndjson"
    file.write_text("\n".join(map(json.dumps, events)))
    home.run("sources", "create", "Shop")
    home.run("events", "import", str(file), "--format", "segment", "--source", "Shop")
    return home


def test_a_value_is_asked_for_granted_by_another_and_shown(tmp_path: Path) -> None:
    home = fill(tmp_path)
    known = home.ask("people", "show", "lin")
    assert PHONE not in json.dumps(known)
    asked = home.ask("privacy", "ask", "--purpose", "service", "--kind", "phone", *WHY)
    assert (asked["state"], PHONE in json.dumps(asked)) == ("asked", False)
    (phone,) = [one["subject"] for one in known["identifiers"] if one["kind"] == "phone"]
    told = ("--identifier", phone, "--purpose", "service", "--grant", asked["id"], *WHY)
    home.run("privacy", "reveal", known["person"], *told, code=1)
    with Home(read_settings({"CATCHMENT_HOME": str(tmp_path / "home")})) as parts:
        ours = parts.workspace()
        with UnitOfWork(parts.database) as uow:
            parts.privacy.grants.approve(uow, ours.id, asked["id"], actor="opr_keeper")
    shown = home.ask("privacy", "reveal", known["person"], *told)
    assert shown["value"].endswith(PHONE)
    trail = home.ask("privacy", "trail")
    assert [one["action"] for one in trail] == ["reveal", "grant.approve", "grant.ask"]
    assert PHONE not in json.dumps(trail)
    assert home.ask("privacy", "trail", "--verify")["is_whole"]
    assert home.ask("privacy", "grants")[0]["people"] == "1/1"


def test_keys_fields_and_retention_are_looked_after(tmp_path: Path) -> None:
    home = fill(tmp_path)
    fields = {one["kind"]: one for one in home.ask("privacy", "fields")}
    assert fields["phone"]["values_kept"] >= 1
    home.run("privacy", "declare", "traits.memo", "--kind", "memo", "--class", "common")
    assert "memo" in {one["kind"] for one in home.ask("privacy", "fields")}
    home.run("privacy", "declare", "traits.memo2", "--kind", "memos", code=2)
    home.run("privacy", "declare", "traits.memo2", "--kind", "memos", "--new-kind")
    home.run("privacy", "ask", "--purpose", "service", "--kind", "phoen", *WHY, code=2)
    rotated = home.ask("privacy", "rotate", "master")
    assert (rotated["data_class"], rotated["version"]) == ("master", 2)
    masters = home.ask("privacy", "keys")["master_keys"]
    assert [(one["state"], one["wraps"] > 0) for one in masters] == [
        ("decrypt_only", False), ("active", True),
    ]  # fmt: skip
    assert home.ask("privacy", "trail")[0]["action"] == "key.master.rotate"
    rotated = home.ask("privacy", "rotate", "important")
    assert rotated["version"] == 2
    states = {
        (one["version"], one["state"])
        for one in home.ask("privacy", "keys")["workspace_keys"]
        if one["data_class"] == "important"
    }
    assert states == {(1, "decrypt_only"), (2, "active")}
    assert home.ask("privacy", "retention", "--events-days", "400")["events_days"] == 400
    assert home.ask("privacy", "retention", "--events-days", "0")["events_days"] is None
    home.run("privacy", "retention", "--trail-days", "30", code=2)
