"""What a workspace says of its identifiers: which kinds, how strong, and where they stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catchment.people.identity import IdentityRules, KindRule, Strength

KINDS_MAX = 32
PLACES_MAX = 16
PLACE_LENGTH_MAX = 128
LABEL_LENGTH_MAX = 64
BLOCKED_VALUES_MAX = 1_000
LIMIT_MAX = 10_000


@dataclass(frozen=True, slots=True)
class DeclaredKind:
    """One kind of identifier, as a workspace declares it.

    Attributes:
        name: `phone`, `openid` … or one of the workspace's own.
        code: its number in the book of identities; fixed once given.
        label_zh, label_en: what people call it.
        strength: strong kinds join people; weak ones only ever follow a strong one.
        priority: smaller is stronger: it names the person, and is dropped last.
        limit: at most so many of it in one person.
        people_max: seen with more than so many identifiers of one kind, it is shared and
            identifies nobody.
        blocked: values that stand for nobody, beside those that everyone knows.
        places: where it is found, beside the external ids of its name: `traits.phone`.
        scope_places: where the app, company or platform of such a value is found.
    """

    name: str
    code: int
    label_zh: str
    label_en: str
    strength: Strength
    priority: int
    limit: int | None = None
    people_max: int | None = None
    blocked: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    scope_places: tuple[str, ...] = ()

    @property
    def rule(self) -> KindRule:
        """What the book of identities needs to know of it."""
        return KindRule(
            self.name, self.code, self.strength, self.priority, self.limit, self.people_max
        )


def rules_of(kinds: Iterable[DeclaredKind]) -> IdentityRules:
    """The rules that these kinds make.

    Raises:
        RulesUnsound: they contradict each other.
    """
    return IdentityRules(tuple(kind.rule for kind in kinds))


class RefusalReason(StrEnum):
    """Why an identifier of an event joined nobody."""

    BLOCKED = "blocked"
    MALFORMED = "malformed"
    TOO_LONG = "too_long"
    NO_SCOPE = "no_scope"
    UNDECLARED = "undeclared"
    OVER_LIMIT = "over_limit"
    IMPORT_CONFLICT = "import_conflict"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Identifiers of one kind that were refused for one reason.

    Attributes:
        kind: which kind.
        reason: why.
        count: how many times.
        example: the last one, masked.
        source_id: where that one came from.
        last_at: when it reached us.
    """

    kind: str
    reason: RefusalReason
    count: int
    example: str
    source_id: str
    last_at: datetime
