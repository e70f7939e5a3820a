"""Keeping the book and the overlay up with the events and with what operators decided.

Three things must agree: the records (which kinds are read, what was decided), the book (who is who)
and the overlay (the same, for questions in SQL and Ibis). The records lead.
The book is brought in step with them whenever it is opened for writing, and the overlay with the
book before it is closed; the records note which version of the book the overlay shows, so that a
crash anywhere between is seen and mended by whoever comes next.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from catchment.events import notices
from catchment.kernel import WorkspaceId
from catchment.people.decisions.follow import follow
from catchment.people.decisions.keep import keep_decision
from catchment.people.decisions.store import (
    decisions_in_order,
    forgotten_subjects,
    set_applied,
)
from catchment.people.decisions.types import By, Decision, DecisionKind
from catchment.people.identifiers.conflicts import RowConflict, over_limit, row_conflicts
from catchment.people.identifiers.declare import out_of_the_way, reading_fingerprint
from catchment.people.identifiers.read_events import Chunk, EventReading, read_since
from catchment.people.identifiers.read_rows import RefusalTally, Unfit
from catchment.people.identifiers.store import (
    Reading,
    count_refusals,
    kinds_ever,
    kinds_of,
    put_reading,
    reading_of,
)
from catchment.people.identifiers.types import DeclaredKind, RefusalReason, rules_of
from catchment.people.identity import (
    PERSON_PREFIX,
    IdentityChanges,
    IdentityPages,
    IdentityRules,
)
from catchment.people.works import PeopleWorks
from catchment.store import UnitOfWork, announce_all


@dataclass(frozen=True, slots=True)
class OverlayReport:
    """What a catching-up did.

    Attributes:
        position: the log position reached.
        links: pairs of identifiers read out of the events.
        changes: identifiers whose person changed, and new ones.
    """

    position: int
    links: int = 0
    changes: IdentityChanges = field(default_factory=IdentityChanges)


@dataclass(frozen=True, slots=True)
class Declared:
    """What a workspace declares: the kinds that are read, and the rules that all of them make."""

    kinds: tuple[DeclaredKind, ...]
    rules: IdentityRules

    @property
    def fingerprint(self) -> str:
        """Another one means that the events must be read again."""
        return reading_fingerprint(self.kinds)


def declared_in(works: PeopleWorks, workspace_id: WorkspaceId) -> Declared:
    """The kinds and rules of a workspace, as they stand in the records."""
    with UnitOfWork(works.database, reads_only=True) as uow:
        kinds, ever = kinds_of(uow, workspace_id), kinds_ever(uow, workspace_id)
    return declared_by(kinds, ever)


def declared_by(kinds: Sequence[DeclaredKind], ever: Iterable[DeclaredKind]) -> Declared:
    """The kinds, and the rules that they make with those that are read no more."""
    names = {kind.name for kind in kinds}
    dropped = [kind for kind in ever if kind.name not in names]
    return Declared(tuple(kinds), rules_of([*kinds, *out_of_the_way(dropped, kinds)]))


class OpenBook:
    """The book, open for writing, with the overlay behind it.

    Attributes:
        pages: the book's pages; change them through `change`.
        changes: what changed since it was opened.
    """

    def __init__(self, works: PeopleWorks, workspace_id: WorkspaceId, pages: IdentityPages) -> None:
        self._works = works
        self._workspace_id = workspace_id
        self.pages = pages
        self.changes = IdentityChanges()
        self._gone: list[str] = []
        self._followed: list[Decision] = []
        self._is_behind = False

    def come_up(self, rules: IdentityRules) -> Reading:
        """Brings the book in step with the rules and with every decision; says how far it is."""
        with UnitOfWork(self._works.database, reads_only=True) as uow:
            reading = reading_of(uow, self._workspace_id)
            waiting = decisions_in_order(uow, self._workspace_id, only_waiting=True)
            self._is_behind = reading.overlay_version != self.pages.version
            # A book that is not as it was left may have been lost: every decision is applied
            # again, which changes nothing where it stands already.
            due = decisions_in_order(uow, self._workspace_id) if self._is_behind else waiting
        if self.pages.rules_fingerprint != rules.fingerprint:
            self.change(lambda pages: pages.apply_rules(rules))
        for decision in due:
            is_new = decision.applied_at is None
            if is_new or decision.kind is not DecisionKind.FORGET:
                self.follow(decision)
        return reading

    def change(self, make: Callable[[IdentityPages], IdentityChanges]) -> IdentityChanges:
        """Makes one change in the book, to be shown by the overlay when the book is closed."""
        made = make(self.pages)
        self.changes = _merged([self.changes, made])
        return made

    def follow(self, decision: Decision) -> IdentityChanges:
        """Does what a decision says."""
        if decision.kind is DecisionKind.FORGET:
            self._gone += [pair.left for pair in decision.pairs]
        made = self.change(lambda pages: follow(pages, decision))
        self._followed.append(decision)
        return made

    def settle(self) -> None:
        """Lets the overlay show the book, then notes that it does."""
        if self._is_behind:
            self._write_whole()
        else:
            self._write_changes()
        now = self._works.clock.now()
        waited = [one.id for one in self._followed if one.applied_at is None]
        with UnitOfWork(self._works.database) as uow:
            put_reading(uow, self._workspace_id, overlay_version=self.pages.version)
            if waited:
                set_applied(uow, self._workspace_id, waited, now)
                self._tell_of_forgotten(uow)

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing to write down."""
        return not (self._is_behind or self._followed or len(self.changes))

    def _tell_of_forgotten(self, uow: UnitOfWork) -> None:
        # Once it is true: whoever forgets them too must not find them in the book again.
        for one in self._followed:
            if one.kind is not DecisionKind.FORGET or one.applied_at is not None:
                continue
            subjects = [pair.left for pair in one.pairs]
            bodies = [
                notices.PersonForgotten(
                    self._workspace_id,
                    one.id,
                    one.people_before[0],
                    tuple(subjects[start : start + notices.FORGOTTEN_AT_ONCE_MAX]),
                )
                for start in range(0, len(subjects), notices.FORGOTTEN_AT_ONCE_MAX)
            ]
            announce_all(uow, bodies, clock=self._works.clock, ids=self._works.ids)

    def _write_whole(self) -> None:
        owners = self.pages.owners
        nodes = np.flatnonzero(owners != np.arange(len(owners))).astype(np.int32)
        rows = self._rows(nodes, owners[nodes])
        if rows.num_rows or self._works.overlay.read(self._workspace_id).num_rows:
            self._works.overlay.replace(self._workspace_id, rows, position=self.pages.version)

    def _write_changes(self) -> None:
        overlay, changes = self._works.overlay, self.changes
        is_joined = changes.after != changes.nodes
        was_joined = (changes.before >= 0) & (changes.before != changes.nodes)
        freed = changes.nodes[~is_joined & was_joined]
        gone = sorted({*self._gone, *self.pages.subjects_of(freed).to_pylist()})
        if gone:
            overlay.remove(self._workspace_id, gone, position=self.pages.version)
        if is_joined.any():
            rows = self._rows(changes.nodes[is_joined], changes.after[is_joined])
            overlay.upsert(self._workspace_id, rows, position=self.pages.version)

    def _rows(self, nodes: npt.NDArray[np.int32], owners: npt.NDArray[np.int32]) -> pa.Table:
        persons = self.pages.subjects_of(owners).cast(pa.string())
        prefix = pa.scalar(PERSON_PREFIX, pa.string())
        return pa.table(
            {
                "subject": self.pages.subjects_of(nodes).cast(pa.string()),
                "person": pc.binary_join_element_wise(prefix, persons, ""),
            }
        )


@contextmanager
def open_book(works: PeopleWorks, workspace_id: WorkspaceId) -> Iterator[tuple[OpenBook, Reading]]:
    """The book in step with the records; when it is closed, the overlay is in step with it."""
    declared = declared_in(works, workspace_id)
    _erase_if_read_otherwise(works, workspace_id, declared)
    with works.book.writing(workspace_id, declared.rules) as pages:
        book = OpenBook(works, workspace_id, pages)
        reading = book.come_up(declared.rules)
        yield book, reading
        if not book.is_settled or reading.overlay_version != pages.version:
            book.settle()


def _erase_if_read_otherwise(
    works: PeopleWorks, workspace_id: WorkspaceId, declared: Declared
) -> None:
    with UnitOfWork(works.database, reads_only=True) as uow:
        known = reading_of(uow, workspace_id).fingerprint
    if known == declared.fingerprint:
        return
    if known:
        works.book.erase(workspace_id)
    with UnitOfWork(works.database) as uow:
        put_reading(uow, workspace_id, fingerprint=declared.fingerprint, overlay_version=-1)


def is_up(works: PeopleWorks, workspace_id: WorkspaceId) -> bool:
    """Whether catching up would find nothing to do; no event is looked at."""
    view = works.book.reading(workspace_id)
    if works.engine.arrivals(workspace_id, view.position).position > view.position:
        return False
    declared = declared_in(works, workspace_id)
    with UnitOfWork(works.database, reads_only=True) as uow:
        reading = reading_of(uow, workspace_id)
        waiting = decisions_in_order(uow, workspace_id, only_waiting=True)
    return (
        not waiting
        and reading.overlay_version == view.version
        and reading.fingerprint == declared.fingerprint
        and view.rules_fingerprint == declared.rules.fingerprint
    )


def catch_up(works: PeopleWorks, workspace_id: WorkspaceId) -> OverlayReport:
    """Brings a workspace's book and overlay up to the events that have landed.

    Args:
        works: the parts.
        workspace_id: whose.
    """
    if is_up(works, workspace_id):
        return OverlayReport(works.book.reading(workspace_id).position)
    links, changes = 0, list[IdentityChanges]()
    while True:
        with open_book(works, workspace_id) as (book, reading):
            position = book.pages.position
            chunk = _next_chunk(works, workspace_id, position, reading)
            if chunk is not None:
                _take_in(works, workspace_id, book, chunk)
                links += len(chunk.gathered.links)
                position = chunk.position
        changes.append(book.changes)
        if chunk is None or works.engine.arrivals(workspace_id, position).position <= position:
            return OverlayReport(position, links, _merged(changes))


def rebuild(works: PeopleWorks, workspace_id: WorkspaceId) -> OverlayReport:
    """Drops the book and derives it again: from the events, and from what was decided."""
    works.book.erase(workspace_id)
    return catch_up(works, workspace_id)


def _next_chunk(
    works: PeopleWorks, workspace_id: WorkspaceId, since: int, reading: Reading
) -> Chunk | None:
    declared = declared_in(works, workspace_id)
    with UnitOfWork(works.database, reads_only=True) as uow:
        forgotten = forgotten_subjects(uow, workspace_id)
    how = EventReading(
        works.engine, works.subjects, workspace_id, declared.kinds, forgotten, works.vault
    )
    return read_since(how, since, counted_to=reading.counted_to)


def _take_in(works: PeopleWorks, workspace_id: WorkspaceId, book: OpenBook, chunk: Chunk) -> None:
    """Adds a chunk; notes its position last, so that a crash repeats what changes nothing."""
    gathered, tally = chunk.gathered, chunk.tally
    book.change(
        lambda pages: pages.add(
            subjects=gathered.subjects, kinds=gathered.kinds, links=gathered.links
        )
    )
    names = {kind.code: kind.kind for kind in book.pages.rules.kinds}
    for place in over_limit(book.pages, gathered.links):
        kind = names[int(gathered.links.right_kind[place])]
        source = gathered.links.sources[int(gathered.links.source[place])]
        _count(tally, Unfit(kind, RefusalReason.OVER_LIMIT, ""), source, chunk, works)
    conflicts = row_conflicts(book.pages, gathered)
    for conflict in conflicts:
        weakest = names[conflict.row.members[-1][1]]
        refused = Unfit(weakest, RefusalReason.IMPORT_CONFLICT, conflict.row.evidence.hex())
        _count(tally, refused, conflict.row.source, chunk, works)
    refusals = tally.refusals()
    if conflicts or refusals:
        with UnitOfWork(works.database) as uow:
            decision = None
            if conflicts:
                decision = _refuse_rows(uow, works, workspace_id, book.pages, conflicts)
            count_refusals(uow, workspace_id, refusals, position=chunk.position)
        if decision is not None:
            book.follow(decision)
    book.change(lambda pages: pages.add(position=chunk.position))


def _count(
    tally: RefusalTally, unfit: Unfit, source: str, chunk: Chunk, works: PeopleWorks
) -> None:
    tally.add(unfit, source_id=source, received_us=works.clock.now_us(), position=chunk.position)


def _refuse_rows(
    uow: UnitOfWork, works: PeopleWorks, workspace_id: WorkspaceId, pages: IdentityPages,
    conflicts: Sequence[RowConflict],
) -> Decision:  # fmt: skip
    pairs = sorted({pair for one in conflicts for pair in one.pairs}, key=astuple)
    people = sorted({pages.person_of(pair.left) for pair in pairs})
    return keep_decision(
        uow, workspace_id, DecisionKind.IMPORT_REFUSED, pairs, people=(people, people),
        by=By("import", "A row names people who cannot be one"),
        clock=works.clock, ids=works.ids,
    )  # fmt: skip


def _merged(changes: Sequence[IdentityChanges]) -> IdentityChanges:
    """Changes after each other as one: of each node the first before and the last after."""
    kept = [one for one in changes if len(one)]
    if len(kept) <= 1:
        return kept[0] if kept else IdentityChanges()
    nodes = np.concatenate([one.nodes for one in kept])
    before = np.concatenate([one.before for one in kept])
    after = np.concatenate([one.after for one in kept])
    unique, first = np.unique(nodes, return_index=True)
    _, last = np.unique(nodes[::-1], return_index=True)
    is_moved = before[first] != after[::-1][last]
    return IdentityChanges(unique[is_moved], before[first][is_moved], after[::-1][last][is_moved])


class Overlay:
    """The book and the overlay of every workspace, as a worker keeps them.

    Args:
        works: the parts.
        workspaces: who has events.
    """

    def __init__(self, works: PeopleWorks, workspaces: Callable[[], Iterable[WorkspaceId]]) -> None:
        self._works = works
        self._workspaces = workspaces

    def catch_up(self) -> dict[WorkspaceId, OverlayReport]:
        """Brings every workspace up to the events that have landed."""
        return {one: catch_up(self._works, one) for one in self._workspaces()}

    def arrived(self) -> dict[WorkspaceId, int]:
        """The log position that every workspace's events reach; no event is looked at."""
        engine = self._works.engine
        return {one: engine.arrivals(one, 0).position for one in self._workspaces()}

    def landed_behind(self, positions: Mapping[WorkspaceId, int]) -> int:
        """How many events landed behind these positions, at most; none is looked at."""
        engine = self._works.engine
        return sum(engine.arrivals(one, at).events_max for one, at in positions.items())
