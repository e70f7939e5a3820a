"""The notebook's people: everyone with their traits, and one person found by any id."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from catchment import people
from catchment.app.home import open_home
from catchment.app.notebook import Notebook
from catchment.app.settings import read_settings
from catchment.lake import Received
from catchment.store import UnitOfWork

EVENTS = [
    {"message_id": "n1", "event": "Page Viewed", "anonymous_id": "tablet"},
    {"message_id": "n2", "type": "identify", "user_id": "wu", "anonymous_id": "tablet",
     "traits": {"name": "Wu", "city": "Xi'an"}},
    {"message_id": "n3", "event": "Page Viewed", "user_id": "he"},
]  # fmt: skip
CITY = people.TraitSpec(
    "city", "城市", "City", people.TraitType.TEXT,
    people.declared_measure("traits.city", people.FieldRule.LAST, people.TraitType.TEXT),
    people.FieldRule.LAST, "traits.city",
)  # fmt: skip


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    home = open_home(read_settings({"CATCHMENT_HOME": str(tmp_path)}))
    workspace = home.workspace()
    source = home.create_source(workspace, "Web", "web")
    body = json.dumps({"events": EVENTS}).encode()
    now_us = home.clock.now_us()
    home.log.append([Received(workspace.id, source.id, "catchment", now_us, body)])
    home.lander.catch_up()
    change = people.TraitChange("opr_1", home.clock, home.ids)
    with UnitOfWork(home.database) as uow:
        people.declare_trait(uow, workspace.id, CITY, change=change)
    with Notebook(home, workspace) as opened:
        yield opened


def test_people_are_a_table_with_the_traits_asked_for(notebook: Notebook) -> None:
    table = notebook.people(traits=["city"])
    assert table.column_names == ["person", "name", "first_seen", "last_seen", "events", "city"]
    assert table["name"].to_pylist() == ["W**", None]
    assert table["events"].to_pylist() == [2, 1]
    assert table["city"].to_pylist() == ["Xi'an", None]
    assert notebook.people(limit=1).num_rows == 1


def test_nothing_personal_stands_in_a_notebook(notebook: Notebook) -> None:
    text = "".join(map(str, notebook.events().to_pylist()))
    assert '"city"' in text
    assert "W**" in text
    assert "Wu" not in text
    assert "pii:" not in text


def test_one_person_is_found_by_any_id(notebook: Notebook) -> None:
    for identifier in ("wu", "tablet", "Wu"):
        rows = {row["name"]: row for row in notebook.person(identifier).to_pylist()}
        assert json.loads(rows["city"]["value"]) == "Xi'an"
    with pytest.raises(people.NobodyThere):
        notebook.person("nobody")
