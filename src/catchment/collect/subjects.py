"""Subjects: the keyed hash that stands for an identifier in the lake.

A plain hash of a phone number is undone by hashing every phone number there is, so the hash takes a
secret: one per workspace, derived from the installation's first master key, and kept with the keys,
apart from the data, when that one is rotated. The same identifier gives the same subject for ever,
and nothing across workspaces.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b

from catchment.kernel import WorkspaceId

MASTER_KEY_BYTES_MIN = 32
SUBJECT_BYTES = 16

_REMEMBERED_SUBJECTS = 1 << 18
_CACHED_SECRETS = 4_096


class IdentifierKind(StrEnum):
    """What an identifier is, so that user `42` and device `42` are two."""

    USER = "user"
    ANONYMOUS = "anon"


def subject_of(secret: bytes, kind: str, value: str) -> str:
    """The 32 hex digits that stand for an identifier under this secret."""
    text = f"{kind}:{value}".encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=SUBJECT_BYTES, key=secret).hexdigest()


class SubjectHasher:
    """Hashes identifiers with each workspace's own secret.

    Args:
        master_key: the installation's secret, at least 32 bytes; or what gives the 64 bytes made
            of it, asked at every use, for keys may be away. What it raises then, the hasher raises.
    """

    def __init__(self, master_key: bytes | Callable[[], bytes]) -> None:
        self._ask = master_key if callable(master_key) else None
        self._key = b"" if callable(master_key) else _hashed_down(master_key)
        self._asked = b""
        self._secret = lru_cache(_CACHED_SECRETS)(self._derive)
        self._known: dict[tuple[WorkspaceId, str], dict[str, str]] = {}
        self._known_count = 0

    def subject(self, workspace_id: WorkspaceId, kind: str, value: str) -> str:
        """The subject of one identifier in one workspace.

        Args:
            workspace_id: whose secret to use.
            kind: a value of `IdentifierKind`.
            value: the identifier as the sender wrote it.
        """
        return self.subjects(workspace_id, kind, [value])[0]

    def subjects(self, workspace_id: WorkspaceId, kind: str, values: Sequence[str]) -> list[str]:
        """The subjects of many identifiers of one kind, in their order."""
        self._look()
        known = self._known.setdefault((workspace_id, kind), {})
        new = [value for value in values if value not in known]
        if self._known_count + len(new) > _REMEMBERED_SUBJECTS:
            # Afresh, not cleared: another thread may still read the old one.
            known, new = {}, list(values)
            self._known, self._known_count = {(workspace_id, kind): known}, 0
        # A hash that has read the secret and the kind is copied for each value.
        start = blake2b(
            f"{kind}:".encode(), digest_size=SUBJECT_BYTES, key=self._secret(workspace_id)
        ).copy
        for value in new:
            state = start()
            state.update(value.encode("utf-8", "surrogatepass"))
            known[value] = state.hexdigest()
        self._known_count += len(new)
        return [known[value] for value in values]

    def _look(self) -> None:
        """Whether the key is still there, and still the same."""
        if self._ask is None or (key := self._ask()) == self._asked:
            return
        self._known, self._known_count = {}, 0
        self._secret.cache_clear()
        self._key, self._asked = key, key

    def _derive(self, workspace_id: WorkspaceId) -> bytes:
        text = workspace_id.encode()
        return blake2b(text, digest_size=32, key=self._key, person=b"subject").digest()


def _hashed_down(master_key: bytes) -> bytes:
    """A key that blake2b takes: at most 64 bytes, however long the master key is."""
    if len(master_key) < MASTER_KEY_BYTES_MIN:
        raise ValueError(f"a master key has at least {MASTER_KEY_BYTES_MIN} bytes")
    return blake2b(master_key, digest_size=64).digest()
