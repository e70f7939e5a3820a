"""What is shown of a person's identifiers: their values, masked, read back from the events.

The book holds hashes only. What an identifier was is found in an event that carried it.
"""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from catchment.kernel import WorkspaceId
from catchment.lake import EVENTS
from catchment.people.identifiers.read_rows import Found, RowReader
from catchment.people.identifiers.store import kinds_of
from catchment.people.masking import mask
from catchment.people.works import PeopleWorks
from catchment.store import UnitOfWork

SHOWN_MAX = 500
"""So many identifiers of a person are looked up."""


def masked_values(
    works: PeopleWorks,
    workspace_id: WorkspaceId,
    kinds: Mapping[str, str],
    evidence: Sequence[bytes],
) -> dict[str, str]:
    """The masked value of each subject that an event tells of.

    Args:
        works: the parts.
        workspace_id: whose.
        kinds: the kind of each subject.
        evidence: keys of events that named some of them.
    """
    wanted = dict(list(kinds.items())[:SHOWN_MAX])
    found = {
        **_in_columns(works, workspace_id, wanted, "user"),
        **_in_columns(works, workspace_id, wanted, "anon"),
    }
    others = [subject for subject in wanted if subject not in found]
    if others:
        found.update(_in_rows(works, workspace_id, others, evidence))
    return {s: mask(wanted[s], value) for s, value in found.items() if s in wanted}


_COLUMNS = {"user": ("user_subject", "user_id"), "anon": ("anonymous_subject", "anonymous_id")}


def _in_columns(
    works: PeopleWorks, workspace_id: WorkspaceId, wanted: Mapping[str, str], kind: str
) -> dict[str, str]:
    subject, value = _COLUMNS[kind]
    mine = [one for one, its_kind in wanted.items() if its_kind == kind]
    if not mine:
        return {}
    events = EVENTS.filter(EVENTS[subject].isin(mine), EVENTS[value].notnull())
    named = events.group_by(subject=events[subject]).aggregate(value=events[value].min())
    rows = works.engine.query(workspace_id, named).to_pylist()
    return {row["subject"]: row["value"] for row in rows}


def _in_rows(
    works: PeopleWorks, workspace_id: WorkspaceId, subjects: Sequence[str],
    evidence: Sequence[bytes],
) -> dict[str, str]:  # fmt: skip
    keys = sorted({key for key in evidence if any(key)})[:SHOWN_MAX]
    is_meant = EVENTS.subject.isin(list(subjects))
    if keys:
        is_meant = is_meant | EVENTS.event_key.isin(keys)
    events = EVENTS.filter(is_meant).limit(SHOWN_MAX)
    columns = ("traits", "properties", "context", "previous_id")
    rows: pa.Table = works.engine.query(workspace_id, events.select(*columns))
    with UnitOfWork(works.database, reads_only=True) as uow:
        reader = RowReader(kinds_of(uow, workspace_id))
    values: dict[str, set[str]] = {}
    for row in rows.to_pylist():
        if row["previous_id"] is not None:
            values.setdefault("anon", set()).add(row["previous_id"])
        for one in reader.read(row):
            if isinstance(one, Found):
                values.setdefault(one.kind.name, set()).add(one.value)
    found: dict[str, str] = {}
    for kind, named in values.items():
        ordered = sorted(named)
        hashes = works.subjects.subjects(workspace_id, kind, ordered)
        found.update(zip(hashes, ordered, strict=True))
    return found
