"""What is compared of people, taken from their traits and brought to one way of writing.

Only particulars: identifiers join people by rules of their own, and have no place here. Of a
telephone number the last digits are compared, for that much is often known where the number is not.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from catchment.events import EventKind
from catchment.kernel import WorkspaceId
from catchment.people.duplicates.types import MatchField
from catchment.people.facts import Aggregate, Condition, FactBook, Measure

PHONE_END = "phone_end"
PHONE_END_DIGITS = 4
KNOWN_MIN = 2
"""Of whom fewer particulars are known, nobody can say that they are anyone else."""


def read_particulars(
    facts: FactBook, workspace_id: WorkspaceId, fields: Sequence[MatchField], *, at_us: int
) -> tuple[npt.NDArray[np.int32], pa.Table]:
    """The people of whom enough is known, by node, and a column of text for each field.

    Args:
        facts: knows people's traits.
        workspace_id: whose.
        fields: what is wanted; each is a trait, and `phone_end` the end of the trait `phone`.
        at_us: as of this instant.
    """
    columns: dict[str, pa.Array] = {}
    people = np.zeros(0, np.int32)
    for field in fields:
        trait = "phone" if field.name == PHONE_END else field.name
        measure = Measure(
            Condition(kind=EventKind.IDENTIFY), Aggregate.LAST, field=f"traits.{trait}"
        )
        answer = facts.evaluate(workspace_id, measure, at_us=at_us)
        people, texts = answer.persons, answer.texts
        columns[field.name] = _end(texts) if field.name == PHONE_END else _plain(texts)
    known = np.sum([_is_known(column) for column in columns.values()], axis=0) >= KNOWN_MIN
    return people[known], pa.table(columns).filter(pa.array(known))


def _is_known(column: pa.Array) -> npt.NDArray[np.bool_]:
    is_known: npt.NDArray[np.bool_] = pc.is_valid(column).to_numpy(zero_copy_only=False)
    return is_known


def _plain(texts: pa.Array) -> pa.Array:
    """One way of writing: no case, no blanks, full-width and half-width the same."""
    plain = pc.utf8_lower(pc.utf8_normalize(texts, "NFKC"))
    return _or_unknown(pc.replace_substring_regex(plain, r"\s+", ""))


def _end(texts: pa.Array) -> pa.Array:
    digits = pc.replace_substring_regex(texts, r"\D", "")
    return _or_unknown(pc.utf8_slice_codeunits(digits, -PHONE_END_DIGITS))


def _or_unknown(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
