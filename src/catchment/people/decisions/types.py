"""What an operator may decide about who is who, and what a decision changes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from catchment.people.identity import Pair
from catchment.vault import hide_text

PAIRS_MAX = 1_000
PEOPLE_MERGED_MAX = 20
REASON_LENGTH_MAX = 500
EXAMPLES_MAX = 20


def pair_of(one: tuple[str, int], other: tuple[str, int]) -> Pair:
    """Two subjects with their kinds' codes as they are kept: the smaller subject first."""
    first, second = sorted((one, other))
    return Pair(*first, *second)


@dataclass(frozen=True, slots=True)
class By:
    """Who decides, and why; what is personal in the reason is masked, for it outlives them."""

    actor: str
    reason: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", hide_text(self.reason))


class DecisionKind(StrEnum):
    """What was decided."""

    SPLIT = "split"
    RESTORE = "restore"
    MERGE = "merge"
    IMPORT_REFUSED = "import_refused"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision, kept for ever: a rebuild applies it again.

    Attributes:
        id: `dec_…`; later decisions have greater ids.
        kind: what.
        at, by, reason: when, who and why.
        pairs: the edges it is about; of forgetting, each identifier with itself, or with the one
            that it is a namesake of.
        people_before, people_after: whose they were, and whose they then were.
        applied_at: when the book and the overlay had followed; nothing until then.
    """

    id: str
    kind: DecisionKind
    at: datetime
    by: str
    reason: str
    pairs: Sequence[Pair]
    people_before: Sequence[str]
    people_after: Sequence[str]
    applied_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision changes, or would.

    Attributes:
        people_before: the people it is about.
        people_after: who they are then.
        subjects_moved: identifiers that belong to another person then.
        events_moved: how many events go with them.
        decision: what was kept; nothing for a preview.
    """

    people_before: Sequence[str]
    people_after: Sequence[str]
    subjects_moved: int
    events_moved: int
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class RulesOutcomeExample:
    """People of now whom other rules would part or join, and who they would be."""

    before: Sequence[str]
    after: Sequence[str]


@dataclass(frozen=True, slots=True)
class RulesOutcome:
    """What other rules would do.

    Attributes:
        split: people who would become several.
        merged: people who would be made of several.
        examples: some of those who would be split.
        needs_rereading: identifiers would be read from other places, which is not counted here.
    """

    split: int
    merged: int
    examples: Sequence[RulesOutcomeExample]
    needs_rereading: bool


@dataclass(frozen=True, slots=True)
class NodeKnown:
    """An identifier of a person: its subject, kind, the value masked, and whether it names them."""

    subject: str
    kind: str
    masked: str
    is_name_giver: bool


@dataclass(frozen=True, slots=True)
class EdgeShown:
    """Why two identifiers are thought to be one person's, or why not.

    Attributes:
        left, right: their subjects.
        left_masked, right_masked: their values, masked; empty where no event tells.
        via: by what kind of event, `identify`, `order` …; `operator` for a decision.
        source_id: where that event came from.
        first_at: the earliest time the two were seen together.
        evidence_event_key: that event's key, hex; empty for an operator's.
        verdict: what the rules make of it now.
        decided_by, reason: of the decision that withdrew or made it.
    """

    left: str
    left_masked: str
    right: str
    right_masked: str
    via: str
    source_id: str
    first_at: datetime
    evidence_event_key: str
    verdict: str
    decided_by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class IdentityOfPerson:
    """Who a person is, and how that is known."""

    person: str
    nodes: Sequence[NodeKnown] = field(default_factory=tuple)
    edges: Sequence[EdgeShown] = field(default_factory=tuple)
