"""One pass over a workspace's events: file by file, and what was derived of them follows.

What it is through with is noted on disk, so a pass that was cut short goes on. Each step is safe to
be done again: values go into the vault under ids made from themselves, then a file is swapped whole
or not at all, then it is noted.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from catchment import audiences
from catchment.collect import KeptFiles
from catchment.kernel import WorkspaceId
from catchment.lake import (
    CompactionConflict,
    DataFile,
    LogSpan,
    SweepState,
    amend,
    note_leaving,
    pieces,
)
from catchment.lake.event_erasure import SETTLE_US
from catchment.lake.sweeps import with_counts
from catchment.people.identifiers.fields import identity_fields
from catchment.people.interests.signals import EVENTS_READ
from catchment.store import UnitOfWork
from catchment.vault import (
    READ_COLUMNS,
    Access,
    Act,
    IdentityPlace,
    PrivacyField,
    Purpose,
    Sweeper,
    SweepRules,
)

if TYPE_CHECKING:
    from catchment.app.home import Home

ACTOR = "sweep"
WORKER = "worker"
CONFLICTS_MAX = 100
BACKLOG_ENTRIES = 500
"""With more than so many entries waiting to land, a sweep gives way before each lot of rows …"""

GIVE_WAY_SECONDS = 0.25
GIVE_WAY_MAX = 8
"""… for so long, so many times at most: it comes to its end under any load."""

BEING_WRITTEN = timedelta(minutes=1)
"""A file that was written to so lately may be somebody's upload under way."""

MAKING_WHOLE = Access(
    actor=ACTOR, purpose=Purpose.LEGAL, reason="a text goes to the vault as it was sent"
)
_FOLDERS = ("exports", "exports/audiences")
_INTERESTS = frozenset(EVENTS_READ)

_log = structlog.get_logger(__name__)

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class SweepWatch:
    """Who hears how far a pass is.

    Attributes:
        progress: rows looked through, and how many there are.
        reached: the step that was just taken; by it tests cut a pass short.
    """

    progress: Progress = lambda _done, _total: None
    reached: Callable[[str], None] = lambda _step: None


def sweep(
    home: "Home",
    workspace_id: WorkspaceId,
    *,
    is_whole: bool = False,
    hears: SweepWatch | None = None,
) -> SweepState:
    """Takes personal values out of a workspace's events, as far as that is due.

    Args:
        home: the parts.
        workspace_id: whose.
        is_whole: look everything through, though it was by the same rules.
        hears: how far it is.

    Raises:
        SweepUnderWay: another process is at it.
        KeysAway, KeysWrong, LakeUnavailable: it goes on from there when called again.
    """
    with home.events.sweeps.alone(workspace_id):
        return _Sweep(home, workspace_id, hears or SweepWatch()).run(is_whole=is_whole)


def rehearse_sweep(
    home: "Home", workspace_id: WorkspaceId, *,
    progress: Progress = lambda _done, _total: None,
) -> SweepState:  # fmt: skip
    """Counts what a sweep would find; nothing is kept, changed or opened."""
    fields, identities = declared_in(home, workspace_id)
    sweeper = Sweeper(
        None, home.hasher, fields, identities, opened=lambda _, tokens: [None] * len(tokens)
    )
    files = home.events.files(workspace_id)
    state = SweepState(total=sum(file.rows for file in files))
    for file in files:
        for _, rows in pieces(home.events, file, READ_COLUMNS):
            found = sweeper.sweep(workspace_id, rows)
            values = Counter[str]() if found is None else found.values
            events = 0 if found is None else len(found.amendment.rows)
            state = with_counts(state, values, rows=rows.num_rows, events=events)
            progress(state.rows, state.total)
    return state


def rules_of(state: SweepState) -> SweepRules:
    """The rules by which all was looked through."""
    return SweepRules(frozenset(state.finds), frozenset(state.spares))


def declared_in(
    home: "Home", workspace_id: WorkspaceId
) -> tuple[Sequence[PrivacyField], Sequence[IdentityPlace]]:
    """The workspace's fields, and where its events carry identifiers, as they are now."""
    with UnitOfWork(home.database, reads_only=True) as uow:
        fields = home.fields.list(uow, workspace_id)
    return fields, identity_fields(home.database)(workspace_id)


class _Sweep:
    """One pass over one workspace, or the rest of one.

    Args:
        home: the parts.
        workspace_id: whose.
        hears: how far it is.
    """

    def __init__(self, home: "Home", workspace_id: WorkspaceId, hears: SweepWatch) -> None:
        self._home, self._workspace_id, self._hears = home, workspace_id, hears
        self._table = home.events
        fields, identities = declared_in(home, workspace_id)
        self._sweeper = Sweeper(
            home.vault, home.hasher, fields, identities,
            opened=lambda owner, tokens: home.people_vault.open_for(owner, tokens, MAKING_WHOLE),
            between=self._give_way,
        )  # fmt: skip

    def run(self, *, is_whole: bool) -> SweepState:
        """What is due, from where it was left."""
        state = self._table.sweeps.read(self._workspace_id)
        if state.position < 0:
            self._seal_what_lies_open()
        state = self._begun(state, is_whole=is_whole)
        if state.until is not None:
            state = self._looked_through(state)
        if state.is_outdated:
            state = self._followed(state)
        return state

    def _begun(self, state: SweepState, *, is_whole: bool) -> SweepState:
        """The state at the beginning of a pass, or where one was cut short; or with nothing due."""
        rules = self._sweeper.rules
        going = SweepRules(frozenset(state.going_finds), frozenset(state.going_spares))
        is_enough = not is_whole or state.after < 0
        if state.until is not None and is_enough and going.covers(rules):
            return state
        is_covered = rules_of(state).covers(rules) and state.until is None
        if is_covered and not is_whole and (state.is_settled or state.is_outdated):
            return state
        is_rest = is_covered and not is_whole
        after, until = state.position if is_rest else -1, self._table.position()
        files = self._table.files(self._workspace_id, span=LogSpan(after, until))
        if not is_rest:
            begun_us = self._home.clock.now_us()
            state = replace(state, rows=0, events=0, values={}, begun_us=begun_us)
        return self._write(replace(
            state,
            after=after,
            until=until,
            going_finds=sorted(rules.finds),
            going_spares=sorted(rules.spares),
            looked=(),
            is_settled=is_rest and self._is_late(state),
            total=state.rows + sum(file.rows for file in files),
        ))  # fmt: skip

    def _is_late(self, state: SweepState) -> bool:
        """Whether whatever was landing when the pass began has landed."""
        return self._home.clock.now_us() >= state.begun_us + SETTLE_US

    def _looked_through(self, state: SweepState) -> SweepState:
        conflicts = 0
        while (file := self._next_file(state)) is not None:
            try:
                state = self._through(file, state)
            except CompactionConflict:
                conflicts += 1
                if conflicts > CONFLICTS_MAX:
                    raise
                # What was put in its place is looked through instead.
        return self._write(replace(
            state,
            finds=state.going_finds,
            spares=state.going_spares,
            position=state.until or 0,
            until=None,
            looked=(),
            ended_us=self._home.clock.now_us(),
        ))  # fmt: skip

    def _next_file(self, state: SweepState) -> DataFile | None:
        span, looked = LogSpan(state.after, state.until or 0), set(state.looked)
        files = self._table.files(self._workspace_id, span=span)
        return next((file for file in files if file.path not in looked), None)

    def _through(self, file: DataFile, state: SweepState) -> SweepState:
        """Looks through one file, and writes it anew where something was found."""
        amendments, values, tells_interests = [], Counter[str](), False
        for at, rows in pieces(self._table, file, READ_COLUMNS):
            found = self._sweeper.sweep(self._workspace_id, rows)
            if found is not None:
                amendments.append(found.amendment.moved(at))
                values += found.values
                tells_interests |= bool(found.names & _INTERESTS)
            self._hears.progress(min(state.rows + at, state.total), state.total)
        self._hears.reached("kept")
        path = file.path
        if amendments:
            if not state.is_outdated or tells_interests > state.tells_interests:
                # Noted before the first event changes: whatever happens, what hangs on it follows.
                self._home.facts.outdate(self._workspace_id)
                told = state.tells_interests or tells_interests
                state = self._write(replace(state, is_outdated=True, tells_interests=told))
            self._hears.reached("noted")
            path = amend(self._table, file, amendments)
            self._hears.reached("amended")
        state = with_counts(
            state, values, rows=file.rows, events=sum(len(one.rows) for one in amendments)
        )
        state = self._write(replace(state, looked=(*state.looked, path)))
        self._hears.progress(min(state.rows, state.total), state.total)
        return state

    def _followed(self, state: SweepState) -> SweepState:
        """Lets everything follow that was made of events as they were."""
        home, workspace_id = self._home, self._workspace_id
        self._hears.reached("looked through")
        home.facts.renew(workspace_id)
        self._hears.reached("facts renewed")
        if state.tells_interests:
            home.interest_keeper.rebuild(workspace_id)
        self._hears.reached("interests drawn")
        with UnitOfWork(home.database) as uow:
            # Who was in by what a value said is not by its token.
            audiences.look_again(uow, workspace_id)
        for name in _FOLDERS:
            _delete_files(home.settings.home / name / workspace_id)
        note_leaving(self._table, workspace_id)
        values = ", ".join(f"{kind} {count}" for kind, count in sorted(state.values.items()))
        reason = f"events {state.events}: {values}"
        home.privacy.trail.write(workspace_id, [Act(WORKER, "field.sweep", reason=reason)])
        self._hears.reached("told")
        _log.info("events_swept", workspace=workspace_id, events=state.events)
        return self._write(replace(state, is_outdated=False, tells_interests=False))

    def _seal_what_lies_open(self) -> None:
        """What a version that did not seal left in the log, and among the uploaded files."""
        home = self._home
        home.log.seal_older()
        files, folder = KeptFiles(home.keys), home.settings.home / "uploads" / self._workspace_id
        before = (home.clock.now() - BEING_WRITTEN).timestamp()
        beside = folder / "sealing"
        for path in sorted(folder.rglob("*")):
            if path != beside and path.is_file() and path.stat().st_mtime < before:
                files.seal(self._workspace_id, path, beside=beside)

    def _write(self, state: SweepState) -> SweepState:
        self._table.sweeps.write(self._workspace_id, state)
        return state

    def _give_way(self) -> None:
        """Lets landing go first where much is waiting; it shares the vault and this machine."""
        home = self._home
        for _ in range(GIVE_WAY_MAX):
            if home.log.head() - self._table.position() <= BACKLOG_ENTRIES:
                return
            time.sleep(GIVE_WAY_SECONDS)


def _delete_files(folder: Path) -> None:
    """Files that were exported before: they hold what the events held, and can be made again."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_file():
            path.unlink(missing_ok=True)
