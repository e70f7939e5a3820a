"""Retention: what has had its time leaves the vault, the lake, the quarantine and the files."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from catchment import collect
from catchment.access import Workspace
from catchment.app import Home, open_home, read_settings
from catchment.app.examination import _parts
from catchment.app.retention_keeping import (
    expire_events,
    keep_retention,
    keep_trail,
    privacy_handlers,
)
from catchment.jobs import JobWorker, enqueue, get_job
from catchment.kernel import us_from_instant
from catchment.lake import Received
from catchment.people import Aggregate, Condition, Fact, Measure
from catchment.store import UnitOfWork
from catchment.testing.clock import ManualClock
from catchment.vault import (
    MASTER_JOB,
    ROTATION_JOB,
    Access,
    DataClass,
    FieldSpec,
    KeyState,
    PersonalValue,
    Purpose,
    Retention,
    approve_master_destruction,
    master_rotation,
    rotate_master_key,
    schedule_master_destruction,
)

OWNER = "cd" * 16


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(read_settings({"CATCHMENT_HOME": str(tmp_path / "home")}))
    made.prepare()
    yield made
    made.close()


def send(home: Home, workspace: Workspace, days_ago: int, *events: dict[str, str]) -> None:
    """Events that came so many days ago."""
    at = home.clock.now() - timedelta(days=days_ago)
    body = json.dumps({"events": [{**one, "time": at.isoformat()} for one in events]}).encode()
    home.log.append([Received(workspace.id, "src_1", "catchment", us_from_instant(at), body)])
    home.lander.catch_up()


def enforce(home: Home, workspace: Workspace, rules: Retention) -> dict[str, int]:
    with UnitOfWork(home.database) as uow:
        home.privacy.retention.change(uow, workspace.id, rules, actor="opr_keeper")
    return {name: count for name, count in keep_retention(home).items() if count}


def test_events_that_are_older_than_their_days_leave_the_lake(home: Home) -> None:
    ours = home.workspace()
    send(home, ours, 40, *({"event": "Seen", "user_id": f"u{n}"} for n in range(5)))
    send(home, ours, 2, *({"event": "Seen", "user_id": f"u{n}"} for n in range(3)))
    assert enforce(home, ours, Retention()) == {}
    assert home.events.count(ours.id) == 8
    assert enforce(home, ours, Retention(events_days=30)) == {"events": 5}
    assert home.events.count(ours.id) == 3
    assert enforce(home, ours, Retention(events_days=30)) == {}
    with UnitOfWork(home.database, reads_only=True) as uow:
        assert home.privacy.retention.of(uow, ours.id).enforced_at is not None
        (entry, *_) = home.privacy.trail.page(uow, ours.id).items
    assert (entry.act.action, entry.act.reason) == ("retention.enforce", "events 5")


def test_what_was_measured_of_them_follows_them(home: Home) -> None:
    ours = home.workspace()
    send(home, ours, 40, {"event": "Seen", "user_id": "u"}, {"event": "Seen", "user_id": "gone"})
    send(home, ours, 2, {"event": "Seen", "user_id": "u"})
    home.catch_up()
    fact = Fact(Condition("Seen"))
    home.facts.declare(ours.id, [fact])
    home.facts.catch_up(ours.id)
    now_us = home.clock.now_us()

    def seen() -> list[float]:
        told = home.facts.evaluate(ours.id, Measure(fact.condition, Aggregate.COUNT), at_us=now_us)
        assert told.numbers is not None
        return sorted(told.numbers.tolist())

    assert seen() == [1.0, 2.0]
    # The wrong variant: without the mark, what was derived stays.
    expire_events(home.events, ours.id, home.clock.now() - timedelta(days=30))
    assert not home.facts.renew(ours.id)
    assert seen() == [1.0, 2.0]
    home.facts.outdate(ours.id)
    assert enforce(home, ours, Retention(events_days=30)) == {}
    assert [one for one in seen() if one] == [1.0]
    assert not home.facts.renew(ours.id)


def test_values_go_when_their_field_says_so_and_the_longest_field_counts(home: Home) -> None:
    ours = home.workspace()
    old = us_from_instant(home.clock.now() - timedelta(days=40))

    def keep(kind: str, data_class: DataClass) -> str:
        one = PersonalValue(OWNER, kind, f"a {kind}", data_class=data_class)
        return home.vault.keep(ours.id, [one], seen_us=old)[0]

    memo, note = keep("memo", DataClass.COMMON), keep("note", DataClass.COMMON)
    phone = keep("phone", DataClass.IMPORTANT)
    with UnitOfWork(home.database) as uow:
        for place, kind, days in (
            ("*.memo", "memo", 30), ("*.note", "note", 30), ("*.remark", "note", 60),
        ):  # fmt: skip
            spec = FieldSpec(place, kind, kind, kind, DataClass.COMMON, (Purpose.SERVICE,), days)
            home.privacy.fields.declare(uow, ours.id, spec, actor="opr_keeper")
    assert enforce(home, ours, Retention()) == {"values": 1}
    access = Access("test", Purpose.SERVICE, "looks whether they are there")
    assert home.vault.open_for(ours.id, [memo, note, phone], access) == [None, "a note", "a phone"]


def test_quarantined_payloads_and_files_go(home: Home) -> None:
    ours = home.workspace()
    send(home, ours, 40, {"event": "Nobody's"})
    send(home, ours, 2, {"event": "Nobody's either"})
    old = (home.clock.now() - timedelta(days=3)).timestamp()
    for folder in ("uploads", "exports", "exports/audiences"):
        place = home.settings.home / folder / ours.id
        place.mkdir(parents=True)
        for name in ("old", "new"):
            (place / name).write_text("x")
        os.utime(place / "old", (old, old))
    rules = replace(Retention(), quarantine_days=30, uploads_days=1, exports_days=1)
    assert enforce(home, ours, rules) == {"quarantined": 1, "files": 3}
    with UnitOfWork(home.database, reads_only=True) as uow:
        which = collect.QuarantineFilter()
        assert collect.count_quarantined(uow, ours.id, which) == 1
        gone = collect.QuarantineFilter(state=collect.QuarantineState.DISCARDED)
        [emptied] = collect.list_quarantined(uow, ours.id, gone, keys=home.keys).items
        assert (emptied.state.value, emptied.settled_by) == ("discarded", "retention")


def test_the_trails_end_is_signed_once_a_day(home: Home) -> None:
    ours = home.workspace()
    enforce(home, ours, Retention())
    send(home, ours, 40, {"event": "Seen", "user_id": "u"})
    enforce(home, ours, Retention(events_days=30))
    assert keep_trail(home) == {"signed": 1, "destroyed": 0}
    assert keep_trail(home) == {"signed": 0, "destroyed": 0}
    verdict = home.privacy.trail.verify(ours.id)
    assert verdict.is_whole
    assert [head.is_signed for head in verdict.heads] == [True]


def test_a_rotation_of_the_master_key_that_was_cut_short_is_gone_on_with(home: Home) -> None:
    class Cut(Exception): ...

    def stop(point: str) -> None:
        if point == "begun":
            raise Cut

    ours = home.workspace()
    subject = home.hasher.subject(ours.id, "user", "42")
    with pytest.raises(Cut):
        rotate_master_key(home.keys, reached=stop)
    (keys,) = (one for one in _parts(home) if one.part == "keys")
    assert (keys.is_well, "rotation" in keys.detail) == (False, True)
    keep_trail(home)
    rotation = master_rotation(home.keys)
    assert rotation is not None
    assert (rotation.version, rotation.is_done) == (2, True)
    (keys,) = (one for one in _parts(home) if one.part == "keys")
    assert (keys.is_well, "version 2; 1 old" in keys.detail) == (True, True)
    assert home.hasher.subject(ours.id, "user", "42") == subject


def test_an_old_master_key_goes_when_it_is_due_and_every_trail_says_so(tmp_path: Path) -> None:
    home = Home(read_settings({"CATCHMENT_HOME": str(tmp_path / "home")}))
    home.clock = clock = ManualClock(home.clock.now())
    home.prepare()
    ours = home.workspace()
    subject = home.hasher.subject(ours.id, "user", "42")
    with UnitOfWork(home.database) as uow:
        job = enqueue(uow, ours.id, MASTER_JOB, {}, clock=home.clock, ids=home.ids)
    worker = JobWorker(
        home.database, privacy_handlers(home),
        clock=home.clock, ids=home.ids, chance=random.Random(1),
    )  # fmt: skip
    worker.run_due()
    with UnitOfWork(home.database, reads_only=True) as uow:
        assert (get_job(uow, ours.id, job.id).result or {})["version"] == 2
    schedule_master_destruction(home.keys, ours.id, 1, actor="opr_a", reason="leaked")
    approve_master_destruction(home.keys, ours.id, 1, actor="opr_b")
    assert keep_trail(home)["destroyed"] == 0
    clock.advance(timedelta(days=7))
    assert keep_trail(home)["destroyed"] == 1
    assert not (home.settings.keys / "master.key").exists()
    assert (home.settings.keys / "master-2.key").exists()
    with UnitOfWork(home.database, reads_only=True) as uow:
        acts = [one.act for one in home.privacy.trail.page(uow, ours.id, limit=9).items]
    (act,) = (one for one in acts if one.action == "key.master.destroy")
    assert act.reason == "1: asked by opr_a, approved by opr_b"
    home.close()
    # A start without the first file is a start like any other.
    with open_home(home.settings) as again:
        assert again.hasher.subject(ours.id, "user", "42") == subject


def test_a_rotation_that_was_ordered_is_done_by_the_worker(home: Home) -> None:
    ours = home.workspace()
    seen_us = home.clock.now_us()
    values = [PersonalValue(f"{n:032x}", "phone", f"1381234{n:04}") for n in range(20)]
    tokens = home.vault.keep(ours.id, values, seen_us=seen_us)
    with UnitOfWork(home.database) as uow:
        job = enqueue(
            uow, ours.id, ROTATION_JOB, {"data_class": "important"}, clock=home.clock, ids=home.ids
        )
    worker = JobWorker(
        home.database, privacy_handlers(home),
        clock=home.clock, ids=home.ids, chance=random.Random(1),
    )  # fmt: skip
    worker.run_due()
    with UnitOfWork(home.database, reads_only=True) as uow:
        result = get_job(uow, ours.id, job.id).result
    assert result == {"data_class": "important", "version": 2, "moved": 20}
    states = [one.state for one in home.keys.describe(ours.id)
              if one.data_class is DataClass.IMPORTANT]  # fmt: skip
    assert states == [KeyState.DECRYPT_ONLY, KeyState.ACTIVE]
    access = Access("test", Purpose.SERVICE, "looks whether they still open")
    assert home.vault.open_for(ours.id, tokens, access)[3] == "13812340003"
