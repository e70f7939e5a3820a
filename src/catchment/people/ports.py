"""What people need from their neighbours, handed in by `app`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import pyarrow as pa

from catchment.kernel import WorkspaceId

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
