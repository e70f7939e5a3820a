"""`catchment audiences …` on a home without a server, from events in a file to a file of people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from catchment.cli import audiences, events
from catchment.kernel import CatchmentError, Missing
from catchment.vault import GrantNeeded

LINES: list[dict[str, Any]] = [
    {"type": "identify", "userId": "u1", "traits": {"phone": "13812345678", "name": "林薇"}},
    {"type": "track", "event": "Order Completed", "userId": "u1", "anonymousId": "d1"},
    {"type": "track", "event": "Product Viewed", "userId": "u2"},
    {"type": "track", "event": "Product Viewed", "anonymousId": "d1"},
]


class Shell:
    """Runs commands in one home."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = {"CATCHMENT_HOME": str(folder / "home")}

    def file(self, name: str, document: Any) -> str:
        path = self.folder / name
        path.write_text(json.dumps(document), encoding="utf-8")
        return str(path)

    def run(self, app: Any, *args: str) -> str:
        result = CliRunner().invoke(app, list(args), env=self.env)
        if isinstance(result.exception, CatchmentError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *args: str) -> Any:
        return json.loads(self.run(audiences.app, *args, "--json"))


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    made = Shell(tmp_path)
    path = tmp_path / "events.ndjson"
    lines = [
        json.dumps({**line, "messageId": f"m{at}", "timestamp": "2026-03-01T00:00:00Z"})
        for at, line in enumerate(LINES)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    made.run(events.app, "import", str(path), "--format", "segment")
    return made


def test_an_audience_from_file_to_file(shell: Shell) -> None:
    buyers = {"name": "Buyers", "rule": {"did": {"event": "Order Completed"}}}
    file = shell.file("buyers.json", buyers)
    assert shell.json("create", file, "--dry-run") == {"size": 1, "of": 2, "is_dry_run": True}
    made = shell.json("create", file)
    assert (made["size"], made["version"]) == (1, 1)
    assert shell.json("create", file)["id"] == made["id"]
    rest = {"name": "Viewed only", "rule": {"all": [
        {"did": {"event": "Product Viewed"}}, {"audience": {"id": made["id"], "is_in": False}},
    ]}}  # fmt: skip
    assert shell.json("create", shell.file("rest.json", rest))["size"] == 1
    assert [one["size"] for one in shell.json("list")["audiences"]] == [1, 1]
    shown = shell.json("show", "Buyers")
    assert shown["sample"][0]["name"] == "林**"
    assert "138****5678" in shown["sample"][0]["identifiers"]
    assert shell.json("refresh", "Buyers")["size"] == 1
    why = shell.json("why", "Buyers", shown["sample"][0]["person"])
    assert why["is_in"] is True
    out = shell.folder / "people.csv"
    told = shell.json("export", "Buyers", "--out", str(out), "--purpose", "Spring")
    assert (told["rows"], told["left_out"]) == (1, 0)
    assert shown["sample"][0]["person"] in out.read_text("utf-8-sig")


def test_a_list_for_an_ad_platform_takes_a_grant(shell: Shell) -> None:
    everyone = {"name": "Everyone", "rule": {"did": {"event": "Order Completed"}}}
    shell.json("create", shell.file("everyone.json", everyone))
    out = shell.folder / "phones.csv"
    with pytest.raises(GrantNeeded, match="reading phone for marketing takes a grant"):
        shell.json("export", "Everyone", "--out", str(out), "--purpose", "Spring",
                   "--format", "hashed_phone")  # fmt: skip
    assert not out.exists()


def test_an_audience_that_is_not_there_is_told(shell: Shell) -> None:
    with pytest.raises(Missing, match="no audience is called"):
        shell.run(audiences.app, "show", "Nobody")


def test_a_home_where_nothing_has_happened_has_empty_audiences(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    idle = {"name": "Idle", "rule": {"did_not": {"event": "Order Completed"}}}
    file = shell.file("idle.json", idle)
    assert shell.json("create", file, "--dry-run")["of"] == 0
    assert shell.json("create", file)["size"] == 0
