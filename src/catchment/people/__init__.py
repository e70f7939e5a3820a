"""Knowing: which subjects are one person, and what is known of them.

Events are kept under the keyed hash of their own strongest identifier and are never rewritten. Who
that is stands in an overlay beside them, derived from the identity book: joining people, splitting
them and starting over change the book and the overlay alone.

Names are looked up when first used: some of the rooms bring heavy libraries.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from catchment.people.ports import ClosedVault, OverlayTable, PersonalValues, Subjects
from catchment.people.show import Deed, Person, PersonUnknown, person_of, show, timeline

# Packed, for they are many.
# fmt: off
# isort: off
if TYPE_CHECKING:
    from catchment.people.facts import (
        built_in_facts, condition_json, measure_json, read_condition, read_measure,
    )
    from catchment.people.traits import (
        FieldRule, Trait, TraitChange, TraitExists, TraitPreview, TraitRefused, TraitSpec,
        TraitType, TraitUnknown, TraitsFull, change_trait, declare_trait, declared_measure,
        delete_trait, get_trait, list_traits, placed, preview_trait, trait_values,
    )
    from catchment.people.looking_up import finds_somebody
    from catchment.people.parts import PeopleParts
    from catchment.people.profile import (
        NobodyThere, Profile, TraitKnown, read_profile, resolve_person,
        subjects_of_person,
    )
    from catchment.people.people_list import (
        PeopleAsk, PeopleOrder, PeoplePage, PersonListed, everyone_seen, list_people, lookup_person,
        names_of,
    )
    from catchment.people.person_identifiers import IdentifierShown
    from catchment.people.shown_traits import shown_trait
    from catchment.people.sums import Sums
    from catchment.people.person_timeline import (
        DeedKind, TimelineAsk, TimelineEvent, read_timeline,
    )
    from catchment.people.decisions import (
        By, Decision, DecisionKind, EdgeNotOfPerson, EdgeShown, IdentityOfPerson, NodeKnown,
        NothingNamed, NothingToDecide, Outcome, PersonNotInBook, RulesOutcome, TooMuchAtOnce,
    )
    from catchment.people.duplicates import (
        DUPLICATES_JOB_KIND, DuplicateWorks, Likeness, Particulars, Suggestion, SuggestionDecided,
        SuggestionKind, SuggestionState, SuggestionUnknown, count_open, decide_suggestion,
        forget_suggestions, list_suggestions, order_search, particulars_of, run_search_job,
        search_duplicates,
    )
    from catchment.people.facts import (
        NEVER, Aggregate, Condition, Fact, FactBook, FactsBehind, FactsChange, Measure,
        MeasureAnswer, MeasureRefused, Occurrences,
    )
    from catchment.people.forgetting import (
        FORGET_JOB, Forgetting, forget, forgotten_in, people_subscriber, run_forget_job,
    )
    from catchment.people.identifiers import (
        DEFAULT_KINDS, DeclaredKind, KindsMalformed, PlaceMalformed, Refusal, RefusalReason,
        is_built_in,
    )
    from catchment.people.identifiers.fields import identity_fields
    from catchment.people.identity import (
        DEFAULT_RULES, EdgeKnown, IdentityBook, IdentityChanges, IdentityPages, IdentityRules,
        IdentityView, KindRule, Links, Pair, RulePreview, RulesUnsound, Strength, Verdict, Via,
        person_of_subject,
    )
    from catchment.people.interests import (
        INTEREST_KINDS, InterestAnswer, InterestEvidence, InterestGraphs, InterestItem,
        InterestKeeper, InterestKind, InterestNeighbour, InterestScored, InterestWay, Interests,
        read_interest_kind,
    )
    from catchment.people.levels import (
        FREQUENCIES, LEVEL_PEOPLE, NET_VALUE, POINTS_MAX, SEEN, SEGMENTS, SEGMENT_NAMES, STAGES,
        STAGE_CONVERSION, STAGE_SPEED, THRESHOLDS_EVERY, THRESHOLDS_JOB, TRANSITIONS, VALUE_SHARE,
        Codes, FrequencySettings, LevelBook, LevelSettingsMalformed, LifeCycleFold, LifeCycleRules,
        LifeReport, Pareto, ParetoOf, ParetoPoint, RfmFold, RfmNumbers, RfmSettings, RfmThresholds,
        Scheme, SchemeUnknown, Segment, Stage, StageCohort, StageCount, StageFlow, StageSpeed,
        Standing, ThresholdsMissing, Transitions, change_frequency, change_life_cycle, change_rfm,
        facts_of_levels, fold_life_cycle, frequency_of, frequency_settings, life_cycle_rules,
        life_events, life_of, life_report, measure_thresholds, newest_thresholds, order_currency,
        order_thresholds, pareto, plain_condition, read_transitions, rfm_numbers, rfm_of,
        rfm_settings, run_thresholds_job, scores_of, segments_of, stage_of, take_thresholds,
    )
    from catchment.people.overlay import (
        Overlay, OverlayReport, catch_up, rebuild,
    )
    from catchment.people.registrar import Registrar
    from catchment.people.tags import (
        PEOPLE_AT_ONCE_MAX, Assignment, Members, Tag, TagChange, TagCount, TagDeed, TagGroup,
        TagGroupLocked, TagGroupNotEmpty, TagGroupUnknown, TagLogLine, TagNameMalformed,
        TagNameTaken, TagReasonTooLong, TagUnknown, TooManyPeople, TooManyTags, change_tag_group,
        count_tag, counting, create_tag, create_tag_group, delete_tag, delete_tag_group,
        forget_tags, get_tag_group, give_automatically, give_tag, list_tag_groups, list_tags,
        members_of_each, rename_tag, tag_holders, tag_log, tags_of, tags_of_each,
        take_automatically, take_tag,
    )
    from catchment.people.consent import (
        Basis, ConsentChange, ConsentEntry, ConsentKeeper, ConsentMalformed, ConsentStanding,
        ConsentState, ConsentWord, consent_entries_of, consent_of_each, consent_standing,
        may_contact, write_consent,
    )
    from catchment.people.consent.proofs import SealedProofs
    from catchment.people.rights import (
        ConnectedSystem, Correction, IdentifierMalformed, NotSuppressed, Poster, ReceiptRefused,
        RECEIPT, ReceiptNotYet, RightKind, RightState, RightsChange, RightsRequest,
        RightsRequestOver, RightsRequestUnknown,
        DeletionLifted, Suppression, approve_right, ask_right, check_receipt, connect_system,
        disconnect_system, get_right, is_automation_allowed, is_suppressed, lift_deletion,
        lift_suppression, list_rights,
        list_suppressions, list_systems, refuse_right, refusing_in, refusing_people,
        tell_systems,
    )
    from catchment.people.rights.access_file import (
        AccessWorks, open_access_file, run_access_job, sweep_access_files, forget_access_files,
    )
    from catchment.people.rights.correcting import CorrectionWorks, run_correction_job
    from catchment.people.rights.deletion import (
        Deletions, ERASE_JOB, hurry_deletion, right_of_decision,
    )
    from catchment.people.rights.gathering import Gathering
    from catchment.people.rights.requests import (
        ACCESS_JOB, CORRECTION_JOB,
    )
    from catchment.people.works import PeopleWorks

_OFFERS = {
    "decisions": (
        "By", "Decision", "DecisionKind", "EdgeNotOfPerson", "EdgeShown", "IdentityOfPerson",
        "NodeKnown", "NothingNamed", "NothingToDecide", "Outcome", "PersonNotInBook",
        "RulesOutcome", "TooMuchAtOnce",
    ),
    "duplicates": (
        "DUPLICATES_JOB_KIND", "DuplicateWorks", "Likeness", "Particulars", "Suggestion",
        "SuggestionDecided", "SuggestionKind", "SuggestionState", "SuggestionUnknown", "count_open",
        "decide_suggestion", "forget_suggestions", "list_suggestions", "order_search",
        "particulars_of", "run_search_job", "search_duplicates",
    ),
    "facts": (
        "built_in_facts", "condition_json", "measure_json", "read_condition", "read_measure",
        "NEVER", "Aggregate", "Condition", "Fact", "FactBook", "FactsBehind", "FactsChange",
        "Measure", "MeasureAnswer", "MeasureRefused", "Occurrences",
    ),
    "forgetting": (
        "FORGET_JOB", "Forgetting", "forget", "forgotten_in", "people_subscriber", "run_forget_job",
    ),
    "identifiers": (
        "DEFAULT_KINDS", "DeclaredKind", "KindsMalformed", "PlaceMalformed", "Refusal",
        "RefusalReason", "is_built_in",
    ),
    "identifiers.fields": ("identity_fields",),
    "identity": (
        "DEFAULT_RULES", "EdgeKnown", "IdentityBook", "IdentityChanges", "IdentityPages",
        "IdentityRules", "IdentityView", "KindRule", "Links", "Pair", "RulePreview", "RulesUnsound",
        "Strength", "Verdict", "Via", "person_of_subject",
    ),
    "interests": (
        "INTEREST_KINDS", "InterestAnswer", "InterestEvidence", "InterestGraphs", "InterestItem",
        "InterestKeeper", "InterestKind", "InterestNeighbour", "InterestScored", "InterestWay",
        "Interests", "read_interest_kind",
    ),
    "levels": (
        "FREQUENCIES", "LEVEL_PEOPLE", "NET_VALUE", "POINTS_MAX", "SEEN", "SEGMENTS",
        "SEGMENT_NAMES", "STAGES", "STAGE_CONVERSION", "STAGE_SPEED", "THRESHOLDS_EVERY",
        "THRESHOLDS_JOB", "TRANSITIONS", "VALUE_SHARE", "Codes", "FrequencySettings", "LevelBook",
        "LevelSettingsMalformed", "LifeCycleFold", "LifeCycleRules", "LifeReport", "Pareto",
        "ParetoOf", "ParetoPoint", "RfmFold", "RfmNumbers", "RfmSettings", "RfmThresholds",
        "Scheme", "SchemeUnknown", "Segment", "Stage", "StageCohort", "StageCount", "StageFlow",
        "StageSpeed", "Standing", "ThresholdsMissing", "Transitions", "change_frequency",
        "change_life_cycle", "change_rfm", "facts_of_levels", "fold_life_cycle", "frequency_of",
        "frequency_settings", "life_cycle_rules", "life_events", "life_of", "life_report",
        "measure_thresholds", "newest_thresholds", "order_currency", "order_thresholds", "pareto",
        "plain_condition", "read_transitions", "rfm_numbers", "rfm_of", "rfm_settings",
        "run_thresholds_job", "scores_of", "segments_of", "stage_of", "take_thresholds",
    ),
    "overlay": (
        "Overlay", "OverlayReport", "catch_up", "rebuild",
    ),
    "registrar": ("Registrar",),
    "tags": (
        "PEOPLE_AT_ONCE_MAX", "Assignment", "Members", "Tag", "TagChange", "TagCount", "TagDeed",
        "TagGroup", "TagGroupLocked", "TagGroupNotEmpty", "TagGroupUnknown", "TagLogLine",
        "TagNameMalformed", "TagNameTaken", "TagReasonTooLong", "TagUnknown", "TooManyPeople",
        "TooManyTags", "change_tag_group", "count_tag", "counting", "create_tag",
        "create_tag_group", "delete_tag", "delete_tag_group", "forget_tags", "get_tag_group",
        "give_automatically", "give_tag", "list_tag_groups", "list_tags", "members_of_each",
        "rename_tag", "tag_holders", "tag_log", "tags_of", "tags_of_each", "take_automatically",
        "take_tag",
    ),
    "consent": (
        "Basis", "ConsentChange", "ConsentEntry", "ConsentKeeper", "ConsentMalformed",
        "ConsentStanding", "ConsentState", "ConsentWord", "consent_entries_of", "consent_of_each",
        "consent_standing", "may_contact", "write_consent",
    ),
    "consent.proofs": ("SealedProofs",),
    "rights": (
        "ConnectedSystem", "Correction", "IdentifierMalformed", "NotSuppressed", "Poster",
        "RECEIPT", "ReceiptRefused", "RightKind", "RightState", "RightsChange", "RightsRequest",
        "ReceiptNotYet", "RightsRequestOver", "RightsRequestUnknown", "Suppression",
        "DeletionLifted", "approve_right", "ask_right",
        "check_receipt", "connect_system", "disconnect_system", "get_right",
        "is_automation_allowed", "is_suppressed", "lift_deletion", "lift_suppression",
        "list_rights",
        "list_suppressions", "list_systems", "refuse_right", "refusing_in", "refusing_people",
        "tell_systems",
    ),
    "rights.access_file": (
        "AccessWorks", "open_access_file", "run_access_job", "sweep_access_files",
        "forget_access_files",
    ),
    "rights.correcting": (
        "CorrectionWorks", "run_correction_job",
    ),
    "rights.deletion": (
        "Deletions", "ERASE_JOB", "hurry_deletion", "right_of_decision",
    ),
    "rights.gathering": ("Gathering",),
    "rights.requests": (
        "ACCESS_JOB", "CORRECTION_JOB",
    ),
    "works": ("PeopleWorks",),
    "traits": (
        "FieldRule", "Trait", "TraitChange", "TraitExists", "TraitPreview", "TraitRefused",
        "TraitSpec", "TraitType", "TraitUnknown", "TraitsFull", "change_trait", "declare_trait",
        "declared_measure", "delete_trait", "get_trait", "list_traits", "placed", "preview_trait",
        "trait_values",
    ),
    "looking_up": ("finds_somebody",),
    "parts": ("PeopleParts",),
    "profile": (
        "NobodyThere", "Profile", "TraitKnown", "read_profile", "resolve_person",
        "subjects_of_person",
    ),
    "people_list": (
        "PeopleAsk", "PeopleOrder", "PeoplePage", "PersonListed", "everyone_seen", "list_people",
        "lookup_person", "names_of",
    ),
    "person_identifiers": ("IdentifierShown",),
    "shown_traits": ("shown_trait",),
    "sums": ("Sums",),
    "person_timeline": (
        "DeedKind", "TimelineAsk", "TimelineEvent", "read_timeline",
    ),
}
_ROOMS = {name: room for room, names in _OFFERS.items() for name in names}

__all__ = [
    "ACCESS_JOB", "CORRECTION_JOB", "DEFAULT_KINDS", "DEFAULT_RULES", "DUPLICATES_JOB_KIND",
    "ERASE_JOB", "FORGET_JOB", "FREQUENCIES", "INTEREST_KINDS", "LEVEL_PEOPLE", "NET_VALUE",
    "NEVER", "PEOPLE_AT_ONCE_MAX", "POINTS_MAX", "RECEIPT", "SEEN", "SEGMENTS", "SEGMENT_NAMES",
    "STAGES", "STAGE_CONVERSION", "STAGE_SPEED", "THRESHOLDS_EVERY", "THRESHOLDS_JOB",
    "TRANSITIONS", "VALUE_SHARE", "AccessWorks", "Aggregate", "Assignment", "Basis", "By",
    "ClosedVault", "Codes", "Condition", "ConnectedSystem", "ConsentChange", "ConsentEntry",
    "ConsentKeeper", "ConsentMalformed", "ConsentStanding", "ConsentState", "ConsentWord",
    "Correction", "CorrectionWorks", "Decision", "DecisionKind", "DeclaredKind", "Deed", "DeedKind",
    "DeletionLifted", "Deletions", "DuplicateWorks", "EdgeKnown", "EdgeNotOfPerson", "EdgeShown",
    "Fact", "FactBook",
    "FactsBehind", "FactsChange", "FieldRule", "Forgetting", "FrequencySettings", "Gathering",
    "IdentifierMalformed", "IdentifierShown", "IdentityBook", "IdentityChanges", "IdentityOfPerson",
    "IdentityPages", "IdentityRules", "IdentityView", "InterestAnswer", "InterestEvidence",
    "InterestGraphs", "InterestItem", "InterestKeeper", "InterestKind", "InterestNeighbour",
    "InterestScored", "InterestWay", "Interests", "KindRule", "KindsMalformed", "LevelBook",
    "LevelSettingsMalformed", "LifeCycleFold", "LifeCycleRules", "LifeReport", "Likeness", "Links",
    "Measure", "MeasureAnswer", "MeasureRefused", "Members", "NobodyThere", "NodeKnown",
    "NotSuppressed", "NothingNamed", "NothingToDecide", "Occurrences", "Outcome", "Overlay",
    "OverlayReport", "OverlayTable", "Pair", "Pareto", "ParetoOf", "ParetoPoint", "Particulars",
    "PeopleAsk", "PeopleOrder", "PeoplePage", "PeopleParts", "PeopleWorks", "Person",
    "PersonListed", "PersonNotInBook", "PersonUnknown", "PersonalValues", "PlaceMalformed",
    "Poster", "Profile", "ReceiptNotYet", "ReceiptRefused", "Refusal", "RefusalReason",
    "Registrar", "RfmFold",
    "RfmNumbers", "RfmSettings", "RfmThresholds", "RightKind", "RightState", "RightsChange",
    "RightsRequest", "RightsRequestOver", "RightsRequestUnknown", "RulePreview", "RulesOutcome",
    "RulesUnsound", "Scheme", "SchemeUnknown", "SealedProofs", "Segment", "Stage", "StageCohort",
    "StageCount", "StageFlow", "StageSpeed", "Standing", "Strength", "Subjects", "Suggestion",
    "SuggestionDecided", "SuggestionKind", "SuggestionState", "SuggestionUnknown", "Sums",
    "Suppression", "Tag", "TagChange", "TagCount", "TagDeed", "TagGroup", "TagGroupLocked",
    "TagGroupNotEmpty", "TagGroupUnknown", "TagLogLine", "TagNameMalformed", "TagNameTaken",
    "TagReasonTooLong", "TagUnknown", "ThresholdsMissing", "TimelineAsk", "TimelineEvent",
    "TooManyPeople", "TooManyTags", "TooMuchAtOnce", "Trait", "TraitChange", "TraitExists",
    "TraitKnown", "TraitPreview", "TraitRefused", "TraitSpec", "TraitType", "TraitUnknown",
    "TraitsFull", "Transitions", "Verdict", "Via", "approve_right", "ask_right", "built_in_facts",
    "catch_up", "change_frequency", "change_life_cycle", "change_rfm", "change_tag_group",
    "change_trait", "check_receipt", "condition_json", "connect_system", "consent_entries_of",
    "consent_of_each", "consent_standing", "count_open", "count_tag", "counting", "create_tag",
    "create_tag_group", "decide_suggestion", "declare_trait", "declared_measure", "delete_tag",
    "delete_tag_group", "delete_trait", "disconnect_system", "everyone_seen", "facts_of_levels",
    "finds_somebody", "fold_life_cycle", "forget", "forget_access_files", "forget_suggestions",
    "forget_tags", "forgotten_in",
    "frequency_of", "frequency_settings", "get_right", "get_tag_group", "get_trait",
    "give_automatically", "give_tag", "hurry_deletion", "identity_fields", "is_automation_allowed",
    "is_built_in", "is_suppressed", "life_cycle_rules", "life_events", "life_of", "life_report",
    "lift_deletion", "lift_suppression", "list_people", "list_rights", "list_suggestions",
    "list_suppressions",
    "list_systems", "list_tag_groups", "list_tags", "list_traits", "lookup_person", "may_contact",
    "measure_json", "measure_thresholds", "members_of_each", "names_of", "newest_thresholds",
    "open_access_file", "order_currency", "order_search", "order_thresholds", "pareto",
    "particulars_of", "people_subscriber", "person_of", "person_of_subject", "placed",
    "plain_condition", "preview_trait", "read_condition", "read_interest_kind", "read_measure",
    "read_profile", "read_timeline", "read_transitions", "rebuild", "refuse_right",
    "refusing_in", "refusing_people", "rename_tag", "resolve_person", "rfm_numbers", "rfm_of",
    "rfm_settings",
    "right_of_decision", "run_access_job", "run_correction_job", "run_forget_job", "run_search_job",
    "run_thresholds_job", "scores_of", "search_duplicates", "segments_of", "show", "shown_trait",
    "stage_of", "subjects_of_person", "sweep_access_files", "tag_holders", "tag_log", "tags_of",
    "tags_of_each", "take_automatically", "take_tag", "take_thresholds", "tell_systems", "timeline",
    "trait_values", "write_consent",
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
