"""What landed before it was known as personal: moving it to the vault, and how far that is."""

from typing import Literal

from fastapi import APIRouter

from catchment import access, jobs, lake, vault
from catchment.api.at_the_desk import DeskRoute
from catchment.api.desk import Desk
from catchment.api.rendering import job_shape
from catchment.api.routes.paths import WORKSPACE, PrivacyManager, PrivacyReader
from catchment.api.schemas import events
from catchment.api.schemas import sweeps as shapes
from catchment.kernel import instant_from_us

router = APIRouter(tags=["privacy"], route_class=DeskRoute)
SWEEP = f"{WORKSPACE}/privacy/sweep"
ONCE, REHEARSAL = "sweep", "rehearsal"
JOBS_LOOKED_AT = 10

SweepWord = Literal["never", "waiting", "running", "done", "failed"]


@router.get(SWEEP, operation_id="read_sweep")
def read_sweep(desk: PrivacyReader) -> shapes.Sweep:
    """How far earlier events were looked through for personal values, and what was moved."""
    table = desk.services.events
    state = table.sweeps.read(desk.workspace_id)
    page = jobs.list_jobs(
        desk.reading, desk.workspace_id, kind=vault.SWEEP_JOB, limit=JOBS_LOOKED_AT
    )
    last = next((one for one in page.items if not one.payload.get("dry_run")), None)
    return shapes.Sweep(
        state=_word(last, is_known=state.position >= 0),
        job=None if last is None else job_shape(last),
        rows=min(state.rows, state.total),
        total=state.total,
        events=state.events,
        values=dict(state.values),
        begun_at=instant_from_us(state.begun_us) if state.begun_us else None,
        ended_at=instant_from_us(state.ended_us) if state.ended_us else None,
        files_leaving=lake.still_on_disk(table, desk.workspace_id),
    )


@router.post(SWEEP, operation_id="sweep_events", status_code=202)
def sweep_events(ask: shapes.SweepAsk, desk: PrivacyManager) -> events.Job:
    """Looks through every event, in the background, and moves what is personal to the vault."""
    if not ask.dry_run:
        _note(desk)
    return job_shape(order_sweep(desk, is_dry=ask.dry_run, is_whole=True))


def order_sweep(desk: Desk, *, is_dry: bool = False, is_whole: bool = False) -> jobs.Job:
    """Orders a sweep with whatever else this unit of work does; one at a time is under way."""
    payload = {"dry_run": is_dry} if is_dry else {"whole": is_whole}
    return jobs.enqueue(
        desk.work, desk.workspace_id, vault.SWEEP_JOB, payload, clock=desk.clock, ids=desk.ids,
        once_key=REHEARSAL if is_dry else ONCE, requested_by=desk.actor,
    )  # fmt: skip


def _word(last: jobs.Job | None, *, is_known: bool) -> SweepWord:
    if last is not None and last.state is jobs.JobState.QUEUED:
        return "waiting"
    if last is not None and last.state is jobs.JobState.RUNNING:
        return "running"
    if last is not None and last.state is jobs.JobState.FAILED:
        return "failed"
    return "done" if is_known else "never"


def _note(desk: Desk) -> None:
    """Into both trails: the workspace's own, and that of personal data."""
    act = vault.Act(desk.actor, "field.sweep.ask", reason="all events")
    desk.services.privacy.trail.add(desk.work, desk.workspace_id, [act])
    access.record(
        desk.work, desk.workspace_id, desk.actor, "privacy.field.sweep.ask", "all events",
        clock=desk.clock, ids=desk.ids,
    )  # fmt: skip
