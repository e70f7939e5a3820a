"""The words of grants: leave to read personal data, for a purpose, for a while."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from catchment.kernel import WorkspaceId
from catchment.vault.errors import GrantRefused
from catchment.vault.types import Purpose

GRANT_MINUTES_DEFAULT = 30
GRANT_MINUTES_MAX = 8 * 60
GRANT_KINDS_MAX = 16
GRANT_PEOPLE_MAX = 500
"""Whom one grant may let somebody look at, one by one."""

GRANT_EXPORT_PEOPLE_MAX = 1_000_000
GRANT_SENSITIVE_PEOPLE_MAX = 20
GRANT_UNANSWERED = timedelta(days=7)
"""After so long nobody answers a request any more; it is asked anew."""

SENSITIVE_KINDS = frozenset({"idcard", "bankcard"})
"""What does harm in any hands: never in bulk, and of a few people at a time."""


class GrantScope(StrEnum):
    """What a grant is for: looking at people one by one, or one file that is not masked."""

    REVEAL = "reveal"
    EXPORT = "export"


class GrantState(StrEnum):
    """Where a grant stands; the last two are found when it is looked at."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    REVOKED = "revoked"
    EXPIRED = "expired"
    USED_UP = "used_up"


class GrantRule(StrEnum):
    """The rules that a request or a use of a grant can break; named in every refusal."""

    TOO_LONG = "too_long"
    TOO_MANY_PEOPLE = "too_many_people"
    TOO_MANY_KINDS = "too_many_kinds"
    SENSITIVE_IN_BULK = "sensitive_in_bulk"
    NOT_BY_ONESELF = "not_by_oneself"
    NOT_TWICE = "not_twice"
    HOLDER = "holder"
    NOT_GRANTED = "not_granted"
    EXPIRED = "expired"
    SCOPE = "scope"
    PURPOSE = "purpose"
    KIND = "kind"
    PEOPLE_USED_UP = "people_used_up"
    CONSENT = "consent"


def grant_refused(rule: GrantRule, message: str, pointer: str = "/grant_id") -> GrantRefused:
    """The refusal that names the rule, for people and for machines."""
    place = {"pointer": pointer, "message": message, "code": rule.value}
    return GrantRefused(message, rule=rule.value, problems=[place])


@dataclass(frozen=True, slots=True)
class GrantSpec:
    """What is asked for.

    Attributes:
        scope: one person at a time, or a file.
        purpose: what for.
        kinds: kinds of values, as `phone`.
        people_max: of how many people.
        minutes: for how long, from the approval on.
        reason, ticket: why, for those who answer and those who audit.

    Raises:
        GrantRefused: it is too wide; the details name the rule.
    """

    scope: GrantScope
    purpose: Purpose
    kinds: tuple[str, ...]
    people_max: int
    minutes: int
    reason: str
    ticket: str = ""

    def __post_init__(self) -> None:
        is_export = self.scope is GrantScope.EXPORT
        if not 1 <= self.minutes <= GRANT_MINUTES_MAX:
            raise grant_refused(
                GrantRule.TOO_LONG, f"A grant lasts {GRANT_MINUTES_MAX} minutes at most.",
                "/minutes",
            )  # fmt: skip
        if not 1 <= len(self.kinds) <= GRANT_KINDS_MAX:
            raise grant_refused(
                GrantRule.TOO_MANY_KINDS, f"A grant names 1 to {GRANT_KINDS_MAX} kinds.", "/kinds"
            )
        sensitive = sorted(SENSITIVE_KINDS.intersection(self.kinds))
        if sensitive and is_export:
            raise grant_refused(
                GrantRule.SENSITIVE_IN_BULK,
                f"{', '.join(sensitive)} is never put into a file; reveal it one by one.", "/kinds",
            )  # fmt: skip
        most = GRANT_EXPORT_PEOPLE_MAX if is_export else GRANT_PEOPLE_MAX
        if sensitive:
            most = GRANT_SENSITIVE_PEOPLE_MAX
        if not 1 <= self.people_max <= most:
            raise grant_refused(
                GrantRule.TOO_MANY_PEOPLE, f"Such a grant is for {most:,} people at most.",
                "/people_max",
            )  # fmt: skip

    @property
    def approvals_needed(self) -> int:
        """How many others must approve: two of what leaves the house in a file."""
        return 2 if self.scope is GrantScope.EXPORT else 1


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant as it stands now.

    Attributes:
        id: `grn_…`.
        workspace_id: where it holds.
        spec: what was asked for.
        state: where it stands.
        requested_by, requested_at: who asked, and when.
        approvals: who approved so far.
        settled_by, settled_reason: who refused or revoked it, and why.
        people_used: of how many people something was read under it.
        starts_at, expires_at: when it holds; none before it is granted.
    """

    id: str
    workspace_id: WorkspaceId
    spec: GrantSpec
    state: GrantState
    requested_by: str
    requested_at: datetime
    approvals: Sequence[Approval] = field(default=())
    settled_by: str | None = None
    settled_reason: str = ""
    people_used: int = 0
    starts_at: datetime | None = None
    expires_at: datetime | None = None

    def at(self, now: datetime) -> "Grant":
        """The same grant as it stands at an instant: perhaps expired or used up."""
        if self.state is GrantState.ASKED and now - self.requested_at >= GRANT_UNANSWERED:
            return replace(self, state=GrantState.EXPIRED)
        if self.state is not GrantState.GRANTED:
            return self
        if self.expires_at is None or now >= self.expires_at:
            return replace(self, state=GrantState.EXPIRED)
        if self.people_used >= self.spec.people_max:
            return replace(self, state=GrantState.USED_UP)
        return self
