"""Notices: what one context announces to the others, in the past tense.

They are published language. A subscriber knows a notice by its shape here and never imports the
context that announced it. Fields are only ever added, with a default; a changed meaning is a new
notice. They hold ids, not personal data, because they are kept for a while.
"""

from catchment.events.notices.access import OperatorJoined, OperatorLeft, WorkspaceCreated
from catchment.events.notices.audiences import AudienceEntered, AudienceLeft, AudienceRefilled
from catchment.events.notices.collect import (
    BlockedIdsChanged,
    QuarantineReleased,
    SourceChanged,
    SourceCreated,
    SourceDeleted,
)
from catchment.events.notices.consent import (
    SUBJECTS_AT_ONCE_MAX,
    AutomatedDecisionsChanged,
    ConsentChanged,
)
from catchment.events.notices.jobs import JobFailed
from catchment.events.notices.people import (
    FORGOTTEN_AT_ONCE_MAX,
    PeopleMerged,
    PeopleSplit,
    PersonForgotten,
)
from catchment.events.notices.tags import TAGGED_AT_ONCE_MAX, TagGiven, TagTaken

NoticeBody = (
    AudienceEntered
    | AudienceLeft
    | AudienceRefilled
    | AutomatedDecisionsChanged
    | BlockedIdsChanged
    | ConsentChanged
    | JobFailed
    | OperatorJoined
    | OperatorLeft
    | PeopleMerged
    | PeopleSplit
    | PersonForgotten
    | QuarantineReleased
    | SourceChanged
    | SourceCreated
    | SourceDeleted
    | TagGiven
    | TagTaken
    | WorkspaceCreated
)
"""Any notice; its class name is its name on the wire."""

__all__ = [
    "FORGOTTEN_AT_ONCE_MAX",
    "SUBJECTS_AT_ONCE_MAX",
    "TAGGED_AT_ONCE_MAX",
    "AudienceEntered",
    "AudienceLeft",
    "AudienceRefilled",
    "AutomatedDecisionsChanged",
    "BlockedIdsChanged",
    "ConsentChanged",
    "JobFailed",
    "NoticeBody",
    "OperatorJoined",
    "OperatorLeft",
    "PeopleMerged",
    "PeopleSplit",
    "PersonForgotten",
    "QuarantineReleased",
    "SourceChanged",
    "SourceCreated",
    "SourceDeleted",
    "TagGiven",
    "TagTaken",
    "WorkspaceCreated",
]
