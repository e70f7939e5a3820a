"""Privacy kept: deletions carried on, systems told, files erased in the night, nobody let back.

What landed before it was known as personal is looked for here too; see `privacy_sweeping`.

One loop does it, beside everything else. Whatever a kill cut short is taken up here. And here it is
seen that a backup was put back: somebody stands among the tombstones, which lie with the keys, whom
the records do not know as forgotten. They are forgotten again at once. The other way round, an old
copy of the keys that was put back knows less than the records: keys that it brought back are
destroyed again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import structlog

from catchment import people
from catchment.access import last_acts, list_workspaces
from catchment.app.privacy_sweeping import Sweeping
from catchment.jobs import HOUSE, Handler, JobRun, enqueue
from catchment.kernel import Unavailable, WorkspaceId, us_from_instant
from catchment.lake import erase
from catchment.lake.event_erasure import SETTLE_US
from catchment.people import By, Registrar
from catchment.people.decisions.store import forgotten_subjects
from catchment.people.rights.ports import Identifier, Namesake, Parting, SuppressedAt, Told
from catchment.people.rights.suppression import LIFT
from catchment.store import UnitOfWork

if TYPE_CHECKING:
    from catchment.app.home import Home

LOOK_SECONDS = 1.0
"""How often a deletion that is under way is looked at."""

QUIET_SECONDS = 5.0
TOMBSTONES_EVERY = timedelta(minutes=1)
JUST_NOW_US = 10_000_000
FILES_EVERY = timedelta(hours=1)
SWEEPS_EVERY = timedelta(seconds=15)
SUBJECTS_AT_ONCE = 1_000

SMALL_ROWS = 2_000_000
"""Up to so many events of a workspace, erasing takes seconds and waits for no night."""

NIGHT = range(2, 6)
"""Hours of the workspace's own clock in which the lake's files are written anew."""

LATEST = timedelta(days=11)
"""After so long it is done by day too: the deadline is fifteen."""

BACKUP = By("house", "They were forgotten before the backup was put back")

_log = structlog.get_logger(__name__)


class PrivacyKeeping:
    """Keeps what was promised to people.

    Args:
        home: the parts.
        post: tells connected systems.
    """

    def __init__(self, home: "Home", post: Told) -> None:
        self._home = home
        self._post = post
        self._tombstones_due: datetime | None = None
        self._files_due: datetime | None = None
        self._sweeps_due: datetime | None = None
        self._sweeping = Sweeping(home, self._is_night)

    def round(self) -> float:
        """Everything once; returns how long to wait for the next round."""
        home, now = self._home, self._home.clock.now()
        is_due = self._tombstones_due is None or now >= self._tombstones_due
        if is_due:
            self.keep_forgotten()
            self._tombstones_due = now + TOMBSTONES_EVERY
        if self._files_due is None or now >= self._files_due:
            people.sweep_access_files(home.database, home.settings.home, home.clock)
            self._files_due = now + FILES_EVERY
        self._order_erasing(now)
        if self._sweeps_due is None or now >= self._sweeps_due:
            self._sweeping.order(now)
            self._sweeps_due = now + SWEEPS_EVERY
        told = people.tell_systems(home.database, home.keys, self._post, home.clock)
        is_open = home.rights.deletions.go_on() > 0
        # Behind the deletions that are under way: they tell in their steps what they destroyed.
        if is_due:
            self.keep_destroyed()
        return LOOK_SECONDS if is_open or told else QUIET_SECONDS

    def keep_destroyed(self) -> int:
        """Destroys keys that an old copy of the key store brought back; returns of how many.

        Who was let back since gets a tombstone that is lifted: what was sealed for them before
        they were forgotten stays closed, and what comes in from now on is kept.
        """
        home, count = self._home, 0
        for workspace_id in self._workspaces():
            try:
                stones = home.keys.tombstones(workspace_id)
                with UnitOfWork(home.database, reads_only=True) as uow:
                    known = forgotten_subjects(uow, workspace_id)
                    lost = [
                        one for one, at_us in known.items() if self._is_lost(stones, one, at_us)
                    ]
                    lifted = last_acts(uow, workspace_id, LIFT, lost)
                if lost:
                    _log.warning("destroyed_again", workspace=workspace_id, subjects=len(lost))
                for at_us, together in groupby(sorted(lost, key=known.__getitem__), key=known.get):
                    home.vault.shred(workspace_id, list(together), at_us=int(at_us or 0))
                for one, back in lifted.items():
                    if us_from_instant(back) > known[one]:
                        home.keys.lift(workspace_id, [one], at_us=us_from_instant(back))
            except Unavailable as away:
                _log.warning("tombstones_wait", reason=away.message)
                return count
            count += len(lost)
        return count

    def _is_lost(self, stones: Mapping[str, SuppressedAt], subject: str, at_us: int) -> bool:
        """Whether the keys know nothing of a forgetting that is none of just now."""
        if self._home.clock.now_us() - at_us < JUST_NOW_US:
            return False  # Whoever decided it is at it, right behind the commit.
        stone = stones.get(subject)
        return stone is None or (stone.lifted_us is not None and stone.lifted_us < at_us)

    def _workspaces(self) -> list[WorkspaceId]:
        with UnitOfWork(self._home.database, reads_only=True) as uow:
            return [WorkspaceId(one.id) for one in list_workspaces(uow)]

    def keep_forgotten(self) -> int:
        """Forgets again whom the records do not know as forgotten; returns how many subjects.

        Without keys nothing of anybody can be read, and it waits until they are back.
        """
        home, count = self._home, 0
        for workspace_id in self._workspaces():
            try:
                stones = home.keys.tombstones(workspace_id)
            except Unavailable as away:
                _log.warning("tombstones_wait", reason=away.message)
                return count
            if not stones:
                continue
            with UnitOfWork(home.database, reads_only=True) as uow:
                known = forgotten_subjects(uow, workspace_id)
            lost = {one: stone for one, stone in stones.items() if known.get(one, -1) < stone.at_us}
            if lost:
                self._forget_again(workspace_id, lost)
                count += len(lost)
        return count

    def _forget_again(self, workspace_id: WorkspaceId, lost: Mapping[str, SuppressedAt]) -> None:
        """One decision for those who were forgotten together."""
        home = self._home

        def when(subject: str) -> tuple[bool, int]:
            return lost[subject].lifted_us is not None, lost[subject].at_us

        for (is_lifted, _), together in groupby(sorted(lost, key=when), key=when):
            subjects = list(together)
            _log.warning("forgotten_again", workspace=workspace_id, subjects=len(subjects))
            works, deletions = home.people, home.rights.deletions
            if is_lifted:
                # They are known again since: what the backup brought back goes, their keys stay.
                hiding = replace(deletions, parting=_OnlyHiding(deletions.parting))
                works = replace(works, deletions=hiding)
            registrar = Registrar(works)
            for start in range(0, len(subjects), SUBJECTS_AT_ONCE):
                some = subjects[start : start + SUBJECTS_AT_ONCE]
                registrar.forget_subjects(workspace_id, some, by=BACKUP)
                if is_lifted:
                    home.events.erasures.let_back(workspace_id, some, home.log.head())

    def _order_erasing(self, now: datetime) -> None:
        """Orders files to be written anew: at once where there are few, else in the night."""
        home = self._home
        for workspace_id in home.events.erasures.workspaces():
            kept = home.events.erasures.read(workspace_id)
            if not kept.hidden:
                list(erase(home.events, workspace_id))
                continue
            waited_us = home.clock.now_us() - min(one.since_us for one in kept.hidden.values())
            if waited_us < SETTLE_US:
                continue
            is_small = home.events.count(workspace_id) <= SMALL_ROWS
            is_late = waited_us > LATEST / timedelta(microseconds=1)
            if is_small or is_late or self._is_night(workspace_id, now):
                with UnitOfWork(home.database) as uow:
                    enqueue(
                        uow, workspace_id, people.ERASE_JOB, {}, clock=home.clock, ids=home.ids,
                        once_key="erase",
                    )  # fmt: skip

    def _is_night(self, workspace_id: WorkspaceId, now: datetime) -> bool:
        return now.astimezone(ZoneInfo(self._home.zone_of(workspace_id))).hour in NIGHT


def run_erase_job(home: "Home") -> Handler:
    """Writes the files of a workspace anew without those who are to be gone from it."""

    def run(job: JobRun) -> Mapping[str, Any]:
        workspaces = [job.workspace_id]
        if job.workspace_id == HOUSE:
            workspaces = home.events.erasures.workspaces()
        rewritten = rows = waiting = 0
        for workspace_id in workspaces:
            files = max(1, len(home.events.files(workspace_id)))
            for report in erase(home.events, workspace_id):
                job.progress(min(report.looked, files), files)
            rewritten, rows = rewritten + report.rewritten, rows + report.rows
            waiting += report.waiting
        return {"files": rewritten, "rows": rows, "waiting": waiting}

    return run


@dataclass(frozen=True, slots=True)
class _OnlyHiding:
    """Hides rows and leaves keys alone."""

    parting: Parting

    def identifiers(
        self, workspace_id: WorkspaceId, subjects: Sequence[str]
    ) -> Sequence[Identifier]:
        """What they go by."""
        return self.parting.identifiers(workspace_id, subjects)

    def namesakes(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> Sequence[Namesake]:
        """The same numbers under other kinds."""
        return self.parting.namesakes(workspace_id, subjects)

    def suppress(self, workspace_id: WorkspaceId, subjects: Sequence[str], *, at_us: int) -> str:
        """Nothing."""
        del workspace_id, subjects, at_us
        return "keys made since they were let back stay"

    def hide(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> None:
        """Hides their rows."""
        self.parting.hide(workspace_id, subjects)
