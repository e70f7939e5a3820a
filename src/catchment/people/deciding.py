"""Deciding: the record first, then whatever must not wait, then the book.

Forgetting is more than a decision about who is who: with its record a deletion is written down, and
before the book follows, nothing of the person can be read any more.
"""

from collections.abc import Sequence

import pyarrow as pa

from catchment.kernel import WorkspaceId
from catchment.people.decisions.keep import keep_decision
from catchment.people.decisions.types import By, Decision, DecisionKind
from catchment.people.identity import PERSON_PREFIX, IdentityView, Pair
from catchment.people.overlay import open_book
from catchment.people.rights.ports import Identifier
from catchment.people.works import PeopleWorks
from catchment.store import UnitOfWork

UNKNOWN_KIND = 0


def decide(
    works: PeopleWorks,
    workspace_id: WorkspaceId,
    kind: DecisionKind,
    pairs: Sequence[Pair],
    *,
    people: tuple[Sequence[str], Sequence[str]],
    by: By,
) -> Decision:
    """Writes a decision down and follows it.

    Args:
        works: the parts.
        workspace_id: whose.
        kind: what is decided.
        pairs: the edges it is about; of forgetting, each identifier with itself, or with whose
            namesake it is.
        people: whose they are, and whose they will be.
        by: who decides, and why.

    Raises:
        KeysAway: somebody is to be forgotten and the key store does not answer.
    """
    deletions = works.deletions if kind is DecisionKind.FORGET else None
    known: Sequence[Identifier] = ()
    if deletions is not None:
        known = deletions.identifiers(workspace_id, [pair.left for pair in pairs])
    with UnitOfWork(works.database) as uow:
        decision = keep_decision(
            uow, workspace_id, kind, pairs, people=people, by=by, clock=works.clock, ids=works.ids
        )
        if deletions is not None:
            deletions.note(uow, workspace_id, decision, known)
    if deletions is not None:
        deletions.part(workspace_id, decision.id)
    with open_book(works, workspace_id):
        pass  # whoever opens the book lets it follow what waits
    return decision


def pairs_to_forget(
    works: PeopleWorks, workspace_id: WorkspaceId, view: IdentityView, owner: int
) -> list[Pair]:
    """What forgetting a person is about: each identifier with itself, a namesake with whose it is.

    Raises:
        KeysAway: the key store does not answer.
    """
    members = view.members_of([owner])[1]
    subjects = view.subjects_of(members).to_pylist()
    codes = dict(zip(subjects, view.kinds_of(members).tolist(), strict=True))
    pairs = [Pair(one, code, one, code) for one, code in codes.items()]
    if works.deletions is None:
        return pairs
    namesakes = works.deletions.namesakes(workspace_id, subjects)
    codes |= {one.subject: one.kind for one in namesakes}
    return pairs + [Pair(one.subject, one.kind, one.of, codes[one.of]) for one in namesakes]


def forget_subjects(
    works: PeopleWorks, workspace_id: WorkspaceId, subjects: Sequence[str], *, by: By
) -> Decision:
    """Forgets by subjects alone, whether the book knows them or not.

    A backup that was put back may know them not yet, or again.
    """
    view = works.book.reading(workspace_id)
    nodes = view.nodes_of(pa.array(list(subjects), pa.string()))
    known = nodes >= 0
    codes = dict(zip(nodes[known].tolist(), view.kinds_of(nodes[known]).tolist(), strict=True))
    kinds = [codes.get(node, UNKNOWN_KIND) for node in nodes.tolist()]
    pairs = [Pair(one, kind, one, kind) for one, kind in zip(subjects, kinds, strict=True)]
    person = PERSON_PREFIX + subjects[0]
    return decide(works, workspace_id, DecisionKind.FORGET, pairs, people=([person], []), by=by)
