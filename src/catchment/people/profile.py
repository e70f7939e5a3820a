"""A person's page: who it is, what is known of them, what they come to."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.kernel import Missing, WorkspaceId, instant_from_us
from catchment.lake import EVENTS
from catchment.people.facts import Aggregate, Measure
from catchment.people.facts import built_in as facts_of_all
from catchment.people.identity import PERSON_PREFIX, IdentityView
from catchment.people.parts import PeopleParts
from catchment.people.people_list import shown_names
from catchment.people.person_identifiers import IdentifierShown, identifiers_shown
from catchment.people.person_timeline import SUBJECTS_MAX
from catchment.people.shown_traits import shown_trait
from catchment.people.sums import Sums, SumsAsker
from catchment.people.traits import FieldRule, Trait, TraitSpec, TraitType, trait_values

TELLINGS_MAX = 1_000
"""The newest events of a person that are read for traits nobody declared."""

DISCOVERED_MAX = 100
"""Traits that nobody declared, shown of one person."""

SOURCES_MAX = 100


class NobodyThere(Missing):
    """There is no such person in this workspace."""


@dataclass(frozen=True, slots=True)
class TraitKnown:
    """One thing that is known of a person.

    Attributes:
        name: the trait's.
        label_zh, label_en: as declared; none of a trait that nobody declared.
        value: as JSON has it.
        type: what it is.
        source: the source that told it; none where it is computed.
        date: when it was told, or when what it was computed from last happened.
        is_computed: a measure rather than something told.
        rule: which of several tellings holds; of a computed trait, how it sums up.
    """

    name: str
    label_zh: str | None
    label_en: str | None
    value: Any
    type: TraitType
    source: str | None
    date: datetime | None
    is_computed: bool
    rule: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A person's page.

    Attributes:
        person: the person id of now.
        asked_id: what was asked for; an old id leads to the person of now.
        node: the node that names them.
        name: what senders last called them: a token, or masked if it is not in the vault.
        identifiers: what they go by, masked.
        traits: what is known; tokens stand for what is personal.
        subjects: all that they go by; by these the ledger of consent knows them.
        sums: what they come to.
        sources: where their events came from.
    """

    person: str
    asked_id: str
    node: int
    name: str | None
    identifiers: Sequence[IdentifierShown]
    traits: Sequence[TraitKnown]
    subjects: Sequence[str]
    sums: Sums
    sources: Sequence[str]


def resolve_person(
    parts: PeopleParts, workspace_id: WorkspaceId, person_id: str
) -> tuple[IdentityView, npt.NDArray[np.int32], str]:
    """The view, the node and the present id of a person, whichever of their ids is asked for.

    Raises:
        NobodyThere: no such person was ever seen.
    """
    view = parts.identity.reading(workspace_id)
    person = view.person_of(person_id.removeprefix(PERSON_PREFIX))
    nodes = view.nodes_of(pa.array([person.removeprefix(PERSON_PREFIX)], pa.string()))
    if nodes[0] < 0:
        raise NobodyThere
    return view, nodes, person


def subjects_of_person(
    parts: PeopleParts, workspace_id: WorkspaceId, person_id: str
) -> tuple[str, Sequence[str]]:
    """The present id of a person, and the subjects that their events are kept under.

    Raises:
        NobodyThere: no such person was ever seen.
    """
    view, nodes, person = resolve_person(parts, workspace_id, person_id)
    _, members = view.members_of(nodes)
    return person, view.subjects_of(members[:SUBJECTS_MAX]).to_pylist()


def read_profile(
    parts: PeopleParts,
    workspace_id: WorkspaceId,
    person_id: str,
    traits: Sequence[Trait],
    *,
    currency: str,
    at_us: int,
) -> Profile:
    """A person's page.

    Args:
        parts: the books and the engine.
        workspace_id: whose.
        person_id: any id the person ever had.
        traits: those that are declared.
        currency: in which money the person is valued.
        at_us: now, microseconds since 1970.

    Raises:
        NobodyThere: no such person was ever seen.
    """
    view, nodes, person = resolve_person(parts, workspace_id, person_id)
    _, members = view.members_of(nodes)
    subjects = view.subjects_of(members[:SUBJECTS_MAX]).to_pylist()
    tellings = _tellings(parts, workspace_id, subjects, at_us)
    known = [_declared(parts, workspace_id, trait.spec, nodes, at_us) for trait in traits]
    declared = {trait.spec.field: trait.spec for trait in traits if not trait.spec.is_computed}
    discovered = _discovered(tellings)
    known = [_with_source(one, spec, tellings) for one, spec in _paired(known, traits)]
    known += [
        trait for name, trait in sorted(discovered.items()) if f"traits.{name}" not in declared
    ]
    told = parts.facts.evaluate(workspace_id, facts_of_all.NAME, at_us=at_us, persons=nodes).texts
    sums = SumsAsker(parts.facts, workspace_id, at_us, currency).sums(nodes)[0]
    return Profile(
        person=person,
        asked_id=person_id,
        node=int(nodes[0]),
        name=next(iter(shown_names(told)), None),
        identifiers=identifiers_shown(parts, workspace_id, view, nodes, at_us=at_us)[0],
        traits=[trait for trait in known if trait.value not in (None, [])],
        subjects=subjects,
        sums=sums,
        sources=_sources(parts, workspace_id, subjects),
    )


def _paired(
    known: Sequence[TraitKnown], traits: Sequence[Trait]
) -> Sequence[tuple[TraitKnown, TraitSpec]]:
    return list(zip(known, [trait.spec for trait in traits], strict=True))


def _tellings(
    parts: PeopleParts, workspace_id: WorkspaceId, subjects: Sequence[str], at_us: int
) -> list[dict[str, Any]]:
    """What was told of the person, the newest first."""
    events = EVENTS.filter(
        EVENTS.subject.isin(list(subjects)),
        EVENTS.kind == "identify",
        EVENTS.time <= instant_from_us(at_us),
    )
    newest = (
        events.order_by([ibis.desc("time"), ibis.desc("event_key")])
        .select("time", "source_id", "traits")
        .limit(TELLINGS_MAX)
    )
    rows: list[dict[str, Any]] = parts.engine.query(workspace_id, newest).to_pylist()
    return rows


def _declared(
    parts: PeopleParts,
    workspace_id: WorkspaceId,
    spec: TraitSpec,
    nodes: npt.NDArray[np.int32],
    at_us: int,
) -> TraitKnown:
    answer = parts.facts.evaluate(workspace_id, spec.measure, at_us=at_us, persons=nodes)
    return TraitKnown(
        name=spec.name,
        label_zh=spec.label_zh,
        label_en=spec.label_en,
        value=shown_trait(spec.measure.field or "", trait_values(spec, answer)[0]),
        type=spec.type,
        source=None,
        date=_date(parts, workspace_id, spec.measure, nodes, at_us),
        is_computed=spec.is_computed,
        rule=spec.measure.aggregate.value if spec.rule is None else spec.rule.value,
    )


def _date(
    parts: PeopleParts,
    workspace_id: WorkspaceId,
    measure: Measure,
    nodes: npt.NDArray[np.int32],
    at_us: int,
) -> datetime | None:
    """When the newest occurrence that counts happened; of a first value, the oldest."""
    is_first = measure.aggregate in (Aggregate.FIRST, Aggregate.FIRST_AT)
    found = parts.facts.evaluate_seen(
        workspace_id, measure, at_us=at_us, persons=nodes, is_first=is_first
    )
    return None if np.isnan(found[0]) else instant_from_us(int(found[0]))


def _discovered(tellings: Sequence[Mapping[str, Any]]) -> dict[str, TraitKnown]:
    """Traits that senders told though nobody declared them: of each the newest telling."""
    found: dict[str, TraitKnown] = {}
    for told in tellings:
        for name, value in json.loads(told["traits"]).items():
            if name in found or value is None or len(found) >= DISCOVERED_MAX:
                continue
            found[name] = TraitKnown(
                name=name,
                label_zh=None,
                label_en=None,
                value=shown_trait(name, value),
                type=_type_of(value),
                source=told["source_id"],
                date=told["time"].astimezone(UTC),
                is_computed=False,
                rule=FieldRule.LAST.value,
            )
    return found


def _with_source(
    trait: TraitKnown, spec: TraitSpec, tellings: Sequence[Mapping[str, Any]]
) -> TraitKnown:
    """The trait with the source that told it at its date."""
    if spec.is_computed or trait.date is None:
        return trait
    source = next(
        (told["source_id"] for told in tellings if told["time"].astimezone(UTC) == trait.date),
        None,
    )
    return TraitKnown(
        trait.name, trait.label_zh, trait.label_en, trait.value, trait.type, source, trait.date,
        trait.is_computed, trait.rule,
    )  # fmt: skip


def _type_of(value: object) -> TraitType:
    if isinstance(value, bool):
        return TraitType.FLAG
    if isinstance(value, int | float):
        return TraitType.NUMBER
    return TraitType.LIST if isinstance(value, list) else TraitType.TEXT


def _sources(
    parts: PeopleParts, workspace_id: WorkspaceId, subjects: Sequence[str]
) -> Sequence[str]:
    events = EVENTS.filter(EVENTS.subject.isin(list(subjects)))
    different = events.select("source_id").distinct().order_by("source_id").limit(SOURCES_MAX)
    rows = parts.engine.query(workspace_id, different)
    return [str(source) for source in rows.column("source_id").to_pylist()]
