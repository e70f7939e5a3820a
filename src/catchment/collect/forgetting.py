"""Forgetting somebody in what could not become an event: the quarantine, and rows of imports.

Both hold what was sent, identifiers in clear among it. Whoever is to be forgotten is known by their
subjects, so every value that stands there is hashed as each kind of identifier, and what names one
of them is struck out: the item stays, to be counted, and says nothing more.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import unquote_plus

from catchment.collect.held import store
from catchment.collect.imports import store as imports_store
from catchment.collect.quarantine_seals import Seals, opened_item
from catchment.collect.source_types import Quarantined
from catchment.collect.subjects import SubjectHasher
from catchment.events import STRONGEST_FIRST, IdentifierFlaw, spelling, written_ids
from catchment.kernel import Clock, WorkspaceId
from catchment.store import Database, UnitOfWork
from catchment.vault import CiphertextRefused, KeyDestroyed

LOOKED_AT_ONCE = 500
"""Items that one unit of work looks through."""

HELD_TOLD_MAX = 1_000
"""Items told of one person."""

DEPTH_MAX = 64
_PHONE = "phone"
_WORD = re.compile(r"[^\s\"'\\,;&=<>{}\[\]()]{2,}")
_PHONE_LIKE = re.compile(r"[+\d][\d\s().\-]{5,23}")


class _Wanted:
    """Tells whether a value is an identifier of somebody who is to be forgotten."""

    def __init__(
        self, hasher: SubjectHasher, workspace_id: WorkspaceId, subjects: Sequence[str]
    ) -> None:
        self._hasher = hasher
        self._workspace_id = workspace_id
        self._subjects = frozenset(subjects)

    def names(self, values: Iterator[tuple[str | None, object, str | None]]) -> bool:
        """Whether any of these does; each is a kind if it is known, a value, and a scope."""
        for kind, value, scope in values:
            for one in STRONGEST_FIRST if kind is None else (kind,):
                if one == _PHONE and not _PHONE_LIKE.fullmatch(str(value).strip()):
                    continue
                spelt = spelling(one, value, scope)
                if isinstance(spelt, IdentifierFlaw):
                    continue
                if self._hasher.subject(self._workspace_id, one, spelt) in self._subjects:
                    return True
        return False


def forget(
    database: Database,
    hasher: SubjectHasher,
    workspace_id: WorkspaceId,
    subjects: Sequence[str],
    *,
    clock: Clock,
    keys: Seals,
) -> int:
    """Strikes out what names somebody, page by page; a second time, there is nothing more.

    Args:
        database: the records.
        hasher: what subjects are made with.
        workspace_id: whose.
        subjects: what they went by.
        clock: tells when an item was settled.
        keys: open what is sealed; what nobody can open any more says nothing.

    Returns:
        How many items and rows were struck out.
    """
    wanted = _Wanted(hasher, workspace_id, subjects)
    struck, after = 0, ""
    while True:
        with UnitOfWork(database) as uow:
            page = store.items_after(uow, workspace_id, after, LOOKED_AT_ONCE)
            hits = [item.id for item in page if wanted.names(values_in(_payload(keys, item)))]
            store.strike_payloads(uow, workspace_id, hits, clock.now())
        struck += len(hits)
        if len(page) < LOOKED_AT_ONCE:
            break
        after = page[-1].id
    place: tuple[str, int] = ("", -1)
    while True:
        with UnitOfWork(database) as uow:
            rows = imports_store.errors_after(uow, workspace_id, place, LOOKED_AT_ONCE)
            found = [(name, number) for name, number, row in rows if wanted.names(cells_of(row))]
            imports_store.strike_errors(uow, workspace_id, found)
        struck += len(found)
        if len(rows) < LOOKED_AT_ONCE:
            return struck
        place = rows[-1][:2]


def held_of(
    database: Database,
    hasher: SubjectHasher,
    workspace_id: WorkspaceId,
    subjects: Sequence[str],
    *,
    keys: Seals,
) -> Sequence[tuple[str, str]]:
    """What could not become an event and names somebody: as it was sent, and what is wrong.

    Args:
        database: the records.
        hasher: what subjects are made with.
        workspace_id: whose.
        subjects: what they go by.
        keys: open what is sealed.
    """
    wanted = _Wanted(hasher, workspace_id, subjects)
    found: list[tuple[str, str]] = []
    after, place = "", ("", -1)
    with UnitOfWork(database, reads_only=True) as uow:
        while page := store.items_after(uow, workspace_id, after, LOOKED_AT_ONCE):
            for item in page:
                sent = _payload(keys, item)
                if wanted.names(values_in(sent)):
                    found.append((sent.decode("utf-8", "replace"), item.reason.value))
            after = page[-1].id
        while rows := imports_store.errors_after(uow, workspace_id, place, LOOKED_AT_ONCE):
            found += [(row, "row") for _, _, row in rows if wanted.names(cells_of(row))]
            place = rows[-1][:2]
    return found[:HELD_TOLD_MAX]


def _payload(keys: Seals, item: Quarantined) -> bytes:
    try:
        return opened_item(keys, item).payload
    except (KeyDestroyed, CiphertextRefused):
        return b""


def values_in(payload: bytes) -> Iterator[tuple[str | None, object, str | None]]:
    """Every value of a payload that may be an identifier; of one that is no JSON, every word."""
    text = payload.decode("utf-8", "replace")
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        for word in _WORD.findall(text):
            yield None, unquote_plus(word), None
        return
    yield from _leaves(told, DEPTH_MAX)


def cells_of(row: str) -> Iterator[tuple[str | None, object, str | None]]:
    """The cells of a row as it stood in a file, and its words, however it was laid out."""
    if row.lstrip().startswith("{"):
        yield from values_in(row.encode())
        return
    for cells in csv.reader(io.StringIO(row)):
        for cell in cells:
            yield None, cell, None
    for word in _WORD.findall(row):
        yield None, word, None


def _leaves(told: Any, depth: int) -> Iterator[tuple[str | None, object, str | None]]:
    if isinstance(told, dict):
        yield from written_ids(told)
        children: Any = told.values()
    elif isinstance(told, list):
        children = told
    else:
        if isinstance(told, str | int | float) and not isinstance(told, bool):
            yield None, told, None
        return
    if depth:
        for child in children:
            yield from _leaves(child, depth - 1)
