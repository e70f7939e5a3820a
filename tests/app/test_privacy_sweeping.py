"""Sweeping: what landed before it was known as personal goes to the vault, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from app.sweep_house import AS_IT_WAS, NAME, PHONE, House, holding
from catchment.app.retention_keeping import keep_retention
from catchment.app.sweep_pass import SweepWatch, rehearse_sweep
from catchment.events import EVENT_SCHEMA
from catchment.jobs import JobState, cancel_job, list_jobs
from catchment.kernel import us_from_instant
from catchment.lake import (
    CompactionConflict,
    SweepUnderWay,
    compact,
)
from catchment.people import (
    Aggregate,
    Condition,
    Fact,
    Measure,
)
from catchment.store import UnitOfWork
from catchment.vault import (
    SWEEP_JOB,
    DataClass,
    Retention,
    tokens_in,
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


def test_what_landed_before_its_field_was_declared_goes_to_the_vault(house: House) -> None:
    note = {"event": "Noted", "user_id": "ann", "properties": {"nick": NAME, "size": 4.50}}
    house.send(note, {"event": "Noted", "user_id": "bob", "properties": {"size": 1}})
    before = house.rows()
    house.declare("properties.nick", "nickname")
    state = house.sweep()
    assert (state.events, dict(state.values), state.rows) == (1, {"nickname": 1}, 2)
    after = house.rows()
    assert [[row[name] for name in AS_IT_WAS] for row in after] == [
        [row[name] for name in AS_IT_WAS] for row in before
    ]
    told = json.loads(after[0]["properties"])
    assert house.values(told["nick"]) == [NAME]
    assert (told["size"], after[1]) == (4.5, before[1])
    # The same sent again is the same token, and counts as the same value.
    house.send({**note, "message_id": "again"})
    assert json.loads(house.column("properties")[-1])["nick"] == told["nick"]


def test_a_second_pass_finds_nothing_and_leaves_every_file_alone(house: House) -> None:
    house.send({"event": "Noted", "user_id": "ann", "properties": {"nick": NAME, "tel": PHONE}})
    house.declare("properties.nick", "nickname")
    # Declared as something else, what was a phone's token already stays one.
    house.declare("properties.tel", "hotline")
    house.sweep()
    told, files = house.rows(), house.home.events.files(house.workspace_id)
    state = house.sweep(is_whole=True)
    assert (state.events, state.rows) == (0, 1)
    assert house.rows() == told
    assert house.home.events.files(house.workspace_id) == files
    assert house.values(told[0]["properties"]) == [NAME, PHONE]


def test_a_remark_with_a_token_in_it_is_kept_as_it_was_written(house: House) -> None:
    remark = f"ring {PHONE}, ask for {NAME}"
    said = {"event": "Said", "user_id": "ann", "properties": {"remark": remark}}
    house.send(said)
    assert len(tokens_in(house.column("properties")[0])) == 1
    house.declare("*.remark", "remark")
    house.sweep()
    told = json.loads(house.column("properties")[0])["remark"]
    assert house.values(told) == [remark]
    house.send({**said, "message_id": "again"})
    assert json.loads(house.column("properties")[1])["remark"] == told


def test_a_value_counts_as_sent_on_the_day_it_landed(house: House) -> None:
    house.send({"event": "Noted", "user_id": "ann", "properties": {"nick": NAME}})
    rows = house.home.events.read(house.home.events.files(house.workspace_id))
    place = rows.schema.get_field_index("landed_time")
    for days, who in ((400, "old"), (2, "new")):
        at = house.home.clock.now() - timedelta(days=days)
        landed = pa.array([at], EVENT_SCHEMA.field("landed_time").type)
        other = rows.set_column(place, EVENT_SCHEMA.field("landed_time"), landed)
        name = rows.schema.get_field_index("properties")
        text = pa.array([json.dumps({"nick": f"{NAME}{who}"})])
        other = other.set_column(name, EVENT_SCHEMA.field("properties"), text)
        house.home.events.append(other, house.home.events.position() + 1)
    # One file, as compaction makes them: one landing's day must not become the others'.
    files = house.home.events.files(house.workspace_id)
    house.home.events.swap(files, house.home.events.read(files))
    house.declare("*.nick", "nickname")
    assert house.sweep().events == 3
    today = us_from_instant(house.home.clock.now()) // 86_400_000_000
    gone = house.home.vault.expire(
        house.workspace_id, "nickname", DataClass.IMPORTANT, before_day=today - 100
    )
    assert gone == 1


def test_a_rehearsal_counts_and_changes_nothing(house: House) -> None:
    house.send(*({"event": "N", "user_id": "a", "properties": {"nick": f"n{n}"}} for n in range(5)))
    house.declare("*.nick", "nickname")
    files, kept = house.home.events.files(house.workspace_id), house.home.vault.counts
    before = kept(house.workspace_id)
    told = rehearse_sweep(house.home, house.workspace_id)
    assert (told.rows, told.events, dict(told.values)) == (5, 5, {"nickname": 5})
    assert house.home.events.files(house.workspace_id) == files
    assert kept(house.workspace_id) == before
    assert house.sweep().events == 5


def test_it_is_ordered_once_by_itself_when_a_field_was_declared(house: House) -> None:
    house.work()
    assert house.jobs() == []
    house.send({"event": "Noted", "user_id": "ann", "properties": {"nick": NAME}})
    house.work()
    assert house.jobs() == []
    house.declare("*.nick", "nickname")
    house.keeping._sweeping.order(house.home.clock.now())
    house.keeping._sweeping.order(house.home.clock.now())
    assert house.jobs() == [JobState.QUEUED]
    house.work()
    assert house.jobs() == [JobState.DONE]
    assert NAME not in house.column("properties")[0]
    house.work()
    assert house.jobs() == [JobState.DONE]


def test_what_landed_while_a_field_was_off_is_found_when_it_is_declared_again(
    house: House,
) -> None:
    declared = house.declare("*.nick", "nickname")
    house.send({"event": "Noted", "user_id": "ann", "properties": {"nick": "one"}})
    house.sweep()
    with UnitOfWork(house.home.database) as uow:
        house.home.privacy.fields.remove(uow, house.workspace_id, declared)
    house.send({"event": "Noted", "user_id": "ann", "properties": {"nick": NAME}})
    house.declare("*.nick", "nickname")
    house.work()
    assert house.jobs() == [JobState.DONE]
    assert NAME not in str(house.rows())


def test_what_landed_while_a_field_was_kept_open_is_found_afterwards(house: House) -> None:
    is_open = house.declare("*.batch", "batch", DataClass.GENERAL)
    house.sweep()
    house.send({"event": "Noted", "user_id": "ann", "properties": {"batch": PHONE}})
    assert PHONE in house.column("properties")[0]
    with UnitOfWork(house.home.database) as uow:
        house.home.privacy.fields.remove(uow, house.workspace_id, is_open)
    house.work()
    assert house.jobs() == [JobState.DONE]
    assert PHONE not in house.column("properties")[0]


def test_one_process_at_a_time(house: House) -> None:
    with house.home.events.sweeps.alone(house.workspace_id), pytest.raises(SweepUnderWay):
        house.sweep()


def test_a_sweep_that_was_cancelled_waits_for_the_night(house: House) -> None:
    house.send({"event": "Noted", "user_id": "ann", "properties": {"nick": NAME}})
    house.declare("*.nick", "nickname")
    sweeping, now = house.keeping._sweeping, house.home.clock.now()
    sweeping.order(now)
    with UnitOfWork(house.home.database) as uow:
        (job,) = list_jobs(uow, house.workspace_id, kind=SWEEP_JOB).items
        cancel_job(uow, house.workspace_id, job.id, clock=house.home.clock)
    sweeping._is_night = lambda *_: False
    sweeping.order(now + timedelta(hours=5))
    assert house.jobs() == [JobState.CANCELLED]
    sweeping._is_night = lambda *_: True
    sweeping.order(now + timedelta(hours=5))
    assert house.jobs() == [JobState.QUEUED, JobState.CANCELLED]


class Cut(Exception):
    """The power went."""


STEPS = ("kept", "noted", "amended", "looked through", "facts renewed", "interests drawn", "told")


@pytest.mark.parametrize("step", STEPS)
def test_cut_short_at_any_step_it_goes_on(house: House, step: str) -> None:
    for number in range(3):
        viewed = {"event": "Product Viewed", "user_id": f"u{number}"}
        house.send({**viewed, "properties": {"product_id": "p", "brand": f"{NAME}{number}"}})
    house.home.catch_up()
    house.home.interest_keeper.catch_up()
    before = [[row[name] for name in AS_IT_WAS] for row in house.rows()]
    house.declare("*.brand", "nickname")
    cuts = 0
    # Once at the first file, then at the second one reached, then not at all.
    for times in (1, 2, 0):
        reached = [0]

        def cut(at: str, times: int = times, reached: list[int] = reached) -> None:
            reached[0] += at == step
            if at == step and reached[0] == times:
                raise Cut

        try:
            house.sweep(hears=SweepWatch(reached=cut))
        except Cut:
            cuts += 1
            house.again()
    assert cuts
    state = house.home.events.sweeps.read(house.workspace_id)
    assert not state.is_under_way
    assert [[row[name] for name in AS_IT_WAS] for row in house.rows()] == before
    told = [house.values(text) for text in house.column("properties")]
    assert told == [[f"{NAME}{number}"] for number in range(3)]
    house.home.events.tidy(grace_hours=0)
    house.home.interest_edges.tidy(grace_hours=0)
    assert holding(house.folder / "home" / "lake", NAME) == []
    assert house.sweep(is_whole=True).events == 0


def test_compaction_and_landing_beside_it_lose_and_double_nothing(house: House) -> None:
    for number in range(12):
        house.send(
            {"event": "N", "user_id": f"u{number}", "properties": {"nick": f"{NAME}{number}"}}
        )
    house.declare("*.nick", "nickname")
    amended: list[str] = []

    def beside(step: str) -> None:
        """As the first file is about to be swapped, others swap and add."""
        if step != "noted":
            return
        if not amended:
            assert compact(house.home.events).steps == 1
            house.send({"event": "N", "user_id": "late", "properties": {"nick": f"{NAME}12"}})
        amended.append(step)

    state = house.sweep(hears=SweepWatch(reached=beside))
    assert len(amended) > 1
    told = sorted(house.values(text)[0] or "" for text in house.column("properties"))
    assert told == sorted(f"{NAME}{number}" for number in range(13))
    assert state.events == 12
    keys = house.column("event_key")
    assert len(keys) == len(set(keys)) == 13


def test_a_sweep_that_would_not_mind_conflicts_loses_rows(house: House) -> None:
    """The wrong variant: without the refusal, rows that were merged meanwhile would be doubled."""
    for number in range(8):
        house.send({"event": "N", "user_id": f"u{number}", "properties": {"nick": NAME}})
    events = house.home.events
    (file, *_) = events.files(house.workspace_id)
    rows = events.read([file])
    compact(events)
    with pytest.raises(CompactionConflict):
        events.amend(file, rows)
    assert events.count(house.workspace_id) == 8


def test_what_is_derived_follows(house: House) -> None:
    house.send(
        {"type": "identify", "user_id": "ann", "traits": {"club": NAME}},
        {"event": "Product Viewed", "user_id": "ann",
         "properties": {"product_id": "p1", "brand": f"{NAME}brand"}},
    )  # fmt: skip
    home = house.home
    home.catch_up()
    home.people_keeping.keep(house.workspace_id)
    home.interest_keeper.catch_up()
    fact = Fact(Condition(kind="identify"), "traits.club")
    home.facts.declare(house.workspace_id, [fact])
    home.facts.catch_up(house.workspace_id)
    measure = Measure(Condition(kind="identify"), Aggregate.LAST, "traits.club")
    loose = Measure(Condition("Product Viewed"), Aggregate.LAST, "properties.brand")
    now_us = home.clock.now_us()

    def texts(one: Measure) -> list[str]:
        told = home.facts.evaluate(house.workspace_id, one, at_us=now_us)
        return [] if told.texts is None else told.texts.to_pylist()

    assert texts(measure) == [NAME]
    assert texts(loose) == [f"{NAME}brand"]
    exported = home.settings.home / "exports" / house.workspace_id / "job_1.ndjson"
    exported.parent.mkdir(parents=True)
    exported.write_text(NAME)
    house.declare("traits.club", "club")
    house.declare("*.brand", "nickname")
    # Another process does it; this one remembers what it read.
    other = House.__new__(House)
    other.folder, other._count, other.workspace_id = house.folder, 0, house.workspace_id
    other.open()
    other.sweep()
    other.close()
    assert [house.values(text) for text in texts(measure)] == [[NAME]]
    assert [house.values(text) for text in texts(loose)] == [[f"{NAME}brand"]]
    assert not exported.exists()
    home.events.tidy(grace_hours=0)
    home.interest_edges.tidy(grace_hours=0)
    assert holding(house.folder / "home", NAME) == []


def test_retention_takes_swept_events_as_any_others(house: House) -> None:
    house.send({"event": "N", "user_id": "ann", "properties": {"nick": NAME}}, days_ago=40)
    house.send({"event": "N", "user_id": "bob", "properties": {"nick": NAME}})
    house.declare("*.nick", "nickname")
    house.sweep()
    with UnitOfWork(house.home.database) as uow:
        rules = Retention(events_days=30)
        house.home.privacy.retention.change(uow, house.workspace_id, rules, actor="opr_1")
    assert keep_retention(house.home)["events"] == 1
    assert [house.values(one) for one in house.column("properties")] == [[NAME]]


def test_files_that_left_the_table_are_followed_until_they_are_deleted(house: House) -> None:
    house.send({"event": "N", "user_id": "ann", "properties": {"nick": NAME}})
    house.declare("*.nick", "nickname")
    house.sweep()
    lake = house.folder / "home" / "lake"
    assert len(house.home.events.erasures.read(house.workspace_id).leaving) == 1
    assert holding(lake, NAME)
    house.home.events.tidy(grace_hours=0)
    house.keeping._order_erasing(house.home.clock.now())
    assert house.home.events.erasures.workspaces() == []
    assert holding(lake, NAME) == []
