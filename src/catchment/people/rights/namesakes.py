"""Namesakes: identifiers of another kind that are the same phone or address as somebody's own.

A user id that is a phone is an identifier of its own, and whoever goes by it may be another person
in the book. The id is the number, so it is the same human: who asks to be forgotten is forgotten
under both. Known ones are found however they are written, by the subject of the number in their
token; those that may come yet, in the usual writings.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import structlog

from catchment.kernel import WorkspaceId
from catchment.lake import EVENTS, Engine
from catchment.people.identifiers.alike import EMAIL, PHONE, alike, number_of
from catchment.people.identity import IdentityBook, IdentityView, Strength, Verdict
from catchment.people.ports import Subjects
from catchment.people.rights.ports import Namesake
from catchment.vault import TOKEN_MARK, is_token, parse_token

ROUNDS_MAX = 4
"""A namesake's person may have a phone of their own, and that one namesakes, so many times."""

PEOPLE_MAX = 20
NAMESAKES_MAX = 1_000
ROWS_MAX = 10_000
_TAG_LENGTH = 32
_COLUMNS = (("user_subject", "user_id"), ("anonymous_subject", "anonymous_id"))

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class NamesakeSearch:
    """What looking for namesakes takes.

    Attributes:
        engine: reads events.
        book: who is who.
        hasher: tells subjects.
        values: by subject, identifiers in the clear, with a line in the trail.
    """

    engine: Engine
    book: IdentityBook
    hasher: Subjects
    values: Callable[[WorkspaceId, Sequence[str]], Mapping[str, str]]

    def of(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> Sequence[Namesake]:
        """The namesakes of somebody who goes by these subjects, and all that theirs go by.

        Raises:
            KeysAway: the key store does not answer.
        """
        view = self.book.reading(workspace_id)
        found: dict[str, Namesake] = {}
        known, people = set(subjects), set(_named_by(view, subjects).values())
        fresh = list(subjects)
        for _ in range(ROUNDS_MAX):
            new = {
                one.subject: one
                for one in self._alike(workspace_id, view, fresh)
                if one.subject not in known and not _is_shared(view, one)
            }
            joined = {
                owner: one
                for one in new
                for owner in _named_by(view, [one]).values()
                if owner not in people
            }
            for owner, one in list(joined.items())[: PEOPLE_MAX - len(people)]:
                people.add(owner)
                for member in _members(view, owner, one):
                    if member.subject not in known:
                        new.setdefault(member.subject, member)
            fresh = list(_named_by(view, list(new)))
            found |= new
            known |= new.keys()
            if not fresh:
                break
        if fresh or len(found) > NAMESAKES_MAX:
            _log.warning("namesakes_cut_short", workspace=workspace_id, found=len(found))
        return list(found.values())[:NAMESAKES_MAX]

    def _alike(
        self, workspace_id: WorkspaceId, view: IdentityView, subjects: Sequence[str]
    ) -> list[Namesake]:
        codes = {rule.kind: rule.code for rule in view.rules.kinds}
        names = {code: kind for kind, code in codes.items()}
        named = list(_named_by(view, subjects))
        told = zip(named, view.kinds_of(view.nodes_of(_texts(named))).tolist(), strict=True)
        kinds = {one: names[code] for one, code in told if code in names}
        # A phone is its own tag, whether or not its value can still be read.
        tags = {one: one for one, kind in kinds.items() if kind in (PHONE, EMAIL)}
        found: list[Namesake] = []
        for subject, value in self.values(workspace_id, named).items():
            kind = kinds.get(subject)
            number = None if kind is None else number_of(kind, value)
            if kind is None or number is None:
                continue
            tags.setdefault(self.hasher.subject(workspace_id, *number), subject)
            for other, text in alike(kind, value, codes):
                one = self.hasher.subject(workspace_id, other, text)
                if other in codes:
                    found.append(Namesake(one, codes[other], subject))
        return found + self._written_otherwise(workspace_id, view, tags)

    def _written_otherwise(
        self, workspace_id: WorkspaceId, view: IdentityView, tags: Mapping[str, str]
    ) -> list[Namesake]:
        """Ids in events that are one of these numbers, whatever their writing."""
        found: dict[str, str] = {}
        for subject, value in _COLUMNS if tags else ():
            column = EVENTS[value]
            events = EVENTS.filter(
                column.startswith(TOKEN_MARK), column.right(_TAG_LENGTH).isin(sorted(tags))
            )
            pairs = events.select(subject=events[subject], value=events[value]).distinct()
            for row in self.engine.query(workspace_id, pairs.limit(ROWS_MAX)).to_pylist():
                # A number inside of other text is a token inside of other text.
                if row["subject"] and is_token(row["value"]):
                    found.setdefault(row["subject"], tags[str(parse_token(row["value"]).tag)])
        every = list(found)
        nodes = view.nodes_of(_texts(every))
        codes = view.kinds_of(nodes.clip(0)).tolist() if every else []
        return [
            Namesake(one, code, found[one])
            for one, node, code in zip(every, nodes.tolist(), codes, strict=True)
            if node >= 0
        ]


def _named_by(view: IdentityView, subjects: Sequence[str]) -> dict[str, int]:
    """Which of these subjects say who somebody is, and who, by owner.

    A weak one says so of nobody but itself: a device that is named by Ann's phone may be Carl's.
    """
    nodes = view.nodes_of(_texts(subjects))
    known = np.flatnonzero(nodes >= 0)
    weak = {rule.code for rule in view.rules.kinds if rule.strength is Strength.WEAK}
    owners, kinds = view.owners_of(nodes[known]).tolist(), view.kinds_of(nodes[known]).tolist()
    told = zip(known.tolist(), nodes[known].tolist(), owners, kinds, strict=True)
    return {
        subjects[row]: owner for row, node, owner, kind in told if node == owner or kind not in weak
    }


def _members(view: IdentityView, owner: int, of: str) -> list[Namesake]:
    members = view.members_of([owner])[1]
    told = zip(view.subjects_of(members).to_pylist(), view.kinds_of(members).tolist(), strict=True)
    return [Namesake(subject, kind, of) for subject, kind in told]


def _is_shared(view: IdentityView, namesake: Namesake) -> bool:
    """Whether too many go by it for it to be anybody's: a shop's own line, a secretary's."""
    bounds = {rule.code: rule.people_max for rule in view.rules.kinds}
    owners = list(_named_by(view, [namesake.subject]).values())
    limit = bounds.get(namesake.kind)
    if limit is None or not owners:
        return False
    ends = {
        (one.right, one.right_kind) if one.left == namesake.subject else (one.left, one.left_kind)
        for one in view.edges_of(owners)
        if namesake.subject in (one.left, one.right) and one.verdict is Verdict.SHARED
    }
    seen = Counter(kind for _, kind in ends)
    return any(count > limit for count in seen.values())


def _texts(values: Sequence[str]) -> pa.Array:
    return pa.array(list(values), pa.string())
