"""Reading in clear: checked, counted and written into the trail first; then the value.

One person at a time for people; in bulk for the house's own work, whose every reading names its
purpose in the code. A value that could not be opened after all leaves its line in the trail.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from catchment.kernel import Clock, Denied, Missing, WorkspaceId
from catchment.store import Database, UnitOfWork
from catchment.vault.grants.answer import Grants
from catchment.vault.grants.types import (
    SENSITIVE_KINDS,
    Grant,
    GrantRule,
    GrantScope,
    grant_refused,
)
from catchment.vault.tokens import parse_token
from catchment.vault.trail.chain import ALARM, Trail
from catchment.vault.trail.types import Act, TrailEntry
from catchment.vault.types import DataClass, Purpose
from catchment.vault.vault import Access, Vault

READINGS_PER_HOUR = 100
"""Values that one caller reads, and identifiers they look up, in an hour."""

HOUR_US = 3_600_000_000

CALLERS = ("opr_", "key_", "cli")
"""How actors begin who are somebody; the others are the house at its own work."""

ROUTINES_MAX = 10_000

MayUse = Callable[[WorkspaceId, Sequence[str], Purpose, str], bool]
"""Whether a person, by their subjects, agreed to a purpose that values of a kind serve."""

_log = structlog.get_logger(__name__)


class TooManyReadings(Denied):
    """You read or looked up as many as one may in an hour; it is noted, and you may go on later."""

    retry_after_seconds = 600


class ValueGone(Missing):
    """There is no such value, or its key was destroyed: nobody can read it any more."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A value that somebody wants to read, and why.

    Attributes:
        person: whose, as the trail names them.
        subjects: the person's subjects, by which their consent is known.
        token: what stands in the value's place.
        access: who reads, what for, why, and under which grant.
    """

    person: str
    subjects: Sequence[str]
    token: str
    access: Access


@dataclass(frozen=True, slots=True)
class Revealed:
    """A value in clear."""

    value: str
    kind: str
    trail_seq: int


class Revealing:
    """The one way to values in clear.

    Args:
        database: the records.
        vault: where they are.
        trail: where every reading is written first.
        grants: what allows it.
        check_keys: complains where the keys are away.
        may_use: whether somebody agreed to being addressed.
        clock: tells the time.
        per_hour: so many readings of one caller in an hour at most.
    """

    def __init__(
        self, database: Database, vault: Vault, trail: Trail, grants: Grants,
        *, check_keys: Callable[[], None], may_use: MayUse, clock: Clock,
        per_hour: int = READINGS_PER_HOUR,
    ) -> None:  # fmt: skip
        self._database, self._vault, self._trail = database, vault, trail
        self._grants, self._check_keys, self._may_use = grants, check_keys, may_use
        self._clock, self._per_hour = clock, per_hour
        self._lock = threading.Lock()
        self._told: dict[tuple[WorkspaceId, str, Purpose, str], tuple[int, int]] = {}

    def reveal(self, workspace_id: WorkspaceId, wanted: Wanted) -> Revealed:
        """One value of one person.

        Raises:
            GrantNeeded, GrantRefused, GrantUnknown: the grant does not allow it.
            TooManyReadings: the hour's are used up.
            KeysAway, KeysWrong: nothing can be opened; nothing was counted.
            ValueGone: nobody can read it any more.
        """
        access, kind = wanted.access, parse_token(wanted.token).kind
        # Asked before anything is counted: where the keys are away, nothing is lost.
        self._check_keys()
        if access.purpose is Purpose.MARKETING and not self._may_use(
            workspace_id, wanted.subjects, access.purpose, kind
        ):
            raise grant_refused(
                GrantRule.CONSENT, "This person has not agreed to marketing.", "/purpose"
            )
        act = Act(
            access.actor, "reveal", access.purpose, access.grant_id, wanted.person, (kind,), 1,
            access.reason,
        )  # fmt: skip
        with self._counted(workspace_id, access.actor) as uow:
            if access.grant_id is not None or self._needs_grant(workspace_id, wanted.token):
                self._grants.use(
                    uow, workspace_id, access.grant_id, actor=access.actor,
                    scope=GrantScope.REVEAL, purpose=access.purpose, kinds=[kind],
                    people=[wanted.person],
                )  # fmt: skip
            entry = self._trail.add(uow, workspace_id, [act])[0]
        value = self._vault.open_for(workspace_id, [wanted.token], access)[0]
        if value is None:
            raise ValueGone
        return Revealed(value, kind, entry.seq)

    def open_many(
        self, workspace_id: WorkspaceId, tokens: Sequence[str], access: Access
    ) -> list[str | None]:
        """Many values, with one line in the trail for all of them.

        The line names the person, where all of it is of one: what was read of somebody is one
        question over the trail. The house's own work opens something every second. It has a line an
        hour for each thing that it does, written before it opens anything then, with how many
        values since the line before.
        """
        if not tokens:
            return []
        self._check_keys()
        count = len(tokens)
        if access.person is None and access.grant_id is None and _is_house(access.actor):
            count = self._routine(workspace_id, access, count)
        if count:
            kinds = tuple(sorted({parse_token(token).kind for token in tokens}))
            act = Act(
                access.actor, "open", access.purpose, access.grant_id, access.person, kinds,
                count, access.reason,
            )  # fmt: skip
            try:
                self._trail.write(workspace_id, [act])
            except BaseException:
                self._told = {}  # no line stands, so the next reading writes one
                raise
        return self._vault.open_for(workspace_id, tokens, access)

    def allow_export(
        self, workspace_id: WorkspaceId, access: Access, kinds: Sequence[str], *, file: str,
        people: int,
    ) -> Grant:  # fmt: skip
        """Counts a file that is not masked, and writes it into the trail, before it is made.

        Args:
            workspace_id: whose.
            access: who, what for, why, and under which grant of scope `export`.
            kinds: kinds of values in clear in the file.
            file: its id; the same file is counted once.
            people: of how many it tells.

        Raises:
            GrantNeeded, GrantRefused, GrantUnknown: the grant does not allow it.
        """
        with UnitOfWork(self._database) as uow:
            grant = self._grants.use(
                uow, workspace_id, access.grant_id, actor=access.actor, scope=GrantScope.EXPORT,
                purpose=access.purpose, kinds=kinds, file=file, file_people=people,
            )  # fmt: skip
            act = Act(
                access.actor, "export", access.purpose, access.grant_id, None, tuple(kinds),
                people, access.reason,
            )  # fmt: skip
            self._trail.add(uow, workspace_id, [act])
        self._trail.note_end(workspace_id)
        return grant

    def count_lookup(self, workspace_id: WorkspaceId, actor: str, kind: str) -> TrailEntry:
        """Writes down that somebody looked an identifier up: who can ask often enough knows all.

        Raises:
            TooManyReadings: the hour's are used up.
        """
        return self.count(workspace_id, Act(actor, "lookup", kinds=(kind,)))

    def count(self, workspace_id: WorkspaceId, act: Act) -> TrailEntry:
        """Writes down a reading that is done elsewhere, before it is done.

        Raises:
            TooManyReadings: the hour's are used up.
        """
        with self._counted(workspace_id, act.actor) as uow:
            return self._trail.add(uow, workspace_id, [act])[0]

    def _routine(self, workspace_id: WorkspaceId, access: Access, count: int) -> int:
        """How many values the line of this hour tells of; none while that line stands already."""
        name = (workspace_id, access.actor, access.purpose, access.reason)
        now_us = self._clock.now_us()
        with self._lock:
            if len(self._told) > ROUTINES_MAX:
                self._told = {}
            at_us, since = self._told.get(name, (now_us - HOUR_US, 0))
            if now_us - at_us < HOUR_US:
                self._told[name] = at_us, since + count
                return 0
            self._told[name] = now_us, 0
            return since + count

    @contextmanager
    def _counted(self, workspace_id: WorkspaceId, actor: str) -> Iterator[UnitOfWork]:
        """A transaction that ends in a reading of somebody's, unless the hour's are used up."""
        since = self._clock.now_us() - HOUR_US
        try:
            with UnitOfWork(self._database) as uow:
                yield uow
                # Counted behind its own entry, whose chain is ours alone until the commit.
                self._refuse_too_many(self._trail.readings_of(uow, workspace_id, actor, since))
        except TooManyReadings:
            self._alarm(workspace_id, actor, since)
            raise
        self._trail.note_end(workspace_id)

    def _refuse_too_many(self, readings: int) -> None:
        if readings > self._per_hour:
            raise TooManyReadings(
                f"{self._per_hour} values are read or looked up within an hour at most",
                rule="readings_per_hour",
            )

    def _alarm(self, workspace_id: WorkspaceId, actor: str, since_us: int) -> None:
        """Once an hour, in the log and in the trail."""
        with UnitOfWork(self._database, reads_only=True) as uow:
            if self._trail.alarms_of(uow, workspace_id, actor, since_us):
                return
        _log.warning("readings_alarm", workspace=workspace_id, actor=actor, limit=self._per_hour)
        self._trail.write(workspace_id, [Act(actor, ALARM, reason="readings_per_hour")])

    def _needs_grant(self, workspace_id: WorkspaceId, token: str) -> bool:
        """Common data is for whoever may read people; important data takes a grant, always."""
        if parse_token(token).kind in SENSITIVE_KINDS:
            return True
        return self._vault.class_of(workspace_id, token) is not DataClass.COMMON


def _is_house(actor: str) -> bool:
    return not actor.startswith(CALLERS)
