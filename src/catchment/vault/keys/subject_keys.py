"""Subject keys: one per person, purpose and class; what seals and opens fields.

Unwrapped ones are kept a few minutes and within a bound. A cipher that somebody holds on to asks
every moment whether its key still stands, so a key that any process destroyed opens nothing more.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from catchment.kernel import Entropy, WorkspaceId
from catchment.vault.ciphers import (
    KEY_BYTES,
    NONCE_BYTES,
    Algorithm,
    Nonces,
    algorithm,
    head_bytes,
    head_of,
    pieces,
    place_of,
    seal,
    seal_with,
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


@dataclass(frozen=True, slots=True)
class Reading:
    """What the ciphers have in common whose keys were read from the store at once.

    Attributes:
        watch: tells whether a key still stands.
        workspace_id: whose keys they are.
        cipher: what new fields are sealed with.
        entropy: gives nonces.
        generation: of the keys, when these were read.
        read_us: when that was.
    """

    watch: Watch
    workspace_id: WorkspaceId
    cipher: Cipher
    entropy: Entropy
    generation: int
    read_us: int


class FieldCipher:
    """Seals and opens fields under one subject key. Cheap to make, not to be stored.

    Args:
        reading: when and how the key was read.
        name: which key it is.
        key: its 32 bytes.
    """

    __slots__ = ("_engine", "_generation", "_key", "_name", "_reading")

    def __init__(self, reading: Reading, name: KeyName, key: bytes) -> None:
        self._reading = reading
        self._name = name
        self._key = key
        self._generation = reading.generation
        self._engine: Algorithm = algorithm(reading.cipher, key)

    @property
    def read_us(self) -> int:
        """When the key was read, for who keeps ciphers a while."""
        return self._reading.read_us

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """A field, sealed for its place.

        Raises:
            KeysAway: the keys are away.
            KeyDestroyed: this key was destroyed meanwhile.
        """
        reading = self._reading
        if reading.watch.glance() != self._generation:
            self._ask_again()
        return seal(self._engine, head_bytes(reading.cipher), plain, aad, reading.entropy)

    def seal_now(self, nonce: bytes, plain: bytes, aad: bytes) -> bytes:
        """A field, sealed by who looked a moment ago whether the key still stands.

        Args:
            nonce: that nobody else gets.
            plain: the field.
            aad: its place.
        """
        return seal_with(self._engine, head_bytes(self._reading.cipher), nonce, plain, aad)

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """A sealed field.

        Raises:
            CiphertextRefused: it was sealed for another place, or was changed.
            KeysAway, KeyDestroyed: as for sealing.
        """
        reading = self._reading
        if reading.watch.glance() != self._generation:
            self._ask_again()
        if sealed[:1] == head_bytes(reading.cipher)[:1]:
            return unseal(self._engine, sealed, aad)
        return unseal(algorithm(head_of(sealed).cipher, self._key), sealed, aad)

    def _ask_again(self) -> None:
        watch = self._reading.watch
        generation = watch.glance()
        renewed = watch.renewed(self._reading.workspace_id, self._name)
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

    def remember(self, workspace_id: WorkspaceId, ciphers: Mapping[KeyName, FieldCipher]) -> None:
        """Keeps ciphers in memory; the oldest make room."""
        cache = self._cache
        for name, cipher in ciphers.items():
            place = (workspace_id, name)
            cache[place] = cipher
            cache.move_to_end(place)
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
            missing = [name for name in wanted if name not in made]
            if missing:
                drawn = pieces(self._entropy, KEY_BYTES, len(missing))
                new = dict(zip(missing, drawn, strict=True))
                self._store.put_subject_keys(workspace_id, self._wrapped(workspace_id, new))
                made |= new
        return made

    def _wrapped(
        self, workspace_id: WorkspaceId, new: Mapping[KeyName, bytes]
    ) -> Sequence[NamedKey]:
        """In a turn: new keys, each wrapped for its own name by the version in use."""
        active: dict[DataClass, VersionKey] = {}
        wrapped = []
        nonces = pieces(self._nonces, NONCE_BYTES, len(new))
        for (name, key), nonce in zip(new.items(), nonces, strict=True):
            if name.data_class not in active:
                active[name.data_class] = self._workspaces.active(workspace_id, name.data_class)
            by = active[name.data_class]
            sealed = seal_with(by.engine, by.head, nonce, key, _place(workspace_id, name))
            wrapped.append(NamedKey(name, StoredKey(by.version, sealed)))
        return wrapped

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
