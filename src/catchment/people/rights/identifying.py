"""What somebody goes by, in clear: for themselves, for systems that must forget them too.

Identifiers that are personal lie in the vault, found by their subject. Ids of users and devices
that say nothing by themselves stand in the events.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from catchment.kernel import WorkspaceId
from catchment.lake import EVENTS, Engine
from catchment.people.ports import Subjects
from catchment.people.rights.ports import OpenVault
from catchment.vault import Access, is_token

SUBJECTS_MAX = 10_000
VALUES_MAX = 100_000
_COLUMNS = (("user_subject", "user_id"), ("anonymous_subject", "anonymous_id"))
_PREVIOUS = "anon"


def identifier_values(
    engine: Engine,
    hasher: Subjects,
    vault: OpenVault,
    workspace_id: WorkspaceId,
    subjects: Sequence[str],
    *,
    access: Access,
) -> Mapping[str, str]:
    """By subject, the value of each identifier that can still be read.

    Args:
        engine: reads events.
        hasher: tells the subject of a device's id that an alias gave up.
        vault: opens tokens, with a line in the trail.
        workspace_id: whose.
        subjects: all that the person goes by.
        access: who reads them, and what for.

    Raises:
        KeysAway: the key store does not answer.
    """
    wanted = set(subjects[:SUBJECTS_MAX])
    found: dict[str, str] = dict(vault.tokens_tagged(workspace_id, list(wanted)))
    for subject, value in _in_columns(engine, workspace_id, wanted):
        found.setdefault(subject, value)
    for value in _given_up(engine, workspace_id, wanted):
        if not is_token(value):
            subject = hasher.subject(workspace_id, _PREVIOUS, value)
            if subject in wanted:
                found.setdefault(subject, value)
    tokens = {value for value in found.values() if is_token(value)}
    ordered = sorted(tokens)
    opened = dict(
        zip(ordered, vault.open_for(workspace_id, ordered, access) if ordered else [], strict=True)
    )
    clear = {subject: opened.get(value, value) for subject, value in found.items()}
    return {subject: value for subject, value in clear.items() if value is not None}


def _in_columns(
    engine: Engine, workspace_id: WorkspaceId, wanted: set[str]
) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for subject, value in _COLUMNS:
        events = EVENTS.filter(EVENTS[subject].isin(sorted(wanted)), EVENTS[value].notnull())
        named = events.group_by(subject=events[subject]).aggregate(value=events[value].min())
        rows: list[dict[str, Any]] = engine.query(workspace_id, named).to_pylist()
        found += [(row["subject"], row["value"]) for row in rows]
    return found


def _given_up(engine: Engine, workspace_id: WorkspaceId, wanted: set[str]) -> list[str]:
    events = EVENTS.filter(EVENTS.subject.isin(sorted(wanted)), EVENTS.previous_id.notnull())
    rows: pa.Table = engine.query(
        workspace_id, events.select("previous_id").distinct().limit(VALUES_MAX)
    )
    return [str(value) for value in rows["previous_id"].to_pylist()]
