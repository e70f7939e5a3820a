"""What people's rights ask of the vault, the lake and the world outside."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from catchment.kernel import WorkspaceId
from catchment.store import UnitOfWork

if TYPE_CHECKING:
    from catchment.people.decisions.types import Decision
    from catchment.vault import Access


class Sealing(Protocol):
    """Seals small things under the workspace's key; the vault's `Box` is one."""

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """The bytes, sealed for this place."""

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """What was sealed for this place."""


class SuppressedAt(Protocol):
    """Since when somebody stays forgotten; the vault's `Tombstone` is one."""

    @property
    def at_us(self) -> int:
        """Since when."""

    @property
    def lifted_us(self) -> int | None:
        """Since when no longer; none while it holds."""


class Signing(Protocol):
    """Signs for the installation; the vault's `Signer` is one."""

    @property
    def public(self) -> bytes:
        """Who has it can check what was signed."""

    def sign(self, data: bytes) -> bytes:
        """The signature."""


class Keys(Protocol):
    """What rights need of the key ring."""

    def box(self, workspace_id: WorkspaceId, use: str) -> Sealing:
        """Seals under the workspace's key."""

    def tombstones(self, workspace_id: WorkspaceId) -> Mapping[str, SuppressedAt]:
        """Who stays forgotten, by subject."""

    def lift(self, workspace_id: WorkspaceId, owners: Sequence[str], *, at_us: int) -> None:
        """Lets subjects be known again."""

    def signing_key(self, use: str) -> Signing:
        """A key to sign with."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier in the clear, on its way out to somebody who may have it."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Namesake:
    """An identifier that is to be forgotten with somebody's own, for it is the same number.

    Attributes:
        subject: the keyed hash that stands for it.
        kind: the code of its kind.
        of: whose it is the number of, or is one with.
    """

    subject: str
    kind: int
    of: str


class OpenVault(Protocol):
    """What opens tokens, leaving a line in the trail for each call."""

    def open_for(
        self, workspace_id: WorkspaceId, tokens: Sequence[str], access: "Access"
    ) -> list[str | None]:
        """The values; none where it was forgotten."""

    def tokens_of(self, workspace_id: WorkspaceId, owners: Sequence[str]) -> Sequence[str]:
        """The tokens of everything that is kept of these subjects."""

    def tokens_tagged(self, workspace_id: WorkspaceId, tags: Sequence[str]) -> Mapping[str, str]:
        """Of each subject of an identifier, a token that holds its value."""


class Erased(Protocol):
    """How far the lake is with people who are to be erased."""

    def is_hidden(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> bool:
        """Whether any of them is yet to be erased from some file."""

    def settled_us(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> int | None:
        """Before this instant none of them is struck off: a landing may be under way."""

    def still_on_disk(self, workspace_id: WorkspaceId) -> int:
        """How many files that held somebody are yet to be deleted."""

    def files_before(self, workspace_id: WorkspaceId, before_us: int) -> int:
        """How many files, brought in or taken out before an instant, are yet to be swept."""


class Parting(Protocol):
    """What is done to the vault and the lake the moment somebody is to be forgotten."""

    def identifiers(
        self, workspace_id: WorkspaceId, subjects: Sequence[str]
    ) -> Sequence[Identifier]:
        """What they go by, in the clear, while it can still be read; for connected systems."""

    def namesakes(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> Sequence[Namesake]:
        """Identifiers of other kinds that are the same phone or address as one of theirs."""

    def suppress(self, workspace_id: WorkspaceId, subjects: Sequence[str], *, at_us: int) -> str:
        """Destroys their keys and entries and leaves tombstones; says what that came to."""

    def hide(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> None:
        """From now on no question finds rows of these subjects."""


class Deleting(Protocol):
    """What a decision to forget somebody sets going; `Deletions` is one."""

    def identifiers(
        self, workspace_id: WorkspaceId, subjects: Sequence[str]
    ) -> Sequence[Identifier]:
        """What they go by, while it can be read, for systems that are to be told."""

    def namesakes(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> Sequence[Namesake]:
        """Identifiers of other kinds that are the same phone or address as one of theirs."""

    def note(
        self,
        uow: UnitOfWork,
        workspace_id: WorkspaceId,
        decision: "Decision",
        identifiers: Sequence[Identifier],
    ) -> object:
        """Writes the deletion down, in the unit of work of the decision."""

    def part(self, workspace_id: WorkspaceId, decision_id: str) -> None:
        """Destroys the keys and hides the rows, right behind the commit."""


Told = Callable[[str, bytes, Mapping[str, str]], tuple[int, bytes]]
"""Posts a body to an address with headers; gives the status and the beginning of the answer."""
