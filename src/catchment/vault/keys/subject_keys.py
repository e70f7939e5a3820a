"""Subject keys: one per person, purpose and class; what seals and opens fields.

Unwrapped ones are kept a few minutes and within a bound. A cipher that somebody holds on to asks
every moment whether its key still stands, so a key that any process destroyed opens nothing more.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Protocol

from catchment.kernel import Entropy, WorkspaceId
from catchment.vault.ciphers import (
    KEY_BYTES,
    Algorithm,
    Nonces,
    algorithm,
    head_bytes,
    head_of,
    place_of,
    seal,
    unseal,
)
from catchment.vault.errors import KeyDestroyed
from catchment.vault.keys.ports import KeyStore
from catchment.vault.keys.types import NamedKey, StoredKey
from catchment.vault.keys.workspace_keys import VersionKey, WorkspaceKeys
from catchment.vault.types import Cipher, DataClass, KeyName, Purpose

KEYS_CACHED_MAX = 10_000
"""Unwrapped subject keys in memory at once."""

CACHED_US_MAX = 5 * 60 * 1_000_000
"""An unwrapped subject key is dropped after five minutes, used or not."""


class Watch(Protocol):
    """What a cipher asks about its key."""

    def glance(self) -> int:
        """The generation of the keys, at most a moment old."""

    def renewed(self, workspace_id: WorkspaceId, name: KeyName) -> "FieldCipher | None":
        """The cipher of that name, if its key still stands."""


class FieldCipher:
    """Seals and opens fields under one subject key. Cheap to make, not to be stored.

    Args:
        watch: tells whether the key still stands.
        workspace_id, name: whose key it is.
        key: its 32 bytes.
        cipher: what new fields are sealed with.
        entropy: gives nonces.
        generation: of the keys, when this one was read.

    Attributes:
        read_us: when the key was read, for who keeps ciphers a while.
    """

    __slots__ = (
        "_cipher", "_engine", "_entropy", "_generation", "_head", "_key", "_name", "_watch",
        "_workspace_id", "read_us",
    )  # fmt: skip

    def __init__(
        self, watch: Watch, workspace_id: WorkspaceId, name: KeyName, key: bytes,
        *, cipher: Cipher, entropy: Entropy, generation: int,
    ) -> None:  # fmt: skip
        self._watch = watch
        self._workspace_id = workspace_id
        self._name = name
        self._key = key
        self._cipher = cipher
        self._entropy = entropy
        self._generation = generation
        self.read_us = 0
        self._head = head_bytes(cipher)
        self._engine: Algorithm = algorithm(cipher, key)

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """A field, sealed for its place.

        Raises:
            KeysAway: the keys are away.
            KeyDestroyed: this key was destroyed meanwhile.
        """
        if self._watch.glance() != self._generation:
            self._ask_again()
        return seal(self._engine, self._head, plain, aad, self._entropy)

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """A sealed field.

        Raises:
            CiphertextRefused: it was sealed for another place, or was changed.
            KeysAway, KeyDestroyed: as for sealing.
        """
        if self._watch.glance() != self._generation:
            self._ask_again()
        if sealed[:1] == self._head[:1]:
            return unseal(self._engine, sealed, aad)
        return unseal(algorithm(head_of(sealed).cipher, self._key), sealed, aad)

    def _ask_again(self) -> None:
        generation = self._watch.glance()
        renewed = self._watch.renewed(self._workspace_id, self._name)
        if renewed is None or renewed._key != self._key:  # noqa: SLF001  (its own kind)
            raise KeyDestroyed
        self._generation = generation


class SubjectKeys:
    """Finds, makes and unwraps subject keys, many at once.

    Args:
        store: where they are kept.
        workspaces: the keys that wrap them.
        entropy: makes them.
    """

    def __init__(self, store: KeyStore, workspaces: WorkspaceKeys, entropy: Entropy) -> None:
        self._store = store
        self._workspaces = workspaces
        self._entropy = entropy
        self._nonces = Nonces(entropy)
        self._cache: OrderedDict[tuple[WorkspaceId, KeyName], FieldCipher] = OrderedDict()

    def forget(self) -> None:
        """Drops every unwrapped key."""
        self._cache = OrderedDict()

    def cached(
        self, workspace_id: WorkspaceId, names: Sequence[KeyName], now_us: int
    ) -> list[FieldCipher | None]:
        """The ciphers of these names that are in memory and young enough."""
        self._drop_old(now_us)
        cache = self._cache
        return [cache.get((workspace_id, name)) for name in names]

    def remember(
        self, workspace_id: WorkspaceId, ciphers: Mapping[KeyName, FieldCipher], now_us: int
    ) -> None:
        """Keeps ciphers in memory; the oldest make room."""
        cache = self._cache
        for name, cipher in ciphers.items():
            cipher.read_us = now_us
            cache[workspace_id, name] = cipher
            cache.move_to_end((workspace_id, name))
        while len(cache) > KEYS_CACHED_MAX:
            cache.popitem(last=False)

    def _drop_old(self, now_us: int) -> None:
        cache = self._cache
        while cache and not 0 <= now_us - next(iter(cache.values())).read_us < CACHED_US_MAX:
            cache.popitem(last=False)

    def find(self, workspace_id: WorkspaceId, names: Sequence[KeyName]) -> dict[KeyName, bytes]:
        """Those of these keys that the store has, unwrapped."""
        stored = self._store.find_subject_keys(workspace_id, names)
        return {
            name: self.unwrap(workspace_id, name, key)
            for name, key in zip(names, stored, strict=True)
            if key is not None
        }

    def make(self, workspace_id: WorkspaceId, names: Sequence[KeyName]) -> dict[KeyName, bytes]:
        """Makes those of these keys that are not there, but for barred owners; on disk on return.

        One turn: no destruction, rotation or other maker comes between looking and writing.
        """
        with self._store.turn():
            barred = self._store.find_barred(workspace_id, sorted({name.owner for name in names}))
            wanted = [name for name in names if name.owner not in barred]
            made = self.find(workspace_id, wanted)
            active: dict[DataClass, VersionKey] = {}
            new: list[NamedKey] = []
            missing = [name for name in wanted if name not in made]
            drawn = self._entropy(KEY_BYTES * len(missing)) if missing else b""
            for number, name in enumerate(missing):
                if name.data_class not in active:
                    active[name.data_class] = self._workspaces.active(workspace_id, name.data_class)
                made[name] = drawn[number * KEY_BYTES : (number + 1) * KEY_BYTES]
                new.append(self.wrap(workspace_id, name, made[name], active[name.data_class]))
            self._store.put_subject_keys(workspace_id, new)
        return made

    def wrap(
        self, workspace_id: WorkspaceId, name: KeyName, key: bytes, by: VersionKey
    ) -> NamedKey:
        """A key, wrapped for its own name only."""
        sealed = seal(by.engine, by.head, key, _place(workspace_id, name), self._nonces)
        return NamedKey(name, StoredKey(by.version, sealed))

    def unwrap(self, workspace_id: WorkspaceId, name: KeyName, stored: StoredKey) -> bytes:
        """A wrapped key.

        Raises:
            CiphertextRefused: it was wrapped for another name.
            KeyDestroyed: the version that wraps it is no more.
        """
        by = self._workspaces.version(workspace_id, name.data_class, stored.version)
        return unseal(by.engine, stored.wrapped, _place(workspace_id, name))


def _place(workspace_id: WorkspaceId, name: KeyName) -> bytes:
    # The owner comes last, so that it needs no length before it.
    return _place_of_line(workspace_id, name.purpose, name.data_class) + name.owner.encode()


@lru_cache(1_024)
def _place_of_line(workspace_id: WorkspaceId, purpose: Purpose, data_class: DataClass) -> bytes:
    return place_of(("subject key", workspace_id, purpose, data_class))
