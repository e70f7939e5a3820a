"""An id that an alias gives up, where it was one of somebody who was forgotten.

Such an event is about another, whose it stays; but it would tie the old id to them, as a device's
or as a user's, and whoever looked for that id would find them.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import pyarrow as pa
import pyarrow.compute as pc

from catchment.collect.subjects import IdentifierKind, SubjectHasher
from catchment.events import IdentifierFlaw, spelling
from catchment.kernel import WorkspaceId

_GIVEN_UP_AS: Sequence[str] = (IdentifierKind.USER, IdentifierKind.ANONYMOUS, "phone", "email")
"""What such an id may have been of somebody."""


def without_given_up(
    workspace_id: WorkspaceId, rows: pa.Table, subjects: AbstractSet[str], hasher: SubjectHasher
) -> pa.Table:
    """The rows, those that give up an id of these subjects without it.

    Args:
        workspace_id: whose rows.
        rows: of `EVENT_SCHEMA`.
        subjects: of people who were forgotten.
        hasher: gives subjects.
    """
    given_up = rows["previous_id"].combine_chunks()
    if not subjects or given_up.null_count == len(given_up):
        return rows
    ids = given_up.drop_null().unique().to_pylist()
    theirs = {
        one
        for kind in _GIVEN_UP_AS
        for one, spelt in zip(ids, (spelling(kind, each) for each in ids), strict=True)
        if not isinstance(spelt, IdentifierFlaw)
        and hasher.subject(workspace_id, kind, spelt) in subjects
    }
    if not theirs:
        return rows
    is_theirs = pc.is_in(given_up, pa.array(sorted(theirs), pa.string()))
    nothing = pa.scalar(None, pa.string())
    # Where no device is named, the id that is given up stands for one.
    of_alias = pc.and_(is_theirs, pc.is_null(rows["anonymous_id"].combine_chunks()))
    for name, gone in (("previous_id", is_theirs), ("anonymous_subject", of_alias)):
        place = rows.schema.get_field_index(name)
        left = pc.if_else(gone, nothing, rows[name].combine_chunks())
        rows = rows.set_column(place, rows.schema.field(name), left)
    return rows
