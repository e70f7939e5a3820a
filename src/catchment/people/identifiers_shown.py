"""What people go by, as it may be shown: of each identifier kind, masked value and when seen.

The books hold hashes only, so values are looked for in the events that carried them; an identifier
whose value stands nowhere that is looked at is shown by its kind alone.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis
import numpy as np
import numpy.typing as npt

from catchment.events import IdentifierFlaw, spelling, written_ids
from catchment.kernel import WorkspaceId, instant_from_us
from catchment.lake import EVENTS
from catchment.people.facts import built_in as facts_of_all
from catchment.people.identity import IdentityView
from catchment.people.masking import mask
from catchment.people.parts import PeopleParts

IDENTIFIERS_MAX = 200
"""Identifiers of one person that are shown."""

TELLINGS_MAX = 2_000
"""Events that are searched for what a page of people go by."""


@dataclass(frozen=True, slots=True)
class IdentifierShown:
    """One identifier of a person.

    Attributes:
        kind: what it is, as `phone`.
        subject: the hash that stands for it.
        masked: its value, masked; empty where it is not known.
        first_seen_at, last_seen_at: of the events kept under it; none without any.
    """

    kind: str
    subject: str
    masked: str
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None


def identifiers_shown(
    parts: PeopleParts,
    workspace_id: WorkspaceId,
    view: IdentityView,
    persons: npt.NDArray[np.int32],
    *,
    at_us: int | None = None,
) -> list[tuple[IdentifierShown, ...]]:
    """What each of these people goes by, the strongest identifier first.

    Args:
        parts: the books and the engine.
        workspace_id: whose.
        view: who is who.
        persons: nodes that name people.
        at_us: now; when given, it is told when each identifier was seen.
    """
    offsets, members = view.members_of(persons)
    subjects = view.subjects_of(members).to_pylist()
    kinds = {rule.code: rule for rule in view.rules.kinds}
    codes = view.kinds_of(members).tolist()
    values = _values(parts, workspace_id, {kinds[code].kind for code in codes}, subjects)
    first, last = _seen(parts, workspace_id, members, at_us)
    found = []
    for begins, ends in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True):
        rows = sorted(range(begins, ends), key=lambda row: (kinds[codes[row]].priority, row))
        found.append(
            tuple(
                IdentifierShown(
                    kinds[codes[row]].kind,
                    subjects[row],
                    _masked(kinds[codes[row]].kind, values.get(subjects[row])),
                    _instant(first, row),
                    _instant(last, row),
                )
                for row in rows[:IDENTIFIERS_MAX]
            )
        )
    return found


def _masked(kind: str, value: str | None) -> str:
    return "" if value is None else mask(kind, value)


def _seen(
    parts: PeopleParts,
    workspace_id: WorkspaceId,
    members: npt.NDArray[np.int32],
    at_us: int | None,
) -> tuple[npt.NDArray[np.float64] | None, npt.NDArray[np.float64] | None]:
    if at_us is None:
        return None, None
    ask = parts.facts.evaluate_nodes
    first = ask(workspace_id, facts_of_all.FIRST_SEEN, at_us=at_us, nodes=members)
    last = ask(workspace_id, facts_of_all.LAST_SEEN, at_us=at_us, nodes=members)
    return first.numbers, last.numbers


def _instant(instants: npt.NDArray[np.float64] | None, row: int) -> datetime | None:
    if instants is None or np.isnan(instants[row]):
        return None
    return instant_from_us(int(instants[row]))


def _values(
    parts: PeopleParts, workspace_id: WorkspaceId, kinds: set[str], subjects: Sequence[str]
) -> Mapping[str, str]:
    """The values of these subjects, as far as events tell them."""
    events = EVENTS.filter(
        EVENTS.subject.isin(list(subjects))
        | EVENTS.user_subject.isin(list(subjects))
        | EVENTS.anonymous_subject.isin(list(subjects))
    )
    is_telling = events.kind == "identify"
    told = events.select(
        "user_subject", "user_id", "anonymous_subject", "anonymous_id",
        traits=ibis.ifelse(is_telling, events.traits, "{}"),
        context=ibis.ifelse(is_telling, events.context, "{}"),
    ).distinct().limit(TELLINGS_MAX)  # fmt: skip
    wanted = set(subjects)
    others = sorted(kinds - {"user", "anon"})
    found: dict[str, str] = {}
    for row in parts.engine.query(workspace_id, told).to_pylist():
        for subject, value in (
            (row["user_subject"], row["user_id"]),
            (row["anonymous_subject"], row["anonymous_id"]),
        ):
            if subject in wanted and value is not None:
                found.setdefault(subject, value)
        for kind, value in _candidates(row, others):
            subject = parts.subjects.subject(workspace_id, kind, value)
            if subject in wanted:
                found.setdefault(subject, value)
    return found


def _candidates(row: Mapping[str, Any], kinds: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Values that could be identifiers of these kinds: external ids, and traits of that name."""
    if not kinds:
        return
    for written in written_ids(json.loads(row["context"])):
        if written.kind in kinds:
            spelt = spelling(*written)
            if not isinstance(spelt, IdentifierFlaw):
                yield written.kind, spelt
    for name, value in json.loads(row["traits"]).items():
        for kind in kinds:
            if kind in name.lower():
                spelt = spelling(kind, value)
                if not isinstance(spelt, IdentifierFlaw):
                    yield kind, spelt
