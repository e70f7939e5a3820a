"""Tokens: what stands in the lake where a personal value stood.

`pii:phone:<32 hex>:<32 hex>`: the kind, the id of the vault's entry and, of an identifier, its
subject, which joins people without anything being opened. A token has no white space and a fixed
length for its kind, so it is found inside of free text as well. It says nothing to who has no key.
"""

import re
from dataclasses import dataclass

from catchment.vault.errors import TokenMalformed

TOKEN_MARK = "pii:"  # noqa: S105  (a prefix, no secret)
ID_BYTES = 16

TOKEN = re.compile(r"pii:([a-z][a-z0-9_]{0,31}):([0-9a-f]{32})(?::([0-9a-f]{32}))?")
TOKEN_BYTES = re.compile(TOKEN.pattern.encode())


@dataclass(frozen=True, slots=True)
class Token:
    """A token, taken apart.

    Attributes:
        kind: what the value is.
        id: the vault's entry, 32 hexadecimal digits.
        tag: of an identifier, its subject.
    """

    kind: str
    id: str
    tag: str | None = None

    def __str__(self) -> str:
        """As it stands in the lake."""
        text = f"{TOKEN_MARK}{self.kind}:{self.id}"
        return text if self.tag is None else f"{text}:{self.tag}"


def is_token(value: object) -> bool:
    """Whether a value is a token and nothing else."""
    return (
        isinstance(value, str)
        and value.startswith(TOKEN_MARK)
        and TOKEN.fullmatch(value) is not None
    )


def parse_token(text: str) -> Token:
    """The parts of a token.

    Raises:
        TokenMalformed: it is none.
    """
    found = TOKEN.fullmatch(text)
    if found is None:
        raise TokenMalformed(f"{text[:80]!r} is no token")
    return Token(*found.groups())


def tokens_in(text: str) -> list[Token]:
    """The tokens that stand in a text, in order."""
    if TOKEN_MARK not in text:
        return []
    return [Token(*found.groups()) for found in TOKEN.finditer(text)]
