"""What people need from their neighbours, handed in by `app`."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa

from catchment.kernel import WorkspaceId
from catchment.vault import tokens_in

if TYPE_CHECKING:
    from catchment.vault import Access

HIDDEN = "••••"
"""What is shown of a value that cannot be read."""

Forgotten = Callable[[WorkspaceId], Mapping[str, int]]
"""Tells who was forgotten, by subject, and when (microseconds)."""


def nobody_forgotten(_workspace_id: WorkspaceId) -> Mapping[str, int]:
    """For a workspace in which nobody was."""
    return {}


class Subjects(Protocol):
    """Turns identifiers into their keyed hashes; `collect` owns the key."""

    def subject(self, workspace_id: WorkspaceId, kind: str, value: str) -> str:
        """The subject of an identifier of one kind, spelt as `catchment.events` spells it."""

    def subjects(self, workspace_id: WorkspaceId, kind: str, values: Sequence[str]) -> list[str]:
        """The subjects of many identifiers of one kind, in their order."""


class PersonalValues(Protocol):
    """What stands behind tokens; the house's `Vault` is one."""

    def open_for(
        self, workspace_id: WorkspaceId, tokens: Sequence[str], access: "Access"
    ) -> list[str | None]:
        """The values in the clear, for a purpose, with one line in the trail; `None`: forgotten."""

    def masked(self, workspace_id: WorkspaceId, tokens: Sequence[str]) -> list[str]:
        """The values as they may be shown."""

    def show_many(self, workspace_id: WorkspaceId, texts: Sequence[str]) -> list[str]:
        """The texts with every token in them replaced by its mask."""

    def tokens_tagged(self, workspace_id: WorkspaceId, tags: Sequence[str]) -> Mapping[str, str]:
        """Of each subject of an identifier that is kept, a token that holds its value."""

    def tokens_named(
        self, workspace_id: WorkspaceId, kind: str, value: str, *, limit: int
    ) -> Mapping[str, str]:
        """The tokens of this name, whole, and the subject that each was told of."""


class ClosedVault:
    """For a world in which nothing was ever put into the vault, and nothing can be read of it."""

    def open_for(
        self, _workspace_id: WorkspaceId, tokens: Sequence[str], _access: "Access"
    ) -> list[str | None]:
        """Nothing."""
        return [None] * len(tokens)

    def masked(self, _workspace_id: WorkspaceId, tokens: Sequence[str]) -> list[str]:
        """Dots."""
        return [HIDDEN] * len(tokens)

    def show_many(self, _workspace_id: WorkspaceId, texts: Sequence[str]) -> list[str]:
        """Dots where tokens stood."""
        return [_hidden(text) for text in texts]

    def tokens_tagged(self, _workspace_id: WorkspaceId, _tags: Sequence[str]) -> Mapping[str, str]:
        """None."""
        return {}

    def tokens_named(
        self, _workspace_id: WorkspaceId, _kind: str, _value: str, *, limit: int
    ) -> Mapping[str, str]:
        """Nobody."""
        del limit
        return {}


class OverlayTable(Protocol):
    """Where it is kept who a subject is; the lake's `IdentityTable` is one."""

    def read(self, workspace_id: WorkspaceId) -> pa.Table:
        """Columns `subject` and `person`."""

    def position(self, workspace_id: WorkspaceId) -> int:
        """The number that the last change carried; 0 at first."""

    def replace(self, workspace_id: WorkspaceId, rows: pa.Table, *, position: int) -> None:
        """Puts these rows in the place of the workspace's."""

    def upsert(self, workspace_id: WorkspaceId, rows: pa.Table, *, position: int) -> None:
        """Joins these subjects, and leaves the others as they are."""

    def remove(self, workspace_id: WorkspaceId, subjects: Sequence[str], *, position: int) -> None:
        """Gives these subjects back to their default person."""


def _hidden(text: str) -> str:
    for token in tokens_in(text):
        text = text.replace(str(token), HIDDEN, 1)
    return text
