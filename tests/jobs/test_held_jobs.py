"""Who takes over from a worker that was killed does so at once; from one that lives, never."""

from __future__ import annotations

import fcntl
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from catchment.jobs import HeldJobs, JobRun, JobState, JobWorker, enqueue, get_job, list_jobs
from catchment.jobs.errors import LeaseLost
from catchment.jobs.held_jobs import HeldJob
from catchment.kernel import IdMaker, SystemClock, WorkspaceId, system_entropy
from catchment.store import Database, UnitOfWork, upgrade

OURS = WorkspaceId("wsp_ours")
CLOCK = SystemClock()
IDS = IdMaker(CLOCK)

VICTIM = """
import os, random, sys, time
from pathlib import Path
from catchment.jobs import HeldJobs, JobWorker
from catchment.kernel import IdMaker, SystemClock, system_entropy
from catchment.store import Database

folder, fate = Path(sys.argv[1]), sys.argv[2]
clock = SystemClock()

def work(run):
    print("begun", flush=True)
    if fate == "killed at its end":
        with __import__("catchment.store").store.UnitOfWork(run.database) as uow:
            run.finish(uow, {"by": "victim"})
        print("finished", flush=True)
    sys.stdin.read()

JobWorker(
    Database(f"sqlite:///{folder / 'records.db'}"), {"count": work}, clock=clock,
    ids=IdMaker(clock), chance=random.Random(1),
    held=None if fate == "says nothing" else HeldJobs(folder / "workers", system_entropy),
).run_due()
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'records.db'}")
    upgrade(made)
    with UnitOfWork(made) as uow:
        enqueue(uow, OURS, "count", {}, clock=CLOCK, ids=IDS)
    yield made
    made.close()


def successor(database: Database, held: HeldJobs | None) -> tuple[JobWorker, list[JobRun]]:
    """A worker, and what it begins."""
    runs: list[JobRun] = []

    def work(run: JobRun) -> dict[str, str]:
        runs.append(run)
        return {"by": "successor"}

    worker = JobWorker(
        database, {"count": work}, clock=CLOCK, ids=IDS, chance=random.Random(2), held=held
    )
    return worker, runs


def held_in(folder: Path, machine: str | None = None) -> HeldJobs:
    return HeldJobs(folder / "workers", system_entropy, machine)


def begin(folder: Path, fate: str) -> subprocess.Popen[str]:
    """A worker in a process of its own, once it has the job in hand."""
    victim = subprocess.Popen(
        [sys.executable, "-c", VICTIM, str(folder), fate],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert victim.stdout is not None
    assert victim.stdout.readline() == "begun\n"
    return victim


def kill(victim: subprocess.Popen[str]) -> None:
    """`kill -9`."""
    victim.send_signal(signal.SIGKILL)
    victim.wait(60)
    for pipe in (victim.stdin, victim.stdout):
        assert pipe is not None
        pipe.close()


def only_job(database: Database) -> tuple[JobState, int, object]:
    with UnitOfWork(database, reads_only=True) as uow:
        [job] = list_jobs(uow, OURS).items
    return job.state, job.attempts, job.result


def test_a_killed_workers_job_is_taken_up_at_once_and_a_living_ones_is_not(
    database: Database, tmp_path: Path
) -> None:
    victim = begin(tmp_path, "holds")
    for _ in range(3):
        worker, runs = successor(database, held_in(tmp_path))
        assert (worker.run_due(), runs) == (0, [])
    assert only_job(database) == (JobState.RUNNING, 1, None)
    kill(victim)
    worker, runs = successor(database, held_in(tmp_path))
    assert worker.run_due() == 1
    assert only_job(database) == (JobState.DONE, 2, {"by": "successor"})
    assert runs[0].job.fence == 2


def test_without_what_it_held_its_lease_must_run_out(database: Database, tmp_path: Path) -> None:
    """The deliberately wrong variants: one side or the other says nothing."""
    victim = begin(tmp_path, "says nothing")
    kill(victim)
    assert successor(database, held_in(tmp_path))[0].run_due() == 0
    assert only_job(database)[0] is JobState.RUNNING


def test_a_successor_that_does_not_look_waits(database: Database, tmp_path: Path) -> None:
    kill(begin(tmp_path, "holds"))
    assert successor(database, None)[0].run_due() == 0
    assert successor(database, held_in(tmp_path))[0].run_due() == 1


def test_a_job_that_was_done_when_its_worker_fell_is_not_done_again(
    database: Database, tmp_path: Path
) -> None:
    victim = begin(tmp_path, "killed at its end")
    assert victim.stdout is not None
    assert victim.stdout.readline() == "finished\n"
    kill(victim)
    assert successor(database, held_in(tmp_path))[0].run_due() == 0
    assert only_job(database) == (JobState.DONE, 1, {"by": "victim"})


def test_who_lost_the_lock_and_lives_writes_nothing_any_more(
    database: Database, tmp_path: Path
) -> None:
    holder = held_in(tmp_path)

    def work(run: JobRun) -> None:
        # The lock goes, as over a network it may, while the worker goes on.
        [path] = (tmp_path / "workers").glob("*.held")
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)
        assert successor(database, held_in(tmp_path))[0].run_due() == 1
        with pytest.raises(LeaseLost), UnitOfWork(database) as uow:
            run.finish(uow, {"by": "sleeper"})

    sleeper = JobWorker(
        database, {"count": work}, clock=CLOCK, ids=IDS, chance=random.Random(1), held=holder
    )
    sleeper.run_one()
    assert only_job(database) == (JobState.DONE, 2, {"by": "successor"})


def test_two_successors_at_once_take_it_once(database: Database, tmp_path: Path) -> None:
    kill(begin(tmp_path, "holds"))
    first, second = (successor(database, held_in(tmp_path)) for _ in range(2))
    assert first[0].run_due() + second[0].run_due() == 1
    assert only_job(database)[:2] == (JobState.DONE, 2)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"id":1}', b"{" * 100_000])
def test_a_torn_file_frees_nothing_and_goes(tmp_path: Path, content: bytes) -> None:
    torn = tmp_path / "workers" / "torn.held"
    torn.parent.mkdir()
    torn.write_bytes(content)
    freed: list[HeldJob] = []
    assert held_in(tmp_path).take_over(freed.append) == 0
    assert freed == []
    assert not torn.exists()


def test_what_another_machine_holds_is_left_to_its_lease(
    database: Database, tmp_path: Path
) -> None:
    there = held_in(tmp_path, "another machine")
    with UnitOfWork(database, reads_only=True) as uow:
        [job] = list_jobs(uow, OURS).items
    with there.hold(job):
        [path] = (tmp_path / "workers").glob("*.held")
        kept = path.read_bytes()
    there.close()
    path.write_bytes(kept)
    freed: list[HeldJob] = []
    assert held_in(tmp_path, "this machine").take_over(freed.append) == 0
    path.write_bytes(kept)
    assert held_in(tmp_path, "another machine").take_over(freed.append) == 1
    assert [one.id for one in freed] == [job.id]


def test_what_cannot_be_ended_now_is_ended_later(database: Database, tmp_path: Path) -> None:
    kill(begin(tmp_path, "holds"))

    def fail(_held: HeldJob) -> None:
        raise OSError("the records are away")

    with pytest.raises(OSError, match="the records are away"):
        held_in(tmp_path).take_over(fail)
    assert successor(database, held_in(tmp_path))[0].run_due() == 1


def test_where_nothing_can_be_written_jobs_are_done_all_the_same(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "workers").write_text("a file in the place of the folder")
    assert successor(database, held_in(tmp_path))[0].run_due() == 1
    assert only_job(database)[0] is JobState.DONE


def test_a_worker_that_ends_well_leaves_no_file(database: Database, tmp_path: Path) -> None:
    held = held_in(tmp_path)
    successor(database, held)[0].run_due()
    [path] = (tmp_path / "workers").glob("*")
    assert path.read_bytes() == b""
    descriptor = os.open(path, os.O_RDWR)
    with pytest.raises(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(descriptor)
    held.close()
    assert list((tmp_path / "workers").iterdir()) == []
    with UnitOfWork(database, reads_only=True) as uow:
        [job] = list_jobs(uow, OURS).items
        assert get_job(uow, OURS, job.id).state is JobState.DONE
