"""Consent that people gave or took back where the events come from: each event, one line.

`Consent Granted` and `Consent Withdrawn` name a purpose and a channel. They are read in the order
they landed, right after people are recognised and before audiences are asked, so that a withdrawal
takes somebody out in the same round. An event that is read again makes no second line.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from catchment.events import CONSENT_GRANTED, CONSENT_WITHDRAWN
from catchment.kernel import Clock, IdMaker, Unavailable, WorkspaceId
from catchment.lake import EVENTS, Engine, LogSpan
from catchment.people.consent import store
from catchment.people.consent.ledger import check_word, tell_of_consent
from catchment.people.consent.types import (
    Basis,
    ConsentChange,
    ConsentEntry,
    ConsentMalformed,
    ConsentState,
    ConsentWord,
)
from catchment.store import Database, UnitOfWork
from catchment.vault import is_token, parse_token

EVENTS_AT_ONCE = 5_000
BY_EVENT = "event"
"""Who writes the lines that events tell."""

Suppressed = Callable[[WorkspaceId], Collection[str]]
"""The subjects of those who stay forgotten."""


def _nobody(_workspace_id: WorkspaceId) -> Collection[str]:
    return ()


_COLUMNS = (
    "event_key", "name", "subject", "source_id", "time", "received_time", "properties",
    "log_position",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ConsentKeeper:
    """Keeps the ledger up with the events.

    Args:
        engine: reads them.
        database: the records.
        clock, ids: the house's own.
        suppressed: tells who stays forgotten: no event speaks for them. While it cannot be told,
            words wait.
    """

    engine: Engine
    database: Database
    clock: Clock
    ids: IdMaker
    suppressed: Suppressed = _nobody

    def catch_up(self, workspace_id: WorkspaceId, position: int) -> int:
        """Takes in what landed up to a position; returns how many lines were new."""
        with UnitOfWork(self.database, reads_only=True) as uow:
            after = store.position_of(uow, workspace_id)
        new = 0
        while after < position:
            rows = self._page(workspace_id, LogSpan(after, position))
            is_last = len(rows) < EVENTS_AT_ONCE
            until = position if is_last else int(rows[-1]["log_position"]) - 1
            if until <= after:  # one log entry that is all consent
                until = int(rows[-1]["log_position"])
            try:
                new += self._take_in(workspace_id, rows, until)
            except Unavailable:  # who stays forgotten cannot be told now; read again the next time
                return new
            after = until
        return new

    def _page(self, workspace_id: WorkspaceId, span: LogSpan) -> list[Mapping[str, Any]]:
        events = EVENTS.filter(EVENTS.name.isin([CONSENT_GRANTED, CONSENT_WITHDRAWN]))
        told = events.select(*_COLUMNS).order_by(["log_position", "event_key"])
        page = told.limit(EVENTS_AT_ONCE)
        rows: list[Mapping[str, Any]] = self.engine.query(workspace_id, page, span=span).to_pylist()
        return rows

    def _take_in(
        self, workspace_id: WorkspaceId, rows: list[Mapping[str, Any]], position: int
    ) -> int:
        change = ConsentChange(BY_EVENT, self.clock, self.ids)
        told = [word for word in map(_word, rows) if word is not None]
        gone = self.suppressed(workspace_id) if told else frozenset()
        told = [(word, key) for word, key in told if word.subject not in gone]
        with UnitOfWork(self.database) as uow:
            lines: list[store.Line] = [
                (ConsentEntry(self.ids.make("con"), word, self.clock.now(), BY_EVENT, key), None)
                for word, key in told
            ]
            new = store.insert_lines(uow, workspace_id, lines)
            store.put_position(uow, workspace_id, position)
            if new:
                tell_of_consent(uow, workspace_id, (word.subject for word, _ in told), change)
        return new


def _word(row: Mapping[str, Any]) -> tuple[ConsentWord, str] | None:
    """What an event says; nothing where it does not say for what or by which channel."""
    told = json.loads(row["properties"])
    said, received = _utc(row["time"]), _utc(row["received_time"])
    is_granted = row["name"] == CONSENT_GRANTED
    try:
        word = check_word(
            ConsentWord(
                subject=_address(told) or row["subject"],
                purpose=str(told.get("purpose", "")),
                channel=str(told.get("channel", "")),
                state=ConsentState.GRANTED if is_granted else ConsentState.WITHDRAWN,
                source=row["source_id"],
                # A clock that runs ahead must not make a word the last one for years.
                said_at=min(said, received),
                received_at=received,
                basis=_basis(told.get("basis")),
                notice_version=str(told.get("notice_version", ""))[:64],
                separate=told.get("separate") is True,
            )
        )
    except ConsentMalformed:
        return None
    return word, bytes(row["event_key"]).hex()


def _address(told: Mapping[str, Any]) -> str | None:
    """The address that the event names, by its own subject: it came as an identifier's token."""
    named = told.get("address")
    return parse_token(named).tag if isinstance(named, str) and is_token(named) else None


def _basis(named: object) -> Basis:
    return Basis(named) if named in {one.value for one in Basis} else Basis.CONSENT


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)
