"""Everything that the house keeps of one person, gathered for them: in clear, for it is theirs.

What tokens stand for is opened page by page, for the purpose of rights, each page with a line in
the trail that names the person. What nobody can read any more is said to be so.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import ibis

from catchment.kernel import Clock, WorkspaceId
from catchment.lake import EVENTS, Engine
from catchment.people.consent.ledger import consent_entries_of, consent_standing
from catchment.people.consent.types import ProofKeeper
from catchment.people.identity import IdentityBook, IdentityView
from catchment.people.parts import PeopleParts
from catchment.people.profile import resolve_person
from catchment.people.rights.automated import is_automation_allowed
from catchment.people.rights.identifying import identifier_values
from catchment.people.rights.ports import OpenVault
from catchment.people.rights.store import requests_of_persons
from catchment.people.rights.types import RightKind, RightsRequest
from catchment.people.tags import list_tags, tags_of
from catchment.store import Database, UnitOfWork
from catchment.vault import Access, Purpose, tokens_in

EVENTS_MAX = 200_000
"""Events of one person that a file holds; one who has more is told how many are left out."""

EVENTS_AT_ONCE = 5_000

TELLINGS_MAX = 10_000
"""The newest tellings of a person that are read for what their traits are now."""

GONE = "[no longer readable]"
_LEFT_OUT = frozenset({
    "workspace_id", "event_key", "subject", "user_subject", "anonymous_subject", "person",
    "log_position", "landed_time",
})  # fmt: skip
_DOCUMENTS = ("properties", "traits", "context")

Told = Callable[[WorkspaceId, str], Any]
"""What a neighbour keeps of a person, as JSON has it."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """What gathering takes.

    Attributes:
        parts: who is who, what they did, and the engine.
        database: the records.
        vault: opens what was sent of them.
        proofs: opens proofs of consent.
        clock: tells of when it is.
        elsewhere: what neighbours keep, by name.
    """

    parts: PeopleParts
    database: Database
    vault: OpenVault
    clock: Clock
    proofs: ProofKeeper | None = None
    elsewhere: Mapping[str, Told] = field(default_factory=dict)

    @property
    def engine(self) -> Engine:
        """Reads events."""
        return self.parts.engine

    @property
    def book(self) -> IdentityBook:
        """Who is who."""
        return self.parts.identity


def gather(works: Gathering, request: RightsRequest) -> dict[str, Any]:
    """Everything that is kept of the person whom a request is about, as JSON has it.

    Raises:
        NobodyThere: they were forgotten meanwhile.
        KeysAway: the key store does not answer.
    """
    workspace_id = request.workspace_id
    view, nodes, person = resolve_person(works.parts, workspace_id, request.person)
    _, members = view.members_of(nodes)
    subjects = view.subjects_of(members).to_pylist()
    reader = _Reader(works, request, person)
    names = identifier_values(
        works.engine,
        works.parts.subjects,
        works.vault,
        workspace_id,
        subjects,
        access=reader.access,
    )
    with UnitOfWork(works.database, reads_only=True) as uow:
        consent = consent_entries_of(uow, workspace_id, subjects, works.proofs)
        standing = consent_standing(uow, workspace_id, subjects)
        words = {one.tag.id: one.tag.name for one in list_tags(uow, workspace_id)}
        tags = tags_of(uow, workspace_id, subjects)
        allowed = is_automation_allowed(uow, workspace_id, subjects)
        persons = [f"per_{one}" for one in subjects]
        asked = [
            one for kind in RightKind
            for one in requests_of_persons(uow, workspace_id, persons, kind)
        ]  # fmt: skip
    kept = reader.kept(subjects)
    events, left_out = reader.events(subjects)
    return {
        "what": "everything that is kept of one person",
        "person": person,
        "as_of": works.clock.now().isoformat(),
        "request": request.id,
        "identifiers": [
            {"kind": kind, "value": names.get(subject, GONE)}
            for subject, kind in zip(subjects, _kinds(view, members), strict=True)
        ],
        "personal_data": kept,
        "traits": reader.traits(subjects),
        "consent": [
            {
                "purpose": one.word.purpose, "channel": one.word.channel,
                "state": one.word.state.value, "basis": one.word.basis.value,
                "said_at": _iso(one.word.said_at), "notice_version": one.word.notice_version,
                "source": one.word.source, "proof": one.word.proof,
            }
            for one in consent
        ],
        "consent_standing": [
            {"purpose": one.purpose, "channel": one.channel, "state": one.state.value}
            for one in standing
        ],
        "tags": [
            {"name": words.get(one.tag_id, one.tag_id), "given_at": _iso(one.given_at),
             "by_rule": one.is_automatic, "reason": one.reason}
            for one in tags
        ],
        "automated_decisions": allowed,
        "rights_requests": [
            {"id": one.id, "kind": one.kind.value, "state": one.state.value,
             "asked_at": _iso(one.asked_at)}
            for one in asked
        ],
        **{name: reader.clear(tell(workspace_id, person))
           for name, tell in works.elsewhere.items()},
        "events": events,
        "events_left_out": left_out,
    }  # fmt: skip


class _Reader:
    """Opens tokens for one request, each once."""

    def __init__(self, works: Gathering, request: RightsRequest, person: str) -> None:
        self._works = works
        self._workspace_id = request.workspace_id
        self.access = Access(
            actor=request.asked_by, purpose=Purpose.RIGHTS, person=person,
            reason=f"access request {request.id}",
        )  # fmt: skip
        self._opened: dict[str, str] = {}

    def open_all(self, tokens: Iterable[str]) -> None:
        """Opens those of these tokens that are not open yet."""
        new = [one for one in dict.fromkeys(tokens) if one not in self._opened]
        if not new:
            return
        values = self._works.vault.open_for(self._workspace_id, new, self.access)
        for token, value in zip(new, values, strict=True):
            self._opened[token] = GONE if value is None else value

    def value(self, token: str) -> str:
        """What a token stands for."""
        return self._opened.get(token, GONE)

    def kept(self, subjects: Sequence[str]) -> list[dict[str, str]]:
        """Every personal value in the vault, by kind."""
        tokens = list(self._works.vault.tokens_of(self._workspace_id, subjects))
        for start in range(0, len(tokens), EVENTS_AT_ONCE):
            self.open_all(tokens[start : start + EVENTS_AT_ONCE])
        told = {(one.split(":")[1], self.value(one)) for one in tokens}
        return [{"kind": kind, "value": value} for kind, value in sorted(told)]

    def events(self, subjects: Sequence[str]) -> tuple[list[dict[str, Any]], int]:
        """What they did, oldest first, in clear; and how much there is beyond the bound."""
        events = EVENTS.filter(EVENTS.subject.isin(list(subjects)))
        told: list[dict[str, Any]] = []
        after: tuple[datetime, bytes] | None = None
        while len(told) < EVENTS_MAX:
            page = events
            if after is not None:
                at, key = after
                page = events.filter(
                    (events.time > at) | ((events.time == at) & (events.event_key > key))
                )
            asked = page.order_by(["time", "event_key"]).limit(EVENTS_AT_ONCE)
            rows = self._works.engine.query(self._workspace_id, asked).to_pylist()
            told += self._clear(rows)
            if len(rows) < EVENTS_AT_ONCE:
                return told, 0
            after = (rows[-1]["time"], rows[-1]["event_key"])
        count = self._works.engine.query(
            self._workspace_id, events.aggregate(count=events.count())
        )["count"][0].as_py()
        return told[:EVENTS_MAX], int(count) - EVENTS_MAX

    def traits(self, subjects: Sequence[str]) -> dict[str, Any]:
        """What was told of them last, trait by trait."""
        events = EVENTS.filter(EVENTS.subject.isin(list(subjects)), EVENTS.kind == "identify")
        newest = events.order_by([ibis.desc("time"), ibis.desc("event_key")])
        asked = newest.select("traits").limit(TELLINGS_MAX)
        known: dict[str, Any] = {}
        for told in self._works.engine.query(self._workspace_id, asked)["traits"].to_pylist():
            for name, value in json.loads(told or "{}").items():
                known.setdefault(name, value)
        shown: dict[str, Any] = self.clear(known)
        return shown

    def clear(self, told: Any) -> Any:
        """What somebody tells, the values in the place of their tokens."""
        self.open_all(str(token) for token in _tokens(told))
        return self._put(told)

    def _clear(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        shown = [
            {
                name: json.loads(value) if name in _DOCUMENTS else _plain(value)
                for name, value in row.items()
                if name not in _LEFT_OUT and value is not None
            }
            for row in rows
        ]
        self.open_all(str(token) for one in shown for token in _tokens(one))
        return [self._put(one) for one in shown]

    def _put(self, told: Any) -> Any:
        if isinstance(told, str):
            for token in tokens_in(told):
                told = told.replace(str(token), self.value(str(token)))
            return told
        if isinstance(told, list):
            return [self._put(one) for one in told]
        if isinstance(told, dict):
            return {self._put(name): self._put(one) for name, one in told.items()}
        return told


def _tokens(told: Any) -> Iterator[Any]:
    if isinstance(told, str):
        yield from tokens_in(told)
    elif isinstance(told, list):
        for one in told:
            yield from _tokens(one)
    elif isinstance(told, dict):
        for name, one in told.items():
            yield from _tokens(name)
            yield from _tokens(one)


def _kinds(view: IdentityView, members: Any) -> list[str]:
    names = {rule.code: rule.kind for rule in view.rules.kinds}
    return [names.get(code, "unknown") for code in view.kinds_of(members).tolist()]


def _plain(value: Any) -> Any:
    return _iso(value) if isinstance(value, datetime) else value


def _iso(at: datetime) -> str:
    return at.isoformat()
