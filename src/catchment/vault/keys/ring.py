"""The key ring: what everybody but this room holds of the keys.

It looks at the store before it gives anything out: keys that are away, wrong or destroyed open
nothing, whatever is still in memory. All it keeps in memory is bounded, and dropped whenever any
process destroys or rotates a key.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from catchment.kernel import Clock, Entropy, WorkspaceId, instant_from_us
from catchment.vault.ciphers import (
    KEY_BYTES,
    NONCE_BYTES,
    Algorithm,
    Head,
    Nonces,
    algorithm,
    head_bytes,
    pieces,
    place_of,
)
from catchment.vault.errors import KeysAway, KeysWrong
from catchment.vault.keys.boxes import Box
from catchment.vault.keys.key_file import fingerprint
from catchment.vault.keys.lone_keys import LoneKeys
from catchment.vault.keys.master_wrap import LOG_USE, MasterWrap
from catchment.vault.keys.ports import KeyStore
from catchment.vault.keys.subject_keys import FieldCipher, Reading, SubjectKeys
from catchment.vault.keys.types import KeyState, KeyVersion, Rotation, Tombstone
from catchment.vault.keys.workspace_keys import OPENED_WORKSPACES_MAX, WorkspaceKeys
from catchment.vault.signing import Signer
from catchment.vault.types import Cipher, DataClass, KeyName, PlainField

LOOK_EVERY_US = 250_000
"""How old what a held cipher knows of the store may be."""

DERIVED_MAX = 4_096
"""Derived secrets in memory at once."""

BOX_CLASS = DataClass.GENERAL
"""Records and files have a line of versions of their own."""


class KeyRing:
    """Gives out what seals and opens. Safe to use from several threads.

    Args:
        store: where the keys are.
        clock, entropy: the house's.
    """

    def __init__(self, store: KeyStore, *, clock: Clock, entropy: Entropy) -> None:
        self.store = store
        self.workspaces = WorkspaceKeys(store, clock, entropy)
        self.subjects = SubjectKeys(store, self.workspaces, entropy)
        self.clock = clock
        self.wrap = MasterWrap(store, entropy)
        self.lone = LoneKeys(store, entropy)
        self._nonces = Nonces(entropy)
        self._lock = threading.RLock()
        self._generation = -1
        self._looked_us = 0
        self._derived: dict[tuple[WorkspaceId, str, int], bytes] = {}
        self._subjects: bytes | None = None
        self._stones: dict[WorkspaceId, Mapping[str, Tombstone]] = {}

    def check(self) -> None:
        """Whether the right keys are there.

        Raises:
            KeysAway: they are not.
            KeysWrong: others are.
        """
        self.master()

    def generation(self) -> int:
        """A number that changes with every destruction, rotation and lifting by any process."""
        with self._lock:
            self.check()
            generation = self.store.generation()
            if generation != self._generation:
                self._drop()
                self._generation = generation
            self._looked_us = self.clock.now_us()
            return generation

    def glance(self) -> int:
        """The generation, at most a moment old: for what is asked a hundred thousand times."""
        if not 0 <= self.clock.now_us() - self._looked_us < LOOK_EVERY_US:
            return self.generation()
        return self._generation

    def master(self) -> bytes:
        """The installation's master key."""
        try:
            return self.store.master()
        except (KeysAway, KeysWrong):
            with self._lock:
                self._drop()
            raise

    def subjects_secret(self) -> bytes:
        """The 64 bytes that subjects are hashed under, whichever master key is in use."""
        self.check()
        known = self._subjects
        if known is None:
            with self._lock:
                known = self._subjects = self.lone.subjects()
        return known

    def fingerprint(self) -> str:
        """What tells this installation's master key from another's."""
        return fingerprint(self.master())

    def secret(self, workspace_id: WorkspaceId, use: str) -> bytes:
        """32 bytes that only this workspace has for this use, the same for ever."""
        self.generation()
        return self._derive(workspace_id, use, 0, self.workspaces.opened(workspace_id).root)

    def sealers(
        self, workspace_id: WorkspaceId, names: Sequence[KeyName], *, make: bool
    ) -> list[FieldCipher | None]:
        """What seals and opens the fields of these names, in their order.

        Args:
            workspace_id: whose they are.
            names: the keys, as many as you have: one turn makes them all.
            make: make those that are not there; they are on disk on return.

        Returns:
            `None` for a key that is not there, or that a tombstone bars from being made.
        """
        with self._lock:
            generation = self.generation()
            found = self.subjects.cached(workspace_id, names, self.clock.now_us())
            if None not in found:
                return found
            missing = dict.fromkeys(
                name for name, one in zip(names, found, strict=True) if one is None
            )
            fetched = self._fetch(workspace_id, list(missing), generation, make=make)
        return [one or fetched.get(name) for name, one in zip(names, found, strict=True)]

    def sealed(self, workspace_id: WorkspaceId, fields: Sequence[PlainField]) -> list[bytes | None]:
        """Fields, each sealed for its place under the key of its name, in their order.

        Keys that are not there are made first, as for `sealers`; whether they stand is looked at
        once for all of them. `None` for a field of somebody whom a tombstone bars.
        """
        ciphers = self.sealers(workspace_id, [field.name for field in fields], make=True)
        nonces = pieces(self._nonces, NONCE_BYTES, len(fields))
        return [
            None if cipher is None else cipher.seal_now(nonce, field.plain, field.place)
            for field, cipher, nonce in zip(fields, ciphers, nonces, strict=True)
        ]

    def renewed(self, workspace_id: WorkspaceId, name: KeyName) -> FieldCipher | None:
        """The cipher of that name, if its key still stands."""
        return self.sealers(workspace_id, [name], make=False)[0]

    def box(self, workspace_id: WorkspaceId, use: str) -> Box:
        """What seals blobs of one use in records and files."""
        return Box(self, workspace_id, use, self._nonces)

    def sealing(self, workspace_id: WorkspaceId, use: str) -> tuple[Algorithm, bytes]:
        """What a box seals with now, and the header it writes."""
        with self._lock:
            self.glance()
            opened = self.workspaces.opened(workspace_id)
            if BOX_CLASS not in opened.active:
                with self.store.turn():
                    self.workspaces.active(workspace_id, BOX_CLASS)
                opened = self.workspaces.reopened(workspace_id)
            version = opened.versions[BOX_CLASS, opened.active[BOX_CLASS]]
            key = self._derive(workspace_id, use, version.version, version.key)
        return algorithm(opened.cipher, key), head_bytes(opened.cipher, version.version)

    def opening(self, workspace_id: WorkspaceId, use: str, head: Head) -> Algorithm:
        """What opens what a box sealed with this header."""
        with self._lock:
            self.glance()
            found = self.workspaces.version(workspace_id, BOX_CLASS, head.version)
            key = self._derive(workspace_id, use, head.version, found.key)
        return algorithm(head.cipher, key)

    def destroy(self, workspace_id: WorkspaceId, owners: Sequence[str], *, at_us: int) -> int:
        """Destroys every key of these subjects and bars new ones; how many keys there were.

        Tombstones and deletion are one turn; done again, it changes nothing.
        """
        with self._turn():
            known = self.store.find_barred(workspace_id, owners)
            stones = {owner: Tombstone(at_us) for owner in owners if owner not in known}
            self.store.put_tombstones(workspace_id, stones)
            count = self.store.delete_subject_keys(workspace_id, owners)
        self.store.scrub()
        return count

    def tombstones(self, workspace_id: WorkspaceId) -> Mapping[str, Tombstone]:
        """Whose keys were destroyed: the suppression list. Lifted ones are there too."""
        with self._lock:
            self.generation()
            if len(self._stones) >= OPENED_WORKSPACES_MAX:
                self._stones = {}
            if workspace_id not in self._stones:
                self._stones[workspace_id] = self.store.tombstones(workspace_id)
            return self._stones[workspace_id]

    def lift(self, workspace_id: WorkspaceId, owners: Sequence[str], *, at_us: int) -> None:
        """Allows new keys for subjects again. What was sealed before stays closed for ever."""
        with self._turn():
            stones = self.store.tombstones(workspace_id)
            lifted = {
                owner: Tombstone(stones[owner].at_us, at_us)
                for owner in owners
                if owner in stones and stones[owner].bars
            }
            self.store.put_tombstones(workspace_id, lifted)

    def cipher(self, workspace_id: WorkspaceId) -> Cipher:
        """What new values of a workspace are sealed with."""
        self.generation()
        return self.workspaces.opened(workspace_id).cipher

    def set_cipher(self, workspace_id: WorkspaceId, cipher: Cipher) -> None:
        """Chooses it. What was sealed before stays readable; a rotation rewraps the keys too."""
        with self._turn():
            self.workspaces.set_cipher(workspace_id, cipher)

    def describe(self, workspace_id: WorkspaceId) -> Sequence[KeyVersion]:
        """A workspace's key versions, for the console."""
        self.check()
        counts = self.store.count_subject_keys(workspace_id)
        asked = self.store.list_destructions(workspace_id)
        return [
            KeyVersion(
                data_class=stored.data_class,
                version=stored.version,
                state=KeyState.DESTROYING if place in asked and stored.wrapped else stored.state,
                cipher=stored.cipher,
                created_us=stored.created_us,
                destroyed_us=stored.destroyed_us,
                subject_keys=counts.get(place, 0),
                destruction=asked.get(place),
            )
            for stored in self.store.list_versions(workspace_id)
            for place in [(stored.data_class, stored.version)]
        ]

    def rotation(self, workspace_id: WorkspaceId) -> Rotation | None:
        """The rotation that is under way, else the newest one; `None` if there never was any."""
        versions = [v for v in self.describe(workspace_id) if v.state is KeyState.ACTIVE]
        moved = {v.data_class: v.is_moved for v in self.store.list_versions(workspace_id)
                 if v.state is KeyState.ACTIVE}  # fmt: skip
        rotated = [v for v in versions if v.version > 1]
        if not rotated:
            return None
        newest = max(rotated, key=lambda v: (not moved[v.data_class], v.created_us))
        counts = self.store.count_subject_keys(workspace_id)
        total = sum(n for (kind, _), n in counts.items() if kind is newest.data_class)
        done = counts.get((newest.data_class, newest.version), 0)
        return Rotation(newest.data_class, newest.version, done, total, moved[newest.data_class])

    def signing_key(self, use: str) -> Signer:
        """The installation's Ed25519 key of one use (`trail`, `receipt`); made if need be."""
        self.check()
        return self.lone.signer(use)

    def log_keys_since(self) -> date | None:
        """The day (UTC) of the oldest key that opens the event log; `None` while there is none."""
        self.check()
        made_us = [pair.number for pair in self.store.list_lone_keys(LOG_USE)]
        return instant_from_us(min(made_us)).date() if made_us else None

    def close(self) -> None:
        """Lets go of the store, and of every key in memory."""
        with self._lock:
            self._drop()
            self.store.close()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """A turn to write that every process notices, this one at once."""
        with self._lock:
            self.check()
            with self.store.turn():
                yield
                self.store.bump()
            self.generation()

    def _fetch(
        self, workspace_id: WorkspaceId, names: Sequence[KeyName], generation: int, *, make: bool
    ) -> dict[KeyName, FieldCipher]:
        """What the store has of these names, or can be made."""
        now_us = self.clock.now_us()
        keys = self.subjects.find(workspace_id, names)
        if make and len(keys) < len(names):
            keys |= self.subjects.make(workspace_id, [name for name in names if name not in keys])
        cipher = self.workspaces.opened(workspace_id).cipher
        reading = Reading(self, workspace_id, cipher, self._nonces, generation, now_us)
        fetched = {name: FieldCipher(reading, name, key) for name, key in keys.items()}
        self.subjects.remember(workspace_id, fetched)
        return fetched

    def _derive(self, workspace_id: WorkspaceId, use: str, version: int, root: bytes) -> bytes:
        place = (workspace_id, use, version)
        known = self._derived.get(place)
        if known is None:
            if len(self._derived) >= DERIVED_MAX:
                self._derived = {}
            info = place_of(("derived", workspace_id, use, version))
            known = HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=info).derive(root)
            self._derived[place] = known
        return known

    def _drop(self) -> None:
        self.workspaces.forget()
        self.subjects.forget()
        self._derived = {}
        self._subjects = None
        self._stones = {}
        self._generation = -1
        self._looked_us = 0
