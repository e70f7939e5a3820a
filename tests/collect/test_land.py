"""Landing moves each event into the lake exactly once, wherever the process dies."""

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catchment.collect import Decoded, Lander, LandingState, decode
from catchment.collect.errors import LogBehindTable
from catchment.collect.key_index import KeyIndex, Keys
from catchment.events import EVENT_SCHEMA, Trust, event_key
from catchment.kernel import WorkspaceId
from catchment.lake import (
    EventTable,
    LakeUnavailable,
    LogEntry,
    LogUnavailable,
    Received,
    SQLiteEventLog,
)
from catchment.testing.landing_desk import MINE, NOW_US, THEIRS, Desk, batch, call
from catchment.testing.log_seals import ToySeals, toy_log

POINTS = (
    "decoded",
    "quarantined",
    "protected",
    "appended",
    "recorded",
    "flushed keys",
    "merged keys",
    "kept house",
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def counts(desk: Desk, workspace_id: WorkspaceId = MINE) -> tuple[int, int, int]:
    state = LandingState(desk.folder / "landing" / "landing.db")
    found = state.counts(workspace_id)
    state.close()
    return found.accepted, found.duplicate, found.quarantined


def exam(
    folder: Path,
    point: str,
    times: int,
    *,
    lander_class: type[Lander] = Lander,
    table_class: type[EventTable] = EventTable,
) -> None:
    """Sends every id twice and a bad item among them, dies at a point, lands again, and counts."""
    desk = Desk(folder, lander_class=lander_class, table_class=table_class)
    ids = [f"m{i:02d}" for i in range(40)]
    for start in range(0, 40, 4):
        again = ids[max(0, start - 20) : max(0, start - 16)]
        desk.log.append(
            [batch([call(i) for i in ids[start : start + 4] + again] + [{"type": "x"}])]
        )
    desk.land_and_crash(point, times)
    desk.land()
    desk.log.append([batch([call(i) for i in ids])])
    desk.land()
    assert desk.landed() == ids
    assert len(desk.shelf.kept) == 10
    assert counts(desk) == (40, 20 + 40, 10)
    desk.log.close()


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("times", [1, 2])
def test_a_death_at_any_point_neither_loses_nor_repeats(
    tmp_path: Path, point: str, times: int
) -> None:
    exam(tmp_path, point, times)


class PositionApart(EventTable):
    """Wrong: the position is kept beside the table, after the commit, not in it."""

    def append(self, events: pa.Table, position: int) -> None:
        super().append(events, super().position())
        note = self.path.parent / "position"
        # The first note after a crash is the one that a real process would not have got to write.
        if (self.path.parent / "died").exists() or not events.num_rows:
            note.write_text(str(position))
        (self.path.parent / "died").touch()

    def position(self) -> int:
        note = self.path.parent / "position"
        return int(note.read_text()) if note.exists() else 0


class Windowed(Lander):
    """Wrong: it remembers only the newest keys."""

    def _ready_index(self) -> KeyIndex:
        index = super()._ready_index()
        known = index.fresh

        def fresh(keys: Keys) -> npt.NDArray[np.bool_]:
            return known(keys) if len(index) < 12 else np.ones(len(keys), dtype=np.bool_)

        index.fresh = fresh  # type: ignore[method-assign]
        return index


@pytest.mark.parametrize("wrong", [{"table_class": PositionApart}, {"lander_class": Windowed}])
def test_the_exam_catches_a_lander_that_cheats(tmp_path: Path, wrong: dict[str, type[Any]]) -> None:
    with pytest.raises(AssertionError):
        exam(tmp_path, "appended", 1, **wrong)


@settings(max_examples=20, deadline=None)
@given(
    rounds=st.lists(
        st.tuples(
            st.lists(st.lists(st.integers(0, 30), max_size=6), max_size=5),
            st.sampled_from(POINTS),
            st.integers(1, 3),
        ),
        max_size=4,
    )
)
def test_any_mix_of_repeats_and_deaths_lands_each_id_once(
    rounds: list[tuple[list[list[int]], str, int]],
) -> None:
    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        sent: Counter[str] = Counter()
        for bodies, point, times in rounds:
            for numbers in bodies:
                ids = [f"m{number}" for number in numbers]
                sent.update(ids)
                desk.log.append([batch([call(i) for i in ids])])
            desk.land_and_crash(point, times)
        desk.land()
        assert desk.landed() == sorted(sent)
        assert counts(desk) == (len(sent), sent.total() - len(sent), 0)
        desk.log.close()


def test_the_first_of_two_events_with_one_id_is_kept(desk: Desk) -> None:
    desk.log.append([batch([call("m", event="First"), call("m", event="Second")])])
    desk.log.append([batch([call("m", event="Third")])])
    desk.land()
    table = desk.table()
    assert table.read(table.files(MINE), ["name"])["name"].to_pylist() == ["First"]


def test_one_id_in_two_workspaces_is_two_events(desk: Desk) -> None:
    desk.log.append([batch([call("m")]), batch([call("m")], THEIRS)])
    desk.land()
    assert desk.landed(MINE) == desk.landed(THEIRS) == ["m"]
    assert counts(desk, THEIRS) == (1, 0, 0)


def test_a_lost_state_is_rebuilt_from_table_and_log(desk: Desk) -> None:
    desk.log.append([batch([call("a"), call("a"), call("b"), {"type": "x"}])])
    desk.land()
    shutil.rmtree(desk.folder / "landing")
    desk.log.append([batch([call("b"), call("c")])])
    desk.land()
    assert desk.landed() == ["a", "b", "c"]
    assert counts(desk) == (3, 2, 1)


def test_a_lost_state_is_rebuilt_when_the_log_was_trimmed(desk: Desk) -> None:
    desk.log.append([batch([call("a"), call("a")])])
    desk.land()
    desk.log.trim(desk.log.head())
    shutil.rmtree(desk.folder / "landing")
    desk.log.append([batch([call("a"), call("b")])])
    desk.land()
    assert desk.landed() == ["a", "b"]
    # What became of the trimmed entry's duplicate is known to nobody any more.
    assert counts(desk) == (2, 1, 0)


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_lost_or_cut_off_key_file_is_rebuilt(desk: Desk, is_lost: bool) -> None:  # noqa: FBT001
    desk.log.append([batch([call(f"m{i}") for i in range(9)])])
    desk.land()
    path = next((desk.folder / "landing" / "keys").glob("*.npy"))
    if is_lost:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:99])
    desk.log.append([batch([call(f"m{i}") for i in range(9)])])
    desk.land()
    assert len(desk.landed()) == 9
    assert counts(desk) == (9, 9, 0)


def test_a_table_set_back_by_a_power_cut_is_filled_again(desk: Desk) -> None:
    desk.log.append([batch([call("a")])])
    desk.land()
    kept = desk.folder / "kept"
    shutil.copytree(desk.folder / "events", kept)
    desk.log.append([batch([call("b")])])
    desk.land()
    shutil.rmtree(desk.folder / "events")
    kept.rename(desk.folder / "events")
    desk.land()
    assert desk.landed() == ["a", "b"]
    assert counts(desk) == (2, 0, 0)


def test_another_log_under_the_same_table_is_refused(desk: Desk, tmp_path: Path) -> None:
    desk.log.append([batch([call("a")]), batch([call("b")])])
    desk.land()
    desk.log = toy_log(tmp_path / "other.db")
    desk.log.append([batch([call("c")])])
    with pytest.raises(LogBehindTable, match="not the log"):
        desk.land()


def test_a_body_that_nothing_can_read_goes_to_quarantine_whole(desk: Desk) -> None:
    broken = [
        Received(MINE, "src", "segment", NOW_US, b"{"),
        Received(MINE, "src", "no-such-format", NOW_US, b"{}"),
        Received(MINE, "src", "columns", NOW_US, b"not arrow"),
    ]
    desk.log.append([*broken, batch([call("good")])])
    desk.land()
    assert desk.landed() == ["good"]
    assert {entry.payload for entry in desk.shelf.kept.values()} == {b"{", b"{}", b"not arrow"}


def test_two_landers_take_turns_and_land_once(desk: Desk) -> None:
    first, second = desk.lander(), desk.lander()
    for number in range(4):
        desk.log.append([batch([call(f"m{number}"), call("same")])])
        (first if number % 2 else second).catch_up()
    assert desk.landed() == ["m0", "m1", "m2", "m3", "same"]
    first.close()
    second.close()


def test_a_rows_columns_say_who_when_and_from_where(desk: Desk) -> None:
    desk.log.append(
        [
            batch(
                [
                    call("m", timestamp="2026-01-05T11:59:59.5Z", anonymousId="dev",
                         properties={"order_id": 7, "revenue": "12.34", "x": [1, 2]}),
                    call("n", type="alias", previousId="dev", userId="u"),
                ]
            )
        ]
    )  # fmt: skip
    desk.land()
    table = desk.table()
    rows = table.read(table.files(MINE)).to_pylist()
    assert EVENT_SCHEMA.names == list(rows[0])
    seen, alias = rows
    assert seen["event_key"] == event_key(MINE, "m")
    assert seen["subject"] == seen["user_subject"] != seen["anonymous_subject"]
    assert alias["anonymous_subject"] == seen["anonymous_subject"]
    assert seen["time"].isoformat() == "2026-01-05T11:59:59.500000+00:00"
    assert (seen["order_id"], seen["amount_minor"], seen["currency"]) == ("7", 1234, "CNY")
    assert json.loads(seen["properties"])["x"] == [1, 2]
    assert (seen["log_position"], seen["source_id"]) == (1, "src_web")


def test_a_claim_never_stands_in_the_way_of_what_is_settled(desk: Desk) -> None:
    """Whoever guesses an order's message id and claims it first has won nothing."""
    ways = (Trust.CLAIM, Trust.SETTLED, Trust.ATTESTED, Trust.SETTLED)
    for trust in ways:
        paid = call("order-1-paid", properties={"by": trust.value})
        desk.log.append([replace(batch([paid, call("other")]), trust=trust)])
    desk.land()
    table = desk.table()
    rows = table.read(table.files(MINE)).to_pylist()
    told = {(row["trust"], row["message_id"]): json.loads(row["properties"]) for row in rows}
    assert told["settled", "order-1-paid"] == {"by": "settled"}
    # The wrong variant: a claim and what is attested share their keys, so the first one counts.
    assert sorted(trust for trust, _ in told) == ["claim", "claim", "settled", "settled"]
    keys = {(row["trust"], row["message_id"]): row["event_key"] for row in rows}
    for (trust, message_id), key in keys.items():
        assert key == event_key(MINE, message_id, Trust(trust))
    # What landed before has the keys that it always had.
    plain = blake2b(b"other", digest_size=16, key=MINE.encode()).digest()
    assert keys["claim", "other"] == plain != keys["settled", "other"]


def test_sources_are_counted_by_hour_of_reception(desk: Desk) -> None:
    desk.log.append([batch([call("a"), call("b")]), batch([call("c")], source_id="src_app")])
    desk.land()
    state = LandingState(desk.folder / "landing" / "landing.db")
    assert state.volume_by_hour(MINE, "src_web", until_us=NOW_US, hours=3) == [0, 0, 2]
    assert state.counts(MINE, "src_app").last_seen_us == NOW_US
    assert state.counts(MINE, "src_none").accepted == 0
    state.close()


def test_the_next_entries_are_decoded_while_the_table_writes(desk: Desk) -> None:
    is_decoded = Event()

    class Waiting(EventTable):
        def append(self, events: pa.Table, position: int) -> None:
            waited.append(is_decoded.wait(10) if position < desk.log.head() else True)
            super().append(events, position)

    def told(received: Received, blocked_ids: AbstractSet[str]) -> Decoded:
        if b"m5" in received.body:
            is_decoded.set()
        return decode(received, blocked_ids)

    waited: list[bool] = []
    desk.table_class = Waiting
    # An alias takes the ordinary road, which asks the decoder it was given.
    desk.log.append(
        [batch([call(f"m{n}", type="alias", previousId="p", userId="u")]) for n in range(6)]
    )
    lander = desk.lander()
    ahead = Lander(replace(lander._parts, decode=told))
    ahead.catch_up()
    assert waited == [True, True]
    assert len(desk.landed()) == 6
    ahead.close()
    lander.close()


def test_what_was_read_ahead_is_dropped_when_another_process_landed_it(desk: Desk) -> None:
    ids = [f"m{number}" for number in range(9)]
    desk.log.append([batch([call(one)]) for one in ids])
    first, second = desk.lander(), desk.lander()
    assert first.land_once().position == 3
    second.catch_up()
    desk.log.append([batch([call("m9"), call("m4")])])
    first.catch_up()
    assert desk.landed() == [*ids, "m9"]
    assert counts(desk) == (10, 1, 0)
    first.close()
    second.close()


def test_a_table_that_was_away_gets_the_step_again(desk: Desk) -> None:
    class Away(EventTable):
        def append(self, events: pa.Table, position: int) -> None:
            if position == 6 and not failed:
                failed.append(position)
                raise LakeUnavailable
            super().append(events, position)

    failed: list[int] = []
    desk.table_class = Away
    ids = [f"m{number}" for number in range(9)]
    desk.log.append([batch([call(one)]) for one in ids])
    lander = desk.lander()
    with pytest.raises(LakeUnavailable):
        lander.catch_up()
    lander.catch_up()
    assert desk.landed() == ids
    assert counts(desk) == (9, 0, 0)
    lander.close()


def test_a_log_that_is_away_when_read_ahead_spoils_no_step(desk: Desk) -> None:
    class Away(SQLiteEventLog):
        def read(self, after: int, *, entries_max: int, bytes_max: int) -> Sequence[LogEntry]:
            if after == 3 and not failed:
                failed.append(after)
                raise LogUnavailable
            return super().read(after, entries_max=entries_max, bytes_max=bytes_max)

    failed: list[int] = []
    desk.log = Away(desk.folder / "log.db", sealer=ToySeals(), opener=ToySeals())
    ids = [f"m{number}" for number in range(9)]
    desk.log.append([batch([call(one)]) for one in ids])
    desk.land()
    assert failed == [3]
    assert desk.landed() == ids
