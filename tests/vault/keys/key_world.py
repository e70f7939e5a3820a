"""What tests of the keys share: a workspace with people, and what was sealed of them."""

from dataclasses import dataclass

from catchment.kernel import WorkspaceId
from catchment.vault import DataClass, FieldCipher, KeyName, KeyRing, Purpose

MINE = WorkspaceId("wsp_mine")
THEIRS = WorkspaceId("wsp_theirs")
PLACE = b"wsp_mine|phone"


def name(
    owner: str,
    purpose: Purpose = Purpose.SERVICE,
    data_class: DataClass = DataClass.IMPORTANT,
) -> KeyName:
    """A key's name."""
    return KeyName(owner, purpose, data_class)


def cipher(
    ring: KeyRing, key: KeyName | str, *, make: bool = True, workspace_id: WorkspaceId = MINE
) -> FieldCipher:
    """The cipher of one key, which is expected to be there."""
    named = name(key) if isinstance(key, str) else key
    (found,) = ring.sealers(workspace_id, [named], make=make)
    assert found is not None
    return found


@dataclass
class Sealed:
    """A field that somebody sealed, and what it says."""

    key: KeyName
    text: bytes
    plain: bytes


def seal_people(ring: KeyRing, count: int) -> list[Sealed]:
    """A field of each of so many people, in two purposes and two classes."""
    names = [
        name(
            f"{i:032x}",
            Purpose.SERVICE if i % 3 else Purpose.LEGAL,
            DataClass.IMPORTANT if i % 2 else DataClass.COMMON,
        )
        for i in range(count)
    ]
    found = ring.sealers(MINE, names, make=True)
    plains = [b"1380013%04d" % i for i in range(count)]
    return [
        Sealed(key, one.seal(plain, PLACE), plain)
        for key, one, plain in zip(names, found, plains, strict=True)
        if one is not None
    ]


def readable(ring: KeyRing, fields: list[Sealed]) -> list[bool]:
    """Which of them can be read; what can, says what it said."""
    found = ring.sealers(MINE, [field.key for field in fields], make=False)
    for field, one in zip(fields, found, strict=True):
        assert one is None or one.open(field.text, PLACE) == field.plain
    return [one is not None for one in found]
