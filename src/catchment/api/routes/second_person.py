"""The person behind a caller: where two people are needed, a key is whoever made it."""

from catchment import access
from catchment.api.desk import Desk


def person_behind(desk: Desk, actor: str) -> str:
    """The operator who made a key; of anybody else, they themselves."""
    for key in access.list_keys(desk.reading, desk.workspace_id):
        if key.id == actor:
            return key.created_by
    return actor
