"""Rights: what people may ask of those who keep data about them, and what is done about it.

See it all, have it put right, have it deleted, not be judged by machines. Each request has a time
by which it must be met, steps that can be watched, and ends in a record or a signed receipt.
"""

from catchment.people.rights.addresses import Poster
from catchment.people.rights.automated import (
    allow_automation,
    is_automation_allowed,
    refuse_automation,
    refusing_in,
    refusing_people,
)
from catchment.people.rights.errors import (
    CorrectionMissing,
    FileGone,
    FileNotApproved,
    IdentifierMalformed,
    NotSuppressed,
    ReceiptNotYet,
    ReceiptRefused,
    RightsRequestOver,
    RightsRequestUnknown,
    SystemAddressRefused,
    SystemsFull,
    SystemUnknown,
)
from catchment.people.rights.ports import Identifier, Keys, Parting
from catchment.people.rights.receipts import RECEIPT, check_receipt
from catchment.people.rights.requests import (
    ACCESS_JOB,
    CORRECTION_JOB,
    RightsChange,
    approve_right,
    ask_right,
    get_right,
    list_rights,
    refuse_right,
)
from catchment.people.rights.suppression import (
    is_suppressed,
    lift_deletion,
    lift_suppression,
    list_suppressions,
)
from catchment.people.rights.systems import (
    connect_system,
    disconnect_system,
    list_systems,
    tell_systems,
)
from catchment.people.rights.types import (
    ConnectedSystem,
    Correction,
    DeletionLifted,
    RightKind,
    RightsRequest,
    RightState,
    Step,
    StepState,
    Suppression,
    SystemState,
)

__all__ = [
    "ACCESS_JOB",
    "CORRECTION_JOB",
    "RECEIPT",
    "ConnectedSystem",
    "Correction",
    "CorrectionMissing",
    "DeletionLifted",
    "FileGone",
    "FileNotApproved",
    "Identifier",
    "IdentifierMalformed",
    "Keys",
    "NotSuppressed",
    "Parting",
    "Poster",
    "ReceiptNotYet",
    "ReceiptRefused",
    "RightKind",
    "RightState",
    "RightsChange",
    "RightsRequest",
    "RightsRequestOver",
    "RightsRequestUnknown",
    "Step",
    "StepState",
    "Suppression",
    "SystemAddressRefused",
    "SystemState",
    "SystemUnknown",
    "SystemsFull",
    "allow_automation",
    "approve_right",
    "ask_right",
    "check_receipt",
    "connect_system",
    "disconnect_system",
    "get_right",
    "is_automation_allowed",
    "is_suppressed",
    "lift_deletion",
    "lift_suppression",
    "list_rights",
    "list_suppressions",
    "list_systems",
    "refuse_automation",
    "refuse_right",
    "refusing_in",
    "refusing_people",
    "tell_systems",
]
