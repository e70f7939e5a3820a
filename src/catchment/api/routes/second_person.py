"""The person behind a caller: where two people are needed, a key is whoever made it."""

from catchment import access
from catchment.api.desk import Desk


def person_behind(desk: Desk, actor: str) -> str:
    """The operator who made a key, however many keys lie between; of others, they themselves."""
    return access.person_behind(desk.reading, desk.workspace_id, actor)
