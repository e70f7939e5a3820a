"""Collect: from a stranger's request to an event of ours that is kept, once, for ever.

A *source* is where events come from; its write key opens the collector. A request's body is put
into the log as it came, before its sender is thanked; *landing* decodes it into the lake, where the
event's key makes it count once; what cannot be an event waits in *quarantine* to be mended.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from catchment.collect.accept import (
    Acceptor,
    DurableAppender,
    Receipt,
    ReplayGuard,
    SourceDirectory,
    Submission,
)
from catchment.collect.errors import (
    BodyTooLarge,
    EventTooLarge,
    MalformedBody,
    SenderUncertain,
    TooManyEvents,
    UnknownWriteKey,
)
from catchment.collect.formats import FORMATS, decode
from catchment.collect.formats.bodies import BODY_BYTES_MAX, EVENTS_MAX
from catchment.collect.landing_state import Counts, LandingState
from catchment.collect.normalise import happened_one
from catchment.collect.ports import QuarantinedEvent, QuarantineSink, quarantine_id
from catchment.collect.signing.signature import (
    SignatureExpired,
    SignatureMalformed,
    SignatureRefused,
    SignatureReplayed,
    SignatureRequired,
    SignatureUnexpected,
    SignatureWrong,
    Signed,
    secret_text,
)
from catchment.collect.signing.types import (
    NewSigningSecret,
    SecretsClosed,
    SettlingIsTheOwners,
    SettlingNeedsSignature,
    SignatureRule,
    SigningRule,
    SigningSecret,
    SigningSecretUnknown,
    TooManySigningSecrets,
)
from catchment.collect.source_types import (
    BlockedIdsMalformed,
    Quarantined,
    QuarantinedSettled,
    QuarantinedUnknown,
    QuarantineFilter,
    QuarantineState,
    ReasonCount,
    ReleaseReport,
    Source,
    SourceId,
    SourceKind,
    SourceKindUnknown,
    SourceNameMalformed,
    SourceNameTaken,
    SourceUnknown,
    StillUnfit,
    TooManySources,
)
from catchment.collect.subjects import IdentifierKind, SubjectHasher, subject_of
from catchment.collect.types import (
    Decoded,
    EventResult,
    EventStatus,
    Intake,
    ReasonCode,
    Reject,
    SourceSigning,
)
from catchment.events import BLOCKED_IDS

if TYPE_CHECKING:
    from catchment.collect.blocked import (
        list_blocked_ids,
        replace_blocked_ids,
    )
    from catchment.collect.export_orders import (
        EXPORT_JOB_KIND,
        EventExport,
        ExportUnknown,
        ExportWorks,
        export_file,
        list_exports,
        order_export,
        run_export_job,
    )
    from catchment.collect.exports import (
        ExportChoice,
        ExportFormatUnknown,
        ExportReport,
        count_exported,
        export_events,
    )
    from catchment.collect.forgetting import forget, held_of
    from catchment.collect.fresh_look import FreshLook
    from catchment.collect.imports import (
        IMPORT_JOB_KIND,
        ArchiveRefused,
        BrokenMapping,
        ColumnMissing,
        Detected,
        DetectedColumn,
        HeaderMissing,
        Importer,
        ImportFinished,
        ImportFormat,
        ImportMapping,
        ImportRecord,
        ImportRecords,
        ImportReport,
        ImportSpec,
        ImportState,
        ImportTable,
        ImportUnknown,
        MappingMissing,
        RowError,
        RowReason,
        UnknownFormat,
        UnknownTimeZone,
        UnpackLimits,
        UnreadableFile,
        cancel_import,
        get_import,
        import_row_errors,
        list_imports,
        mapping_of,
        order_import,
        parse_mapping,
        row_errors_csv,
        run_import_job,
    )
    from catchment.collect.kept_files import KeptFiles
    from catchment.collect.land import Lander
    from catchment.collect.landing_columns import COLUMNS_FORMAT
    from catchment.collect.landing_parts import LandingParts, LandingReport
    from catchment.collect.quarantine import (
        QuarantineStore,
        count_quarantined,
        discard,
        get_quarantined,
        list_quarantined,
        seal_older,
        summarise_quarantine,
    )
    from catchment.collect.quarantine_release import (
        RELEASE_JOB,
        Releasing,
        finish_releases,
        fix_and_release,
        release_many,
        release_matching,
        request_release,
    )
    from catchment.collect.signing.replays import SeenRequests
    from catchment.collect.source_signing import (
        change_signing,
        list_signing_secrets,
        make_signing_secret,
        revoke_signing_secret,
        signing_rule,
        signing_rules,
    )
    from catchment.collect.sources import (
        Change,
        change_source,
        create_source,
        delete_source,
        find_source_by_name,
        get_source,
        list_sources,
        rotate_write_key,
    )
    from catchment.collect.sources_known import (
        KnownSources,
    )

# Landing brings the table's library; the collector at the edge starts without it.
_ROOMS = {
    name: room
    for room, names in {
        "export_orders": """
            EXPORT_JOB_KIND EventExport ExportUnknown ExportWorks export_file list_exports
            order_export run_export_job
        """,
        "kept_files": "KeptFiles",
        "imports": """
            ArchiveRefused BrokenMapping ColumnMissing Detected DetectedColumn HeaderMissing
            IMPORT_JOB_KIND ImportFinished ImportFormat ImportMapping ImportRecord ImportRecords
            ImportReport ImportSpec ImportState ImportTable ImportUnknown Importer
            MappingMissing RowError RowReason UnknownFormat UnknownTimeZone UnpackLimits
            UnreadableFile cancel_import get_import import_row_errors list_imports mapping_of
            order_import parse_mapping row_errors_csv run_import_job
        """,
        "exports": "ExportChoice ExportFormatUnknown ExportReport count_exported export_events",
        "forgetting": "forget held_of",
        "quarantine": """
            QuarantineStore list_quarantined get_quarantined count_quarantined
            summarise_quarantine discard seal_older
        """,
        "quarantine_release": """
            Releasing fix_and_release request_release release_many release_matching
            finish_releases RELEASE_JOB
        """,
        "blocked": "list_blocked_ids replace_blocked_ids",
        "sources": """
            Change change_source create_source delete_source find_source_by_name get_source
            list_sources rotate_write_key
        """,
        "sources_known": "KnownSources",
        "fresh_look": "FreshLook",
        "signing.replays": "SeenRequests",
        "source_signing": """
            change_signing list_signing_secrets make_signing_secret revoke_signing_secret
            signing_rule signing_rules
        """,
        "landing_columns": "COLUMNS_FORMAT",
        "land": "Lander",
        "landing_parts": "LandingParts LandingReport",
    }.items()
    for name in names.split()
}

__all__ = [
    "BLOCKED_IDS",
    "BODY_BYTES_MAX",
    "COLUMNS_FORMAT",
    "EVENTS_MAX",
    "EXPORT_JOB_KIND",
    "FORMATS",
    "IMPORT_JOB_KIND",
    "RELEASE_JOB",
    "Acceptor",
    "ArchiveRefused",
    "BlockedIdsMalformed",
    "BodyTooLarge",
    "BrokenMapping",
    "Change",
    "ColumnMissing",
    "Counts",
    "Decoded",
    "Detected",
    "DetectedColumn",
    "DurableAppender",
    "EventExport",
    "EventResult",
    "EventStatus",
    "EventTooLarge",
    "ExportChoice",
    "ExportFormatUnknown",
    "ExportReport",
    "ExportUnknown",
    "ExportWorks",
    "FreshLook",
    "HeaderMissing",
    "IdentifierKind",
    "ImportFinished",
    "ImportFormat",
    "ImportMapping",
    "ImportRecord",
    "ImportRecords",
    "ImportReport",
    "ImportSpec",
    "ImportState",
    "ImportTable",
    "ImportUnknown",
    "Importer",
    "Intake",
    "KeptFiles",
    "KnownSources",
    "Lander",
    "LandingParts",
    "LandingReport",
    "LandingState",
    "MalformedBody",
    "MappingMissing",
    "NewSigningSecret",
    "QuarantineFilter",
    "QuarantineSink",
    "QuarantineState",
    "QuarantineStore",
    "Quarantined",
    "QuarantinedEvent",
    "QuarantinedSettled",
    "QuarantinedUnknown",
    "ReasonCode",
    "ReasonCount",
    "Receipt",
    "Reject",
    "ReleaseReport",
    "Releasing",
    "ReplayGuard",
    "RowError",
    "RowReason",
    "SecretsClosed",
    "SeenRequests",
    "SenderUncertain",
    "SettlingIsTheOwners",
    "SettlingNeedsSignature",
    "SignatureExpired",
    "SignatureMalformed",
    "SignatureRefused",
    "SignatureReplayed",
    "SignatureRequired",
    "SignatureRule",
    "SignatureUnexpected",
    "SignatureWrong",
    "Signed",
    "SigningRule",
    "SigningSecret",
    "SigningSecretUnknown",
    "Source",
    "SourceDirectory",
    "SourceId",
    "SourceKind",
    "SourceKindUnknown",
    "SourceNameMalformed",
    "SourceNameTaken",
    "SourceSigning",
    "SourceUnknown",
    "StillUnfit",
    "SubjectHasher",
    "Submission",
    "TooManyEvents",
    "TooManySigningSecrets",
    "TooManySources",
    "UnknownFormat",
    "UnknownTimeZone",
    "UnknownWriteKey",
    "UnpackLimits",
    "UnreadableFile",
    "cancel_import",
    "change_signing",
    "change_source",
    "count_exported",
    "count_quarantined",
    "create_source",
    "decode",
    "delete_source",
    "discard",
    "export_events",
    "export_file",
    "find_source_by_name",
    "finish_releases",
    "fix_and_release",
    "forget",
    "get_import",
    "get_quarantined",
    "get_source",
    "happened_one",
    "held_of",
    "import_row_errors",
    "list_blocked_ids",
    "list_exports",
    "list_imports",
    "list_quarantined",
    "list_signing_secrets",
    "list_sources",
    "make_signing_secret",
    "mapping_of",
    "order_export",
    "order_import",
    "parse_mapping",
    "quarantine_id",
    "release_many",
    "release_matching",
    "replace_blocked_ids",
    "request_release",
    "revoke_signing_secret",
    "rotate_write_key",
    "row_errors_csv",
    "run_export_job",
    "run_import_job",
    "seal_older",
    "secret_text",
    "signing_rule",
    "signing_rules",
    "subject_of",
    "summarise_quarantine",
]


def __getattr__(name: str) -> object:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{room}"), name)
