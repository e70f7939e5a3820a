"""The words of retention: how long what is kept."""

from dataclasses import dataclass
from datetime import datetime

from catchment.vault.trail.types import TRAIL_DAYS_MIN

QUARANTINE_DAYS = 90
FILES_DAYS_MAX = 7
"""Files that were brought in or made are swept after a week, whatever was set."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a workspace keeps things, in days.

    Attributes:
        events_days: events in the lake; none: as long as the workspace stands.
        quarantine_days: what events that were held back said.
        uploads_days: files that were brought in.
        exports_days: files that were made.
        trail_days: the trail of readings.
        changed_by, changed_at: who set them, and when.
        enforced_at: when they were last enforced.
    """

    events_days: int | None = None
    quarantine_days: int = QUARANTINE_DAYS
    uploads_days: int = FILES_DAYS_MAX
    exports_days: int = FILES_DAYS_MAX
    trail_days: int = TRAIL_DAYS_MIN
    changed_by: str | None = None
    changed_at: datetime | None = None
    enforced_at: datetime | None = None
