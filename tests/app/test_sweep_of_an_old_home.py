"""A home of the version before the vault: all of it is swept, and its people can be forgotten."""

from __future__ import annotations

import json
from pathlib import Path

from app.sweep_house import AS_IT_WAS, MAIL, NAME, READING, an_old_home, holding
from catchment.collect import KeptFiles
from catchment.jobs import JobState
from catchment.kernel import WorkspaceId
from catchment.lake import (
    EVENTS,
    DataFile,
    EventTable,
    LogSpan,
)
from catchment.people import (
    By,
    Registrar,
    lookup_person,
)
from catchment.vault import (
    tokens_in,
)

PLANTED = ("1381234567", "1391234567", "1371234567", "1361234567", MAIL, NAME)


def test_a_home_of_the_version_before_is_swept_by_itself(tmp_path: Path) -> None:
    house = an_old_home(tmp_path)
    before = [[row[name] for name in AS_IT_WAS if name != "user_id"] for row in house.rows()]
    assert all(file.lacks for file in house.home.events.files(house.workspace_id))
    assert holding(tmp_path, *PLANTED)
    house.work()
    assert house.jobs() == [JobState.DONE]
    after = [[row[name] for name in AS_IT_WAS if name != "user_id"] for row in house.rows()]
    assert after == before
    house.home.events.tidy(grace_hours=0)
    house.close()
    assert holding(tmp_path, *PLANTED) == []
    house.open()
    uploads = house.home.settings.home / "uploads" / house.workspace_id
    (upload,) = [path for path in uploads.rglob("*") if path.is_file()]
    with KeptFiles(house.home.keys).open(house.workspace_id, upload) as opened:
        assert MAIL in opened.read().decode()
    # They are found by their phones, forgotten, and gone.
    house.home.catch_up()
    house.home.people_keeping.keep(house.workspace_id)
    home = house.home
    assert home.vault.counts(house.workspace_id)
    (token,) = tokens_in(json.loads(house.column("traits")[0])["phone"])
    (subject,) = {row["subject"] for row in house.rows() if row["user_id"] == "u0"}
    parts = home.people_parts
    person = lookup_person(parts, house.workspace_id, "phone", "138 1234 5670")
    assert person == lookup_person(parts, house.workspace_id, "user", "u0")
    assert person is not None
    Registrar(home.people).forget(house.workspace_id, person, by=By("opr_1", "asked to"))
    assert home.vault.open_for(house.workspace_id, [str(token)], READING) == [None]
    left = home.engine.query(house.workspace_id, EVENTS.select("subject"))["subject"].to_pylist()
    assert subject not in left
    house.close()


class OnlyOfNow(EventTable):
    """Knows of no file that lacks a later column."""

    def files(
        self, workspace_id: WorkspaceId | None = None, *, span: LogSpan | None = None
    ) -> list[DataFile]:
        return [one for one in super().files(workspace_id, span=span) if not one.lacks]


def test_a_sweep_that_skips_what_lacks_later_columns_leaves_all_of_it(tmp_path: Path) -> None:
    """The wrong variant: whoever only looks at files of now finds none in an old home."""
    house = an_old_home(tmp_path)
    house.home.__dict__["events"] = OnlyOfNow(house.home.events.path)
    assert house.sweep().events == 0
    house.close()
    assert holding(tmp_path, *PLANTED)
