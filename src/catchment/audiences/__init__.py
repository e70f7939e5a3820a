"""Choosing: which people a rule means, now and at every instant after.

An audience is a *rule*: a small typed tree of questions about a person (what they did and did not
do, their traits, tags, levels, consent, other audiences), never text of a query language. A rule
is read from JSON, checked against what there is, and evaluated over people in bulk. The answer
says of each person whether they are in, and when time alone may next change that, so that nobody
has to be looked at again before. Membership is kept from those answers: people enter and leave by
events and by the clock, and every step is written down and announced.

The rooms bring NumPy, Arrow and compiled loops, so names are looked up when first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

# Packed, for they are many.
# fmt: off
# isort: off
from catchment.audiences.errors import (
    AudienceArchived, AudienceChanged, AudienceExportUnknown, AudienceInUse, AudienceNameTaken,
    AudienceNotFilled, AudienceUnknown, ListInUse, ListUnfit, ListUnknown, OverlapRefused,
    RuleProblem, RuleRefused, TooManyAudiences,
)
from catchment.audiences.types import (
    AUDIENCES_MAX, OVERLAP_MAX, SAMPLE_MAX, Audience, AudienceExport, AudienceState,
    AudienceVersion, Belonging, Cause, Direction, ExportFormat, GrowthDay, Intersection,
    ListRowProblem, ListRowReason, PeopleList, Refill, Transition,
)

if TYPE_CHECKING:
    from catchment.audiences.answering_notices import (
        audience_subscriber, forget, look_again, refill_readers_of_levels,
    )
    from catchment.audiences.checking import (
        Catalogue, TraitType, check_rule,
    )
    from catchment.audiences.definitions import (
        Author, Draft, Reads, RuleCheck, archive_audience, change_audience, create_audience,
        get_audience, list_audiences, list_versions, reads_of_audiences, restore_audience,
        rules_of_audiences,
    )
    from catchment.audiences.evaluation import (
        evaluate, evaluate_each,
    )
    from catchment.audiences.explaining import (
        Evidence, PersonNotHere, Why, explain,
    )
    from catchment.audiences.exports.striking import (
        forget_in_files,
    )
    from catchment.audiences.exports.orders import (
        AUDIENCE_EXPORT_JOB, ExportOrder, ExportState, export_state, list_exports, note_export,
        order_export,
    )
    from catchment.audiences.export_ports import (
        ExportParts, NoApproval, Reading,
    )
    from catchment.audiences.exports.writing import (
        ExportFile, open_export, run_audience_export, sweep_exports, write_people,
    )
    from catchment.audiences.growth import (
        Growth, growth_of,
    )
    from catchment.audiences.judging import (
        AttributeListening, Catalogues, RuleJudge,
    )
    from catchment.audiences.lists.store import (
        lists_naming,
    )
    from catchment.audiences.lists.taking import (
        ListOrder, delete_list, get_list, list_ids, list_lists, take_list,
    )
    from catchment.audiences.live import (
        LiveAudiences, StepReport,
    )
    from catchment.audiences.looking import (
        PersonNotKnown, Seen, Told, belongings_of, explain_member, list_transitions, preview_rule,
        refresh_audience, sample_members, standing_audience,
    )
    from catchment.audiences.overlap import (
        Overlap, overlap_of,
    )
    from catchment.audiences.parts import (
        Answer, Attributes, Deeds, Parts, Standing,
    )
    from catchment.audiences.plan import (
        Plan, facts_of, plan_of,
    )
    from catchment.audiences.ports import (
        Face, Faces, Happenings, Identifiers, Judge, Judged, Listening, Members, PeopleBook,
        PeopleView, Tagging, Touched,
    )
    from catchment.audiences.reading import (
        read_rule,
    )
    from catchment.audiences.rules import (
        AllOf, AnyOf, Consent, ConsentIs, Did, DidInOrder, DidNot, InAudience, InList, LevelIs, Not,
        RandomSample, Rule, ScoreIs, StageIs, TagIs, TraitIs, audiences_of, lists_of, walk,
    )
    from catchment.audiences.works import (
        AudienceWorks,
    )
    from catchment.audiences.writing import (
        write_rule,
    )

_OFFERS = {
    "answering_notices": (
        "audience_subscriber", "forget", "look_again", "refill_readers_of_levels",
    ),
    "checking": (
        "Catalogue", "TraitType", "check_rule",
    ),
    "definitions": (
        "Author", "Draft", "Reads", "RuleCheck", "archive_audience", "change_audience",
        "create_audience", "get_audience", "list_audiences", "list_versions", "reads_of_audiences",
        "restore_audience", "rules_of_audiences",
    ),
    "evaluation": (
        "evaluate", "evaluate_each",
    ),
    "explaining": (
        "Evidence", "PersonNotHere", "Why", "explain",
    ),
    "exports.striking": (
        "forget_in_files",
    ),
    "exports.orders": (
        "AUDIENCE_EXPORT_JOB", "ExportOrder", "ExportState", "export_state", "list_exports",
        "note_export", "order_export",
    ),
    "export_ports": (
        "ExportParts", "NoApproval", "Reading",
    ),
    "exports.writing": (
        "ExportFile", "open_export", "run_audience_export", "sweep_exports", "write_people",
    ),
    "growth": (
        "Growth", "growth_of",
    ),
    "judging": (
        "AttributeListening", "Catalogues", "RuleJudge",
    ),
    "lists.store": (
        "lists_naming",
    ),
    "lists.taking": (
        "ListOrder", "delete_list", "get_list", "list_ids", "list_lists", "take_list",
    ),
    "live": (
        "LiveAudiences", "StepReport",
    ),
    "looking": (
        "PersonNotKnown", "Seen", "Told", "belongings_of", "explain_member", "list_transitions",
        "preview_rule", "refresh_audience", "sample_members", "standing_audience",
    ),
    "overlap": (
        "Overlap", "overlap_of",
    ),
    "parts": (
        "Answer", "Attributes", "Deeds", "Parts", "Standing",
    ),
    "plan": (
        "Plan", "facts_of", "plan_of",
    ),
    "ports": (
        "Face", "Faces", "Happenings", "Identifiers", "Judge", "Judged", "Listening", "Members",
        "PeopleBook", "PeopleView", "Tagging", "Touched",
    ),
    "reading": (
        "read_rule",
    ),
    "rules": (
        "AllOf", "AnyOf", "Consent", "ConsentIs", "Did", "DidInOrder", "DidNot", "InAudience",
        "InList", "LevelIs", "Not", "RandomSample", "Rule", "ScoreIs", "StageIs", "TagIs",
        "TraitIs", "audiences_of", "lists_of", "walk",
    ),
    "works": (
        "AudienceWorks",
    ),
    "writing": (
        "write_rule",
    ),
}
_ROOMS = {name: room for room, names in _OFFERS.items() for name in names}

__all__ = [
    "AUDIENCES_MAX", "AUDIENCE_EXPORT_JOB", "OVERLAP_MAX", "SAMPLE_MAX", "AllOf", "Answer", "AnyOf",
    "AttributeListening", "Attributes", "Audience", "AudienceArchived", "AudienceChanged",
    "AudienceExport", "AudienceExportUnknown", "AudienceInUse", "AudienceNameTaken",
    "AudienceNotFilled", "AudienceState", "AudienceUnknown", "AudienceVersion", "AudienceWorks",
    "Author", "Belonging", "Catalogue", "Catalogues", "Cause", "Consent", "ConsentIs", "Deeds",
    "Did", "DidInOrder", "DidNot", "Direction", "Draft", "Evidence", "ExportFile", "ExportFormat",
    "ExportOrder", "ExportParts", "ExportState", "Face", "Faces", "Growth", "GrowthDay",
    "Happenings", "Identifiers", "InAudience", "InList", "Intersection", "Judge", "Judged",
    "LevelIs", "ListInUse", "ListOrder", "ListRowProblem", "ListRowReason", "ListUnfit",
    "ListUnknown", "Listening", "LiveAudiences", "Members", "NoApproval", "Not", "Overlap",
    "OverlapRefused", "Parts", "PeopleBook", "PeopleList", "PeopleView", "PersonNotHere",
    "PersonNotKnown", "Plan", "RandomSample", "Reading", "Reads", "Refill", "Rule", "RuleCheck",
    "RuleJudge", "RuleProblem", "RuleRefused", "ScoreIs", "Seen", "StageIs", "Standing",
    "StepReport", "TagIs", "Tagging", "Told", "TooManyAudiences", "Touched", "TraitIs", "TraitType",
    "Transition", "Why", "archive_audience", "audience_subscriber", "audiences_of", "belongings_of",
    "change_audience", "check_rule", "create_audience", "delete_list", "evaluate", "evaluate_each",
    "explain", "explain_member", "export_state", "facts_of", "forget", "forget_in_files",
    "get_audience", "get_list", "growth_of", "list_audiences", "list_exports", "list_ids",
    "list_lists", "list_transitions", "list_versions", "lists_naming", "lists_of", "look_again",
    "note_export", "open_export",
    "order_export", "overlap_of", "plan_of", "preview_rule", "read_rule", "reads_of_audiences",
    "refill_readers_of_levels", "refresh_audience", "restore_audience", "rules_of_audiences",
    "run_audience_export", "sample_members", "standing_audience", "sweep_exports", "take_list",
    "walk", "write_people", "write_rule",
]
# isort: on
# fmt: on


def __getattr__(name: str) -> object:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{room}"), name)
    globals()[name] = value
    return value
