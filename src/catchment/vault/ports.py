"""What the vault asks of others: subjects of identifiers, and keys."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from catchment.kernel import WorkspaceId
from catchment.vault.types import KeyName, PersonalValue, PlainField


class Subjects(Protocol):
    """Turns identifiers into their keyed hashes; `collect` owns the key."""

    def subject(self, workspace_id: WorkspaceId, kind: str, value: str) -> str:
        """The subject of an identifier of one kind, spelt as `catchment.events` spells it."""

    def subjects(self, workspace_id: WorkspaceId, kind: str, values: Sequence[str]) -> list[str]:
        """The subjects of many identifiers of one kind, in their order."""


class Keeper(Protocol):
    """Takes personal values and gives tokens for them; the house's `Vault` is one."""

    def keep(
        self, workspace_id: WorkspaceId, values: Sequence[PersonalValue], *, seen_us: int
    ) -> Sequence[str]:
        """Tokens for the values, in their order; all is on disk when it returns."""


class Sealer(Protocol):
    """Seals and opens the fields of one person, for one purpose, of one class."""

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """The ciphertext, bound to its place."""

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """What was sealed there; `CiphertextRefused` for what was sealed elsewhere."""


class Stone(Protocol):
    """What is left of a forgotten subject's keys."""

    @property
    def bars(self) -> bool:
        """Whether nothing may be kept of this subject."""


class Keys(Protocol):
    """The keys that entries are sealed with; `KeyRing` is them."""

    def generation(self) -> int:
        """Changes when a key was destroyed, brought back or turned, by any process."""

    def secret(self, workspace_id: WorkspaceId, use: str) -> bytes:
        """32 bytes of this workspace for one use, always the same."""

    def sealers(
        self, workspace_id: WorkspaceId, names: Sequence[KeyName], *, make: bool
    ) -> Sequence[Sealer | None]:
        """A cipher for each name; none for who was forgotten, or has no key and gets none made."""

    def sealed(
        self, workspace_id: WorkspaceId, fields: Sequence[PlainField]
    ) -> Sequence[bytes | None]:
        """Each field under the key of its name, made if need be; none for the forgotten."""

    def destroy(self, workspace_id: WorkspaceId, owners: Sequence[str], *, at_us: int) -> int:
        """Destroys all keys of these subjects, for good; how many there were."""

    def tombstones(self, workspace_id: WorkspaceId) -> Mapping[str, Stone]:
        """Who was forgotten, by subject."""
