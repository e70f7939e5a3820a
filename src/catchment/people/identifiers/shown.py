"""What is shown of identifiers: their values, masked.

The book holds hashes only. What an identifier was is kept in the vault, found there by its subject;
what the vault does not keep (a sender's own id of a user, a device's, or what landed before there
was a vault) is read back from events that carried it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import ibis
import msgspec

from catchment.events import IdentifierFlaw, spelling
from catchment.kernel import WorkspaceId
from catchment.lake import EVENTS, Engine
from catchment.people.identifiers.read_rows import Found, RowReader
from catchment.people.identifiers.types import DeclaredKind
from catchment.people.ports import PersonalValues, Subjects
from catchment.vault import HIDDEN, KeysAway, KeysWrong, is_token, mask

SHOWN_MAX = 10_000
"""So many identifiers are looked up at once."""

TELLINGS_MAX = 2_000
"""Events that are searched for values that the vault does not keep."""

_COLUMNS = (("user", "user_subject", "user_id"), ("anon", "anonymous_subject", "anonymous_id"))
_NOTHING = "{}"


@dataclass(frozen=True, slots=True)
class ValueReading:
    """Where values of identifiers are looked for.

    Attributes:
        engine: reads the events.
        subjects: hashes identifiers.
        vault: keeps what is personal.
        workspace_id: whose.
        kinds: where identifiers stand in events.
    """

    engine: Engine
    subjects: Subjects
    vault: PersonalValues
    workspace_id: WorkspaceId
    kinds: Sequence[DeclaredKind]


def masked_values(
    reading: ValueReading, wanted: Mapping[str, str], evidence: Sequence[bytes] = ()
) -> dict[str, str]:
    """The masked value of each subject that is known to the vault or told by an event.

    Args:
        reading: where to look.
        wanted: the kind of each subject.
        evidence: keys of events that named some of them.
    """
    asked = dict(list(wanted.items())[:SHOWN_MAX])
    tokens = reading.vault.tokens_tagged(reading.workspace_id, list(asked))
    found = {subject: token for subject, token in tokens.items() if subject in asked}
    found |= _in_columns(reading, {s: k for s, k in asked.items() if s not in found})
    others = {subject: kind for subject, kind in asked.items() if subject not in found}
    if not others:
        return _masked(reading, asked, found)
    try:
        found |= _in_rows(reading, others, list(asked), evidence)
    except (KeysAway, KeysWrong):
        # Whose a value is cannot be told now: the kind is known, and no more is said.
        return {**dict.fromkeys(others, HIDDEN), **_masked(reading, asked, found)}
    return _masked(reading, asked, found)


def _masked(
    reading: ValueReading, kinds: Mapping[str, str], found: Mapping[str, str]
) -> dict[str, str]:
    sealed = [(subject, value) for subject, value in found.items() if is_token(value)]
    masks = reading.vault.masked(reading.workspace_id, [token for _, token in sealed])
    shown = {subject: masked for (subject, _), masked in zip(sealed, masks, strict=True)}
    plain = {s: mask(kinds[s], value) for s, value in found.items() if s not in shown}
    return {**plain, **shown}


def _in_columns(reading: ValueReading, wanted: Mapping[str, str]) -> dict[str, str]:
    """Users' and devices' own ids."""
    found: dict[str, str] = {}
    for kind, subject, value in _COLUMNS:
        mine = [one for one, its_kind in wanted.items() if its_kind == kind]
        if not mine:
            continue
        events = EVENTS.filter(EVENTS[subject].isin(mine), EVENTS[value].notnull())
        named = events.group_by(subject=events[subject]).aggregate(value=events[value].min())
        rows = reading.engine.query(reading.workspace_id, named).to_pylist()
        found |= {row["subject"]: row["value"] for row in rows}
    return found


def _in_rows(
    reading: ValueReading,
    wanted: Mapping[str, str],
    among: Sequence[str],
    evidence: Sequence[bytes],
) -> dict[str, str]:
    """Values that stand in what senders told of some subjects: whose each is, its hash tells."""
    keys = sorted({key for key in evidence if any(key)})[:TELLINGS_MAX]
    columns = ("subject", *(subject for _, subject, _ in _COLUMNS))
    tests = [EVENTS[name].isin(among) for name in columns]
    is_evidence = EVENTS.event_key.isin(keys) if keys else ibis.literal(False)  # noqa: FBT003
    events = EVENTS.filter(reduce(or_, tests, is_evidence))
    is_telling = (events.kind == "identify") | (events.event_key.isin(keys) if keys else False)
    told = events.select(
        "previous_id",
        context=events.context,
        **{name: ibis.ifelse(is_telling, events[name], _NOTHING)
           for name in ("traits", "properties")},
    ).distinct().limit(TELLINGS_MAX)  # fmt: skip
    reader = RowReader(reading.kinds)
    values: dict[str, set[str]] = {}
    for row in reading.engine.query(reading.workspace_id, told).to_pylist():
        for kind, value in _candidates(row, reader, set(wanted.values())):
            values.setdefault(kind, set()).add(value)
    found: dict[str, str] = {}
    for kind, named in values.items():
        ordered = sorted(named)
        hashes = reading.subjects.subjects(reading.workspace_id, kind, ordered)
        found |= zip(hashes, ordered, strict=True)
    return {subject: value for subject, value in found.items() if subject in wanted}


def _candidates(
    row: Mapping[str, Any], reader: RowReader, kinds: set[str]
) -> Iterator[tuple[str, str]]:
    """Values that could be identifiers, spelt: at declared places, and in traits named so."""
    if row["previous_id"] is not None:
        yield "anon", row["previous_id"]
    for one in reader.read(row):
        if isinstance(one, Found) and one.subject is None:
            yield one.kind.name, one.value
    for name, value in msgspec.json.decode(row["traits"]).items():
        for kind in kinds:
            if kind in name.lower() and not is_token(value):
                spelt = spelling(kind, value)
                if not isinstance(spelt, IdentifierFlaw):
                    yield kind, spelt
