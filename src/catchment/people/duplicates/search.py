"""Searching a workspace's people for those who may be one, or of one household.

A search suggests and changes nothing: who is who is decided by identifiers, and by operators.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import pyarrow as pa

from catchment.kernel import Clock, WorkspaceId
from catchment.people.duplicates.households import find_households
from catchment.people.duplicates.matching import match
from catchment.people.duplicates.particulars import read_particulars
from catchment.people.duplicates.store import count_open, keep_found
from catchment.people.duplicates.types import (
    HOME_FIELDS,
    PERSON_FIELDS,
    Likeness,
    MatchField,
    SearchReport,
    Suggestion,
    SuggestionKind,
    SuggestionState,
)
from catchment.people.facts import FactBook
from catchment.people.identity import IdentityBook, person_of_subject
from catchment.people.ports import ClosedVault, PersonalValues
from catchment.store import Database, UnitOfWork

THRESHOLD = 0.9
"""Below this probability a pair is not worth an operator's minute."""

SUGGESTIONS_MAX = 10_000
"""Of each kind so many are kept, the likeliest."""

SEED = 20_261_122
"""Of the random pairs that the model learns from: the same people give the same suggestions."""


@dataclass(frozen=True, slots=True)
class DuplicateWorks:
    """What a search takes.

    Attributes:
        facts: knows people's traits.
        identities: knows what people are called.
        database: where suggestions are kept.
        clock: tells the time.
        fields: what is compared.
        vault: opens what is personal of it.
    """

    facts: FactBook
    identities: IdentityBook
    database: Database
    clock: Clock
    fields: Sequence[MatchField] = PERSON_FIELDS
    vault: PersonalValues = field(default_factory=ClosedVault)


def search_duplicates(
    works: DuplicateWorks, workspace_id: WorkspaceId, *, search: str
) -> SearchReport:
    """Looks through all people of a workspace and keeps what it suggests.

    Args:
        works: the parts.
        workspace_id: whose.
        search: names this search; each has a name of its own.
    """
    at_us = works.clock.now_us()
    people, records = read_particulars(
        works.facts, works.vault, workspace_id, works.fields, at_us=at_us
    )
    subjects = works.identities.reading(workspace_id).subjects_of(people)
    pairs = match(records, works.fields, threshold=THRESHOLD, seed=SEED)
    homes = find_households(records, HOME_FIELDS, apart="name")
    is_cut = max(pairs.num_rows, homes.num_rows) > SUGGESTIONS_MAX
    alike = {(row["left"], row["right"]) for row in pairs.select(["left", "right"]).to_pylist()}
    found = [
        *_suggestions(works, workspace_id, subjects, pairs.slice(0, SUGGESTIONS_MAX)),
        *(
            one
            for row, one in zip(
                homes.slice(0, SUGGESTIONS_MAX).to_pylist(),
                _suggestions(works, workspace_id, subjects, homes.slice(0, SUGGESTIONS_MAX)),
                strict=True,
            )
            if (row["left"], row["right"]) not in alike
        ),
    ]
    with UnitOfWork(works.database) as uow:
        keep_found(uow, workspace_id, found, search=search)
        left = count_open(uow, workspace_id)
    return SearchReport(
        people=records.num_rows,
        duplicates=left.get(SuggestionKind.DUPLICATE, 0),
        households=left.get(SuggestionKind.HOUSEHOLD, 0),
        is_cut=is_cut,
    )


def _suggestions(
    works: DuplicateWorks, workspace_id: WorkspaceId, subjects: pa.Array, pairs: pa.Table
) -> Iterator[Suggestion]:
    now = works.clock.now()
    names = [one.name for one in works.fields]
    for row in pairs.to_pylist():
        left, right = sorted(
            person_of_subject(subjects[row[side]].as_py()) for side in ("left", "right")
        )
        is_household = "probability" not in row
        likeness: Mapping[str, Likeness] = (
            dict.fromkeys(HOME_FIELDS, Likeness.SAME) | {"name": Likeness.DIFFERENT}
            if is_household
            else {name: Likeness(row[name]) for name in names}
        )
        yield Suggestion(
            id=suggestion_id(workspace_id, left, right),
            left=left,
            right=right,
            kind=SuggestionKind.HOUSEHOLD if is_household else SuggestionKind.DUPLICATE,
            probability=0.0 if is_household else row["probability"],
            likeness=likeness,
            state=SuggestionState.OPEN,
            found_at=now,
        )


def suggestion_id(workspace_id: WorkspaceId, left: str, right: str) -> str:
    """The id of the suggestion about these two, whenever they are found."""
    text = f"{workspace_id}/{left}/{right}".encode()
    return f"dup_{blake2b(text, digest_size=13).hexdigest()}"
