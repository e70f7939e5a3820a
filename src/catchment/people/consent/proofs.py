"""Proofs of consent, sealed under the key of the person they speak of."""

from collections.abc import Sequence
from dataclasses import dataclass

from catchment.kernel import WorkspaceId
from catchment.vault import CiphertextRefused, DataClass, KeyName, KeyRing, Purpose


@dataclass(frozen=True, slots=True)
class SealedProofs:
    """A `ProofKeeper` over the house's keys.

    Attributes:
        keys: the key ring.
    """

    keys: KeyRing

    def seal(self, workspace_id: WorkspaceId, subject: str, entry_id: str, text: str) -> bytes:
        """The text, sealed; nothing for somebody who is to be forgotten.

        Raises:
            KeysAway: the key store does not answer.
        """
        [cipher] = self.keys.sealers(workspace_id, [_name(subject)], make=True)
        if cipher is None:
            return b""
        return cipher.seal(text.encode(), _place(workspace_id, subject, entry_id))

    def open_all(
        self, workspace_id: WorkspaceId, sealed: Sequence[tuple[str, str, bytes]]
    ) -> Sequence[str]:
        """Each text by subject, entry and seal; empty where the key is gone."""
        names = [_name(subject) for subject, _, _ in sealed]
        found = []
        ciphers = self.keys.sealers(workspace_id, names, make=False) if names else []
        for cipher, (subject, entry_id, kept) in zip(ciphers, sealed, strict=True):
            text = b""
            if cipher is not None and kept:
                try:
                    text = cipher.open(kept, _place(workspace_id, subject, entry_id))
                except CiphertextRefused:
                    text = b""
            found.append(text.decode())
        return found


def _name(subject: str) -> KeyName:
    return KeyName(subject, Purpose.LEGAL, DataClass.IMPORTANT)


def _place(workspace_id: WorkspaceId, subject: str, entry_id: str) -> bytes:
    return f"consent|{workspace_id}|{subject}|{entry_id}".encode()
