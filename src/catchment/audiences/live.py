"""Membership kept live: step by step, each decided whole, written once, and then applied.

A step takes everyone who may have moved: those with new events that a rule listens to, those who
are due by the calendar, those who are not who they were, those who were nudged, and the readers of
whatever moved. It asks the rules about them, writes transitions, notices, sizes and how far it came
in one unit of work, and only then changes the files. A kill before the commit leaves no trace; one
after it is mended by whoever opens the files next (see `opened`).
"""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from catchment.audiences import store
from catchment.audiences.humans import NOBODY, Humans, humans_between
from catchment.audiences.listening import Readers
from catchment.audiences.moving import Causes, Moves, judged_together, moves_of
from catchment.audiences.opened import Opened, define, open_audiences, settle_files
from catchment.audiences.ports import Judged, PeopleView
from catchment.audiences.reading_members import StepMembers
from catchment.audiences.refilling import refill_all, release_tags
from catchment.audiences.transitions import store as moved
from catchment.audiences.works import AudienceWorks
from catchment.audiences.writing_steps import Decided, write_step
from catchment.kernel import WorkspaceId
from catchment.store import UnitOfWork

SETTLE_EVERY = timedelta(seconds=10)
"""So much is decided again at most after a kill."""

BEAT_EVERY = timedelta(seconds=1)
"""How often it is noted that nothing has happened, so that a size says of when it is."""

NUDGES_MAX = 50_000
"""Nudges answered in one step."""

Nodes = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class StepReport:
    """What a step did.

    Attributes:
        step: its number; that of the last one, if there was nothing to do; 0 if it had to wait.
        looked: people whom rules were asked about.
        entered, left: transitions written.
        filled: audiences that were filled.
        next_us: when somebody is due next; `None` if nobody ever is.
    """

    step: int
    looked: int = 0
    entered: int = 0
    left: int = 0
    filled: int = 0
    next_us: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """People that the same rules are asked about."""

    persons: Nodes
    audiences: list[str]
    humans: Humans


@dataclass(frozen=True, slots=True)
class Looked:
    """Whom a step looks at, and what happened to them.

    Attributes:
        humans: what became of people.
        nudge: the last nudge answered.
        touched: people with events that somebody listens to, or nudged; rising.
        groups: the people; nobody is in two.
    """

    humans: Humans
    nudge: int
    touched: Nodes
    groups: list[Group]

    @property
    def causes(self) -> Causes:
        """Why any of them may move."""
        merged = np.union1d(self.humans.before, self.humans.after).astype(np.int32)
        return Causes(merged, self.touched)


class LiveAudiences:
    """Keeps the audiences of every workspace.

    Args:
        works: the parts.
    """

    def __init__(self, works: AudienceWorks) -> None:
        self._works = works
        self._opened: dict[WorkspaceId, Opened] = {}
        self._readers = Readers()

    def workspaces(self) -> list[WorkspaceId]:
        """Workspaces that have audiences to keep up."""
        with UnitOfWork(self._works.database, reads_only=True) as uow:
            return list(store.workspaces_with_audiences(uow))

    def step(self, workspace_id: WorkspaceId, position: int) -> StepReport:
        """Brings a workspace's audiences up to the events behind a log position, and to now.

        Args:
            workspace_id: whose.
            position: facts and people are known up to here.
        """
        with self._alone(workspace_id):
            try:
                return self._step(workspace_id, position)
            except BaseException:
                # What is open may be half applied; the records know what counts.
                self._opened.pop(workspace_id, None)
                raise

    def close(self) -> None:
        """Lets go of the files."""
        self._opened.clear()

    def _step(self, workspace_id: WorkspaceId, position: int) -> StepReport:
        works = self._works
        view = works.people.reading(workspace_id)
        if view.position < position:
            # The book is being derived anew: who is not in it yet has not left.
            return StepReport(0)
        opened = self._open(workspace_id, view)
        release_tags(works, workspace_id)
        filled = refill_all(works, opened, view, position)
        looked = self._look(opened, view, position, is_new=filled > 0)
        moves = self._decide(opened, looked)
        works.reached("judged")
        entered = sum(len(one.entered) for one in moves.values())
        left = sum(len(one.left) for one in moves.values())
        last, now = opened.progress.at, works.clock.now()
        if entered or left or last is None or now - last >= BEAT_EVERY:
            progress = replace(
                opened.progress, step=opened.progress.step + 1, position=position,
                nudge=looked.nudge, at=now,
            )  # fmt: skip
            write_step(works, opened, view, Decided(moves, looked.causes, progress))
            works.reached("written")
            opened.progress = progress
        self._apply(opened, moves)
        opened.owners = np.array(view.owners)
        opened.position, opened.nudge = position, looked.nudge
        works.reached("applied")
        self._settle(opened, at_once=filled > 0)
        people = sum(len(group.persons) for group in looked.groups)
        next_us = _next_due(opened)
        return StepReport(opened.progress.step, people, entered, left, filled, next_us)

    def _open(self, workspace_id: WorkspaceId, view: PeopleView) -> Opened:
        opened = self._opened.get(workspace_id)
        with UnitOfWork(self._works.database, reads_only=True) as uow:
            progress = moved.find_progress(uow, workspace_id)
            found = store.active_audiences(uow, workspace_id)
        is_known = opened is not None and opened.epoch == view.epoch
        if opened is None or not is_known or opened.progress.step != progress.step:
            # Another process has stepped meanwhile, none has yet, or people are numbered anew.
            opened = open_audiences(self._works, workspace_id, view)
            self._opened[workspace_id] = opened
        else:
            define(self._works, opened, found)
        for kept in opened.kept.values():
            if kept.files is not None:
                kept.files.fit(view.count)
        return opened

    def _look(self, opened: Opened, view: PeopleView, position: int, *, is_new: bool) -> Looked:
        works, workspace_id = self._works, opened.workspace_id
        owners = np.asarray(view.owners)
        humans = humans_between(opened.owners, owners)
        with UnitOfWork(works.database, reads_only=True) as uow:
            nudges = moved.nudges_after(uow, workspace_id, opened.nudge, NUDGES_MAX)
        nudged = view.nodes_of(pa.array([subject for _, subject in nudges], pa.string()))
        nudged = owners[nudged[nudged >= 0]]
        if is_new or opened.settled_at is None:
            # What says nothing of whoever refused to be judged follows from all rules together.
            nudged = np.union1d(nudged, works.judge.refusing(workspace_id))
        everything = np.union1d(humans.looked, nudged).astype(np.int32)
        wanted: dict[str, Nodes] = {}
        if position > opened.position:
            happened = works.happenings.touched(workspace_id, opened.position, position)
            wanted = self._readers.touched(opened.kept, happened)
        touched = owners[np.concatenate([*wanted.values(), np.zeros(0, np.int32)])]
        asked, persons = set(wanted), [touched]
        now_us = works.clock.now_us()
        for name, kept in opened.kept.items():
            due = np.zeros(0, np.int32) if kept.files is None else kept.files.calendar.due(now_us)
            persons.append(owners[due])
            # Readers stand behind what they read, so one pass finds readers of readers.
            if len(due) or kept.reads & asked:
                asked.add(name)
        filled = [name for name, kept in opened.kept.items() if kept.files is not None]
        rest = np.setdiff1d(np.concatenate(persons), everything).astype(np.int32)
        some = [name for name in filled if name in asked]
        groups = [Group(everything, filled, humans), Group(rest, some, NOBODY)]
        return Looked(
            humans,
            nudges[-1][0] if nudges else opened.nudge,
            np.unique(np.concatenate([touched, nudged, owners[len(opened.owners) :]])),
            [group for group in groups if len(group.persons) and group.audiences],
        )

    def _decide(self, opened: Opened, looked: Looked) -> dict[str, Moves]:
        works = self._works
        moves: dict[str, Moves] = {}
        for group in looked.groups:
            members = StepMembers(works, opened.workspace_id, opened.members_of)
            rules = {name: opened.kept[name].rule for name in group.audiences}
            answers: dict[str, list[Judged]] = {name: [] for name in rules}
            for name, judged in works.judge.judge(
                opened.workspace_id, rules, members,
                at_us=works.clock.now_us(), persons=group.persons,
            ):  # fmt: skip
                answers[name].append(judged)
                members.latest[name] = judged
            for name, runs in answers.items():
                files = opened.kept[name].files
                if files is not None:
                    made = moves_of(files.members, judged_together(runs), group.humans)
                    moves[name] = made if name not in moves else moves[name].and_of(made)
        return moves

    def _apply(self, opened: Opened, moves: Mapping[str, Moves]) -> None:
        for name, one in moves.items():
            kept = opened.kept[name]
            if kept.files is None:
                continue
            kept.files.members[one.entered] = 1
            kept.files.members[one.left] = 0
            kept.files.calendar.put(one.persons, one.changes_us)
            kept.size += one.growth
            self._works.reached("applied one")
        opened.unsettled |= bool(moves)

    def _settle(self, opened: Opened, *, at_once: bool) -> None:
        """Notes now and then that the files are on the disk for certain."""
        now = self._works.clock.now()
        last = opened.settled_at
        if not at_once and last is not None and now - last < SETTLE_EVERY:
            return
        opened.settled_at = now
        if not opened.unsettled and not at_once:
            return
        settle_files(self._works, opened)
        self._works.reached("flushed")
        made = replace(
            opened.progress,
            settled_step=opened.progress.step,
            settled_position=opened.position,
            settled_nudge=opened.nudge,
        )
        with UnitOfWork(self._works.database) as uow:
            moved.put_progress(uow, opened.workspace_id, made)
            moved.forget_nudges(uow, opened.workspace_id, opened.nudge)
        opened.progress, opened.unsettled = made, False

    @contextmanager
    def _alone(self, workspace_id: WorkspaceId) -> Iterator[None]:
        """One writer over all processes of this machine; whoever comes second waits."""
        folder = self._works.members.workspace(workspace_id)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _next_due(opened: Opened) -> int | None:
    found = [kept.files.calendar.next_us for kept in opened.kept.values() if kept.files is not None]
    return min((one for one in found if one is not None), default=None)
