"""What a key store must be able to do. `catchment.testing.vault_keys` is its exam.

A store keeps wrapped keys and gives out the installation's master key; it never sees an unwrapped
one of the others. Every reading method may be called inside a turn as well, and sees its writes.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from catchment.kernel import WorkspaceId
from catchment.vault.keys.types import (
    Destruction,
    LoneKey,
    NamedKey,
    StoredKey,
    StoredMaster,
    StoredRoot,
    StoredVersion,
    Tombstone,
)
from catchment.vault.types import DataClass, KeyName


class KeyStore(Protocol):
    """Keeps keys apart from the data. Several processes may hold the same one at once.

    Every method raises `KeysAway` when the store cannot be reached, though it could be a moment
    ago, and `KeysWrong` when it is not the one that the home was written under.
    """

    def check(self) -> None:
        """Cheap enough for every use: is the right store there, now?"""

    def master(self, version: int | None = None) -> bytes:
        """The installation's master key, 32 bytes: the one in use, or one of its versions.

        Raises:
            KeyDestroyed: that version is no more.
        """

    def list_masters(self) -> Sequence[StoredMaster]:
        """The versions of the master key, the oldest first; there is one at least."""

    def make_master(self, version: int) -> str:
        """In a turn: makes the key of a version that is not listed yet; its fingerprint.

        It is on disk when this returns. Done again, it gives the same one.
        """

    def put_master(self, master: StoredMaster) -> None:
        """In a turn: keeps what is known of a version, in place of what was."""

    def drop_master(self, version: int) -> None:
        """Outside of a turn: destroys the key of a version. Done again, it changes nothing."""

    def generation(self) -> int:
        """A number that grows with every destruction, rotation and lifting, by any process."""

    def turn(self) -> AbstractContextManager[None]:
        """A turn to write: whole or not at all, on disk when it ends, one at a time anywhere."""

    def bump(self) -> None:
        """In a turn: makes every other process forget what it has cached."""

    def scrub(self) -> None:
        """Outside of a turn: wipes what was deleted from the store's own files."""

    def find_root(self, workspace_id: WorkspaceId) -> StoredRoot | None:
        """A workspace's root."""

    def put_root(self, workspace_id: WorkspaceId, root: StoredRoot) -> None:
        """In a turn: keeps a workspace's root, in place of an older one."""

    def list_versions(self, workspace_id: WorkspaceId) -> Sequence[StoredVersion]:
        """All versions of a workspace's keys, by class and version; destroyed ones too."""

    def put_version(self, workspace_id: WorkspaceId, version: StoredVersion) -> None:
        """In a turn: keeps a version, in place of what was known of it."""

    def find_subject_keys(
        self, workspace_id: WorkspaceId, names: Sequence[KeyName]
    ) -> Sequence[StoredKey | None]:
        """The keys of these names, in their order."""

    def put_subject_keys(self, workspace_id: WorkspaceId, keys: Sequence[NamedKey]) -> None:
        """In a turn: keeps keys, in place of older ones of the same names."""

    def list_subject_keys(
        self,
        workspace_id: WorkspaceId,
        data_class: DataClass,
        *,
        after: KeyName | None,
        limit: int,
    ) -> Sequence[NamedKey]:
        """A page of a class's keys in an order of the store's own, behind `after`."""

    def count_subject_keys(self, workspace_id: WorkspaceId) -> Mapping[tuple[DataClass, int], int]:
        """How many keys hang on each version."""

    def delete_subject_keys(self, workspace_id: WorkspaceId, owners: Sequence[str]) -> int:
        """In a turn: deletes every key of these owners; how many there were."""

    def tombstones(self, workspace_id: WorkspaceId) -> Mapping[str, Tombstone]:
        """Whose keys were destroyed, lifted ones too."""

    def find_barred(self, workspace_id: WorkspaceId, owners: Sequence[str]) -> frozenset[str]:
        """Those of these owners whose tombstone bars new keys."""

    def put_tombstones(self, workspace_id: WorkspaceId, stones: Mapping[str, Tombstone]) -> None:
        """In a turn: keeps tombstones, in place of older ones of the same subjects."""

    def list_destructions(
        self, workspace_id: WorkspaceId
    ) -> Mapping[tuple[DataClass, int], Destruction]:
        """The asked-for destructions that are not done."""

    def put_destruction(
        self,
        workspace_id: WorkspaceId,
        data_class: DataClass,
        version: int,
        destruction: Destruction | None,
    ) -> None:
        """In a turn: keeps what was asked for, or forgets it."""

    def list_workspaces(self) -> Sequence[WorkspaceId]:
        """The workspaces that have a root."""

    def list_lone_keys(self, use: str) -> Sequence[LoneKey]:
        """The installation's own key pairs of one use, by number."""

    def list_lone_uses(self) -> Sequence[str]:
        """The uses that there are key pairs of."""

    def put_lone_key(self, use: str, key: LoneKey) -> None:
        """In a turn: keeps a key pair."""

    def delete_lone_keys(self, use: str, before: int) -> int:
        """In a turn: deletes the pairs of one use with a smaller number; how many there were."""

    def close(self) -> None:
        """Lets go of its files."""
