"""`catchment privacy sweep`: counts, moves, and says no value."""

from __future__ import annotations

import json
from pathlib import Path

from stories.installation import Installation

NICK = "plnt Xiaohu of the seventh floor"


def test_it_says_what_it_would_move_and_moves_it(tmp_path: Path) -> None:
    home = Installation(tmp_path / "home")
    events = [
        {"type": "track", "event": "Noted", "messageId": f"m{number}", "userId": "lin",
         "timestamp": "2026-03-01T10:00:00Z", "properties": {"nick": f"{NICK} {number}"}}
        for number in range(3)
    ]  # fmt: skip
    file = tmp_path / "events.ndjson"
    file.write_text("\n".join(map(json.dumps, events)))
    home.run("events", "import", str(file), "--format", "segment")
    home.run("privacy", "declare", "*.nick", "--kind", "nickname")
    would = home.ask("privacy", "sweep", "--dry-run")
    expected = {"rows": 3, "events": 3, "values": {"nickname": 3}}
    assert would == {"dry_run": True, **expected, "files_leaving": 0}
    assert would == home.ask("privacy", "sweep", "--dry-run")
    did = home.ask("privacy", "sweep")
    assert did == {"dry_run": False, **expected, "files_leaving": 1}
    assert home.ask("privacy", "sweep")["events"] == 0
    assert NICK not in home.run("privacy", "sweep")
    home.run("events", "export", "--out", str(tmp_path / "out.ndjson"))
    assert NICK not in (tmp_path / "out.ndjson").read_text()
