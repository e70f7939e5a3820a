"""The registrar: says who is who, and writes down what operators decide about it.

A decision is a record first, committed with its audit line and its notice; then the book and the
overlay follow. A crash between leaves a record that is followed by whoever opens the book next.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import numpy as np
import pyarrow as pa

from catchment.access import record
from catchment.kernel import WorkspaceId, instant_from_us
from catchment.lake import EVENTS
from catchment.people.deciding import decide, forget_subjects, pairs_to_forget
from catchment.people.decisions import store
from catchment.people.decisions.errors import (
    EdgeNotOfPerson,
    NothingNamed,
    NothingToDecide,
    PersonNotInBook,
)
from catchment.people.decisions.follow import WITHDRAWING, follow
from catchment.people.decisions.rehearse import Rehearsed, rehearse
from catchment.people.decisions.types import (
    By,
    Decision,
    DecisionKind,
    EdgeShown,
    IdentityOfPerson,
    NodeKnown,
    Outcome,
    RulesOutcome,
    RulesOutcomeExample,
    pair_of,
)
from catchment.people.identifiers.declare import checked, reading_fingerprint
from catchment.people.identifiers.shown import ValueReading, masked_values
from catchment.people.identifiers.store import (
    kinds_ever,
    kinds_of,
    refusals_of,
    replace_kinds,
)
from catchment.people.identifiers.types import DeclaredKind, Refusal
from catchment.people.identity import EdgeKnown, IdentityView, Pair, Verdict
from catchment.people.overlay import declared_by, declared_in
from catchment.people.works import PeopleWorks
from catchment.store import UnitOfWork

PEOPLE_SHOWN_MAX = 100
SUBJECTS_COUNTED_MAX = 10_000

Ends = tuple[str, str]


class Registrar:
    """Who is who, for operators.

    Args:
        works: the parts.
    """

    def __init__(self, works: PeopleWorks) -> None:
        self._works = works

    @property
    def works(self) -> PeopleWorks:
        """The parts it works with."""
        return self._works

    def identity_of(self, workspace_id: WorkspaceId, person: str) -> IdentityOfPerson:
        """A person's identifiers, masked, and every edge that touches them.

        Args:
            workspace_id: whose.
            person: any person id there ever was.

        Raises:
            PersonNotInBook: nobody is known by it.
        """
        view = self._works.book.reading(workspace_id)
        owner = _owner(view, person)
        members = _members(view, owner)
        edges = view.edges_of(np.array([owner], np.int32))
        names = self._kind_names(workspace_id)
        subjects = view.subjects_of(members).to_pylist()
        kinds = [names[code] for code in view.kinds_of(members).tolist()]
        # An edge may lead to an identifier that was taken out: it is shown by its value too.
        ends = pa.array(sorted({*subjects, *(e.left for e in edges), *(e.right for e in edges)}))
        ends_kinds = [names[code] for code in view.kinds_of(view.nodes_of(ends)).tolist()]
        works = self._works
        shown = masked_values(
            ValueReading(
                works.engine, works.subjects, works.vault, workspace_id, self.kinds(workspace_id)
            ),
            dict(zip(ends.to_pylist(), ends_kinds, strict=True)),
            [edge.evidence for edge in edges],
        )
        giver = view.subjects_of([owner])[0].as_py()
        with UnitOfWork(self._works.database, reads_only=True) as uow:
            decided = _latest(store.decisions_about(uow, workspace_id, subjects))
        return IdentityOfPerson(
            view.person_of(giver),
            tuple(
                NodeKnown(subject, kind, shown.get(subject, ""), subject == giver)
                for subject, kind in zip(subjects, kinds, strict=True)
            ),
            tuple(_shown(edge, decided, shown) for edge in edges),
        )

    def decisions_of(self, workspace_id: WorkspaceId, person: str) -> Sequence[Decision]:
        """What was decided about any of a person's identifiers, newest first.

        Raises:
            PersonNotInBook: nobody is known by that id.
        """
        view = self._works.book.reading(workspace_id)
        subjects = view.subjects_of(_members(view, _owner(view, person))).to_pylist()
        with UnitOfWork(self._works.database, reads_only=True) as uow:
            return store.decisions_about(uow, workspace_id, subjects)

    def split(
        self, workspace_id: WorkspaceId, person: str, *, by: By,
        edges: Sequence[Ends] = (), subject: str | None = None, dry_run: bool = False,
    ) -> Outcome:  # fmt: skip
        """Withdraws edges of a person, or takes one identifier out.

        Raises:
            PersonNotInBook: nobody is known by that id.
            NothingNamed: neither edges nor an identifier.
            EdgeNotOfPerson: an edge is none of this person's.
            NothingToDecide: they are withdrawn already.
            TooMuchAtOnce: it touches too many identifiers to look at.
        """
        view = self._works.book.reading(workspace_id)
        owner = _owner(view, person)
        known = _edges_within(view, owner)
        if subject is not None:
            named = [ends for ends in known if subject in ends]
        else:
            named = [(min(ends), max(ends)) for ends in edges]
        if not named:
            raise NothingNamed if subject is None else EdgeNotOfPerson
        pairs = _pairs(known, named, lambda verdict: verdict is not Verdict.WITHDRAWN)
        return self._decide(workspace_id, DecisionKind.SPLIT, pairs, [owner], by, dry_run=dry_run)

    def restore(
        self, workspace_id: WorkspaceId, person: str, *, by: By,
        edges: Sequence[Ends] = (), dry_run: bool = False,
    ) -> Outcome:  # fmt: skip
        """Lets withdrawn edges hold again; nothing named: all that splits of this person withdrew.

        Raises:
            PersonNotInBook: nobody is known by that id.
            EdgeNotOfPerson: an edge that was named is not withdrawn by any split of this person.
            NothingToDecide: none is withdrawn.
            TooMuchAtOnce: it touches too many identifiers to look at.
        """
        view = self._works.book.reading(workspace_id)
        owner = _owner(view, person)
        mine = view.subjects_of(_members(view, owner)).to_pylist()
        with UnitOfWork(self._works.database, reads_only=True) as uow:
            splits = [
                decision
                for decision in store.decisions_about(uow, workspace_id, mine)
                if decision.kind in WITHDRAWING
            ]
        cut = {(pair.left, pair.right) for decision in splits for pair in decision.pairs}
        named = [(min(ends), max(ends)) for ends in edges] or sorted(cut)
        if not cut.issuperset(named):
            raise EdgeNotOfPerson
        owners = _owners_of(view, [subject for ends in named for subject in ends])
        known = _by_ends(view.edges_of(np.array(owners, np.int32)))
        pairs = _pairs(known, named, lambda verdict: verdict is Verdict.WITHDRAWN)
        return self._decide(workspace_id, DecisionKind.RESTORE, pairs, owners, by, dry_run=dry_run)

    def merge(
        self, workspace_id: WorkspaceId, people: Sequence[str], *, by: By, dry_run: bool = False
    ) -> Outcome:
        """Makes people one, whatever the limits say.

        Raises:
            PersonNotInBook: nobody is known by one of the ids.
            NothingToDecide: they are one already.
            TooMuchAtOnce: it touches too many identifiers to look at.
        """
        view = self._works.book.reading(workspace_id)
        owners = sorted({_owner(view, person) for person in people})
        if len(owners) == 1:
            raise NothingToDecide
        subjects = view.subjects_of(owners).to_pylist()
        ends = list(zip(subjects, view.kinds_of(owners).tolist(), strict=True))
        pairs = [pair_of(ends[0], other) for other in ends[1:]]
        return self._decide(workspace_id, DecisionKind.MERGE, pairs, owners, by, dry_run=dry_run)

    def forget(
        self, workspace_id: WorkspaceId, person: str, *, by: By, dry_run: bool = False
    ) -> Outcome:
        """Deletes a person: their keys at once, everything else by the deadline of the deletion.

        Whoever goes by their phone or address as an id is the same human and deleted with them.
        Whom their devices belonged to besides keeps them not. A rebuild, a file that is imported
        again and a backup that is put back do not bring the person back.

        Raises:
            PersonNotInBook: nobody is known by that id.
            KeysAway: the key store does not answer.
        """
        view = self._works.book.reading(workspace_id)
        owner = _owner(view, person)
        pairs = pairs_to_forget(self._works, workspace_id, view, owner)
        others = set(_owners_of(view, [pair.left for pair in pairs])) - {owner}
        owners = [owner, *sorted(others)]
        return self._decide(workspace_id, DecisionKind.FORGET, pairs, owners, by, dry_run=dry_run)

    def forget_subjects(
        self, workspace_id: WorkspaceId, subjects: Sequence[str], *, by: By
    ) -> Decision:
        """Deletes whoever goes by these subjects, known here or not.

        Raises:
            KeysAway: the key store does not answer.
        """
        return forget_subjects(self._works, workspace_id, subjects, by=by)

    def kinds(self, workspace_id: WorkspaceId) -> tuple[DeclaredKind, ...]:
        """The kinds of identifiers that are read, the strongest first."""
        with UnitOfWork(self._works.database, reads_only=True) as uow:
            return kinds_of(uow, workspace_id)

    def replace_kinds(
        self, workspace_id: WorkspaceId, kinds: Sequence[DeclaredKind], *, by: By
    ) -> tuple[DeclaredKind, ...]:
        """Declares another set of kinds; the book follows with the next catching-up.

        Raises:
            KindsMalformed, PlaceMalformed, RulesUnsound: they cannot be declared.
        """
        works = self._works
        with UnitOfWork(works.database) as uow:
            kept = checked(kinds, kinds_ever(uow, workspace_id))
            replace_kinds(uow, workspace_id, kept)
            record(
                uow, workspace_id, by.actor, "identity.rules", workspace_id,
                clock=works.clock, ids=works.ids, detail={"kinds": [kind.name for kind in kept]},
            )  # fmt: skip
        return kept

    def preview_kinds(
        self, workspace_id: WorkspaceId, kinds: Sequence[DeclaredKind]
    ) -> RulesOutcome:
        """Who would be split and who merged if these kinds were declared.

        Raises:
            KindsMalformed, PlaceMalformed, RulesUnsound: they cannot be declared.
        """
        with UnitOfWork(self._works.database, reads_only=True) as uow:
            present, ever = kinds_of(uow, workspace_id), kinds_ever(uow, workspace_id)
        new = declared_by(checked(kinds, ever), ever)
        view = self._works.book.reading(workspace_id)
        preview = view.preview(new.rules)
        order = {kind.code: kind.priority for kind in new.rules.kinds}
        return RulesOutcome(
            preview.split,
            preview.merged,
            tuple(_example(view, groups, order) for groups in preview.examples),
            reading_fingerprint(new.kinds) != reading_fingerprint(present),
        )

    def refusals(self, workspace_id: WorkspaceId) -> Sequence[Refusal]:
        """Identifiers that were refused, by kind and reason, most frequent first."""
        with UnitOfWork(self._works.database, reads_only=True) as uow:
            return refusals_of(uow, workspace_id)

    def _decide(
        self, workspace_id: WorkspaceId, kind: DecisionKind, pairs: Sequence[Pair],
        owners: Sequence[int], by: By, *, dry_run: bool,
    ) -> Outcome:  # fmt: skip
        works = self._works
        view = works.book.reading(workspace_id)
        trial = Decision("", kind, works.clock.now(), by.actor, by.reason, tuple(pairs), (), ())
        rules = declared_in(works, workspace_id).rules
        moved = rehearse(view, owners, rules, lambda pages: follow(pages, trial))
        before = [view.person_of(one) for one in view.subjects_of(owners).to_pylist()]
        after = self._people_after(view, owners, moved, kind)
        events = self._events_of(workspace_id, sorted(moved.before))
        decision = None
        if not dry_run:
            decision = decide(works, workspace_id, kind, pairs, people=(before, after), by=by)
        return Outcome(before, after, len(moved.before), events, decision)

    def _people_after(
        self, view: IdentityView, owners: Sequence[int], moved: Rehearsed, kind: DecisionKind
    ) -> list[str]:
        if kind is DecisionKind.FORGET:
            return []
        subjects = [
            s for owner in owners for s in view.subjects_of(_members(view, owner)).to_pylist()
        ]
        found = {moved.after.get(subject, view.person_of(subject)) for subject in subjects}
        return sorted(found)[:PEOPLE_SHOWN_MAX]

    def _events_of(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> int:
        if not subjects:
            return 0
        mine = EVENTS.filter(EVENTS.subject.isin(list(subjects)[:SUBJECTS_COUNTED_MAX]))
        answer = self._works.engine.query(workspace_id, mine.aggregate(count=mine.count()))
        return int(answer["count"][0].as_py())

    def _kind_names(self, workspace_id: WorkspaceId) -> dict[int, str]:
        with UnitOfWork(self._works.database, reads_only=True) as uow:
            return {kind.code: kind.name for kind in kinds_ever(uow, workspace_id)}


def _owner(view: IdentityView, person: str) -> int:
    bare = person.removeprefix("per_")
    try:
        node = int(view.nodes_of(pa.array([bare], pa.string()))[0])
    except ValueError:
        node = -1
    if node < 0:
        raise PersonNotInBook(f"nobody here is known as {person[:64]!r}")
    return int(view.owners_of(node))


def _owners_of(view: IdentityView, subjects: Sequence[str]) -> list[int]:
    nodes = view.nodes_of(pa.array(sorted(set(subjects)), pa.string()))
    return sorted(set(view.owners_of(nodes[nodes >= 0]).tolist()))


def _members(view: IdentityView, owner: int) -> list[int]:
    members: list[int] = view.members_of(np.array([owner], np.int32))[1].tolist()
    return members


def _edges_within(view: IdentityView, owner: int) -> dict[Ends, EdgeKnown]:
    """The edges that touch a person, by their ends."""
    return _by_ends(view.edges_of(np.array([owner], np.int32)))


def _by_ends(edges: Sequence[EdgeKnown]) -> dict[Ends, EdgeKnown]:
    return {(edge.left, edge.right): edge for edge in edges}


def _pairs(
    known: dict[Ends, EdgeKnown], named: Sequence[Ends], is_meant: Callable[[Verdict], bool]
) -> list[Pair]:
    for ends in named:
        if ends not in known:
            raise EdgeNotOfPerson
    pairs = [
        Pair(edge.left, edge.left_kind, edge.right, edge.right_kind)
        for edge in (known[ends] for ends in sorted(set(named)))
        if is_meant(edge.verdict)
    ]
    if not pairs:
        raise NothingToDecide
    return pairs


def _latest(decisions: Sequence[Decision]) -> dict[Ends, Decision]:
    """Of each pair the newest decision."""
    found: dict[Ends, Decision] = {}
    for decision in decisions:
        for pair in decision.pairs if decision.kind is not DecisionKind.FORGET else ():
            found.setdefault((pair.left, pair.right), decision)
    return found


def _shown(edge: EdgeKnown, decided: dict[Ends, Decision], masked: dict[str, str]) -> EdgeShown:
    decision = decided.get((edge.left, edge.right))
    at: datetime = instant_from_us(edge.time_us)
    return EdgeShown(
        left=edge.left, left_masked=masked.get(edge.left, ""),
        right=edge.right, right_masked=masked.get(edge.right, ""),
        via=edge.via.name.lower(), source_id=edge.source, first_at=at,
        evidence_event_key=edge.evidence.hex() if any(edge.evidence) else "",
        verdict=edge.verdict.name.lower(), decided_by=decision.by if decision else None,
        reason=decision.reason if decision else None,
    )  # fmt: skip


def _example(
    view: IdentityView, groups: Sequence[Sequence[str]], order: dict[int, int]
) -> RulesOutcomeExample:
    before = sorted({view.person_of(subject) for group in groups for subject in group})
    after = []
    for group in groups:
        nodes = view.nodes_of(pa.array(group, pa.string()))
        ranks = [order[code] for code in view.kinds_of(nodes).tolist()]
        after.append("per_" + min(zip(ranks, group, strict=True))[1])
    return RulesOutcomeExample(tuple(before), tuple(sorted(after)))
