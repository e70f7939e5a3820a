"""What was derived of events that had their time follows them: interests and audiences."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from catchment import audiences
from catchment.app import Home, read_settings
from catchment.app.retention_keeping import day_before, expire_events, keep_retention
from catchment.kernel import WorkspaceId, us_from_instant
from catchment.lake import CompactionConflict, InterestTable, Received
from catchment.people import InterestKind
from catchment.store import UnitOfWork
from catchment.vault import Retention


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(read_settings({"CATCHMENT_HOME": str(tmp_path / "home")}))
    made.prepare()
    yield made
    made.close()


def send(home: Home, days_ago: int, product: str, user: str = "u") -> None:
    """Somebody looked at something so many days ago."""
    at = home.clock.now() - timedelta(days=days_ago)
    event = {
        "event": "Product Viewed", "user_id": user, "time": at.isoformat(),
        "properties": {"product_id": product},
    }  # fmt: skip
    body = json.dumps({"events": [event]}).encode()
    ours = home.workspace().id
    home.log.append([Received(ours, "src_1", "catchment", us_from_instant(at), body)])
    home.lander.catch_up()
    home.people_keeping.keep(ours)
    home.interest_keeper.catch_up()


def products(home: Home) -> set[str]:
    """The goods that the graph knows of."""
    found = home.interests.search(home.workspace().id, "", kind=InterestKind.PRODUCT, limit=50)
    return {item.id for item in found.items}


def enforce(home: Home, days: int) -> int:
    ours, rules = home.workspace().id, Retention(events_days=days)
    with UnitOfWork(home.database) as uow:
        home.privacy.retention.change(uow, ours, rules, actor="opr_keeper")
    return keep_retention(home)["events"]


def test_interests_follow_shortened_days_at_once(home: Home) -> None:
    send(home, 40, "old")
    send(home, 2, "new")
    assert products(home) == {"old", "new"}
    assert enforce(home, 30) == 1
    assert products(home) == {"new"}
    send(home, 1, "newer")
    assert products(home) == {"new", "newer"}
    # Nothing more to do: the files are those they were.
    edges, ours = home.interest_edges, home.workspace().id
    before = [file.path for file in edges.files(ours)]
    assert enforce(home, 30) == 0
    assert [file.path for file in edges.files(ours)] == before


def test_what_a_kill_cut_short_is_done_the_next_time(home: Home) -> None:
    send(home, 40, "old")
    send(home, 2, "new")
    # The wrong variant: events go, and nothing follows.
    expire_events(home.events, home.workspace().id, home.clock.now() - timedelta(days=30))
    assert products(home) == {"old", "new"}
    assert enforce(home, 30) == 0
    assert products(home) == {"new"}


def test_old_edges_answer_until_the_new_are_whole_and_what_comes_in_stays(home: Home) -> None:
    send(home, 40, "old")
    edges, ours = home.interest_edges, home.workspace().id
    seen: list[int] = []

    def build(position: int) -> pa.Table:
        rows = edges.read(ours)
        seen.append(rows.num_rows)
        edges.add(ours, rows, before=position, position=position + 1)
        return rows.slice(0, 0)

    rows = edges.read(ours).num_rows
    edges.exchange(ours, build)
    assert seen == [rows]
    assert (edges.read(ours).num_rows, edges.position(ours)) == (rows, 2)


def test_files_that_were_merged_meanwhile_are_not_counted_twice(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days, product in ((40, "old"), (3, "new"), (2, "newer")):
        send(home, days, product)
    edges, ours = home.interest_edges, home.workspace().id
    exchange, tries = InterestTable.exchange, []

    def disturbed(self: InterestTable, workspace_id: WorkspaceId, build: object) -> None:
        tries.append(1)
        if len(tries) < 5:
            edges.forget(ours, ["nobody"])
            raise CompactionConflict
        exchange(self, workspace_id, build)  # type: ignore[arg-type]

    monkeypatch.setattr(InterestTable, "exchange", disturbed)
    assert enforce(home, 30) == 1
    assert products(home) == {"new", "newer"}
    assert len(tries) == 3, "then everything is derived from the beginning"

    def merging(position: int) -> pa.Table:
        held = edges.read(ours)
        assert position == edges.position(ours)
        edges._swap(ours, edges.files(ours), held, edges._files.transaction(
            f"interests-rewrite/{ours}"), is_rearranged=True)  # fmt: skip
        return held

    rows = edges.read(ours).num_rows
    with pytest.raises(CompactionConflict):
        exchange(edges, ours, merging)
    assert edges.read(ours).num_rows == rows


def test_audiences_follow_events_that_had_their_time(home: Home) -> None:
    send(home, 40, "old", "ann")
    send(home, 2, "new", "bob")
    ours = home.workspace().id
    author = audiences.Author("opr_lin", home.audiences.check, home.clock, home.ids)
    draft = audiences.Draft("Viewers", {"did": {"event": "Product Viewed"}})
    with UnitOfWork(home.database) as uow:
        made = audiences.create_audience(uow, ours, draft, author=author)

    def size() -> int | None:
        home.people_keeping.keep(ours)
        with UnitOfWork(home.database, reads_only=True) as uow:
            return audiences.get_audience(uow, ours, made.id).size

    assert size() == 2
    enforce(home, 30)
    assert size() == 1


@pytest.mark.parametrize(
    ("now", "days", "zone", "first"),
    [
        ("2026-03-02T15:59:59+00:00", 1, "Asia/Shanghai", "2026-03-01T00:00:00+08:00"),
        ("2026-03-02T16:00:00+00:00", 1, "Asia/Shanghai", "2026-03-02T00:00:00+08:00"),
        ("2026-03-02T16:00:00+00:00", 1, "UTC", "2026-03-01T00:00:00+00:00"),
        # Over the change of the clocks, a day is a day of the calendar.
        ("2026-03-09T12:00:00+00:00", 2, "America/New_York", "2026-03-07T00:00:00-05:00"),
        ("2026-11-02T12:00:00+00:00", 30, "America/New_York", "2026-10-03T00:00:00-04:00"),
    ],
)
def test_days_are_those_of_the_workspace(now: str, days: int, zone: str, first: str) -> None:
    found = day_before(datetime.fromisoformat(now), days, zone)
    assert (found, found.tzinfo) == (datetime.fromisoformat(first), UTC)
