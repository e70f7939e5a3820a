"""People who never lived, whose data is planted everywhere and must be found nowhere.

Each value is unlikely enough to stand anywhere by chance, and each kind has a shape that a search
over hundreds of megabytes can look for at once.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
SURNAME = "岳"
STREET = "鹿鸣里"
DOMAIN = "planted-mail.example"
_GIVEN = "婉晴霁岚翎珺璟昀骁煜旻翊珩琰蓁霏芷菡瑾瑜"


@dataclass(frozen=True)
class Planted:
    """One person's data.

    Attributes:
        number: which.
        phone, other_phone: mainland mobiles, eleven digits.
        email, name, address, id_card, bank_card, openid: as their holder would write them.
    """

    number: int
    phone: str
    other_phone: str
    email: str
    name: str
    address: str
    id_card: str
    bank_card: str
    openid: str

    @property
    def values(self) -> Sequence[str]:
        """All of it; that of which a page may show a part, by the part that it may not."""
        return (
            self.phone, self.other_phone, self.email, self.name, self.address, self.id_card,
            self.bank_card, self.openid,
        )  # fmt: skip

    def writings(self) -> Iterator[str]:
        """The phone as people write it."""
        one = self.phone
        yield from (
            one, f"+86{one}", f"+86 {one[:3]} {one[3:7]} {one[7:]}",
            f"{one[:3]}-{one[3:7]}-{one[7:]}", f"{one[:3]} {one[3:7]} {one[7:]}",
            one.translate(str.maketrans("0123456789", "０１２３４５６７８９")), f"86-{one}",
        )  # fmt: skip


def planted_people(count: int, seed: int = 7) -> list[Planted]:
    """So many people; the same ones for the same seed."""
    chance = random.Random(seed)
    return [_person(chance, number) for number in range(count)]


def _person(chance: random.Random, number: int) -> Planted:
    tag = f"{number:05d}{chance.randrange(10**6):06d}"
    return Planted(
        number=number,
        phone=_phone(chance),
        other_phone=_phone(chance),
        email=f"plnt{tag}@{DOMAIN}",
        name=SURNAME + "".join(chance.sample(_GIVEN, 2)),
        address=f"上海市徐汇区{STREET}{chance.randrange(10_000, 99_999)}弄{chance.randrange(99)}号",
        id_card=_id_card(chance),
        bank_card=_bank_card(chance),
        openid="oPLNT" + "".join(chance.choices("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQR", k=23)),
    )


def _phone(chance: random.Random) -> str:
    return f"{chance.choice((133, 159, 177, 188, 199))}{chance.randrange(10**8):08d}"


def _id_card(chance: random.Random) -> str:
    born = f"19{chance.randrange(50, 99)}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}"
    digits = f"310104{born}{chance.randrange(1_000):03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, ID_WEIGHTS, strict=True))
    return digits + ID_CHECKS[total % 11]


def _bank_card(chance: random.Random) -> str:
    digits = f"622202{chance.randrange(10**12):012d}"
    total = 0
    for place, digit in enumerate(reversed(digits)):
        one = int(digit) * (2 if place % 2 == 0 else 1)
        total += one - 9 if one > 9 else one
    return digits + str(-total % 10)
