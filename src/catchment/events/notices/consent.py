"""What `people` announces of consent and of automated decisions: that somebody stands otherwise."""

import msgspec

SUBJECTS_AT_ONCE_MAX = 500
"""So many subjects one notice names; more are told in several."""


class ConsentChanged(msgspec.Struct, frozen=True, tag=True):
    """These subjects said something about consent; whoever acts on it looks at them again."""

    workspace_id: str
    subjects: tuple[str, ...]


class AutomatedDecisionsChanged(msgspec.Struct, frozen=True, tag=True):
    """These people refused to be judged by machines, or allowed it again."""

    workspace_id: str
    subjects: tuple[str, ...]
    is_allowed: bool
