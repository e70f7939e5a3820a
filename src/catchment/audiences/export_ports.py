"""What files of people need of their neighbours: leave to read, consent, and a sealed place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from catchment.kernel import WorkspaceId
from catchment.store import UnitOfWork
from catchment.vault import GrantNeeded, Purpose

if TYPE_CHECKING:
    from catchment.vault import Access


@dataclass(frozen=True, slots=True)
class Reading:
    """Personal data that is to leave in a file.

    Attributes:
        actor: who wants it.
        grant_id: the grant that they hold for it; none if they name none.
        use: what it is read for.
        kinds: kinds of values, as `phone`.
        people: of how many people.
        reason: in their words.
        file: the file's id: it is counted once, however often it is asked for.
    """

    actor: str
    grant_id: str | None
    use: Purpose
    kinds: tuple[str, ...]
    people: int
    reason: str
    file: str


class Approval(Protocol):
    """Says whether personal data may leave in a file; the vault's grants are behind it."""

    def check(self, uow: UnitOfWork, workspace_id: WorkspaceId, reading: Reading) -> None:
        """Counts the file under its grant, when it is ordered.

        Raises:
            GrantNeeded, GrantUnknown, GrantRefused: it may not; the details name the rule.
        """

    def use(self, workspace_id: WorkspaceId, reading: Reading) -> "Access":
        """Leave to read for this file, written into the trail; refuses as `check` does."""


class NoApproval:
    """Where nobody can approve anything, nothing leaves in the clear."""

    def check(self, _uow: UnitOfWork, _workspace_id: WorkspaceId, _reading: Reading) -> None:
        """Refuses."""
        raise GrantNeeded

    def use(self, _workspace_id: WorkspaceId, _reading: Reading) -> "Access":
        """Refuses."""
        raise GrantNeeded


class PersonalTraits(Protocol):
    """Tells which traits hold personal data."""

    def __call__(self, workspace_id: WorkspaceId, names: Sequence[str], /) -> Mapping[str, str]:
        """Of each of these that does, the kind that it is."""


class Consenting(Protocol):
    """Tells who may be reached."""

    def __call__(
        self, workspace_id: WorkspaceId, persons: NDArray[np.int32], purpose: str, channel: str, /
    ) -> NDArray[np.bool_]:
        """Of each node that names a person whether they agreed to this, by their newest word."""


class FileSealing(Protocol):
    """Keeps files so that a disk alone tells nothing."""

    def create(self, workspace_id: WorkspaceId, path: Path, name: str) -> BinaryIO:
        """A new file; what is written to it is sealed under its name."""

    def open(self, workspace_id: WorkspaceId, path: Path, name: str) -> BinaryIO:
        """What was written to it under this name, from the start."""


@dataclass(frozen=True, slots=True)
class ExportParts:
    """The parts.

    Attributes:
        approval: whether personal data may leave in a file.
        personal: which traits hold personal data.
        consenting: who agreed to what.
        sealing: how files are kept.
    """

    approval: Approval
    personal: PersonalTraits
    consenting: Consenting
    sealing: FileSealing
