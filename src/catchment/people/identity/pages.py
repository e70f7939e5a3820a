"""Writing the identity book: each call is one durable commit, or none."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.people.identity.draft import Draft
from catchment.people.identity.layout import Array
from catchment.people.identity.log_files import (
    add_sources,
    commit,
    read_head,
    read_sources,
    write_rules,
)
from catchment.people.identity.rebuild import rebuild, resolve_whole, scrub
from catchment.people.identity.region import Desk, Region, Whole, resolve_region
from catchment.people.identity.resolve import tables_of
from catchment.people.identity.rules import IdentityRules
from catchment.people.identity.state_files import Mapped
from catchment.people.identity.subject_keys import evidence_keys, keys_of
from catchment.people.identity.types import (
    EVIDENCE_BYTES,
    UNKNOWN,
    Codes,
    IdentityChanges,
    Links,
    Nodes,
    Pair,
    Via,
)
from catchment.people.identity.view import IdentityView

WHOLE_MIN = 10_000
WHOLE_SHARE = 8
"""A change that touches more nodes than that, and more than this part of all, resolves them all:
the same outcome, for less than a region that is nearly everything.
"""

_NO_KEYS = np.zeros((0, 2), np.uint64)


class IdentityPages(IdentityView):
    """The open book: reads as the newest commit, and changes it.

    Where the rules it was opened with are not those it is resolved under, the first change applies
    them as well, and says what that changed. It tells the name of each point of a commit as it is
    passed, and a test may stop there.
    """

    def __init__(
        self, mapped: Mapped, desk: Desk, rules: IdentityRules, reached: Callable[[str], None]
    ) -> None:
        self.mapped, self.desk = mapped, desk
        self._asked = rules
        self._reached = reached
        self._tables = tables_of(rules)
        self._sources = {n: i for i, n in enumerate(read_sources(self._folder, mapped.head))}
        super().__init__(lambda: self.mapped)

    @property
    def owners(self) -> Nodes:
        """The node that owns each node, as of now; a later change shows in it."""
        return self.mapped.state.owners[: self.count]

    def add(
        self,
        *,
        subjects: "pa.Array | pa.ChunkedArray | None" = None,
        kinds: Codes | None = None,
        links: Links | None = None,
        position: int | None = None,
    ) -> IdentityChanges:
        """Keeps subjects and links, and how far they reach; what is known already changes nothing.

        Args:
            subjects: identifiers seen, linked or not; hexadecimal.
            kinds: their kinds' codes.
            links: sightings of two together; their ends need not be among the subjects.
            position: the log position reached, if it did.

        Raises:
            SubjectMalformed: a subject is not 32 hexadecimal digits.
            KindConflict: a subject is known as another kind.
            BookFull: no number is left.
        """
        keys, codes = [_NO_KEYS], [np.zeros(0, np.uint8)]
        if subjects is not None and kinds is not None:
            keys, codes = [keys_of(subjects)], [np.asarray(kinds, np.uint8)]
        count = len(keys[0])
        if links is not None:
            keys += [keys_of(links.left), keys_of(links.right)]
            codes += [links.left_kind, links.right_kind]
        every, every_code = np.concatenate(keys), np.concatenate(codes)
        evidence = evidence_keys(links.evidence) if links is not None else _NO_KEYS

        def stage(draft: Draft) -> None:
            nodes = draft.nodes(every, every_code)
            if links is not None and len(links):
                ends = nodes[count:].reshape(2, len(links)).T
                numbers = self._numbers(draft, links.sources)[links.source]
                draft.links(ends, links.time_us, (numbers, links.via), evidence)
            if position is not None:
                draft.head = replace(draft.head, position=max(position, draft.head.position))

        return self._change(stage, len(every), 0 if links is None else len(links))

    def withdraw(self, pairs: Sequence[Pair]) -> IdentityChanges:
        """Takes back all that links these pairs, now and later, until they are restored."""
        return self._decide(pairs, lambda draft, ends: draft.withdraw(ends))

    def restore(self, pairs: Sequence[Pair]) -> IdentityChanges:
        """Lets what links these pairs count again."""
        return self._decide(pairs, lambda draft, ends: draft.restore(ends))

    def join(
        self, pairs: Sequence[Pair], *, time_us: int = 0, evidence: bytes = bytes(EVIDENCE_BYTES)
    ) -> IdentityChanges:
        """Makes these pairs one person by an operator's word; lifts a withdrawal of the pair."""
        many = len(pairs)

        def decide(draft: Draft, ends: Array) -> None:
            draft.restore(ends)
            numbers = np.full(many, self._numbers(draft, ("",))[0])
            keys = evidence_keys(pa.array([evidence] * many, pa.binary()))
            ways = np.full(many, Via.OPERATOR, np.uint8)
            draft.links(ends, np.full(many, time_us, np.int64), (numbers, ways), keys)

        return self._decide(pairs, decide)

    def unjoin(self, pairs: Sequence[Pair]) -> IdentityChanges:
        """Takes an operator's joins away as if they had never been; other links stand."""
        return self._decide(pairs, lambda draft, ends: draft.unjoin(ends))

    def forget(self, subjects: Sequence[str]) -> IdentityChanges:
        """Erases subjects and every link of theirs; their nodes stay empty for ever."""
        found = self.nodes_of(pa.array(subjects, pa.string()))
        nodes = np.unique(found[found != UNKNOWN])
        if not len(nodes):
            return IdentityChanges()

        def finish() -> None:
            # Within the commit: if we die here, whoever comes next replays the decision.
            scrub(self._folder, self.mapped.log, self.mapped.state, nodes.tolist())

        return self._change(lambda draft: draft.forget(nodes), 0, len(nodes), finish)

    def apply_rules(self, rules: IdentityRules) -> IdentityChanges:
        """Resolves everything under these rules."""
        self._asked, self._tables = rules, tables_of(rules)
        mapped, before = self.mapped, self.mapped.head
        if before.fingerprint == rules.fingerprint:
            return IdentityChanges()
        write_rules(self._folder, rules)
        head = replace(before, version=before.version + 1, fingerprint=rules.fingerprint)
        log, state = mapped.log, mapped.state
        resolved = resolve_whole(log, state, head, self._tables)
        old = state.owners[: head.nodes].copy()
        with self._staging():
            commit(self._folder, head, before, self._reached)
            with mapped.publishing():
                Whole(*resolved).publish(state)
                mapped.tell(head)
                self._reached("publishing")
        self._head = head
        return _changes(np.arange(head.nodes), old, resolved[2])

    @property
    def _folder(self) -> Path:
        return self.mapped.folder

    def _numbers(self, draft: Draft, names: Sequence[str]) -> npt.NDArray[np.int64]:
        fresh = [name for name in dict.fromkeys(names) if name not in self._sources]
        if fresh:
            draft.head = add_sources(self._folder, draft.head, fresh)
            for name in fresh:
                self._sources[name] = len(self._sources)
        return np.array([self._sources[name] for name in names], np.int64)

    def _decide(
        self, pairs: Sequence[Pair], decide: Callable[[Draft, Array], None]
    ) -> IdentityChanges:
        subjects = pa.array([s for p in pairs for s in (p.left, p.right)], pa.string())
        keys = keys_of(subjects)
        codes = np.array([k for p in pairs for k in (p.left_kind, p.right_kind)], np.uint8)

        def stage(draft: Draft) -> None:
            decide(draft, draft.nodes(keys, codes).reshape(-1, 2))

        return self._change(stage, len(keys), 2 * len(pairs))

    def _change(
        self,
        stage: Callable[[Draft], None],
        nodes_more: int,
        rows_more: int,
        finish: Callable[[], None] = lambda: None,
    ) -> IdentityChanges:
        ruled = self.apply_rules(self._asked)
        before = self.mapped.head
        draft = Draft(self.mapped, before, self._tables)
        draft.make_room(nodes_more, rows_more)
        if self.desk.room < self.mapped.room[0]:
            self.desk = Desk(self.mapped.room[0])
        with self._staging():
            self._reached("staging")
            stage(draft)
            touched = draft.touched()
            log, state = self.mapped.log, self.mapped.state
            if draft.head == before:
                return ruled
            region: Region | Whole
            if len(touched[0]) > max(WHOLE_MIN, draft.head.nodes // WHOLE_SHARE):
                region = Whole(*resolve_whole(log, state, draft.head, self._tables))
            else:
                region = resolve_region(log, state, self._tables, touched, self.desk)
            head = replace(draft.head, version=before.version + 1)
            commit(self._folder, head, before, self._reached)
            nodes, owners = region.moved
            old = np.where(nodes < before.nodes, state.owners[nodes], UNKNOWN)
            with self.mapped.publishing():
                region.publish(state)
                self._reached("publishing")
                self.mapped.tell(head)
            self._reached("published")
            finish()
        self._head = head
        changes = _changes(nodes, old, owners)
        return ruled.then(changes) if len(ruled) else changes

    def _staging(self) -> "_Staging":
        return _Staging(self)

    def start_over(self) -> None:
        """After something failed half way: what is durable counts, and all else is made anew."""
        self.mapped = rebuild(self._folder, read_head(self._folder))
        self.desk = Desk(self.mapped.room[0])
        self._head = self.mapped.head
        names = read_sources(self._folder, self._head)
        self._sources = {name: number for number, name in enumerate(names)}


class _Staging:
    """What is written inside is half done; if it fails, the state is made anew."""

    def __init__(self, pages: IdentityPages) -> None:
        self._pages = pages

    def __enter__(self) -> None:
        self._pages.mapped.stage(is_staging=True)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._pages.mapped.stage(is_staging=False)
        else:
            self._pages.start_over()


def _changes(nodes: Array, before: Array, after: Array) -> IdentityChanges:
    is_moved = before != after
    order = np.argsort(nodes[is_moved])
    nodes, before, after = (array[is_moved][order] for array in (nodes, before, after))
    return IdentityChanges(nodes.astype(np.int32), before.astype(np.int32), after.astype(np.int32))
