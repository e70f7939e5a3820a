"""What `people` announces: operators' decisions about who is who. Ids only."""

import msgspec

FORGOTTEN_AT_ONCE_MAX = 500
"""So many subjects one notice names; a person of more is told in several."""


class PeopleMerged(msgspec.Struct, frozen=True, tag=True):
    """Several people are one from now on, by an operator's decision."""

    workspace_id: str
    decision_id: str
    people_before: tuple[str, ...]
    people_after: tuple[str, ...]


class PeopleSplit(msgspec.Struct, frozen=True, tag=True):
    """One person is several from now on, by an operator's decision."""

    workspace_id: str
    decision_id: str
    people_before: tuple[str, ...]
    people_after: tuple[str, ...]


class PersonForgotten(msgspec.Struct, frozen=True, tag=True):
    """A person was taken out of the identity graph; whoever keeps more of them forgets it too.

    Attributes:
        workspace_id, decision_id: whose, and by which decision.
        person: who, as they were called last.
        subjects: what they went by: a person id may have been made of any of these.
    """

    workspace_id: str
    decision_id: str
    person: str
    subjects: tuple[str, ...] = ()
