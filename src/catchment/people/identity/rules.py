"""The rules of identity: which kinds of identifier there are, and what each is worth."""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from catchment.people.identity.errors import RulesUnsound

KINDS_MAX = 64
"""Kinds a workspace may declare."""

CODE_MAX = 255
"""Codes are one byte; 0 stands for an identifier that was forgotten."""

PEOPLE_MAX_MAX = 10_000
"""The largest `people_max`: counting neighbours stops there."""

LIMIT_MAX = 1_000_000
PRIORITY_MAX = 1_000_000

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


class Strength(StrEnum):
    """Whether an identifier can make two others one person."""

    STRONG = "strong"
    """It names a person: whoever shares it is the same one, within the limits."""
    WEAK = "weak"
    """It only follows a strong identifier, and never joins two."""


@dataclass(frozen=True, slots=True)
class KindRule:
    """What an identifier of one kind is worth.

    Attributes:
        kind: its name, as in `Subjects.subject`.
        code: its number within the workspace, fixed once given.
        strength: strong or weak.
        priority: smaller is stronger; it names the person, and links of the largest are the first
            to be refused when a limit is reached. Weak kinds come after all strong ones.
        limit: at most so many of this kind in one person; `None`: any number.
        people_max: an identifier of this kind that is linked with more than so many identifiers of
            one strong kind is *shared*, and says nothing of who anybody is; `None`: never.
    """

    kind: str
    code: int
    strength: Strength
    priority: int
    limit: int | None = None
    people_max: int | None = None


@dataclass(frozen=True)
class IdentityRules:
    """A workspace's kinds.

    Attributes:
        kinds: each kind once; names, codes and priorities all differ.

    Raises:
        RulesUnsound: they contradict each other.
    """

    kinds: tuple[KindRule, ...]

    def __post_init__(self) -> None:
        _check(self.kinds)

    @cached_property
    def fingerprint(self) -> str:
        """32 hexadecimal digits that are equal only if the rules decide alike."""
        rows = sorted((k.code, k.kind, k.strength.value, k.priority, k.limit, k.people_max)
                      for k in self.kinds)  # fmt: skip
        return hashlib.sha256(repr(rows).encode()).hexdigest()[:32]

    def by_code(self, code: int) -> KindRule:
        """The kind with this number.

        Raises:
            KeyError: no kind has it.
        """
        return self._by_code[code]

    def by_name(self, name: str) -> KindRule:
        """The kind of this name.

        Raises:
            KeyError: no kind has it.
        """
        return self._by_name[name]

    @cached_property
    def _by_code(self) -> dict[int, KindRule]:
        return {kind.code: kind for kind in self.kinds}

    @cached_property
    def _by_name(self) -> dict[str, KindRule]:
        return {kind.kind: kind for kind in self.kinds}


def _check(kinds: tuple[KindRule, ...]) -> None:
    if not 1 <= len(kinds) <= KINDS_MAX:
        raise RulesUnsound(f"there must be 1 to {KINDS_MAX} kinds, not {len(kinds)}")
    for rule in kinds:
        if not _NAME.fullmatch(rule.kind):
            raise RulesUnsound(f"{rule.kind!r} cannot name a kind of identifier")
        for name, value, least, most in (
            ("code", rule.code, 1, CODE_MAX),
            ("priority", rule.priority, 0, PRIORITY_MAX),
            ("limit", rule.limit, 1, LIMIT_MAX),
            ("people_max", rule.people_max, 1, PEOPLE_MAX_MAX),
        ):
            if value is not None and not least <= value <= most:
                raise RulesUnsound(f"the {name} of {rule.kind!r} must be {least} to {most}")
    for name, values in (
        ("name", [k.kind for k in kinds]),
        ("code", [k.code for k in kinds]),
        ("priority", [k.priority for k in kinds]),
    ):
        if len(set(values)) < len(values):
            raise RulesUnsound(f"two kinds have the same {name}")
    strong = [k.priority for k in kinds if k.strength is Strength.STRONG]
    weak = [k.priority for k in kinds if k.strength is Strength.WEAK]
    if strong and weak and min(weak) < max(strong):
        raise RulesUnsound("a weak kind must come after all strong ones: it cannot name a person")


DEFAULT_RULES = IdentityRules(
    (
        KindRule("user", 1, Strength.STRONG, 10, limit=1),
        KindRule("unionid", 2, Strength.STRONG, 20, limit=1),
        KindRule("phone", 3, Strength.STRONG, 30, limit=5, people_max=5),
        KindRule("buyer", 4, Strength.STRONG, 40, limit=10, people_max=5),
        KindRule("external_userid", 5, Strength.STRONG, 50, limit=50),
        KindRule("openid", 6, Strength.STRONG, 60, limit=50, people_max=20),
        KindRule("email", 7, Strength.STRONG, 70, limit=5, people_max=5),
        KindRule("device", 8, Strength.WEAK, 80, limit=50, people_max=5),
        KindRule("anon", 9, Strength.WEAK, 90, limit=1000, people_max=5),
    )
)
"""What a new workspace begins with."""
