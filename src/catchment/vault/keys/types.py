"""The nouns of the keys: their versions and states, and what is left of a destroyed one."""

from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec

from catchment.kernel import WorkspaceId
from catchment.vault.types import Cipher, DataClass, KeyName


class KeyState(StrEnum):
    """Where a version of a workspace key is in its life."""

    ACTIVE = "active"
    DECRYPT_ONLY = "decrypt_only"
    DESTROYING = "destroying"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of somebody's keys: since when they are gone, and since when no longer barred.

    Attributes:
        at_us: when the keys were destroyed.
        lifted_us: when new keys were allowed again; `None` while they are not.
    """

    at_us: int
    lifted_us: int | None = None

    @property
    def bars(self) -> bool:
        """Whether nothing may be kept of this subject."""
        return self.lifted_us is None


@dataclass(frozen=True, slots=True)
class Destruction:
    """An asked-for destruction of a key version.

    Attributes:
        asked_by, asked_us, reason: who asked, when and why.
        approved_by: the second person; `None` until there is one.
        due_us: when it will be done, counted from the approval.
    """

    asked_by: str
    asked_us: int
    reason: str
    approved_by: str | None = None
    due_us: int | None = None


@dataclass(frozen=True, slots=True)
class KeyVersion:
    """One version of a workspace key, as the console shows it.

    Attributes:
        data_class: what it is for; `general` seals records and files rather than subject keys.
        version: counted from one.
        state: where it is in its life.
        cipher: what it seals with.
        created_us, destroyed_us: when it came and went.
        subject_keys: how many hang on it.
        destruction: the asked-for destruction, if there is one.
    """

    data_class: DataClass
    version: int
    state: KeyState
    cipher: Cipher
    created_us: int
    destroyed_us: int | None
    subject_keys: int
    destruction: Destruction | None


@dataclass(frozen=True, slots=True)
class MasterVersion:
    """One version of the installation's master key, as the console shows it.

    Attributes:
        version: counted from one.
        state: where it is in its life.
        fingerprint: what tells it from others and says nothing about it.
        created_us, destroyed_us: when it came and went.
        wraps: how many keys hang on it: of workspaces, of the event log, that sign.
        destruction: the asked-for destruction, if there is one.
    """

    version: int
    state: KeyState
    fingerprint: str
    created_us: int
    destroyed_us: int | None
    wraps: int
    destruction: Destruction | None


@dataclass(frozen=True, slots=True)
class MasterRotation:
    """A rotation of the master key that runs or ran.

    Attributes:
        version: which version all that hangs on the master key moves to.
        done, total: keys moved, and keys in all.
        is_done: none is left on an older version.
    """

    version: int
    done: int
    total: int
    is_done: bool


@dataclass(frozen=True, slots=True)
class Rotation:
    """A rotation that runs or ran: subject keys moving to a new version.

    Attributes:
        data_class, version: which version they move to.
        done, total: keys moved, and keys in all.
        is_done: none is left on an older version.
    """

    data_class: DataClass
    version: int
    done: int
    total: int
    is_done: bool


@dataclass(frozen=True, slots=True)
class StoredRoot:
    """A workspace's wrapped root secret and the cipher it has chosen."""

    wrapped: bytes
    cipher: Cipher


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version of a workspace key as a store keeps it; `wrapped` is `None` once destroyed."""

    data_class: DataClass
    version: int
    state: KeyState
    cipher: Cipher
    wrapped: bytes | None
    created_us: int
    destroyed_us: int | None = None
    is_moved: bool = True
    """Whether no subject key may be left on an older version: its rotation is through."""

    def retired(self) -> "StoredVersion":
        """The same, that from now on only decrypts."""
        return replace(self, state=KeyState.DECRYPT_ONLY)

    def moved(self) -> "StoredVersion":
        """The same, its rotation through."""
        return replace(self, is_moved=True)


@dataclass(frozen=True, slots=True)
class StoredMaster:
    """What a store keeps of a version of the master key, beside the key itself."""

    version: int
    state: KeyState
    fingerprint: str
    created_us: int
    destroyed_us: int | None = None
    is_moved: bool = True
    """Whether nothing may be left on an older version: its rotation is through."""
    destruction: Destruction | None = None
    asked_in: WorkspaceId | None = None
    """In which workspace its destruction was asked for: there it is approved, or called off."""


class StoredKey(msgspec.Struct, frozen=True, gc=False):
    """A wrapped subject key and the version of the workspace key that wraps it."""

    version: int
    wrapped: bytes


class NamedKey(msgspec.Struct, frozen=True, gc=False):
    """A stored subject key with its name."""

    name: KeyName
    key: StoredKey


@dataclass(frozen=True, slots=True)
class LoneKey:
    """A wrapped private key of the installation with its public half."""

    number: int
    public: bytes
    wrapped: bytes
