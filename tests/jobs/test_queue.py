"""Wrong queues that the exam catches, and the arithmetic of waiting."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment import jobs
from catchment.jobs import store
from catchment.kernel import IdMaker, WorkspaceId
from catchment.store import Database, UnitOfWork
from catchment.testing.clock import ManualClock

OURS = WorkspaceId("wsp_ours")


def enqueue(database: Database, clock: ManualClock) -> jobs.Job:
    ids = IdMaker(clock)
    with UnitOfWork(database) as uow:
        return jobs.enqueue(uow, OURS, "k", {}, clock=clock, ids=ids)


def test_looking_and_taking_apart_lets_two_take_one_job(
    open_database: Callable[[], Database],
) -> None:
    """The wrong queue: it reads in one transaction and writes in another, without a fence."""
    clock = ManualClock()
    enqueue(open_database(), clock)
    both_have_looked = threading.Barrier(2)

    def take_carelessly(database: Database) -> bool:
        with UnitOfWork(database, reads_only=True) as uow:
            seen = jobs.list_jobs(uow, OURS, state=jobs.JobState.QUEUED).items
        both_have_looked.wait(10)
        with UnitOfWork(database) as uow:
            uow.connection.execute(
                store.jobs.update()
                .where(store.jobs.c.workspace_id == OURS, store.jobs.c.id == seen[0].id)
                .values(state="running")
            )
        return True

    def take_carefully(database: Database) -> bool:
        with UnitOfWork(database) as uow:
            return jobs.claim(uow, ["k"], clock=clock, ids=IdMaker(clock)) is not None

    with ThreadPoolExecutor(2) as pool:
        databases = [open_database(), open_database()]
        assert list(pool.map(take_carelessly, databases)) == [True, True]
        enqueue(databases[0], clock)
        assert sorted(pool.map(take_carefully, databases)) == [False, True]


def test_a_write_without_the_fence_would_be_kept(database: Database) -> None:
    """The fence is what stops the worker that slept: the same write with today's fence passes."""
    clock = ManualClock()
    ids = IdMaker(clock)
    enqueue(database, clock)
    with UnitOfWork(database) as uow:
        slept = jobs.claim(uow, ["k"], clock=clock, ids=ids)
    clock.advance(jobs.LEASE * 2)
    with UnitOfWork(database) as uow:
        taken = jobs.claim(uow, ["k"], clock=clock, ids=ids)
        assert slept is not None
        assert taken is not None
        assert not store.change(uow, slept, {"done": 1})
        assert store.change(uow, taken, {"done": 1})


def test_a_heartbeat_keeps_a_silent_handlers_job(database: Database) -> None:
    """A handler that never reports keeps its job, because a thread renews the lease for it."""
    clock = ManualClock()
    ids = IdMaker(clock)
    enqueue(database, clock)
    lease = timedelta(milliseconds=150)
    renewed = threading.Event()

    class Watch(ManualClock):
        """Tells when the heartbeat has asked for the time."""

        def now(self):  # type: ignore[no-untyped-def]  # noqa: ANN202
            if threading.current_thread().name.startswith("heartbeat"):
                renewed.set()
            return super().now()

    watch = Watch(clock.now())

    def silent(_run: jobs.JobRun) -> None:
        watch.advance(lease * 0.9)
        renewed.clear()
        assert renewed.wait(10)
        threading.Event().wait(0.1)  # until what it asked for is written
        watch.advance(lease * 0.9)
        with UnitOfWork(database) as uow:
            assert jobs.claim(uow, ["k"], clock=watch, ids=ids) is None

    worker = jobs.JobWorker(
        database, {"k": silent}, clock=watch, ids=ids, chance=random.Random(1), lease=lease
    )
    assert worker.run_one()
    with UnitOfWork(database, reads_only=True) as uow:
        assert jobs.list_jobs(uow, OURS).items[0].state is jobs.JobState.DONE


def test_large_payloads_are_refused(database: Database) -> None:
    clock = ManualClock()
    with pytest.raises(jobs.PayloadTooLarge), UnitOfWork(database) as uow:
        jobs.enqueue(uow, OURS, "k", {"x": "y" * 70_000}, clock=clock, ids=IdMaker(clock))


def test_a_period_needs_a_handler(database: Database) -> None:
    clock = ManualClock()
    with pytest.raises(ValueError, match="tidy"):
        jobs.JobWorker(
            database, {}, [jobs.Period("tidy", timedelta(hours=1))],
            clock=clock, ids=IdMaker(clock), chance=random.Random(1),
        )  # fmt: skip


@given(st.integers(1, 1_000), st.integers())
def test_waits_are_bounded_and_never_nothing(attempts: int, seed: int) -> None:
    wait = jobs.retry_seconds(attempts, random.Random(seed))
    assert 1.0 <= wait <= jobs.RETRY_SECONDS_MAX


def test_two_failures_do_not_come_back_in_step() -> None:
    chance = random.Random(1)
    assert len({jobs.retry_seconds(5, chance) for _ in range(100)}) == 100
