"""What durable jobs must do, whatever database they lie in.

Subclass `JobsConformance` and give it the fixture `open_database`, which opens the same upgraded
and empty records as often as it is called, as several workers would.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from catchment import jobs
from catchment.access import create_workspace, list_workspaces
from catchment.events import notices
from catchment.jobs import Handler, Job, JobRun, JobState, JobWorker, Period
from catchment.kernel import IdMaker, Invalid, WorkspaceId
from catchment.store import Database, Outbox, Subscriber, UnitOfWork
from catchment.testing.clock import ManualClock, seeded_entropy
from catchment.testing.records import Died

OpenDatabase = Callable[[], Database]
OURS = WorkspaceId("wsp_ours")
THEIRS = WorkspaceId("wsp_theirs")


class JobsConformance:
    """A job is begun at least once, held by one worker at a time, and ends with a word."""

    @pytest.fixture(autouse=True)
    def _time_and_ids(self) -> None:
        self.clock = ManualClock()
        self.ids = IdMaker(self.clock, seeded_entropy())

    def _enqueue(self, database: Database, kind: str = "k", **more: Any) -> Job:
        self.clock.advance(0.001)
        with UnitOfWork(database) as uow:
            return jobs.enqueue(uow, OURS, kind, {"n": 1}, clock=self.clock, ids=self.ids, **more)

    def _get(self, database: Database, job: Job) -> Job:
        with UnitOfWork(database, reads_only=True) as uow:
            return jobs.get_job(uow, job.workspace_id, job.id)

    def _claim(self, database: Database) -> Job | None:
        with UnitOfWork(database) as uow:
            return jobs.claim(uow, ["k"], clock=self.clock, ids=self.ids)

    def _worker(
        self, database: Database, handler: Handler, periods: tuple[Period, ...] = ()
    ) -> JobWorker:
        return JobWorker(
            database, {"k": handler}, periods,
            clock=self.clock, ids=self.ids, chance=random.Random(1),
        )  # fmt: skip

    def test_a_job_is_committed_with_its_change(self, open_database: OpenDatabase) -> None:
        """No commit, no job."""
        database = open_database()
        with pytest.raises(Died), UnitOfWork(database) as uow:
            jobs.enqueue(uow, OURS, "k", {}, clock=self.clock, ids=self.ids)
            raise Died
        assert self._claim(database) is None

    def test_it_runs_and_keeps_its_answer(self, open_database: OpenDatabase) -> None:
        """The handler gets the payload; its answer is kept with the job."""
        database = open_database()
        job = self._enqueue(database)
        ran = self._worker(database, lambda run: {"seen": run.payload["n"]}).run_due()
        after = self._get(database, job)
        assert (ran, after.state, after.result) == (1, JobState.DONE, {"seen": 1})
        assert after.attempts == 1

    def test_no_two_workers_hold_one_job(self, open_database: OpenDatabase) -> None:
        """Eight workers at one queue share it out without overlap and leave nothing."""
        first = open_database()
        made = {self._enqueue(first).id for _ in range(40)}
        databases = [open_database() for _ in range(8)]

        def take_all(database: Database) -> list[str]:
            taken = []
            while (job := self._claim(database)) is not None:
                taken.append(job.id)
            return taken

        with ThreadPoolExecutor(8) as pool:
            taken = Counter(job for some in pool.map(take_all, databases) for job in some)
        assert set(taken) == made
        assert max(taken.values()) == 1

    def test_the_longest_due_goes_first(self, open_database: OpenDatabase) -> None:
        """Neither before its time nor out of turn."""
        database = open_database()
        later = self._enqueue(database, run_at=self.clock.now() + timedelta(minutes=5))
        sooner = self._enqueue(database, run_at=self.clock.now() + timedelta(minutes=1))
        assert self._claim(database) is None
        self.clock.advance(timedelta(minutes=10))
        order = [self._claim(database), self._claim(database)]
        assert [job.id for job in order if job] == [sooner.id, later.id]

    def test_a_dead_workers_job_is_taken_over(self, open_database: OpenDatabase) -> None:
        """After the lease another worker has it, and the old one can keep nothing any more."""
        database = open_database()
        self._enqueue(database)
        slept = self._claim(database)
        assert slept is not None
        assert self._claim(database) is None, "the lease holds"
        self.clock.advance(jobs.LEASE * 2)
        taken = self._claim(open_database())
        assert taken is not None
        assert taken.fence > slept.fence
        with pytest.raises(jobs.LeaseLost), UnitOfWork(database) as uow:
            create_workspace(uow, "written too late", clock=self.clock, ids=self.ids)
            jobs.finish(uow, slept, clock=self.clock)
        with UnitOfWork(database) as uow:
            assert not list_workspaces(uow)
            jobs.finish(uow, taken, {"by": "the second"}, clock=self.clock)
        assert self._get(database, taken).result == {"by": "the second"}

    def test_a_sign_of_life_keeps_the_lease(self, open_database: OpenDatabase) -> None:
        """A job that reports is not taken away, however long it takes."""
        database = open_database()
        self._enqueue(database)
        job = self._claim(database)
        assert job is not None
        for _ in range(5):
            self.clock.advance(jobs.LEASE * 0.9)
            with UnitOfWork(database) as uow:
                assert jobs.keep(uow, job, clock=self.clock)
            assert self._claim(database) is None

    def test_failures_wait_longer_and_longer(self, open_database: OpenDatabase) -> None:
        """Each retry comes later than the one before, and the last failure says why."""
        database = open_database()
        job = self._enqueue(database, attempts_max=4)
        worker = self._worker(database, _raise(OSError("the disk is away")))
        waits = []
        for _ in range(4):
            assert worker.run_due() == 1
            after = self._get(database, job)
            waits.append((after.run_at - self.clock.now()).total_seconds())
            self.clock.set(max(after.run_at, self.clock.now()))
        assert after.state is JobState.FAILED
        assert after.reason == "OSError: the disk is away"
        assert waits[0] < waits[2]
        assert worker.run_due() == 0

    def test_giving_up_is_announced(self, open_database: OpenDatabase) -> None:
        """Whoever waits for a job hears that it failed."""
        database = open_database()
        job = self._enqueue(database, attempts_max=1)
        self._worker(database, _raise(OSError("no"))).run_due()
        heard: list[notices.NoticeBody] = []
        hears = Subscriber(
            "s", (notices.JobFailed,), lambda notice, _uow: heard.append(notice.body)
        )
        Outbox(database, self.clock, [hears]).deliver()
        assert heard == [notices.JobFailed(OURS, job.id, "k", "OSError: no")]

    def test_the_hopeless_is_not_tried_again(self, open_database: OpenDatabase) -> None:
        """What is malformed stays so; five attempts would not mend it."""
        database = open_database()
        job = self._enqueue(database)
        self._worker(database, _raise(Invalid("no such column"))).run_due()
        after = self._get(database, job)
        assert (after.state, after.attempts, after.reason) == (JobState.FAILED, 1, "no such column")

    def test_a_job_that_kills_its_workers_ends(self, open_database: OpenDatabase) -> None:
        """Workers that die silently use attempts up too."""
        database = open_database()
        job = self._enqueue(database, attempts_max=2)
        for _ in range(2):
            assert self._claim(database) is not None
            self.clock.advance(jobs.LEASE * 2)
        assert self._claim(database) is None
        assert self._get(database, job).state is JobState.FAILED

    def test_an_effect_and_its_job_end_together(self, open_database: OpenDatabase) -> None:
        """A handler that finishes in its own unit of work does its work once, crash or not."""
        database = open_database()
        job = self._enqueue(database)
        deaths = iter([True, False])

        def handler(run: JobRun) -> None:
            with UnitOfWork(run.database) as uow:
                create_workspace(uow, "effect", clock=self.clock, ids=self.ids)
                run.finish(uow, {"ok": True})
                if next(deaths):
                    raise Died

        worker = self._worker(database, handler)
        with pytest.raises(Died):
            worker.run_one()
        self.clock.advance(jobs.LEASE * 2)
        assert worker.run_one()
        with UnitOfWork(database, reads_only=True) as uow:
            assert [workspace.name for workspace in list_workspaces(uow)] == ["effect"]
        assert self._get(database, job).result == {"ok": True}

    def test_waiting_jobs_are_cancelled_at_once(self, open_database: OpenDatabase) -> None:
        """And never begun."""
        database = open_database()
        job = self._enqueue(database)
        with UnitOfWork(database) as uow:
            assert jobs.cancel_job(uow, OURS, job.id, clock=self.clock).state is JobState.CANCELLED
        assert self._claim(database) is None
        with pytest.raises(jobs.JobOver), UnitOfWork(database) as uow:
            jobs.cancel_job(uow, OURS, job.id, clock=self.clock)

    def test_running_jobs_stop_at_their_next_report(self, open_database: OpenDatabase) -> None:
        """The progress made until then stays to be read."""
        database = open_database()
        job = self._enqueue(database)

        def handler(run: JobRun) -> None:
            run.progress(3, 10)
            with UnitOfWork(database) as uow:
                jobs.cancel_job(uow, OURS, job.id, clock=self.clock)
            self.clock.advance(1)
            run.progress(4)
            raise AssertionError("it went on")

        self._worker(database, handler).run_due()
        after = self._get(database, job)
        assert (after.state, after.done, after.total) == (JobState.CANCELLED, 4, 10)

    def test_one_of_a_kind_is_enough(self, open_database: OpenDatabase) -> None:
        """While one with the same key is under way, asking again gives that one."""
        database = open_database()
        first = self._enqueue(database, once_key="x")
        assert self._enqueue(database, once_key="x").id == first.id
        assert self._enqueue(database, once_key="y").id != first.id
        self._worker(database, lambda _run: None).run_due()
        assert self._enqueue(database, once_key="x").id != first.id

    def test_rounds_come_once_and_are_not_made_up(self, open_database: OpenDatabase) -> None:
        """Two workers begin one round; a week of silence is followed by one, not by a week's."""
        rounds: list[str] = []
        handler: Handler = lambda run: rounds.append(run.job.id)  # noqa: E731
        period = (Period("k", timedelta(hours=1)),)
        workers = [self._worker(open_database(), handler, period) for _ in range(2)]
        for wait, total in ((0, 1), (0, 1), (3_601, 2), (7 * 86_400, 3)):
            self.clock.advance(wait)
            for worker in workers:
                worker.run_due()
            assert len(rounds) == total

    def test_workspaces_do_not_see_each_others_jobs(self, open_database: OpenDatabase) -> None:
        """Neither by list nor by id, and nobody cancels a neighbour's."""
        database = open_database()
        job = self._enqueue(database)
        with UnitOfWork(database) as uow:
            assert [found.id for found in jobs.list_jobs(uow, OURS).items] == [job.id]
            assert not jobs.list_jobs(uow, THEIRS).items
            with pytest.raises(jobs.JobUnknown):
                jobs.get_job(uow, THEIRS, job.id)
            with pytest.raises(jobs.JobUnknown):
                jobs.cancel_job(uow, THEIRS, job.id, clock=self.clock)

    def test_finished_jobs_are_forgotten_in_time(self, open_database: OpenDatabase) -> None:
        """Those that are under way never."""
        database = open_database()
        done = self._enqueue(database)
        self._worker(database, lambda _run: None).run_due()
        waits = self._enqueue(database, run_at=self.clock.now() + timedelta(days=365))
        with UnitOfWork(database) as uow:
            assert jobs.forget_finished(uow, self.clock.now() + timedelta(days=99)) == 1
        assert self._get(database, waits).state is JobState.QUEUED
        with pytest.raises(jobs.JobUnknown):
            self._get(database, done)


def _raise(trouble: Exception) -> Handler:
    def handler(_run: JobRun) -> Mapping[str, Any] | None:
        raise trouble

    return handler
