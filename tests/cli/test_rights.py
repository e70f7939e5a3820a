"""The command line writes consent down, takes rights down, and checks receipts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from catchment.cli.commands import app
from privacy.forgotten_house import MAIL, ForgettingHouse

runner = CliRunner()


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ForgettingHouse]:
    made = ForgettingHouse(tmp_path)
    made.fill()
    monkeypatch.setenv("CATCHMENT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CATCHMENT_KEYS", str(tmp_path / "keys"))
    yield made
    made.close()


def run(*words: str, fails: bool = False) -> Any:
    answer = runner.invoke(app, words)
    assert (answer.exit_code != 0) is fails, answer.output
    return json.loads(answer.output) if "--json" in words and not fails else answer.output


def test_consent_is_written_and_shown(house: ForgettingHouse) -> None:
    about = ("--purpose", "marketing", "--channel", "sms")
    run("people", "consent", "grant", "ann", *about, "--proof", "form 12")
    run("people", "consent", "withdraw", "ann", *about)
    told = run("people", "consent", "show", "ann", "--json")
    assert [one["word"]["state"] for one in told["entries"]] == ["withdrawn", "granted"]
    assert [one["state"] for one in told["standing"]] == ["withdrawn"]
    assert "marketing" in run("people", "consent", "show", "ann")
    run("people", "consent", "grant", "ann", "--purpose", "a b", "--channel", "sms", fails=True)
    del house


def test_a_file_is_let_out_and_written(house: ForgettingHouse, tmp_path: Path) -> None:
    [asked] = run("people", "rights", "ask", "access", "ann", "--json")
    house.work()
    run("people", "rights", "approve", asked["id"])
    out = tmp_path / "ann.html"
    run("people", "rights", "file", asked["id"], "--out", str(out), "--format", "html")
    assert MAIL in out.read_text(encoding="utf-8")
    assert "access" in run("people", "rights", "list")


def test_what_is_wrong_is_put_right(house: ForgettingHouse) -> None:
    run("people", "rights", "ask", "correction", "ann", fails=True)
    wrong = ("--trait", "city", "--value", "Hangzhou")
    [asked] = run("people", "rights", "ask", "correction", "ann", *wrong, "--json")
    house.work()
    house.land()
    [found] = run("people", "rights", "list", "--json")
    assert (found["id"], found["kind"], found["state"]) == (asked["id"], "correction", "done")
    rows = house.home.events.read(house.home.events.files(house.workspace_id))["traits"].to_pylist()
    assert any("Hangzhou" in row for row in rows if row)


def test_a_deletion_ends_in_a_receipt_that_is_checked(
    house: ForgettingHouse, tmp_path: Path
) -> None:
    run("people", "rights", "ask", "deletion", "ann", "--note", "she wrote to us")
    house.work()
    house.erase()
    assert run("people", "rights", "erase", "--json")["waiting"] == 0
    house.work()
    [found] = run("people", "rights", "list", "--json")
    assert found["state"] == "done"
    receipt = tmp_path / "receipt.json"
    receipt.write_text(json.dumps(found["receipt"]), encoding="utf-8")
    assert run("privacy", "receipt", "verify", str(receipt), "--json")["is_genuine"]
    receipt.write_text(json.dumps({**found["receipt"], "person": "per_x"}), encoding="utf-8")
    run("privacy", "receipt", "verify", str(receipt), fails=True)
    receipt.write_text("[]", encoding="utf-8")
    run("privacy", "receipt", "verify", str(receipt), fails=True)


def test_somebody_is_known_again_once_it_is_lifted(house: ForgettingHouse) -> None:
    house.forget()
    ann = house.subject("user", "ann")
    every = run("privacy", "suppressions", "list", "--json")
    assert ann in {one["subject"] for one in every}
    run("privacy", "suppressions", "lift", ann, "--reason", "she came back")
    run("privacy", "suppressions", "lift", ann, "--reason", "twice", fails=True)
    house.send({"event": "Product Viewed", "user_id": "ann"})
    assert house.names_found() == {"ann", "bob"}


def test_all_of_a_deletion_is_lifted_in_one_act(house: ForgettingHouse) -> None:
    house.forget()
    every = run("privacy", "suppressions", "list", "--json")
    (request,) = {one["request_id"] for one in every}
    lift = ("privacy", "suppressions", "lift", request, "--reason", "she came back")
    assert run(*lift, "--json") == {"request_id": request, "lifted": len(every), "kept": 0}
    assert all(one["lifted_at"] for one in run("privacy", "suppressions", "list", "--json"))
    run(*lift, fails=True)
    run("privacy", "suppressions", "lift", "rgt_nobody", "--reason", "x", fails=True)
    house.send({"event": "Product Viewed", "user_id": "ann"})
    assert house.names_found() == {"ann", "bob"}
