"""What the vault keeps of a value."""

from dataclasses import dataclass

from catchment.vault.types import DataClass, KeyName, Purpose

US_A_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A sealed value.

    Attributes:
        id: 16 bytes, made from owner, kind and value under the workspace's secret.
        owner, kind: whose and what it is.
        purpose, data_class: which key seals it.
        sealed: the ciphertext, bound to all of the above.
        lookup: an identifier's own subject, or the blind index of a name; 16 bytes.
        first_us, last_day: when it was first sent, and the day on which it was last.
    """

    id: bytes
    owner: str
    kind: str
    purpose: Purpose
    data_class: DataClass
    sealed: bytes
    lookup: bytes | None
    first_us: int
    last_day: int

    @property
    def key_name(self) -> KeyName:
        """The key that it is sealed under."""
        return KeyName(self.owner, self.purpose, self.data_class)


def place_of(workspace_id: str, told: tuple[str, str, str, str], entry_id: bytes) -> bytes:
    """What a ciphertext is bound to: moved anywhere else, it does not open.

    Args:
        workspace_id: where.
        told: owner, kind, purpose and class.
        entry_id: which.
    """
    return "\0".join((workspace_id, *told, entry_id.hex())).encode()
