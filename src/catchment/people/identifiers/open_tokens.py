"""Opening tokens to tell whose identifiers they are: in bulk, inside, and seen by nobody."""

from collections.abc import Iterable

from catchment.kernel import WorkspaceId
from catchment.people.ports import PersonalValues
from catchment.vault import Access, Purpose

RECOGNISING = Access(
    actor="people", purpose=Purpose.MATCHING, reason="telling whose identifiers events name"
)


def open_tokens(
    vault: PersonalValues, workspace_id: WorkspaceId, tokens: Iterable[str]
) -> dict[str, str | None]:
    """What each token stands for; `None` where its key was destroyed.

    Args:
        vault: opens them.
        workspace_id: whose.
        tokens: none at all leaves no line in the trail.
    """
    ordered = sorted(set(tokens))
    if not ordered:
        return {}
    return dict(zip(ordered, vault.open_for(workspace_id, ordered, RECOGNISING), strict=True))
