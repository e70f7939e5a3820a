"""What is compared of people, taken from their traits and brought to one way of writing.

Only particulars: identifiers join people by rules of their own, and have no place here. Of a
telephone number the last digits are compared, for that much is often known where the number is not.

What is personal lies in the vault: for a search it is opened in one go and held in memory while it
is compared; to an operator its mask is shown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from catchment.events import EventKind
from catchment.kernel import WorkspaceId
from catchment.people.duplicates.types import PERSON_FIELDS, FieldKind, MatchField
from catchment.people.facts import Aggregate, Condition, FactBook, Measure
from catchment.people.identity import person_of_subject
from catchment.people.parts import PeopleParts
from catchment.people.ports import PersonalValues
from catchment.people.shown_traits import shown_trait
from catchment.vault import TOKEN_MARK, Access, Purpose, is_token

PHONE_END = "phone_end"
PHONE_END_DIGITS = 4
KNOWN_MIN = 2
"""Of whom fewer particulars are known, nobody can say that they are anyone else."""


SEARCHING = Access(
    actor="people", purpose=Purpose.MATCHING, reason="looking for people who may be one"
)


def read_particulars(
    facts: FactBook,
    vault: PersonalValues,
    workspace_id: WorkspaceId,
    fields: Sequence[MatchField],
    *,
    at_us: int,
) -> tuple[npt.NDArray[np.int32], pa.Table]:
    """The people of whom enough is known, by node, and a column of text for each field.

    Args:
        facts: knows people's traits.
        vault: opens what is personal of them; the whole search is one line of its trail.
        workspace_id: whose.
        fields: what is wanted; each is a trait, and `phone_end` the end of the trait `phone`.
        at_us: as of this instant.
    """
    told: dict[str, pa.Array] = {}
    people = np.zeros(0, np.int32)
    for field in fields:
        answer = facts.evaluate(workspace_id, _measure_of(field), at_us=at_us)
        people, told[field.name] = answer.persons, answer.texts
    opened = _without_tokens(told, lambda tokens: vault.open_for(workspace_id, tokens, SEARCHING))
    columns = {
        field.name: _end(opened[field.name])
        if field.name == PHONE_END
        else _plain(opened[field.name], field.kind)
        for field in fields
    }
    known = np.sum([_is_known(column) for column in columns.values()], axis=0) >= KNOWN_MIN
    return people[known], pa.table(columns).filter(pa.array(known))


def _without_tokens(
    columns: Mapping[str, pa.Array], reads: Callable[[Sequence[str]], Sequence[str | None]]
) -> dict[str, pa.Array]:
    """The columns with what stands behind their tokens; null where that is gone."""
    sealed = [
        pc.filter(column, pc.fill_null(pc.starts_with(column, TOKEN_MARK), False))  # noqa: FBT003
        for column in columns.values()
    ]
    begins_so = pc.unique(pa.chunked_array(sealed, pa.string())).to_pylist()
    tokens = pa.array([text for text in begins_so if is_token(text)], pa.string())
    if not len(tokens):
        return dict(columns)
    values = pa.array(reads(tokens.to_pylist()), pa.string())
    found = {}
    for name, column in columns.items():
        places = pc.index_in(column, tokens)
        is_plain = pc.or_(pc.is_null(places), pc.is_null(column))
        found[name] = pc.if_else(is_plain, column, values.take(places))
    return found


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is known of somebody who was suggested.

    Attributes:
        person: who they are now.
        values: of each field the value as it may be shown; of the telephone number the end.
    """

    person: str
    values: Mapping[str, str | None]


def particulars_of(
    parts: PeopleParts,
    workspace_id: WorkspaceId,
    people: Sequence[str],
    *,
    at_us: int,
    fields: Sequence[MatchField] = PERSON_FIELDS,
) -> dict[str, Particulars]:
    """What is known of these people, by the ids they are asked for under, old ones included.

    Args:
        parts: the books, and the vault's masks.
        workspace_id: whose.
        people: person ids; one that nobody goes by is left with no values.
        at_us: as of this instant.
        fields: what is wanted.
    """
    view = parts.identity.reading(workspace_id)
    subjects = pa.array([one.removeprefix(person_of_subject("")) for one in people], pa.string())
    nodes = view.nodes_of(subjects)
    owners = np.where(nodes >= 0, view.owners[nodes], -1) if len(nodes) else nodes
    asked = np.unique(owners[owners >= 0]).astype(np.int32)
    told = {
        field.name: parts.facts.evaluate(
            workspace_id, _measure_of(field), at_us=at_us, persons=asked
        ).texts
        for field in fields
    }
    shown = _without_tokens(told, lambda tokens: parts.vault.masked(workspace_id, tokens))
    columns = {
        name: _end(texts).to_pylist()
        if name == PHONE_END
        else [None if text is None else shown_trait(name, text) for text in texts.to_pylist()]
        for name, texts in shown.items()
    }
    rows = {int(owner): row for row, owner in enumerate(asked)}
    names = view.subjects_of(asked).to_pylist()
    return {
        person: Particulars(
            person=person_of_subject(names[rows[int(owner)]]) if owner >= 0 else person,
            values={
                name: values[rows[int(owner)]] if owner >= 0 else None
                for name, values in columns.items()
            },
        )
        for person, owner in zip(people, owners.tolist(), strict=True)
    }


def _measure_of(field: MatchField) -> Measure:
    trait = "phone" if field.name == PHONE_END else field.name
    return Measure(Condition(kind=EventKind.IDENTIFY), Aggregate.LAST, field=f"traits.{trait}")


def _is_known(column: pa.Array) -> npt.NDArray[np.bool_]:
    is_known: npt.NDArray[np.bool_] = pc.is_valid(column).to_numpy(zero_copy_only=False)
    return is_known


def _plain(texts: pa.Array, kind: FieldKind) -> pa.Array:
    """One way of writing: no case, no blanks, full-width and half-width the same.

    In an address the words and signs around a number are left out: 3号, No. 3 and 3 are one.
    """
    plain = pc.utf8_lower(pc.utf8_normalize(texts, "NFKC"))
    if kind is FieldKind.TEXT:
        plain = pc.replace_substring_regex(plain, r"(号|號|室|\bno\b|[.,、#/-])", "")
    return _or_unknown(pc.replace_substring_regex(plain, r"\s+", ""))


def _end(texts: pa.Array) -> pa.Array:
    digits = pc.replace_substring_regex(texts, r"\D", "")
    return _or_unknown(pc.utf8_slice_codeunits(digits, -PHONE_END_DIGITS))


def _or_unknown(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
