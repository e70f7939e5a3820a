"""What people go by, as it may be shown: of each identifier kind, masked value and when seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from catchment.kernel import WorkspaceId, instant_from_us
from catchment.people.facts import built_in as facts_of_all
from catchment.people.identifiers import DEFAULT_KINDS
from catchment.people.identifiers.shown import ValueReading, masked_values
from catchment.people.identity import IdentityView
from catchment.people.parts import PeopleParts

IDENTIFIERS_MAX = 200
"""Identifiers of one person that are shown."""


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
    offsets, every = view.members_of(persons)
    rules = {rule.code: rule for rule in view.rules.kinds}
    codes = view.kinds_of(every).tolist()
    order = [
        sorted(range(begins, ends), key=lambda row: (rules[codes[row]].priority, row))[
            :IDENTIFIERS_MAX
        ]
        for begins, ends in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
    ]
    kept = [row for rows in order for row in rows]
    members = every[kept]
    subjects = view.subjects_of(members).to_pylist()
    kinds = [rules[codes[row]].kind for row in kept]
    reading = ValueReading(parts.engine, parts.subjects, parts.vault, workspace_id, DEFAULT_KINDS)
    masked = masked_values(reading, dict(zip(subjects, kinds, strict=True)))
    shown = (
        IdentifierShown(kind, subject, masked.get(subject, ""), first, last)
        for kind, subject, (first, last) in zip(
            kinds, subjects, _seen(parts, workspace_id, members, at_us), strict=True
        )
    )
    return [tuple(next(shown) for _ in rows) for rows in order]


def _seen(
    parts: PeopleParts,
    workspace_id: WorkspaceId,
    members: npt.NDArray[np.int32],
    at_us: int | None,
) -> Iterator[tuple[datetime | None, datetime | None]]:
    """When each was first and last seen."""
    if at_us is None:
        yield from [(None, None)] * len(members)
        return
    ask = parts.facts.evaluate_nodes
    first = ask(workspace_id, facts_of_all.FIRST_SEEN, at_us=at_us, nodes=members).numbers
    last = ask(workspace_id, facts_of_all.LAST_SEEN, at_us=at_us, nodes=members).numbers
    for place in range(len(members)):
        yield _instant(first, place), _instant(last, place)


def _instant(instants: npt.NDArray[np.float64] | None, row: int) -> datetime | None:
    if instants is None or np.isnan(instants[row]):
        return None
    return instant_from_us(int(instants[row]))
