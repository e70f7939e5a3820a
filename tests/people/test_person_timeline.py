"""One timeline: newest first over all identifiers, narrowed, and cut into pages without a seam."""

from __future__ import annotations

from datetime import timedelta

import pytest

from analytics.desk import START, WORKSPACE
from catchment.kernel import BrokenCursor, encode_cursor
from catchment.people import (
    DeedKind,
    TimelineAsk,
    TimelineEvent,
    read_timeline,
    subjects_of_person,
)
from people.town import Named, Town

LIN: Named = ("user", "lin")
DEVICE: Named = ("anon", "device-1")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Many events of one minute, so that pages end among equals; and a stranger's."""
    made = Town(tmp_path_factory.mktemp("town"))
    rows = [
        made.did(DEVICE if n % 2 else LIN, "Page Viewed", 5, sequence=None if n % 3 else n % 4)
        for n in range(17)
    ]
    rows += [
        made.did(LIN, "Order Completed", 6, order_id="o1", amount_minor=5, currency="CNY"),
        made.did(DEVICE, "Live Liked", 7, live_id="l1", source_id="src_live"),
        made.did(LIN, "Email Opened", 8),
        made.did(("user", "other"), "Page Viewed", 9),
    ]
    made.land(rows)
    made.link(DEVICE, LIN)
    return made


def read(town: Town, **ask: object) -> list[TimelineEvent]:
    _, subjects = subjects_of_person(town.parts, WORKSPACE, town.person(LIN))
    found: list[TimelineEvent] = []
    cursor = None
    while True:
        wanted = TimelineAsk(cursor=cursor, **ask)  # type: ignore[arg-type]
        page = read_timeline(town.engine, WORKSPACE, subjects, wanted)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


@pytest.mark.parametrize("limit", [1, 4, 7, 500])
def test_pages_have_no_seam_even_among_equals(town: Town, limit: int) -> None:
    found = read(town, limit=limit)
    mine = [row for row in town._rows if row["subject"] != town.subject(("user", "other"))]
    assert len(found) == len(mine) == 20
    assert len({one.event_key for one in found}) == 20
    sequences = {row.get("message_id", f"m{n}"): row.get("sequence")
                 for n, row in enumerate(town._rows)}  # fmt: skip
    keys = [
        (one.time, -1 if sequences[one.message_id] is None else sequences[one.message_id],
         one.event_key)
        for one in found
    ]  # fmt: skip
    assert keys == sorted(keys, reverse=True)


def test_what_is_asked_narrows_it(town: Town) -> None:
    names = {kind: {one.name for one in read(town, kind=kind)} for kind in DeedKind}
    assert names == {
        DeedKind.ORDER: {"Order Completed"},
        DeedKind.LIVE: {"Live Liked"},
        DeedKind.MESSAGE: {"Email Opened"},
        DeedKind.OTHER: {"Page Viewed"},
    }
    assert [one.name for one in read(town, source_id="src_live")] == ["Live Liked"]
    assert len(read(town, event="Page Viewed", limit=3)) == 17
    since, until = START + timedelta(minutes=6), START + timedelta(minutes=8)
    assert [one.name for one in read(town, since=since, until=until)] == [
        "Live Liked", "Order Completed",
    ]  # fmt: skip


def test_a_strangers_cursor_is_refused(town: Town) -> None:
    for cursor in (encode_cursor(1), encode_cursor(1, 2, "zz"), "%%"):
        with pytest.raises(BrokenCursor):
            read_timeline(town.engine, WORKSPACE, ["x"], TimelineAsk(cursor=cursor))
