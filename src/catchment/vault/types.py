"""The nouns of the vault: classes of data, purposes, personal values and what stands for them."""

from enum import StrEnum

import msgspec


class DataClass(StrEnum):
    """How closely a field is kept. A grading of the house, not the law's "important data".

    `GENERAL` stands in the lake as it was sent. `COMMON` and `IMPORTANT` go to the vault, each
    under keys of its own: common data is shown to whoever may read people, important data is
    masked for everybody and revealed under a grant only.
    """

    GENERAL = "general"
    COMMON = "common"
    IMPORTANT = "important"


class Purpose(StrEnum):
    """What personal data is kept and read for; a required argument of every reading."""

    SERVICE = "service"
    MARKETING = "marketing"
    TRANSACTION = "transaction"
    MATCHING = "matching"
    RIGHTS = "rights"
    LEGAL = "legal"


class Cipher(StrEnum):
    """The algorithm that new values of a workspace are sealed with; named in every ciphertext."""

    AES_256_GCM = "aes-256-gcm"
    SM4_GCM = "sm4-gcm"


class KeyName(msgspec.Struct, frozen=True, gc=False):
    """Which key: of one person's subject, for one purpose, of one class."""

    owner: str
    purpose: Purpose
    data_class: DataClass


class PersonalValue(msgspec.Struct, frozen=True, gc=False):
    """A value on its way into the vault.

    Attributes:
        owner: the subject of the event that told it: the keyed hash of its strongest identifier.
        kind: what it is: `phone`, `email`, `name`, `address`, `idcard`, `bankcard`, `openid` …
        value: as it was sent.
        tag: of an identifier, its own subject: by it a phone finds its person; else none.
        purpose, data_class: which key seals it.
    """

    owner: str
    kind: str
    value: str
    tag: str | None = None
    purpose: Purpose = Purpose.SERVICE
    data_class: DataClass = DataClass.IMPORTANT


class PlainField(msgspec.Struct, frozen=True, gc=False):
    """A value on its way under a key.

    Attributes:
        name: of the key.
        plain: what is to be sealed.
        place: what the ciphertext is bound to.
    """

    name: KeyName
    plain: bytes
    place: bytes
