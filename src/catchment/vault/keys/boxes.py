"""Boxes: seal whole blobs in records and files under a workspace's own key.

A box is of one use, and what it sealed opens in no box of another use or another workspace. It
seals under the newest version and opens under any that is left.
"""

from typing import Protocol

from catchment.kernel import Entropy, WorkspaceId
from catchment.vault.ciphers import Algorithm, Head, head_of, seal, unseal


class BoxKeys(Protocol):
    """Where a box gets its keys."""

    def sealing(self, workspace_id: WorkspaceId, use: str) -> tuple[Algorithm, bytes]:
        """What seals now, and the header it writes."""

    def opening(self, workspace_id: WorkspaceId, use: str, head: Head) -> Algorithm:
        """What opens a text with this header."""


class Box:
    """Seals and opens blobs of one use in one workspace. May be kept: it asks for keys each time.

    Args:
        keys: where its keys come from.
        workspace_id, use: whose and what for.
        entropy: gives nonces.
    """

    __slots__ = ("_entropy", "_keys", "_use", "_workspace_id")

    def __init__(
        self, keys: BoxKeys, workspace_id: WorkspaceId, use: str, entropy: Entropy
    ) -> None:
        self._keys = keys
        self._workspace_id = workspace_id
        self._use = use
        self._entropy = entropy

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """A blob, sealed for its place.

        Raises:
            KeysAway: the keys are away.
        """
        engine, head = self._keys.sealing(self._workspace_id, self._use)
        return seal(engine, head, plain, aad, self._entropy)

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """A sealed blob.

        Raises:
            CiphertextRefused: it was sealed for another place, or was changed.
            KeyDestroyed: the version that sealed it is no more.
            KeysAway: the keys are away.
        """
        engine = self._keys.opening(self._workspace_id, self._use, head_of(sealed))
        return unseal(engine, sealed, aad)
