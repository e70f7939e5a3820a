"""Sweeping events: what landed in the clear, before it was known as personal, goes to the vault.

A pass looks through a workspace's files, one after the other, and writes those anew in which it
found something. What it is through with is noted on disk, so a pass that was cut short goes on.
What was derived of those events follows: facts, interests, files that were exported. Minutes after
a pass comes a second, short one, for what a landing under way brought in by the rules from before.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from catchment.access import list_workspaces
from catchment.app.sweep_pass import SweepWatch, declared_in, rehearse_sweep, rules_of, sweep
from catchment.jobs import Handler, JobRun, JobState, enqueue, list_jobs
from catchment.kernel import WorkspaceId
from catchment.lake import LogSpan, SweepState, SweepUnderWay
from catchment.lake.event_erasure import SETTLE_US
from catchment.store import UnitOfWork
from catchment.vault import SWEEP_JOB, SweepRules, sweep_rules

if TYPE_CHECKING:
    from catchment.app.home import Home

ONCE = "sweep"
AGAIN_AFTER = timedelta(hours=1)
"""After a sweep that failed; one that somebody cancelled waits for the night."""

_JOBS_LOOKED_AT = 10


def run_sweep_job(home: "Home") -> Handler:
    """Sweeps a workspace's events; or only counts what it would find."""

    def run(job: JobRun) -> Mapping[str, Any]:
        if job.payload.get("dry_run"):
            return sweep_report(rehearse_sweep(home, job.workspace_id, progress=job.progress))
        is_whole = bool(job.payload.get("whole"))
        hears = SweepWatch(job.progress)
        return sweep_report(sweep(home, job.workspace_id, is_whole=is_whole, hears=hears))

    return run


def sweep_report(state: SweepState) -> dict[str, Any]:
    """What a sweep did, as it is told."""
    return {"rows": state.rows, "events": state.events, "values": dict(state.values)}


class Sweeping:
    """Orders sweeps where some are due: after a field was declared, after an upgrade, again.

    Args:
        home: the parts.
        is_night: whether it is night by a workspace's own clock.
    """

    def __init__(self, home: "Home", is_night: Callable[[WorkspaceId, datetime], bool]) -> None:
        self._home, self._is_night = home, is_night

    def order(self, now: datetime) -> int:
        """Orders what is due; returns how many."""
        with UnitOfWork(self._home.database, reads_only=True) as uow:
            workspaces = [WorkspaceId(one.id) for one in list_workspaces(uow)]
        return sum(self._order_one(one, now) for one in workspaces)

    def _order_one(self, workspace_id: WorkspaceId, now: datetime) -> bool:
        home = self._home
        rules = sweep_rules(*declared_in(home, workspace_id))
        state = home.events.sweeps.read(workspace_id)
        if _rests(home, workspace_id, state, rules):
            return False
        if not state.is_under_way and _is_trivial(home, workspace_id, state, rules):
            self._note(workspace_id, rules)
            return False
        with UnitOfWork(home.database) as uow:
            page = list_jobs(uow, workspace_id, kind=SWEEP_JOB, limit=_JOBS_LOOKED_AT)
            last = next((one for one in page.items if not one.payload.get("dry_run")), None)
            if last is not None and last.state in {JobState.QUEUED, JobState.RUNNING}:
                return False
            ended = last.finished_at if last is not None else None
            if last is not None and ended is not None and last.state is not JobState.DONE:
                is_soon = now < ended + AGAIN_AFTER
                is_cancelled = last.state is JobState.CANCELLED
                if is_soon or (is_cancelled and not self._is_night(workspace_id, now)):
                    return False
            enqueue(uow, workspace_id, SWEEP_JOB, {}, clock=home.clock, ids=home.ids, once_key=ONCE)
        return True

    def _note(self, workspace_id: WorkspaceId, rules: SweepRules) -> None:
        """Notes that there is nothing to look through."""
        home = self._home
        try:
            with home.events.sweeps.alone(workspace_id):
                state = home.events.sweeps.read(workspace_id)
                is_new = not rules_of(state).covers(rules)
                kept = _kept(state, rules)
                home.events.sweeps.write(workspace_id, replace(
                    kept,
                    finds=sorted(rules.finds),
                    position=home.events.position(),
                    begun_us=home.clock.now_us() if is_new else state.begun_us,
                    ended_us=home.clock.now_us(),
                    is_settled=not is_new,
                ))  # fmt: skip
        except SweepUnderWay:
            return


def _rests(home: "Home", workspace_id: WorkspaceId, state: SweepState, rules: SweepRules) -> bool:
    """Whether nothing is due now."""
    if state.is_under_way or not rules_of(state).covers(rules):
        return False
    kept = _kept(state, rules)
    if (set(kept.finds), set(kept.spares)) != (set(state.finds), set(state.spares)):
        try:
            with home.events.sweeps.alone(workspace_id):
                home.events.sweeps.write(workspace_id, kept)
        except SweepUnderWay:
            return True
    return state.is_settled or home.clock.now_us() < state.begun_us + SETTLE_US


def _is_trivial(
    home: "Home", workspace_id: WorkspaceId, state: SweepState, rules: SweepRules
) -> bool:
    """Whether there is no file to look through."""
    after = state.position if rules_of(state).covers(rules) else -1
    return not home.events.files(workspace_id, span=LogSpan(after, home.events.position()))


def _kept(state: SweepState, rules: SweepRules) -> SweepState:
    """The state with what is no longer declared crossed off: declared again, it is new.

    What is spared now lets something land; when it is no longer spared, that must be looked for.
    """
    return replace(
        state,
        finds=sorted(rules.finds.intersection(state.finds)),
        spares=sorted(rules.spares.union(state.spares)),
    )
