"""Subjects: the keyed hash that stands for an identifier in the lake.

A plain hash of a phone number is undone by hashing every phone number there is, so the hash takes a
secret: one per workspace, derived from the installation's master key, which lives apart from the
data. The same identifier gives the same subject for ever, and nothing across workspaces.
"""

from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b

from catchment.kernel import WorkspaceId

MASTER_KEY_BYTES_MIN = 32
SUBJECT_BYTES = 16

_CACHED_SUBJECTS = 1 << 18
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
        master_key: the installation's secret, at least 32 bytes.
    """

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) < MASTER_KEY_BYTES_MIN:
            raise ValueError(f"a master key has at least {MASTER_KEY_BYTES_MIN} bytes")
        # blake2b takes at most 64 bytes of key; a longer master key is hashed down first.
        self._key = blake2b(master_key, digest_size=64).digest()
        self._secret = lru_cache(_CACHED_SECRETS)(self._derive)
        self._cached = lru_cache(_CACHED_SUBJECTS)(self._hash)

    def subject(self, workspace_id: WorkspaceId, kind: str, value: str) -> str:
        """The subject of one identifier in one workspace.

        Args:
            workspace_id: whose secret to use.
            kind: a value of `IdentifierKind`.
            value: the identifier as the sender wrote it.
        """
        return self._cached(workspace_id, kind, value)

    def _hash(self, workspace_id: WorkspaceId, kind: str, value: str) -> str:
        return subject_of(self._secret(workspace_id), kind, value)

    def _derive(self, workspace_id: WorkspaceId) -> bytes:
        text = workspace_id.encode()
        return blake2b(text, digest_size=32, key=self._key, person=b"subject").digest()
