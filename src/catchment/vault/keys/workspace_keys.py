"""Workspace keys, unwrapped: each workspace's root secret and the versions of its keys.

Wrapped by a key made of the master key, opened when first needed, dropped whenever the store's
generation moves on.
"""

from collections import OrderedDict
from dataclasses import dataclass

from catchment.kernel import Clock, Entropy, WorkspaceId
from catchment.vault.ciphers import (
    KEY_BYTES,
    Algorithm,
    algorithm,
    head_bytes,
)
from catchment.vault.errors import KeyDestroyed, TooManyVersions
from catchment.vault.keys.master_wrap import MasterWrap
from catchment.vault.keys.ports import KeyStore
from catchment.vault.keys.types import KeyState, StoredRoot, StoredVersion
from catchment.vault.types import Cipher, DataClass

OPENED_WORKSPACES_MAX = 1_000
"""Workspaces whose keys are held in memory at once."""

VERSIONS_MAX = 65_535
"""A version has two bytes in every ciphertext."""


@dataclass(frozen=True, slots=True)
class VersionKey:
    """A version of a workspace key, ready to wrap.

    Attributes:
        version, cipher: which one, and what it seals with.
        key: its 32 bytes.
        engine, head: what wraps with it.
    """

    version: int
    cipher: Cipher
    key: bytes
    engine: Algorithm
    head: bytes


@dataclass(frozen=True, slots=True)
class OpenedWorkspace:
    """A workspace's keys: its root, its chosen cipher, and all versions that are left."""

    root: bytes
    cipher: Cipher
    versions: dict[tuple[DataClass, int], VersionKey]
    active: dict[DataClass, int]


class WorkspaceKeys:
    """Opens, makes and replaces workspace keys.

    Args:
        store: where they are kept.
        clock, entropy: the house's.
    """

    def __init__(self, store: KeyStore, clock: Clock, entropy: Entropy) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._wrap = MasterWrap(store, entropy)
        self._opened: OrderedDict[WorkspaceId, OpenedWorkspace] = OrderedDict()

    def forget(self) -> None:
        """Drops every unwrapped key."""
        self._opened = OrderedDict()

    def opened(self, workspace_id: WorkspaceId) -> OpenedWorkspace:
        """A workspace's keys; its root is made if there is none yet."""
        known = self._opened.get(workspace_id)
        return self.reopened(workspace_id) if known is None else known

    def reopened(self, workspace_id: WorkspaceId) -> OpenedWorkspace:
        """A workspace's keys as the store has them now."""
        root = self._store.find_root(workspace_id) or self._make_root(workspace_id)
        versions: dict[tuple[DataClass, int], VersionKey] = {}
        active: dict[DataClass, int] = {}
        for stored in self._store.list_versions(workspace_id):
            if stored.wrapped is None:
                continue
            versions[stored.data_class, stored.version] = self._version(workspace_id, stored)
            if stored.state is KeyState.ACTIVE:
                active[stored.data_class] = stored.version
        made = OpenedWorkspace(
            self._wrap.unwrap(root.wrapped, "root", workspace_id), root.cipher, versions, active
        )
        opened = self._opened
        opened[workspace_id] = made
        while len(opened) > OPENED_WORKSPACES_MAX:
            opened.popitem(last=False)
        return made

    def version(self, workspace_id: WorkspaceId, data_class: DataClass, version: int) -> VersionKey:
        """One version.

        Raises:
            KeyDestroyed: it is no more, or never was.
        """
        place = (data_class, version)
        found = self.opened(workspace_id).versions.get(place)
        # Another process may have made it since.
        found = found or self.reopened(workspace_id).versions.get(place)
        if found is None:
            raise KeyDestroyed(f"Version {version} of the {data_class} key was destroyed.")
        return found

    def active(self, workspace_id: WorkspaceId, data_class: DataClass) -> VersionKey:
        """In a turn: the version that new keys are wrapped by; the first is made if need be."""
        opened = self.reopened(workspace_id)
        if data_class not in opened.active:
            self.add_version(workspace_id, data_class)
            opened = self.reopened(workspace_id)
        return opened.versions[data_class, opened.active[data_class]]

    def add_version(self, workspace_id: WorkspaceId, data_class: DataClass) -> StoredVersion:
        """In a turn: makes a version; those before it may only decrypt from now on.

        Raises:
            TooManyVersions: there can be no more.
        """
        before = [v for v in self._store.list_versions(workspace_id) if v.data_class is data_class]
        number = 1 + max((version.version for version in before), default=0)
        if number > VERSIONS_MAX:
            raise TooManyVersions
        cipher = self.opened(workspace_id).cipher
        wrapped = self._wrap.wrap(
            self._entropy(KEY_BYTES), "workspace key", workspace_id, data_class, number,
            cipher=cipher,
        )  # fmt: skip
        for old in before:
            if old.state is KeyState.ACTIVE:
                self._store.put_version(workspace_id, old.retired())
        made = StoredVersion(
            data_class, number, KeyState.ACTIVE, cipher, wrapped, self._clock.now_us(),
            is_moved=not before,
        )  # fmt: skip
        self._store.put_version(workspace_id, made)
        return made

    def set_cipher(self, workspace_id: WorkspaceId, cipher: Cipher) -> None:
        """In a turn: what new values are sealed with from now on."""
        root = self._store.find_root(workspace_id) or self._make_root(workspace_id)
        self._store.put_root(workspace_id, StoredRoot(root.wrapped, cipher))

    def _make_root(self, workspace_id: WorkspaceId) -> StoredRoot:
        with self._store.turn():
            kept = self._store.find_root(workspace_id)  # somebody may have been faster
            if kept is None:
                wrapped = self._wrap.wrap(self._entropy(KEY_BYTES), "root", workspace_id)
                kept = StoredRoot(wrapped, Cipher.AES_256_GCM)
                self._store.put_root(workspace_id, kept)
        return kept

    def _version(self, workspace_id: WorkspaceId, stored: StoredVersion) -> VersionKey:
        key = self._wrap.unwrap(
            stored.wrapped or b"", "workspace key", workspace_id, stored.data_class, stored.version
        )
        return VersionKey(
            stored.version, stored.cipher, key, algorithm(stored.cipher, key),
            head_bytes(stored.cipher, stored.version),
        )  # fmt: skip
