"""The list of people: found by name or any identifier, in the order asked for, page by page.

It stands on facts, not on a scan of the events: what orders the list is one number per person, and
a page is the best of what lies behind the cursor. Names are kept in the vault and found whole, by a
blind index; names that landed before there was one are found by their beginning too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from catchment.events import IdentifierFlaw, spelling
from catchment.kernel import (
    PAGE_SIZE_MAX,
    BrokenCursor,
    WorkspaceId,
    decode_cursor,
    encode_cursor,
)
from catchment.people.facts import Measure, MeasureAnswer
from catchment.people.facts import built_in as facts_of_all
from catchment.people.identifiers.alike import EMAIL, PHONE, alike
from catchment.people.identity import PERSON_PREFIX, IdentityView, Strength
from catchment.people.parts import PeopleParts
from catchment.people.person_identifiers import IdentifierShown, identifiers_shown
from catchment.people.shown_traits import NAME_KIND, shown_name
from catchment.people.sums import Sums, SumsAsker
from catchment.vault import TOKEN_MARK

NAME_MATCHES_MAX = 100_000
"""People of one name, or of its beginning, that a search looks through."""

_NOBODY = np.zeros(0, np.int32)
_LEAST = -(2**62)


class PeopleOrder(StrEnum):
    """What comes first: who was seen last, who is worth most, who did most."""

    LAST_SEEN = "last_seen"
    VALUE = "value"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class PeopleAsk:
    """Which people, in which order.

    Attributes:
        search: a person id, any identifier whole, or a name whole; all when empty.
        among: nodes that name people; only these, when given.
        order: what comes first.
        currency: in which money people are valued.
        limit: rows of a page.
        cursor: leads behind the page before.
    """

    currency: str
    search: str = ""
    among: npt.NDArray[np.int32] | None = None
    order: PeopleOrder = PeopleOrder.LAST_SEEN
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class PersonListed:
    """One row of the list.

    Attributes:
        person: the person id.
        node: the node that names them.
        name: what senders last called them: a token, or masked if it is not in the vault.
        identifiers: what they go by, masked.
        sums: what they come to.
    """

    person: str
    node: int
    name: str | None
    identifiers: Sequence[IdentifierShown]
    sums: Sums


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of people.

    Attributes:
        items: the rows.
        total: how many there are on all pages.
        next_cursor: leads to the next page; `None` on the last one.
        named: how many people the search found by name, whatever else they had to be.
    """

    items: Sequence[PersonListed]
    total: int
    next_cursor: str | None = None
    named: int = 0


@dataclass(frozen=True, slots=True)
class EveryoneSeen:
    """People as a table.

    Attributes:
        nodes: by row, the node that names the person.
        table: person, name (as `PersonListed` has it), first_seen, last_seen, events.
    """

    nodes: npt.NDArray[np.int32]
    table: pa.Table


def everyone_seen(
    parts: PeopleParts, workspace_id: WorkspaceId, *, at_us: int, limit: int
) -> EveryoneSeen:
    """Everyone with an event, the most active first.

    Args:
        parts: the books and the engine.
        workspace_id: whose.
        at_us: now, microseconds since 1970.
        limit: so many rows at most.
    """
    view = parts.identity.reading(workspace_id)
    persons = view.persons()

    def measured(measure: Measure) -> MeasureAnswer:
        return parts.facts.evaluate(workspace_id, measure, at_us=at_us, persons=persons)

    events = np.nan_to_num(_numbers(measured(facts_of_all.EVENTS_COUNT)))
    first = _numbers(measured(facts_of_all.FIRST_SEEN))
    last = _numbers(measured(facts_of_all.LAST_SEEN))
    subjects = view.subjects_of(persons)
    seen = np.flatnonzero(events > 0)
    by_subject = pc.rank(subjects).to_numpy()
    rows = seen[np.lexsort((by_subject[seen], -events[seen]))][:limit]
    instant = pa.timestamp("us", tz="UTC")
    table = pa.table(
        {
            "person": pc.binary_join_element_wise(PERSON_PREFIX, subjects.take(rows), ""),
            "name": pa.array(
                shown_names(_texts(measured(facts_of_all.NAME)).take(rows)), pa.string()
            ),
            "first_seen": pa.array(first[rows].astype(np.int64)).cast(instant),
            "last_seen": pa.array(last[rows].astype(np.int64)).cast(instant),
            "events": pa.array(events[rows].astype(np.int64)),
        }
    )
    return EveryoneSeen(persons[rows], table)


def _numbers(answer: MeasureAnswer) -> npt.NDArray[np.float64]:
    return np.zeros(0) if answer.numbers is None else answer.numbers


def _texts(answer: MeasureAnswer) -> pa.Array:
    return pa.nulls(len(answer.persons), pa.string()) if answer.texts is None else answer.texts


def list_people(
    parts: PeopleParts, workspace_id: WorkspaceId, ask: PeopleAsk, *, at_us: int
) -> PeoplePage:
    """A page of people.

    Args:
        parts: the books and the engine.
        workspace_id: whose.
        ask: which people.
        at_us: now, microseconds since 1970.

    Raises:
        BrokenCursor: the cursor is not one of ours.
    """
    view = parts.identity.reading(workspace_id)
    asker = SumsAsker(parts.facts, workspace_id, at_us, ask.currency)
    chosen = None if ask.among is None else np.unique(ask.among).astype(np.int32)
    named = 0
    if ask.search.strip():
        found, named = _found(parts, workspace_id, view, ask.search.strip(), at_us)
        chosen = found if chosen is None else np.intersect1d(found, chosen)
    persons = view.persons() if chosen is None else chosen
    keys = _keys(asker, ask.order, chosen)
    rows = _page(keys, persons, ask)
    shown = persons[rows]
    # One more was asked for, to know whether there is a next page.
    limit = _limit(ask)
    more = len(rows) > limit
    rows, shown = rows[:limit], shown[:limit]
    cursor = encode_cursor(int(keys[rows[-1]]), int(shown[-1])) if more else None
    return PeoplePage(_listed(parts, asker, view, shown), len(persons), cursor, named)


def lookup_person(
    parts: PeopleParts, workspace_id: WorkspaceId, kind: str, value: str
) -> str | None:
    """The person who goes by this identifier; nothing when nobody does.

    Where nobody has a phone or an address, it is whoever has it for their user id.

    Args:
        parts: the books.
        workspace_id: whose.
        kind: a kind of identifier.
        value: as a sender would write it.
    """
    view = parts.identity.reading(workspace_id)
    nodes = _nodes_by(parts, workspace_id, view, value, [kind])
    if not len(nodes) and kind in {PHONE, EMAIL}:
        nodes = _alike(parts, workspace_id, view, kind, value)
    if not len(nodes):
        return None
    return PERSON_PREFIX + str(view.subjects_of(nodes[:1])[0])


def _limit(ask: PeopleAsk) -> int:
    return max(1, min(ask.limit, PAGE_SIZE_MAX))


def _keys(
    asker: SumsAsker, order: PeopleOrder, persons: npt.NDArray[np.int32] | None
) -> npt.NDArray[np.int64]:
    match order:
        case PeopleOrder.LAST_SEEN:
            numbers = asker.numbers(facts_of_all.LAST_SEEN, persons)
        case PeopleOrder.VALUE:
            numbers = asker.values(persons)
        case PeopleOrder.EVENTS:
            numbers = asker.numbers(facts_of_all.EVENTS_COUNT, persons)
    known = ~np.isnan(numbers)
    return np.where(known, np.where(known, numbers, 0).astype(np.int64), _LEAST)


def _page(
    keys: npt.NDArray[np.int64], persons: npt.NDArray[np.int32], ask: PeopleAsk
) -> npt.NDArray[np.int64]:
    """The rows of the page and one more: the greatest keys first, then the smallest nodes."""
    rows = np.arange(len(keys))
    if ask.cursor is not None:
        match decode_cursor(ask.cursor):
            case (int(key), int(node)):
                rows = np.flatnonzero((keys < key) | ((keys == key) & (persons > node)))
            case _:
                raise BrokenCursor
    wanted = _limit(ask) + 1
    if len(rows) > wanted:
        at_least = np.partition(keys[rows], len(rows) - wanted)[len(rows) - wanted]
        above = rows[keys[rows] > at_least]
        # Among equals the smallest nodes come first, which is how they stand.
        equal = rows[keys[rows] == at_least][: wanted - len(above)]
        rows = np.concatenate([above, equal])
    order = np.lexsort((persons[rows], -keys[rows]))
    ranked: npt.NDArray[np.int64] = rows[order]
    return ranked


def _found(
    parts: PeopleParts, workspace_id: WorkspaceId, view: IdentityView, search: str, at_us: int
) -> tuple[npt.NDArray[np.int32], int]:
    """Whom a search finds, and how many of them by name."""
    if search.startswith(PERSON_PREFIX):
        subject = view.person_of(search.removeprefix(PERSON_PREFIX)).removeprefix(PERSON_PREFIX)
        nodes = view.nodes_of(_subjects([subject]))
        return nodes[nodes >= 0], 0
    kinds = [kind.kind for kind in view.rules.kinds]
    named = np.union1d(
        _named(parts, workspace_id, view, search, at_us),
        _named_in_clear(parts, workspace_id, search, at_us),
    )
    gone_by = np.union1d(
        _nodes_by(parts, workspace_id, view, search, kinds),
        _alike(parts, workspace_id, view, "user", search),
    )
    found = np.union1d(gone_by, named)
    return found.astype(np.int32), len(named)


def _nodes_by(
    parts: PeopleParts,
    workspace_id: WorkspaceId,
    view: IdentityView,
    value: str,
    kinds: Sequence[str],
) -> npt.NDArray[np.int32]:
    """The people who go by this value as one of these kinds."""
    subjects = []
    scope, colon, bare = value.partition(":")
    for kind in kinds:
        # An openid is written with its app before it, as `app:openid`.
        spelt = {spelling(kind, value), spelling(kind, bare, scope) if colon else value}
        subjects += [
            parts.subjects.subject(workspace_id, kind, one)
            for one in spelt
            if not isinstance(one, IdentifierFlaw)
        ]
    nodes = view.nodes_of(_subjects(subjects))
    return np.unique(view.owners[nodes[nodes >= 0]]) if subjects else _NOBODY


def _alike(
    parts: PeopleParts, workspace_id: WorkspaceId, view: IdentityView, kind: str, value: str
) -> npt.NDArray[np.int32]:
    """The people who go by the phone or address that this is, as a strong kind of any writing."""
    strong = [one.kind for one in view.rules.kinds if one.strength is Strength.STRONG]
    told = alike(kind, value, strong)
    nodes = view.nodes_of(_subjects([parts.subjects.subject(workspace_id, *one) for one in told]))
    return np.unique(view.owners[nodes[nodes >= 0]]) if told else _NOBODY


def names_of(
    parts: PeopleParts, workspace_id: WorkspaceId, persons: Sequence[str], *, at_us: int
) -> dict[str, str]:
    """What people are called, as the list shows it; those without a name are left out.

    Args:
        parts: the books and the engine.
        workspace_id: whose.
        persons: person ids, as people are called now.
        at_us: now.
    """
    view = parts.identity.reading(workspace_id)
    nodes = view.nodes_of(_subjects([one.removeprefix(PERSON_PREFIX) for one in persons]))
    known = np.unique(nodes[nodes >= 0])
    if not len(known):
        return {}
    answer = parts.facts.evaluate(workspace_id, facts_of_all.NAME, at_us=at_us, persons=known)
    told = dict(zip(known.tolist(), shown_names(answer.texts), strict=False))
    found = zip(persons, (told.get(node) for node in nodes.tolist()), strict=True)
    return {person: name for person, name in found if name}


def shown_names(texts: pa.Array | None) -> list[str | None]:
    """Names as they may leave: a token as it is, any other masked."""
    names = [] if texts is None else texts.to_pylist()
    return [None if name is None else shown_name(name) for name in names]


def _named(
    parts: PeopleParts, workspace_id: WorkspaceId, view: IdentityView, search: str, at_us: int
) -> npt.NDArray[np.int32]:
    """Those who go by this name, whole: of several tellings the last one holds."""
    tokens = parts.vault.tokens_named(workspace_id, NAME_KIND, search, limit=NAME_MATCHES_MAX)
    if not tokens:
        return _NOBODY
    nodes = view.nodes_of(_subjects(sorted(set(tokens.values()))))
    told = np.unique(view.owners[nodes[nodes >= 0]])
    answer = parts.facts.evaluate(workspace_id, facts_of_all.NAME, at_us=at_us, persons=told)
    if answer.texts is None:
        return _NOBODY
    is_named = pc.is_in(answer.texts, _subjects(list(tokens)))
    named: npt.NDArray[np.int32] = told[is_named.to_numpy(zero_copy_only=False)]
    return named


def _named_in_clear(
    parts: PeopleParts, workspace_id: WorkspaceId, search: str, at_us: int
) -> npt.NDArray[np.int32]:
    """Those whose name never went to the vault and begins so, whatever the case."""
    if TOKEN_MARK.startswith(search[: len(TOKEN_MARK)].lower()):
        return _NOBODY  # every name in the vault begins so
    told = parts.facts.persons_told(
        workspace_id, facts_of_all.NAME.fact, search, limit=NAME_MATCHES_MAX
    )
    if not len(told):
        return _NOBODY
    answer = parts.facts.evaluate(workspace_id, facts_of_all.NAME, at_us=at_us, persons=told)
    begins = pc.starts_with(answer.texts, search, ignore_case=True).fill_null(False)  # noqa: FBT003
    named: npt.NDArray[np.int32] = told[begins.to_numpy(zero_copy_only=False)]
    return named


def _listed(
    parts: PeopleParts, asker: SumsAsker, view: IdentityView, persons: npt.NDArray[np.int32]
) -> list[PersonListed]:
    if not len(persons):
        return []
    names = parts.facts.evaluate(
        asker.workspace_id, facts_of_all.NAME, at_us=asker.at_us, persons=persons
    ).texts
    told = [None] * len(persons) if names is None else shown_names(names)
    shown = identifiers_shown(parts, asker.workspace_id, view, persons)
    rows = zip(
        view.subjects_of(persons).to_pylist(), persons.tolist(), told, shown,
        asker.sums(persons), strict=True,
    )  # fmt: skip
    return [PersonListed(PERSON_PREFIX + subject, *rest) for subject, *rest in rows]


def _subjects(values: Sequence[str]) -> pa.Array:
    return pa.array(values, pa.string())
