"""What `audiences` announces: who entered and who left, one by one or many at once."""

import msgspec


class AudienceEntered(msgspec.Struct, frozen=True, tag=True):
    """A person is in an audience from now on, who was not before.

    Attributes:
        workspace_id, audience_id: where.
        person: who, as they are called now.
        version: the definition's version that decided it.
        cause: `event`, `time`, `merge` or `edit`.
    """

    workspace_id: str
    audience_id: str
    person: str
    version: int
    cause: str


class AudienceLeft(msgspec.Struct, frozen=True, tag=True):
    """A person is no longer in an audience; fields as in `AudienceEntered`."""

    workspace_id: str
    audience_id: str
    person: str
    version: int
    cause: str


class AudienceRefilled(msgspec.Struct, frozen=True, tag=True):
    """Many moved at once, by a first filling, an edit or a refresh.

    Attributes:
        workspace_id, audience_id: where.
        version: the definition's version that is filled now.
        cause: `edit` or `refresh`.
        entered, left: how many moved.
        size: people in it now.
        is_announced: whether each of them was announced as well.
    """

    workspace_id: str
    audience_id: str
    version: int
    cause: str
    entered: int
    left: int
    size: int
    is_announced: bool
