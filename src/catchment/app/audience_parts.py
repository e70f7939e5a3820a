"""What audiences are handed: the people's rooms, the lake and the records, behind their ports."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment import people
from catchment.access import get_workspace
from catchment.app.attributes import PeopleAttributes
from catchment.app.audience_exports import (
    DeclaredPersonalTraits,
    GrantedExports,
    LedgerConsent,
    SealedExports,
    personal_places,
)
from catchment.audiences import Audience, AudienceWorks, ExportParts, Face, RuleJudge, Touched
from catchment.events import IdentifierFlaw, spelling
from catchment.kernel import Clock, IdMaker, WorkspaceId, us_from_instant
from catchment.lake import EVENTS, AnswerTooLarge, LogSpan
from catchment.people import PeopleAsk, PeopleParts, PersonalValues, TagChange
from catchment.people.identifiers.read_rows import Found, RowReader
from catchment.people.identifiers.store import kinds_of
from catchment.store import Database, UnitOfWork
from catchment.vault import Access, PrivacyParts, mask, tokens_in

PERSON_PREFIX = "per_"
IDENTIFIERS_SHOWN = 3
TELLINGS_MAX = 200_000
"""Events that are read for the identifiers of one page of an export."""

HAPPENED_FEW = 20_000
"""Events below which it costs more to ask for each deed once than to take them all."""

_HAPPENED = EVENTS.select("subject", "name", "kind")
_EACH_ONCE = _HAPPENED.distinct()
_EVERYTHING_TOLD = ("traits", "properties", "context")
_ALSO_NAMES = frozenset({"nickname"})
_HIDDEN_WORDS = ("birth", "wechat")

Nodes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class EventHappenings:
    """Whom new events touched, as the event table has it."""

    parts: PeopleParts

    def touched(self, workspace_id: WorkspaceId, after: int, until: int) -> Touched:
        """Everyone with an event behind one log position and up to another."""
        seen = self._seen(workspace_id, LogSpan(after, until))
        nodes = self.parts.identity.reading(workspace_id).nodes_of(seen["subject"])
        events = list(zip(seen["name"].to_pylist(), seen["kind"].to_pylist(), strict=True))
        places = {event: place for place, event in enumerate(dict.fromkeys(events))}
        kinds = np.array([places[event] for event in events], np.int32)
        known = nodes >= 0
        return Touched(nodes[known], kinds[known], list(places))

    def _seen(self, workspace_id: WorkspaceId, span: LogSpan) -> pa.Table:
        """Who did what; of many events each only once, of a few as they are."""
        engine = self.parts.engine
        is_few = engine.arrivals(workspace_id, span.after).events_max <= HAPPENED_FEW
        try:
            return engine.query(workspace_id, _HAPPENED if is_few else _EACH_ONCE, span=span)
        except AnswerTooLarge:
            middle = (span.after + span.until) // 2
            if middle == span.after:
                raise
            halves = (LogSpan(span.after, middle), LogSpan(middle, span.until))
            return pa.concat_tables(self._seen(workspace_id, half) for half in halves)


@dataclass(frozen=True)
class PeopleFaces:
    """People as they may be shown, and as they may be written into a file.

    What is opened here somebody was given leave for, and the trail tells of it already.
    """

    parts: PeopleParts
    database: Database
    clock: Clock
    vault: PersonalValues

    def faces(self, workspace_id: WorkspaceId, persons: Sequence[str]) -> Sequence[Face]:
        """Each person, masked, in the order asked."""
        if not persons:
            return []
        with UnitOfWork(self.database, reads_only=True) as uow:
            currency = get_workspace(uow, workspace_id).currency
        among = self._nodes(workspace_id, persons)
        ask = PeopleAsk(currency, among=among, limit=len(persons))
        at_us = us_from_instant(self.clock.now())
        page = people.list_people(self.parts, workspace_id, ask, at_us=at_us)
        names = self.vault.show_many(workspace_id, [one.name or "" for one in page.items])
        found = {
            one.person: Face(
                one.person,
                name or None,
                tuple(shown.masked for shown in one.identifiers if shown.masked)[
                    :IDENTIFIERS_SHOWN
                ],
            )
            for one, name in zip(page.items, names, strict=True)
        }
        return [found.get(person, Face(person)) for person in persons]

    def traits(
        self,
        workspace_id: WorkspaceId,
        persons: Sequence[str],
        names: Sequence[str],
        *,
        access: Access | None = None,
        kinds: Collection[str] = (),
    ) -> Sequence[Sequence[str]]:
        """By person, the text of each trait; empty where it is not known."""
        nodes = self._nodes(workspace_id, persons)
        order = np.argsort(nodes, kind="stable")
        with UnitOfWork(self.database, reads_only=True) as uow:
            specs = {one.spec.name: one.spec for one in people.list_traits(uow, workspace_id)}
        at_us = us_from_instant(self.clock.now())
        columns = []
        for name in names:
            column = [""] * len(persons)
            if name in specs:
                answer = self.parts.facts.evaluate(
                    workspace_id, specs[name].measure, at_us=at_us, persons=nodes[order]
                )
                values = people.trait_values(specs[name], answer)
                for place, value in zip(order.tolist(), values, strict=True):
                    text = _text(value)
                    column[place] = text if access is not None else _masked_trait(name, text)
            if access is not None:
                column = self._opened(workspace_id, column, access, kinds)
            columns.append(self.vault.show_many(workspace_id, column))
        return list(zip(*columns, strict=True))

    def _opened(
        self, workspace_id: WorkspaceId, texts: Sequence[str], access: Access,
        kinds: Collection[str],
    ) -> list[str]:  # fmt: skip
        """The texts with what stands behind their tokens of these kinds."""
        found = {
            str(token): "" for text in texts for token in tokens_in(text) if token.kind in kinds
        }
        values = self.vault.open_for(workspace_id, list(found), access)
        told = {token: value for token, value in zip(found, values, strict=True) if value}
        return [_with_values(text, told) for text in texts]

    def identifiers(
        self, workspace_id: WorkspaceId, persons: Sequence[str], kind: str, access: Access
    ) -> Sequence[Sequence[str]]:
        """By person, their identifiers of a kind in the clear, in normal form, rising."""
        view = self.parts.identity.reading(workspace_id)
        codes = [one.code for one in view.rules.kinds if one.kind == kind]
        owners = view.owners[self._nodes(workspace_id, persons)]
        _, members = view.members_of(np.unique(owners))
        members = members[np.isin(view.kinds_of(members), codes)]
        subjects = view.subjects_of(members).to_pylist()
        tokens = self.vault.tokens_tagged(workspace_id, subjects)
        values = self.vault.open_for(workspace_id, list(tokens.values()), access)
        known = dict(zip(tokens, values, strict=True))
        known |= self._told(workspace_id, kind, [one for one in subjects if one not in known])
        owned: dict[int, list[str]] = {}
        for subject, node in zip(subjects, members.tolist(), strict=True):
            spelt = _spelt(kind, known.get(subject) or "")
            if spelt is not None:
                owned.setdefault(int(view.owners[node]), []).append(spelt)
        return [sorted(set(owned.get(owner, []))) for owner in owners.tolist()]

    def _told(
        self, workspace_id: WorkspaceId, kind: str, subjects: Sequence[str]
    ) -> dict[str, str]:
        """Values that the vault does not keep, for they landed before there was one."""
        if not subjects:
            return {}
        with UnitOfWork(self.database, reads_only=True) as uow:
            reader = RowReader(kinds_of(uow, workspace_id))
        view = self.parts.identity.reading(workspace_id)
        nodes = view.nodes_of(pa.array(subjects, pa.string()))
        _, members = view.members_of(np.unique(view.owners[nodes]))
        mine = view.subjects_of(members).to_pylist()
        told = EVENTS.filter(EVENTS.subject.isin(mine)).select(*_EVERYTHING_TOLD)
        rows = self.parts.engine.query(workspace_id, told.distinct().limit(TELLINGS_MAX))
        values = sorted(
            one.value
            for row in rows.to_pylist()
            for one in reader.read(row)
            if isinstance(one, Found) and one.kind.name == kind and one.subject is None
        )
        hashes = self.parts.subjects.subjects(workspace_id, kind, values)
        return {s: value for s, value in zip(hashes, values, strict=True) if s in set(subjects)}

    def _nodes(self, workspace_id: WorkspaceId, persons: Sequence[str]) -> Nodes:
        view = self.parts.identity.reading(workspace_id)
        subjects = [person.removeprefix(PERSON_PREFIX) for person in persons]
        return view.nodes_of(pa.array(subjects, pa.string()))


@dataclass(frozen=True)
class FileIdentifiers:
    """Identifiers as they stand in a file."""

    parts: PeopleParts
    database: Database

    def kinds(self, workspace_id: WorkspaceId) -> Sequence[str]:
        """The kinds there are, the strongest first."""
        with UnitOfWork(self.database, reads_only=True) as uow:
            return [kind.name for kind in kinds_of(uow, workspace_id)]

    def subjects(
        self, workspace_id: WorkspaceId, kind: str, values: Sequence[str]
    ) -> Sequence[str | None]:
        """The subject of each identifier, brought to normal form; `None` for one that is none."""
        spelt = [_spelt(kind, value) for value in values]
        return [
            None if one is None else self.parts.subjects.subject(workspace_id, kind, one)
            for one in spelt
        ]

    def masked(self, kind: str, value: str) -> str:
        """The identifier as it may be shown."""
        return mask(kind, value)


@dataclass(frozen=True)
class AudienceTagging:
    """Tags that audiences keep on their members."""

    parts: PeopleParts
    clock: Clock
    ids: IdMaker

    def follow(self, uow: UnitOfWork, audience: Audience, given: Nodes, taken: Nodes) -> None:
        """Gives the audience's tag to some people and takes it from others."""
        if audience.kept_tag_id is None:
            return
        self._give(uow, audience, audience.kept_tag_id, given)
        self._take(uow, audience, audience.kept_tag_id, taken)

    def refill(self, uow: UnitOfWork, audience: Audience, members: Nodes) -> None:
        """Makes these people, and no others, carry the tag; takes back the tag it kept before."""
        view = self.parts.identity.reading(audience.workspace_id)
        old, new = audience.kept_tag_id, audience.tag_id
        for tag_id in {old, new} - {None}:
            if tag_id is None:
                continue
            try:
                holders = people.tag_holders(uow, audience.workspace_id, tag_id, view)
            except people.TagUnknown:
                continue
            wanted = members if tag_id == new else np.zeros(0, np.int32)
            self._take(uow, audience, tag_id, np.setdiff1d(holders, wanted).astype(np.int32))
            self._give(uow, audience, tag_id, np.setdiff1d(wanted, holders).astype(np.int32))

    def _give(self, uow: UnitOfWork, audience: Audience, tag_id: str, persons: Nodes) -> None:
        view = self.parts.identity.reading(audience.workspace_id)
        for some in _pages(view.subjects_of(persons).to_pylist()):
            people.give_automatically(
                uow, audience.workspace_id, tag_id, some, change=self._change(audience)
            )

    def _take(self, uow: UnitOfWork, audience: Audience, tag_id: str, persons: Nodes) -> None:
        if not len(persons):
            return
        view = self.parts.identity.reading(audience.workspace_id)
        # Those who are nobody any more still have the tag under their own subject.
        _, members = view.members_of(np.unique(view.owners[persons]))
        stay = np.unique(np.concatenate([persons, members[view.owners[members] == members]]))
        every = view.subjects_of(np.union1d(stay, members).astype(np.int32)).to_pylist()
        for some in _pages(every):
            people.take_automatically(
                uow, audience.workspace_id, tag_id, some, change=self._change(audience)
            )

    def _change(self, audience: Audience) -> TagChange:
        return TagChange(audience.id, self.clock, self.ids, audience.name)


def audience_works(
    database: Database,
    parts: PeopleParts,
    home: Path,
    lake: Path,
    *,
    privacy: PrivacyParts,
    clock: Clock,
    ids: IdMaker,
    reached: Callable[[str], None] = lambda _point: None,
) -> AudienceWorks:
    """What keeping audiences up takes.

    Args:
        database: the records.
        parts: who is who, what they did, and the engine.
        home: exports lie below it.
        lake: members lie below it, beside the books of people.
        privacy: the vault, and who may take what out of it.
        clock: tells the time.
        ids: makes ids.
        reached: told the points of a step.
    """
    places = personal_places(privacy.fields.of, people.identity_fields(database))
    attributes = PeopleAttributes(database, parts.identity, parts.facts, places)

    def zone_of(workspace_id: WorkspaceId) -> str:
        with UnitOfWork(database, reads_only=True) as uow:
            return get_workspace(uow, workspace_id).time_zone

    return AudienceWorks(
        database=database,
        people=parts.identity,
        judge=RuleJudge(parts.identity, parts.facts, attributes, attributes, attributes),
        happenings=EventHappenings(parts),
        faces=PeopleFaces(parts, database, clock, privacy.vault),
        identifiers=FileIdentifiers(parts, database),
        tagging=AudienceTagging(parts, clock, ids),
        folder=lake / "people",
        files=home / "exports" / "audiences",
        exports=ExportParts(
            approval=GrantedExports(privacy.grants, privacy.revealing),
            personal=DeclaredPersonalTraits(database, places),
            consenting=LedgerConsent(database, parts.identity),
            sealing=SealedExports(privacy.keys),
        ),
        zone_of=zone_of,
        clock=clock,
        ids=ids,
        reached=reached,
    )


def _masked_trait(name: str, text: str) -> str:
    """A value that is not in the vault, masked by its trait's name or by what it looks like."""
    if not text or tokens_in(text):
        return text
    bare = name.lower()
    if bare in _ALSO_NAMES:
        return mask("name", text)
    masked = str(people.shown_trait(name, text))
    is_hidden = any(word in bare for word in _HIDDEN_WORDS)
    return "****" if is_hidden and masked == text else masked


def _with_values(text: str, told: dict[str, str]) -> str:
    for token in tokens_in(text):
        text = text.replace(str(token), told.get(str(token), str(token)))
    return text


def _spelt(kind: str, value: str) -> str | None:
    scope, colon, bare = value.partition(":")
    # An openid is written with its app before it, as `app:openid`.
    written = spelling(kind, value)
    if isinstance(written, IdentifierFlaw) and colon:
        written = spelling(kind, bare, scope)
    return None if isinstance(written, IdentifierFlaw) else written


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _pages(subjects: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(subjects), people.PEOPLE_AT_ONCE_MAX):
        yield subjects[start : start + people.PEOPLE_AT_ONCE_MAX]
