"""Retention kept: what has had its time goes, from the vault, the lake, the quarantine, the files.

Two jobs come round by themselves. One enforces each workspace's rules; the other signs the trail's
end once a day, goes on with a rotation of the master key that was cut short, and destroys the keys
whose destruction was approved and is due. Others replace a workspace's key, or the master key, when
somebody asks. Each may be cut short and simply begins again.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import structlog

from catchment import audiences
from catchment.access import list_workspaces
from catchment.app.keys import tell_everybody
from catchment.collect.expiring import expire_quarantine
from catchment.jobs import Handler, JobRun, Period
from catchment.kernel import Conflict, Unavailable, WorkspaceId, us_from_instant
from catchment.store import UnitOfWork
from catchment.vault import (
    MASTER_JOB,
    ROTATION_JOB,
    Act,
    DataClass,
    Retention,
    finish_master_rotation,
    rotate_master_key,
    rotate_workspace_key,
    run_due_destructions,
    run_due_master_destructions,
)

if TYPE_CHECKING:
    from catchment.app.home import Home
    from catchment.lake import EventTable

RETENTION_JOB = "privacy.retention"
TRAIL_JOB = "privacy.trail"
EVERY = timedelta(hours=1)
EXPIRED_AT_ONCE = 10_000
PASSES_MAX = 1_000
WORKER = "worker"
_DAY_US = 86_400_000_000

_log = structlog.get_logger(__name__)


def privacy_handlers(home: "Home") -> Mapping[str, Handler]:
    """What is done for each kind of job of this room."""
    return {
        RETENTION_JOB: lambda _run: keep_retention(home),
        TRAIL_JOB: lambda _run: keep_trail(home),
        ROTATION_JOB: lambda run: _rotate(home, run),
        MASTER_JOB: lambda run: _rotate_master(home, run),
    }


def privacy_periods() -> Sequence[Period]:
    """What comes round by itself."""
    return (Period(RETENTION_JOB, EVERY), Period(TRAIL_JOB, EVERY))


def keep_retention(home: "Home") -> Mapping[str, int]:
    """Enforces the rules of every workspace; returns how much of what went."""
    sums = dict.fromkeys(("values", "events", "quarantined", "files", "trail"), 0)
    with UnitOfWork(home.database, reads_only=True) as uow:
        workspaces = [one.id for one in list_workspaces(uow)]
    for workspace_id in workspaces:
        with UnitOfWork(home.database, reads_only=True) as uow:
            rules = home.privacy.retention.of(uow, workspace_id)
        for name, count in _enforced(home, workspace_id, rules).items():
            sums[name] += count
        with UnitOfWork(home.database) as uow:
            home.privacy.retention.note_enforced(uow, workspace_id)
    return sums


def _enforced(home: "Home", workspace_id: WorkspaceId, rules: Retention) -> dict[str, int]:
    now = home.clock.now()
    gone = {
        "values": _expire_values(home, workspace_id, now),
        "events": 0,
        "quarantined": expire_quarantine(
            home.database, workspace_id, now - timedelta(days=rules.quarantine_days), now
        ),
        "files": _expire_files(home, workspace_id, rules, now),
        "trail": 0,
    }
    if rules.events_days is not None:
        zone = home.zone_of(workspace_id)
        gone["events"] = _expire_events(
            home, workspace_id, day_before(now, rules.events_days, zone)
        )
    try:
        gone["trail"] = home.privacy.trail.cut(workspace_id, rules.trail_days)
    except Unavailable as away:
        _log.warning("trail_not_cut", workspace=workspace_id, reason=away.message)
    if any(gone.values()):
        said = ", ".join(f"{name} {count}" for name, count in gone.items() if count)
        home.privacy.trail.write(workspace_id, [Act(WORKER, "retention.enforce", reason=said)])
    return gone


def day_before(now: datetime, days: int, zone: str) -> datetime:
    """The beginning of the first day that is kept, in the workspace's zone.

    Whole days go, so that no file is written anew every hour.
    """
    today = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    # Days of the calendar, whatever the clocks did in between.
    return (today - timedelta(days=days)).astimezone(UTC)


def _expire_values(home: "Home", workspace_id: WorkspaceId, now: datetime) -> int:
    """Values that were not sent for longer than their field's retention.

    Where several fields share a kind and class, the longest holds for all of them: a value does not
    remember by which of them it came.
    """
    with UnitOfWork(home.database, reads_only=True) as uow:
        fields = home.privacy.fields.list(uow, workspace_id)
    longest: dict[tuple[str, DataClass], int | None] = {}
    for one in fields:
        place, days = (one.spec.kind, one.spec.data_class), one.spec.retention_days
        known = longest.get(place, days)
        longest[place] = None if days is None or known is None else max(days, known)
    gone, today = 0, us_from_instant(now) // _DAY_US
    for (kind, data_class), days in longest.items():
        if days is None:
            continue
        for _ in range(PASSES_MAX):
            count = home.vault.expire(
                workspace_id, kind, data_class, before_day=today - days, limit=EXPIRED_AT_ONCE
            )
            gone += count
            if count < EXPIRED_AT_ONCE:
                break
    return gone


def expire_events(table: "EventTable", workspace_id: WorkspaceId, before: datetime) -> int:
    """Takes events from before an instant out of the lake's files; returns how many.

    One file at a time, each swap whole or not at all.
    """
    gone, edge_us = 0, us_from_instant(before)
    for file in table.files(workspace_id):
        first, last = file.stats["time"]
        if first >= edge_us:
            continue
        rows = table.read([file])
        edge = pa.scalar(edge_us, pa.timestamp("us", "UTC"))
        kept = rows.slice(0, 0) if last < edge_us else rows.filter(
            pc.greater_equal(rows["time"], edge.cast(rows.schema.field("time").type))
        )  # fmt: skip
        if kept.num_rows < rows.num_rows:
            table.erase([file], kept)
            gone += rows.num_rows - kept.num_rows
    return gone


def _expire_events(home: "Home", workspace_id: WorkspaceId, before: datetime) -> int:
    """The same, and what was derived of them follows; cut short, it does so the next time."""
    edge_us = us_from_instant(before)
    if any(file.stats["time"][0] < edge_us for file in home.events.files(workspace_id)):
        home.facts.outdate(workspace_id)
    gone = expire_events(home.events, workspace_id, before)
    try:
        if home.facts.renew(workspace_id):
            _log.info("facts_renewed", workspace=workspace_id)
    except (Conflict, Unavailable) as behind:
        _log.warning("facts_not_renewed", workspace=workspace_id, reason=behind.message)
    if home.interest_keeper.follow_retention(workspace_id, before):
        _log.info("interests_renewed", workspace=workspace_id)
    if gone:
        with UnitOfWork(home.database) as uow:
            audiences.look_again(uow, workspace_id)
    return gone


def _expire_files(home: "Home", workspace_id: WorkspaceId, rules: Retention, now: datetime) -> int:
    folder = home.settings.home
    places = (
        (folder / "uploads" / workspace_id, rules.uploads_days),
        (folder / "exports" / workspace_id, rules.exports_days),
        (home.audiences.files / workspace_id, rules.exports_days),
    )
    return sum(_swept(place, now - timedelta(days=days)) for place, days in places)


def _swept(folder: Path, before: datetime) -> int:
    gone = 0
    for path in list(folder.iterdir()) if folder.is_dir() else ():
        if path.stat().st_mtime >= before.timestamp():
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        gone += 1
    return gone


def keep_trail(home: "Home") -> Mapping[str, int]:
    """Signs every trail's end once a day, and destroys the keys that are due."""
    if (rotated := finish_master_rotation(home.keys)) is not None:
        _log.warning("master_rotation_finished", version=rotated.version)
    destroyed = run_due_destructions(home.keys)
    for one in destroyed:
        reason = (
            f"{one.data_class.value} {one.version}: asked by {one.asked_by}, "
            f"approved by {one.approved_by}"
        )
        home.privacy.trail.write(one.workspace_id, [Act(WORKER, "key.destroy", reason=reason)])
    masters = run_due_master_destructions(home.keys)
    for gone in masters:
        said = f"{gone.version}: asked by {gone.asked_by}, approved by {gone.approved_by}"
        act = Act(WORKER, "key.master.destroy", reason=str(gone.version))
        tell_everybody(home, act, {gone.asked_in: replace(act, reason=said)})
    trail = home.privacy.trail
    signed = [trail.sign(workspace_id) for workspace_id in trail.workspaces()]
    return {
        "signed": sum(head is not None for head in signed),
        "destroyed": len(destroyed) + len(masters),
    }


def _rotate_master(home: "Home", run: JobRun) -> Mapping[str, Any]:
    """Replaces the master key; begun again, it goes on where it was."""
    done = rotate_master_key(home.keys, progress=run.progress)
    return {"version": done.version, "moved": done.done}


def _rotate(home: "Home", run: JobRun) -> Mapping[str, Any]:
    """Replaces a workspace's key; begun again, it goes on where it was."""
    data_class = DataClass(run.payload["data_class"])
    done = rotate_workspace_key(home.keys, run.workspace_id, data_class, progress=run.progress)
    return {"data_class": data_class.value, "version": done.version, "moved": done.done}
