"""`catchment events …` on a home without a server: what a script would see."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from catchment.cli.events import app
from catchment.kernel import CatchmentError, Invalid, Missing

ORDERS = "user_id,order_id,order_time,amount\nu1,001,2024-06-01 10:00,1.50\nu2,002,x,2\n"


class Shell:
    """Runs commands in one home."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = {"CATCHMENT_HOME": str(folder / "home")}

    def file(self, name: str, content: str) -> str:
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return str(path)

    def run(self, *args: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, list(args), env=self.env)
        if isinstance(result.exception, CatchmentError):
            raise result.exception
        return result.exit_code, result.stdout

    def json(self, *args: str) -> Any:
        code, out = self.run(*args, "--json")
        assert code == 0, out
        return json.loads(out)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_import_count_export_and_again(shell: Shell) -> None:
    orders = shell.file("orders.csv", ORDERS)
    errors = shell.folder / "errors.csv"
    told = shell.json("import", orders, "--source", "Shop", "--errors", str(errors))
    assert (told["rows_read"], told["events"], told["errors_count"]) == (2, 1, 1)
    assert told["imports"][0]["row_errors"][0]["reason"] == "invalid_timestamp"
    assert errors.read_text("utf-8-sig").splitlines()[1].startswith("3,invalid_timestamp,")
    whole = {
        "accepted": 1, "duplicate": 0, "quarantined": 0, "forgotten": 0, "in_lake": 1,
        "pending": 0,
    }  # fmt: skip
    assert shell.json("count", "--wait", "--source", "Shop") == whole
    assert (told["accepted"], told["duplicate"], told["quarantined"]) == (1, 0, 0)
    told = shell.json("import", orders, "--source", "Shop")
    assert (told["events"], told["accepted"], told["duplicate"]) == (1, 0, 1)
    assert told["forgotten"] == 0
    assert shell.json("count") == {**whole, "duplicate": 1}
    out = shell.folder / "out.ndjson"
    assert shell.json("export", "--out", str(out), "--dry-run")["would_export"] == 1
    assert not out.exists()
    assert shell.json("export", "--out", str(out))["events"] == 1
    assert json.loads(out.read_text())["properties"]["revenue"] == 1.5
    assert shell.json("export", "--out", str(out), "--since", "2024-06-02")["events"] == 0


def test_a_dry_run_changes_nothing(shell: Shell) -> None:
    told = shell.json("import", shell.file("orders.csv", ORDERS), "--dry-run")
    assert told["imports"][0]["is_dry_run"]
    assert told["events"] == 1
    assert shell.json("count")["accepted"] == 0


def test_the_answer_for_people_names_the_refused_rows(shell: Shell) -> None:
    code, out = shell.run("import", shell.file("orders.csv", ORDERS))
    assert code == 0
    assert "orders.csv" in out
    assert "invalid_timestamp" in out


def test_a_second_import_says_that_nothing_was_new(shell: Shell) -> None:
    orders = shell.file("orders.csv", ORDERS)
    waiting = shell.json("import", orders, "--no-land")
    assert waiting["accepted"] is None
    assert "Landed: 0 new, 1 there already" in shell.run("import", orders)[1]
    # an event is known by the file, whichever source brings it
    assert "Landed: 0 new, 1 there already" in shell.run("import", orders, "--source", "B")[1]
    assert "Landed" not in shell.run("import", orders, "--dry-run")[1]


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "", "\0\1\2\3" * 99])
def test_a_file_that_is_refused_leaves_no_source_behind(shell: Shell, content: str) -> None:
    path = shell.file("orders.csv", content)
    with pytest.raises(Invalid):
        shell.run("import", path, "--source", "Empty")
    with pytest.raises(Missing):
        shell.run("count", "--source", "Empty")


def test_nothing_of_a_file_is_obeyed_by_the_terminal(shell: Shell) -> None:
    path = shell.file("a\x1b[31m[b].csv", ORDERS + "\x1b[2J[/b]\x9b1m,3,x,4\n")
    for args in ([], ["--json"]):
        out = shell.run("import", path, *args)[1]
        assert "\x1b" not in out
        assert "\x9b" not in out
        assert "[/b]" in out


def test_an_import_without_one_event_is_a_refusal(shell: Shell) -> None:
    path = shell.file("orders.csv", "user_id,order_id,order_time,amount\nu2,002,x,2\n")
    assert shell.run("import", path)[0] == 1


def test_several_files_and_a_mapping(shell: Shell) -> None:
    mapping = {"event": {"value": "Seen"}, "time": "at", "user_id": "who"}
    files = [shell.file(f"{i}.csv", f"who,at\nu{i},2024-06-01\n") for i in range(3)]
    told = shell.json("import", *files, "--map", shell.file("map.json", json.dumps(mapping)))
    assert told["events"] == 3
    assert len(told["imports"]) == 3


def test_held_events_are_listed_and_released_when_put_right(shell: Shell) -> None:
    line = {"type": "track", "userId": "u1", "messageId": "m1",
            "timestamp": "2024-06-01T10:00:00Z"}  # fmt: skip
    shell.json("import", shell.file("a.ndjson", json.dumps(line)), "--format", "segment")
    (held,) = shell.json("quarantine", "list")
    assert held["reason"] == "missing_event_name"
    assert shell.json("quarantine", "release", "--all") == {"released": 0, "still_unfit": 1}
    mended = shell.file("mended.json", json.dumps({**line, "event": "Seen"}))
    told = shell.json("quarantine", "release", held["id"], "--payload", mended)
    assert told["released"] == 1
    assert shell.json("count", "--wait")["in_lake"] == 1
    assert shell.json("quarantine", "list") == []


def test_the_tail_shows_what_is_in_the_log(shell: Shell) -> None:
    line = {"type": "track", "event": "Seen", "userId": "u1", "timestamp": "2024-06-01T10:00:00Z"}
    shell.json("import", shell.file("a.ndjson", json.dumps(line)))
    code, out = shell.run("tail", "--no-follow", "--json")
    assert code == 0
    assert json.loads(out)["name"] == "Seen"
    assert "u1" in shell.run("tail", "--no-follow")[1]


def test_replay_counts_every_event_once_still(shell: Shell) -> None:
    shell.json("import", shell.file("orders.csv", ORDERS))
    before = shell.json("count")
    assert shell.json("replay") == {"events_in_lake": 1, "rebuilt": True}
    assert shell.json("count") == before
    shell.json("import", shell.file("orders.csv", ORDERS))
    assert shell.json("count")["in_lake"] == 1


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["import", "absent.csv"], 2, "cannot be read"),
        (["import", "absent.csv", "--format", "docx"], 2, "online-retail"),
        (["export", "--out", "x.docx"], 2, ".parquet"),
        (["count", "--source", "nobody"], 1, "source"),
        (["import"], 2, "Missing argument"),
    ],
)
def test_exit_codes_say_refused_or_used_wrongly(
    tmp_path: Path, args: list[str], code: int, said: str
) -> None:
    env = {**os.environ, "CATCHMENT_HOME": str(tmp_path / "home")}
    ran = subprocess.run(
        [sys.executable, "-m", "catchment.cli", "events", *args], check=False,
        capture_output=True, text=True, env=env, cwd=tmp_path,
    )  # fmt: skip
    assert (ran.returncode, said in ran.stderr) == (code, True), ran.stderr
