"""Protecting: rows on their way to the lake give up their personal values and get tokens for them.

Which rows may hold something is asked of all of them at once; only those are taken apart. What is
found in all of them goes into the vault together, and is on disk before the rows come back. The
same rows give the same tokens, whenever and however often they are protected.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.events import EventKind, IdentifierFlaw, spelling
from catchment.kernel import WorkspaceId
from catchment.vault.detect.findings import Findings, Spot
from catchment.vault.detect.names import ADDRESS, NAME, REFERENCES
from catchment.vault.detect.rows import (
    ID_COLUMNS,
    JSON_COLUMNS,
    RowScanner,
    Verdicts,
    suspects_by,
)
from catchment.vault.detect.text import BANKCARD, EMAIL, IDCARD, PHONE, TEXT, bare_number, said
from catchment.vault.detect.walk import IdentityPlace, Walker
from catchment.vault.fields.types import DeclaredFields, plain_key
from catchment.vault.json_text import decode_tree, encode_tree
from catchment.vault.nested_tokens import Opened, made_whole
from catchment.vault.ports import Keeper, Subjects
from catchment.vault.types import PersonalValue

UNTAGGED = frozenset({NAME, ADDRESS, TEXT})
"""Kinds that join nobody: their values have no subject of their own."""

_NUMBERS = frozenset({IDCARD, BANKCARD})
_WRITTEN = frozenset({PHONE, EMAIL})
_WORKSPACES_KNOWN_MAX = 64


def no_identities(_workspace_id: WorkspaceId) -> Sequence[IdentityPlace]:
    """For a workspace whose events carry identifiers in the usual places only."""
    return ()


@dataclass(frozen=True, slots=True)
class FirstLook:
    """Which of some rows may hold personal values, being asked while others go on.

    Attributes:
        scanner: the rules it is asked by.
        verdicts: what comes of it.
        kept: of each of those rows, whether it is still wanted; all are, if nothing is said.
    """

    scanner: RowScanner
    verdicts: "Future[Verdicts]"
    kept: npt.NDArray[np.bool_] | None = None

    def of(self, kept: npt.NDArray[np.bool_]) -> "FirstLook":
        """The same look at those rows only that are kept."""
        return FirstLook(self.scanner, self.verdicts, kept)

    def suspects(self) -> Mapping[str, Sequence[int]]:
        """By column, the rows that are to be looked at closely; waits for the answer."""
        told = self.verdicts.result()
        if self.kept is not None:
            told = {name: verdicts[self.kept] for name, verdicts in told.items()}
        return suspects_by(told)


class Protector:
    """Moves personal values from rows into the vault.

    Args:
        vault: takes the values.
        hasher: makes subjects of identifiers.
        fields: what each workspace declares.
        identities: where each workspace's events carry identifiers.
        opened: for rows that were protected before: their tokens stay, and those inside of a text
            that is now taken whole are opened by it. Without it a token is a text that was sent.
    """

    def __init__(
        self,
        vault: Keeper,
        hasher: Subjects,
        fields: Callable[[WorkspaceId], DeclaredFields],
        identities: Callable[[WorkspaceId], Sequence[IdentityPlace]] = no_identities,
        opened: Opened | None = None,
    ) -> None:
        self._vault, self._hasher, self._opened = vault, hasher, opened
        self._fields, self._identities = fields, identities
        self._known: dict[WorkspaceId, tuple[Any, Any, Walker, RowScanner]] = {}
        self._eyes = ThreadPoolExecutor(1, "first-look")

    def look(self, workspace_id: WorkspaceId, told: pa.Table) -> FirstLook:
        """Begins the first look at rows that are to be protected; it needs no interpreter.

        Args:
            workspace_id: whose rows.
            told: what is looked at, in columns of the same names as the rows'.
        """
        _, scanner = self._tools(workspace_id)
        return FirstLook(scanner, self._eyes.submit(scanner.verdicts, told))

    def protect(
        self, workspace_id: WorkspaceId, rows: pa.Table, look: FirstLook | None = None
    ) -> pa.Table:
        """The rows with tokens for their personal values; the vault has them when it returns.

        Args:
            workspace_id: whose rows.
            rows: of `EVENT_SCHEMA`, all of this workspace, subjects computed already.
            look: the first look at them, if it was taken.

        Raises:
            KeysAway, KeysWrong, RecordsUnavailable: nothing is lost; ask again with the same rows.
        """
        if not rows.num_rows:
            return rows
        walker, scanner = self._tools(workspace_id)
        # Rules that came since say more than the look did.
        is_told = look is not None and look.scanner is scanner
        suspects = look.suspects() if look and is_told else scanner.suspects(rows)
        if not suspects:
            return rows
        gathered = _Gathering(rows.combine_chunks(), walker)
        gathered.read_json(suspects)
        for name in ID_COLUMNS:
            if name in suspects:
                gathered.read_ids(name, suspects[name])
        if not gathered.found.spots:
            return rows
        if self._opened is not None:
            made_whole(gathered.found.spots, workspace_id, self._opened)
        values = self._values(workspace_id, gathered)
        tokens = self._vault.keep(workspace_id, values, seen_us=_landed_us(rows))
        return gathered.with_tokens(tokens)

    def _tools(self, workspace_id: WorkspaceId) -> tuple[Walker, RowScanner]:
        fields, identities = self._fields(workspace_id), self._identities(workspace_id)
        known = self._known.get(workspace_id)
        if known is None or known[0] != fields or known[1] != identities:
            if len(self._known) >= _WORKSPACES_KNOWN_MAX:
                self._known = {}
            keeps_tokens = self._opened is not None
            walker = Walker(
                fields, identities, marks_tokens=not keeps_tokens, spares_tokens=keeps_tokens
            )
            known = (fields, identities, walker, RowScanner(fields, identities))
            self._known[workspace_id] = known
        return known[2], known[3]

    def _values(self, workspace_id: WorkspaceId, gathered: "_Gathering") -> list[PersonalValue]:
        spots = gathered.found.spots
        told = zip(gathered.owners(), spots, self._tags(workspace_id, spots), strict=True)
        return [
            PersonalValue(
                owner, (known := spot.known).kind, spot.value, tag, known.purpose, known.data_class
            )
            for owner, spot, tag in told
        ]

    def _tags(self, workspace_id: WorkspaceId, spots: Sequence[Spot]) -> list[str | None]:
        """The subjects of those values that are identifiers, each kind hashed at once."""
        spelt: dict[str, dict[int, str]] = {}
        for place, spot in enumerate(spots):
            if (text := identifier_of(spot)) is not None:
                spelt.setdefault(spot.kind, {})[place] = text
        tags: list[str | None] = [None] * len(spots)
        for kind, told in spelt.items():
            subjects = self._hasher.subjects(workspace_id, kind, list(told.values()))
            for place, subject in zip(told, subjects, strict=True):
                tags[place] = subject
        return tags


def identifier_of(spot: Spot) -> str | None:
    """The one spelling of a value that is an identifier; none for what joins nobody."""
    if spot.kind in UNTAGGED:
        return None
    if spot.kind in _NUMBERS:
        return bare_number(spot.value)
    value = said(spot.value) if spot.kind in _WRITTEN else spot.value
    spelt = spelling(spot.kind, value, spot.scope)
    return None if isinstance(spelt, IdentifierFlaw) else spelt


def _tree(text: str) -> Any:
    """What a text holds if it is JSON with members or items, else the text itself."""
    try:
        tree = decode_tree(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return _Loose([text])
    return tree if isinstance(tree, dict | list) else _Loose([text])


@dataclass(slots=True)
class _Changes:
    """A column's texts that change: rows, and what their new texts are made from."""

    rows: list[int] = field(default_factory=list)
    trees: list[Any] = field(default_factory=list)


class _Loose(list[str]):
    """A text that is no JSON, or not to be read as such."""


class _Gathering:
    """What was found in some rows, and whose it is.

    Args:
        rows: the rows, each column in one piece.
        walker: finds.
    """

    def __init__(self, rows: pa.Table, walker: Walker) -> None:
        self.found = Findings()
        self._rows, self._walker = rows, walker
        self._owners: list[int] = []
        self._changes: dict[str, _Changes] = {}

    def read_json(self, suspects: Mapping[str, Sequence[int]]) -> None:
        """Finds what is personal in the suspects' JSON, column by column."""
        around = JSON_COLUMNS if self._walker.reads_scopes else ()
        asked = {row for name in JSON_COLUMNS for row in suspects.get(name, ())}
        events: dict[int, dict[str, Any]] = {row: {} for row in asked}
        for name in JSON_COLUMNS:
            rows = sorted(asked) if name in around else suspects.get(name, ())
            for row, text in zip(rows, self._texts(name, rows), strict=True):
                events[row][name] = _tree(text)
        for name in JSON_COLUMNS:
            rows = suspects.get(name, ())
            kinds = self._texts("kind", rows) if name == "traits" else [None] * len(rows)
            for row, kind in zip(rows, kinds, strict=True):
                before = len(self.found.edits)
                tree = events[row][name]
                if isinstance(tree, _Loose):
                    self._walker.text(tree[0], tree, 0, self.found)
                else:
                    is_person = name == "traits" and kind != EventKind.GROUP
                    self._walker.walk(
                        tree, (name,), self.found, is_person=is_person, event=events[row]
                    )
                self._note(name, row, tree, before)

    def read_ids(self, name: str, rows: Sequence[int]) -> None:
        """Finds what is personal in a column of plain texts."""
        for row, text in zip(rows, self._texts(name, rows), strict=True):
            if not text:
                continue  # taken away since the look
            box = _Loose([text])
            before = len(self.found.edits)
            self._walker.text(text, box, 0, self.found, is_number=plain_key(name) in REFERENCES)
            self._note(name, row, box, before)

    def owners(self) -> list[str]:
        """For each finding, the subject of the event that told it."""
        return self._texts("subject", self._owners)

    def with_tokens(self, tokens: Sequence[str]) -> pa.Table:
        """The rows with these tokens in the findings' places."""
        self.found.replace(tokens)
        rows = self._rows
        for name, changes in self._changes.items():
            new = [
                tree[0] if isinstance(tree, _Loose) else encode_tree(tree) for tree in changes.trees
            ]
            place = rows.schema.get_field_index(name)
            old = rows.column(name).combine_chunks()
            order = np.arange(len(old))
            order[changes.rows] = np.arange(len(old), len(old) + len(new))
            both = pa.concat_arrays([old, pa.array(new, pa.string())])
            rows = rows.set_column(place, rows.schema.field(name), both.take(pa.array(order)))
        return rows

    def _texts(self, name: str, rows: Sequence[int]) -> list[str]:
        texts: list[str] = self._rows[name].take(pa.array(rows, pa.int64())).to_pylist()
        return texts

    def _note(self, name: str, row: int, tree: Any, edits_before: int) -> None:
        if len(self.found.edits) == edits_before:
            return
        changes = self._changes.setdefault(name, _Changes())
        changes.rows.append(row)
        changes.trees.append(tree)
        self._owners += [row] * (len(self.found.spots) - len(self._owners))


def _landed_us(rows: pa.Table) -> int:
    return int(rows["landed_time"].cast(pa.int64())[0].as_py())
