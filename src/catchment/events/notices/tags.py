"""What `people` announces of tags: given and taken, by hand or by a rule."""

import msgspec

TAGGED_AT_ONCE_MAX = 500
"""So many subjects one notice names; more are told in several."""


class TagGiven(msgspec.Struct, frozen=True, tag=True):
    """These subjects have a tag they had not before."""

    workspace_id: str
    tag_id: str
    subjects: tuple[str, ...]
    is_automatic: bool


class TagTaken(msgspec.Struct, frozen=True, tag=True):
    """These subjects have a tag no more: taken, replaced, or deleted with the tag."""

    workspace_id: str
    tag_id: str
    subjects: tuple[str, ...]
    is_automatic: bool
