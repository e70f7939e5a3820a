"""What `people` announces: operators' decisions about who is who. Ids only."""

import msgspec


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
    """A person was taken out of the identity graph; whoever keeps more of them forgets it too."""

    workspace_id: str
    decision_id: str
    person: str
