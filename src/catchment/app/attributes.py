"""What audiences may ask of people besides their deeds: the people's rooms behind one counter."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catchment import audiences, people
from catchment.access import get_workspace
from catchment.audiences import Consent, Listening, Rule
from catchment.events import CONSENT_GRANTED, CONSENT_WITHDRAWN
from catchment.kernel import WorkspaceId
from catchment.people import (
    NEVER,
    Fact,
    FactBook,
    LevelBook,
    MeasureAnswer,
    Scheme,
)
from catchment.store import Database, UnitOfWork

Persons = npt.NDArray[np.int32]
PersonalPlaces = Callable[[WorkspaceId, str], str | None]
"""The kind of personal data that stands at a place of an event, as `traits.phone`; or none."""


def nothing_personal(_workspace_id: WorkspaceId, _field: str) -> str | None:
    """For whoever asks for facts only."""
    return None


_NO_LEVEL = -1
_SCORES = tuple(str(one) for one in range(1, 6))
_LEVELS = {
    Scheme.FREQUENCY.value: people.FREQUENCIES,
    Scheme.RFM.value: tuple(one.value for one in people.SEGMENTS),
    Scheme.RFM_RECENCY.value: _SCORES,
    Scheme.RFM_FREQUENCY.value: _SCORES,
    Scheme.RFM_VALUE.value: _SCORES,
}
_COMPARED = {
    **{one: audiences.TraitType(one.value) for one in people.TraitType if one.value != "money"},
    people.TraitType.MONEY: audiences.TraitType.NUMBER,
}


@dataclass
class PeopleAttributes:
    """Traits, tags, levels, stages and consent of people, and which events change them.

    Args:
        database: the records.
        identity: who is who.
        facts: measures of people.
        personal: which places of events hold personal data.
    """

    database: Database
    identity: audiences.PeopleBook
    facts: FactBook
    personal: PersonalPlaces = nothing_personal

    def __post_init__(self) -> None:
        self._levels = LevelBook(self.database, self.facts)

    def trait(
        self, workspace_id: WorkspaceId, name: str, *, at_us: int, persons: Persons
    ) -> MeasureAnswer:
        """A declared or computed trait; nobody has one that was deleted."""
        with UnitOfWork(self.database, reads_only=True) as uow:
            found = [t.spec for t in people.list_traits(uow, workspace_id) if t.spec.name == name]
        if not found:
            return _nothing_known(persons)
        return self.facts.evaluate(workspace_id, found[0].measure, at_us=at_us, persons=persons)

    def tagged(
        self, workspace_id: WorkspaceId, tag_id: str, *, at_us: int, persons: Persons
    ) -> npt.NDArray[np.bool_]:
        """Who carries the tag."""
        del at_us
        view = self.identity.reading(workspace_id)
        with UnitOfWork(self.database, reads_only=True) as uow:
            try:
                holders = people.tag_holders(uow, workspace_id, tag_id, view)
            except people.TagUnknown:
                return np.zeros(len(persons), bool)
        return np.isin(persons, holders)

    def level(
        self, workspace_id: WorkspaceId, scheme: str, *, at_us: int, persons: Persons
    ) -> audiences.Standing:
        """On which level of a scheme they stand; on none, while there are no thresholds."""
        try:
            found = self._levels.level_of(workspace_id, scheme, at_us=at_us, persons=persons)
        except people.ThresholdsMissing:
            return audiences.Standing(_LEVELS[scheme], np.full(len(persons), _NO_LEVEL))
        return audiences.Standing(_words(found.words), found.codes, found.changes_us)

    def stage(
        self, workspace_id: WorkspaceId, *, at_us: int, persons: Persons
    ) -> audiences.Standing:
        """In which stage of the life-cycle they are."""
        found = self._levels.stage_of(workspace_id, at_us=at_us, persons=persons)
        return audiences.Standing(_words(found.words), found.codes, found.changes_us)

    def score(
        self, workspace_id: WorkspaceId, model: str, *, at_us: int, persons: Persons
    ) -> MeasureAnswer:
        """A model's newest score: there is no model yet that gives one."""
        del workspace_id, model, at_us
        return _nothing_known(persons)

    def consent(
        self, workspace_id: WorkspaceId, purpose: str, channel: str, *, at_us: int, persons: Persons
    ) -> audiences.Standing:
        """How they stand with consent, by the ledger: by the newest word; a tie withdraws."""
        del at_us  # a word that was said is never of the future
        view = self.identity.reading(workspace_id)
        with UnitOfWork(self.database, reads_only=True) as uow:
            codes = people.consent_of_each(uow, workspace_id, view, persons, (purpose, channel))
        words = (Consent.GRANTED, Consent.WITHDRAWN, Consent.UNKNOWN)
        return audiences.Standing(_words(words), codes)

    def listening(self, workspace_id: WorkspaceId, rule: Rule) -> Listening:
        """Which events change what a question about an attribute finds."""
        if isinstance(rule, audiences.ConsentIs):
            return frozenset({(CONSENT_GRANTED, None), (CONSENT_WITHDRAWN, None)})
        found = frozenset(
            (fact.condition.event, fact.condition.kind)
            for fact in self.facts_of(workspace_id, rule)
        )
        # A scheme of levels also counts days on which a person did anything at all.
        everything: Listening = frozenset({(None, None)})
        return everything if isinstance(rule, audiences.LevelIs | audiences.StageIs) else found

    def facts_of(self, workspace_id: WorkspaceId, rule: Rule) -> Iterable[Fact]:
        """What must be kept of the events for a question about an attribute."""
        with UnitOfWork(self.database, reads_only=True) as uow:
            if isinstance(rule, audiences.TraitIs):
                known = people.list_traits(uow, workspace_id)
                return [one.spec.measure.fact for one in known if one.spec.name == rule.name]
            if isinstance(rule, audiences.LevelIs | audiences.StageIs):
                rules = people.life_cycle_rules(uow, workspace_id)
                money = get_workspace(uow, workspace_id).currency
                return people.facts_of_levels(rules, money)
        return ()

    def refusing(self, workspace_id: WorkspaceId, *, persons: Persons) -> npt.NDArray[np.bool_]:
        """Who refused to be judged by machines: of them, no level, stage or score says a thing."""
        with UnitOfWork(self.database, reads_only=True) as uow:
            refusing = people.refusing_people(
                uow, workspace_id, self.identity.reading(workspace_id)
            )
        return np.isin(persons, refusing)

    def catalogue(self, uow: UnitOfWork, workspace_id: WorkspaceId) -> audiences.Catalogue:
        """Everything that a rule may name."""
        kept = audiences.reads_of_audiences(uow, workspace_id)
        traits = people.list_traits(uow, workspace_id)
        return audiences.Catalogue(
            traits={one.spec.name: _COMPARED[one.spec.type] for one in traits},
            personal=personal_traits(traits, lambda place: self.personal(workspace_id, place)),
            personal_field=lambda place: self.personal(workspace_id, place),
            tags=frozenset(one.tag.id for one in people.list_tags(uow, workspace_id)),
            audiences={one.audience_id: one.reads for one in kept},
            names={one.audience_id: one.name for one in kept},
            lists=audiences.list_ids(uow, workspace_id),
            levels=_LEVELS,
            stages=_words(people.STAGES),
        )


def _words(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(word) for word in words)


def _nothing_known(persons: Persons) -> MeasureAnswer:
    return MeasureAnswer(
        persons, np.full(len(persons), np.nan), None, np.full(len(persons), NEVER, np.int64)
    )


def personal_traits(
    traits: Iterable[people.Trait], kind_at: Callable[[str], str | None]
) -> dict[str, str]:
    """Of each trait whose values are personal data, the kind."""
    found = {}
    for one in traits:
        measure = one.spec.measure
        is_told = measure.field is not None and (measure.answers_text or measure.answers_list)
        kind = kind_at(measure.field) if is_told and measure.field else None
        if kind is not None:
            found[one.spec.name] = kind
    return found
