"""The rules of retention of a workspace: read, set, and noted when they were enforced."""

from dataclasses import replace

from catchment.kernel import Clock, Invalid, WorkspaceId
from catchment.store import UnitOfWork
from catchment.vault.fields.types import RETENTION_DAYS_MAX
from catchment.vault.retention import store
from catchment.vault.retention.types import FILES_DAYS_MAX, Retention
from catchment.vault.trail.types import TRAIL_DAYS_MIN

_FILES = frozenset({"uploads_days", "exports_days"})


class RetentionRefused(Invalid):
    """Days are 1 to 36,500; the trail is kept for three years at least."""


class RetentionBook:
    """How long each workspace keeps what.

    Args:
        clock: tells the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def of(self, uow: UnitOfWork, workspace_id: WorkspaceId) -> Retention:
        """The rules of a workspace; the house's own where none were set."""
        return store.find(uow, workspace_id) or Retention()

    def change(
        self, uow: UnitOfWork, workspace_id: WorkspaceId, rules: Retention, *, actor: str
    ) -> Retention:
        """Sets the rules; they are enforced at the next round.

        Raises:
            RetentionRefused: a number of days is out of its bounds.
        """
        days = (
            ("events_days", rules.events_days), ("quarantine_days", rules.quarantine_days),
            ("uploads_days", rules.uploads_days), ("exports_days", rules.exports_days),
        )  # fmt: skip
        for name, count in days:
            if count is not None and not 1 <= count <= RETENTION_DAYS_MAX:
                raise RetentionRefused(pointer=f"/{name}")
            if count is not None and name in _FILES and count > FILES_DAYS_MAX:
                raise RetentionRefused(
                    f"files are kept for {FILES_DAYS_MAX} days at most", pointer=f"/{name}"
                )
        if not TRAIL_DAYS_MIN <= rules.trail_days <= RETENTION_DAYS_MAX:
            raise RetentionRefused(
                f"the trail is kept for {TRAIL_DAYS_MIN} days at least", pointer="/trail_days"
            )
        kept = self.of(uow, workspace_id)
        changed = replace(
            rules, changed_by=actor, changed_at=self._clock.now(), enforced_at=kept.enforced_at
        )
        store.keep(uow, workspace_id, changed)
        return changed

    def note_enforced(self, uow: UnitOfWork, workspace_id: WorkspaceId) -> None:
        """Writes down that the rules were enforced now."""
        kept = self.of(uow, workspace_id)
        store.keep(uow, workspace_id, replace(kept, enforced_at=self._clock.now()))
