"""A worker: begins what is due, one job at a time, and writes down how each ended.

Handlers are plain functions registered by the kind of job they do. While one runs, a heartbeat
renews its lease from a thread of its own. A handler that writes records calls `run.finish` in its
own unit of work, so that its effect and the end of the job are one; any other is marked done when
it returns, and may therefore run twice: it must not mind.
"""

import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime, timedelta
from typing import Any

import structlog

from catchment.jobs import queue, store
from catchment.jobs.errors import JobCancelled, LeaseLost
from catchment.jobs.held_jobs import HeldJob, HeldJobs
from catchment.jobs.types import HOUSE, Job, Period
from catchment.kernel import (
    CatchmentError,
    Clock,
    Conflict,
    Denied,
    IdMaker,
    Invalid,
    Missing,
    Refused,
    Unavailable,
    WorkspaceId,
)
from catchment.store import Database, UnitOfWork

PROGRESS_EVERY = timedelta(seconds=0.5)
"""Reports closer together than this are not written, so a handler may report every row."""

LOOK_EVERY = timedelta(seconds=10)
"""How often a worker asks whether another one has begun a round: asking takes a turn to write.
As often it looks whether another one has died."""

_MOMENT = timedelta(microseconds=1)

_HOPELESS = (Invalid, Refused, Missing, Denied)
"""Trying again changes nothing about these."""

_log = structlog.get_logger(__name__)


class JobRun:
    """A job in the hands of its handler."""

    def __init__(self, database: Database, job: Job, clock: Clock, lease: timedelta) -> None:
        self.database = database
        self.job = job
        self._clock = clock
        self._lease = lease
        self._told_at = clock.now() - PROGRESS_EVERY
        self._is_finished = False

    @property
    def payload(self) -> Mapping[str, Any]:
        """What the job was enqueued with."""
        return self.job.payload

    @property
    def workspace_id(self) -> WorkspaceId:
        """Whose job it is."""
        return self.job.workspace_id

    @property
    def is_finished(self) -> bool:
        """Whether the handler has finished the job itself."""
        return self._is_finished

    def progress(self, done: int, total: int | None = None) -> None:
        """Reports how far it is, and renews the lease.

        Raises:
            JobCancelled: an operator asked for it to stop; let it pass.
            LeaseLost: another worker has taken over; let it pass.
        """
        now = self._clock.now()
        if now - self._told_at < PROGRESS_EVERY and done != total:
            return
        self._told_at = now
        figures = {"done": done} if total is None else {"done": done, "total": total}
        with UnitOfWork(self.database) as uow:
            goes_on = queue.keep(uow, self.job, clock=self._clock, lease=self._lease, **figures)
        if not goes_on:
            raise JobCancelled

    def finish(self, uow: UnitOfWork, result: Mapping[str, Any] | None = None) -> None:
        """Marks the job done in the handler's own unit of work.

        Raises:
            LeaseLost: another worker has taken over, and this unit of work must not be kept.
        """
        queue.finish(uow, self.job, result, clock=self._clock)
        self._is_finished = True


Handler = Callable[[JobRun], Mapping[str, Any] | None]


class JobWorker:
    """Runs due jobs of the kinds it has handlers for.

    Args:
        database: the records.
        handlers: by kind of job.
        periods: work that comes round again; each kind needs a handler.
        clock: tells the time.
        ids: makes ids.
        chance: spreads retries.
        lease: how long a silent worker is believed to be alive.
        hide: takes out of a failure's reason what must not be kept, such as quoted input.
        held: says which job is in hand, and takes over from workers of this home that died;
            without, their leases run out.
    """

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        periods: Sequence[Period] = (),
        *,
        clock: Clock,
        ids: IdMaker,
        chance: random.Random,
        lease: timedelta = queue.LEASE,
        hide: Callable[[str], str] = str,
        held: HeldJobs | None = None,
    ) -> None:
        unknown = [period.kind for period in periods if period.kind not in handlers]
        if unknown:
            raise ValueError(f"periods without a handler: {unknown}")
        self._database = database
        self._hide = hide
        self._held = held
        self._looked_for_dead: datetime | None = None
        self._handlers = dict(handlers)
        self._periods = tuple(periods)
        self._clock = clock
        self._ids = ids
        self._chance = chance
        self._lease = lease
        self._look_again: dict[str, datetime] = {}

    def run_due(self, *, limit: int = 100) -> int:
        """Begins the rounds that are due, then runs jobs until none is due; returns how many."""
        self._take_over()
        self._begin_rounds()
        for count in range(limit):
            if not self.run_one():
                return count
        return limit

    def run_one(self) -> bool:
        """Runs the job that is due longest; false when none is."""
        with UnitOfWork(self._database) as uow:
            job = queue.claim(
                uow, self._handlers.keys(), clock=self._clock, ids=self._ids, lease=self._lease
            )
        if job is None:
            return False
        run = JobRun(self._database, job, self._clock, self._lease)
        try:
            with self._in_hand(job), self._heartbeat(job):
                result = self._handlers[job.kind](run)
            if not run.is_finished:
                with UnitOfWork(self._database) as uow:
                    queue.finish(uow, job, result, clock=self._clock)
        except LeaseLost:
            _log.warning("job_taken_over", job=job.id, kind=job.kind, fence=job.fence)
        except JobCancelled:
            self._write_down(job, lambda uow: queue.stop(uow, job, clock=self._clock))
        except Exception as trouble:  # noqa: BLE001  (the rim: whatever happens, the job says so)
            self._fail(job, trouble)
        return True

    def _fail(self, job: Job, trouble: Exception) -> None:
        reason = f"{type(trouble).__name__}: {trouble}"
        if isinstance(trouble, CatchmentError):
            reason = trouble.message
        reason = self._hide(reason)
        if not isinstance(trouble, Conflict | Unavailable):
            _log.warning("job_attempt_failed", job=job.id, kind=job.kind, exc_info=trouble)
        self._write_down(
            job,
            lambda uow: queue.fail(
                uow, job, reason, clock=self._clock, ids=self._ids, chance=self._chance,
                is_final=isinstance(trouble, _HOPELESS),
            ),
        )  # fmt: skip

    def _write_down(self, job: Job, how_it_ended: Callable[[UnitOfWork], None]) -> None:
        try:
            with UnitOfWork(self._database) as uow:
                how_it_ended(uow)
        except (LeaseLost, Unavailable) as lost:
            # Its lease runs out by itself, and the next worker begins it again.
            _log.warning("job_end_not_kept", job=job.id, kind=job.kind, reason=lost.message)

    def _take_over(self) -> None:
        """Ends the leases of workers that died: at the start, and from time to time."""
        now = self._clock.now()
        last = self._looked_for_dead
        if self._held is None or (last is not None and last <= now < last + LOOK_EVERY):
            return
        self._looked_for_dead = now
        self._held.take_over(self._end_lease)

    def _end_lease(self, held: HeldJob) -> None:
        before = self._clock.now() - _MOMENT
        with UnitOfWork(self._database) as uow:
            is_free = store.end_lease(uow, held.workspace_id, held.id, held.fence, before)
        if is_free:
            _log.warning("dead_workers_job_freed", job=held.id, fence=held.fence)

    def _in_hand(self, job: Job) -> AbstractContextManager[None]:
        return nullcontext() if self._held is None else self._held.hold(job)

    def _begin_rounds(self) -> None:
        for period in self._periods:
            now = self._clock.now()
            if now < self._look_again.get(period.kind, now):
                continue
            self._look_again[period.kind] = now + min(period.every, LOOK_EVERY)
            with UnitOfWork(self._database) as uow:
                if store.take_round(uow, period.kind, now, now + period.every):
                    queue.enqueue(
                        uow, HOUSE, period.kind, {}, clock=self._clock, ids=self._ids,
                        once_key="round",
                    )  # fmt: skip

    @contextmanager
    def _heartbeat(self, job: Job) -> Iterator[None]:
        over = threading.Event()

        def beat() -> None:
            while not over.wait(self._lease.total_seconds() / 3):
                try:
                    with UnitOfWork(self._database) as uow:
                        queue.keep(uow, job, clock=self._clock, lease=self._lease)
                except (LeaseLost, Unavailable):
                    return

        thread = threading.Thread(target=beat, name=f"heartbeat-{job.id}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
