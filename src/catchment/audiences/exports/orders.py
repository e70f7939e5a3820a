"""Ordering files of an audience's people: for a purpose, with leave, and traced.

A file whose traits are masked needs no leave beyond the right to export. One that holds personal
data in the clear or hashed takes a grant that others approved; a grant that is missing or does not
cover it is refused with the rule's name, when it is ordered and once more when it is written.
"""

from dataclasses import dataclass
from datetime import timedelta

from catchment import access
from catchment.audiences.definitions import get_audience
from catchment.audiences.errors import AudienceNotFilled
from catchment.audiences.export_ports import Reading
from catchment.audiences.exports import store
from catchment.audiences.types import AudienceExport, ExportFormat
from catchment.audiences.works import AudienceWorks
from catchment.jobs import JobState, enqueue, get_job
from catchment.kernel import Missing, Page, WorkspaceId
from catchment.store import UnitOfWork
from catchment.vault import Purpose

AUDIENCE_EXPORT_JOB = "audiences.export"
EXPORTS_LAST = timedelta(days=7)
AD_CHANNEL = "ads"
"""The channel that a list for an ad platform is for, as consent names it."""

_HASHED = {ExportFormat.HASHED_PHONE: "phone", ExportFormat.HASHED_EMAIL: "email"}


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """A file as somebody wants it.

    Attributes:
        audience_id: whose people.
        format: what it holds.
        purpose: what it is for, in their words.
        actor: how the audit trail names them.
        traits: which traits stand beside the person ids of a CSV.
        unmasked: whether they stand there in full.
        use: what the people's data is used for; of a list for an ad platform always marketing.
        channel: of marketing, by which way people are to be reached.
        grant_id: the grant for what is not masked.
    """

    audience_id: str
    format: ExportFormat
    purpose: str
    actor: str
    traits: tuple[str, ...] = ()
    unmasked: bool = False
    use: Purpose = Purpose.SERVICE
    channel: str = ""
    grant_id: str | None = None

    @property
    def hashed_kind(self) -> str | None:
        """The kind of identifier that stands there hashed, if one does."""
        return _HASHED.get(self.format)

    @property
    def real_use(self) -> Purpose:
        """What the people's data is used for."""
        return Purpose.MARKETING if self.hashed_kind else self.use

    @property
    def consent_channel(self) -> str | None:
        """The channel that people must have agreed to, to stand in the file."""
        if self.real_use is not Purpose.MARKETING:
            return None
        return self.channel or AD_CHANNEL


@dataclass(frozen=True, slots=True)
class ExportState:
    """How far a file is, and why it failed, if it did."""

    state: JobState
    reason: str | None


def reading_of(
    works: AudienceWorks, workspace_id: WorkspaceId, order: ExportOrder, *, people: int, file: str
) -> Reading | None:
    """The personal data that an order takes out in the clear or hashed; none of a masked one.

    Args:
        works: the parts.
        workspace_id: whose.
        order: what is wanted.
        people: of how many.
        file: the file's id.
    """
    kinds: tuple[str, ...] = ()
    if order.hashed_kind:
        kinds = (order.hashed_kind,)
    elif order.unmasked:
        personal = works.exports.personal(workspace_id, order.traits)
        kinds = tuple(sorted(set(personal.values())))
    if not kinds:
        return None
    return Reading(order.actor, order.grant_id, order.real_use, kinds, people, order.purpose, file)


def order_export(
    works: AudienceWorks, uow: UnitOfWork, workspace_id: WorkspaceId, order: ExportOrder
) -> AudienceExport:
    """Orders a file of an audience's people; the order and its purpose go into the audit trail.

    Raises:
        AudienceUnknown: there is none of this id here.
        AudienceNotFilled: it has no members yet.
        GrantNeeded, GrantRefused: it holds what is not masked, and nobody approved that.
    """
    export_id = note_export(works, uow, workspace_id, order)
    job = enqueue(
        uow, workspace_id, AUDIENCE_EXPORT_JOB,
        {"export_id": export_id, "use": order.use.value, "channel": order.channel,
         "grant_id": order.grant_id},
        clock=works.clock, ids=works.ids, requested_by=order.actor,
    )  # fmt: skip
    now = works.clock.now()
    made = AudienceExport(
        id=export_id, workspace_id=workspace_id, audience_id=order.audience_id,
        format=order.format, purpose=order.purpose,
        traits=order.traits if order.format is ExportFormat.CSV else (),
        unmasked=order.unmasked, job_id=job.id, rows=None, left_out=None, bytes=None,
        requested_by=order.actor, created_at=now, expires_at=now + EXPORTS_LAST,
    )  # fmt: skip
    store.insert_export(uow, made)
    return made


def note_export(
    works: AudienceWorks, uow: UnitOfWork, workspace_id: WorkspaceId, order: ExportOrder
) -> str:
    """Gives leave for a file, and puts it and its purpose into the audit trail; the file's id.

    Raises:
        AudienceUnknown: there is none of this id here.
        AudienceNotFilled: it has no members yet.
        GrantNeeded, GrantRefused: it holds what is not masked, and nobody approved that.
    """
    size = get_audience(uow, workspace_id, order.audience_id).size
    if size is None:
        raise AudienceNotFilled
    export_id = works.ids.make("aex")
    reading = reading_of(works, workspace_id, order, people=size, file=export_id)
    if reading is not None:
        works.exports.approval.check(uow, workspace_id, reading)
    access.record(
        uow, workspace_id, order.actor, "audiences.export", order.audience_id,
        clock=works.clock, ids=works.ids,
        detail={"format": order.format.value, "purpose": order.purpose,
                "traits": list(order.traits), "unmasked": order.unmasked,
                "use": order.real_use.value, "grant_id": order.grant_id},
    )  # fmt: skip
    return export_id


def list_exports(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    audience_id: str,
    *,
    limit: int | None = None,
    cursor: str | None = None,
) -> Page[AudienceExport]:
    """An audience's files, newest first, those that are gone included.

    Raises:
        AudienceUnknown: there is none of this id here.
    """
    get_audience(uow, workspace_id, audience_id)
    return store.page_of_exports(uow, workspace_id, audience_id, limit=limit, cursor=cursor)


def export_state(uow: UnitOfWork, made: AudienceExport) -> ExportState:
    """How far a file is."""
    if made.rows is not None:
        return ExportState(JobState.DONE, None)
    try:
        job = get_job(uow, made.workspace_id, made.job_id)
    except Missing:
        return ExportState(JobState.FAILED, None)
    return ExportState(job.state, job.reason)
