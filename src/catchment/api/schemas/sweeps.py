"""The sweep of earlier events, as it is asked for and told."""

from typing import Literal

from pydantic import Field

from catchment.api.schemas.events import Job
from catchment.api.schemas.shapes import Answer, Ask, At, Count


class SweepAsk(Ask):
    """Whether to move what is found, or only to count it."""

    dry_run: bool = Field(
        default=False, description="Counts what would be moved; the job's result says it."
    )


class Sweep(Answer):
    """How far the sweep of earlier events is."""

    state: Literal["never", "waiting", "running", "done", "failed"]
    job: Job | None = Field(description="The last one that was ordered, but for rehearsals.")
    rows: Count = Field(description="Events that were looked through.")
    total: Count = Field(description="Events that there were to look through.")
    events: Count = Field(description="Events that held a personal value in clear.")
    values: dict[str, int] = Field(description="Values that went to the vault, by kind.")
    begun_at: At | None
    ended_at: At | None
    files_leaving: Count = Field(description="Replaced files that are deleted within two hours.")
