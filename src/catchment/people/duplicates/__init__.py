"""Duplicates: people who may be one person twice, or of one household, for an operator to judge.

Identifiers join people by rules; particulars (a name, a street, a birthday) only suggest. Pairs
worth comparing are those that agree on something rare; how likely a pair is one person is the model
of Fellegi and Sunter, learnt from the workspace's own people. Nothing is ever merged by itself.
"""

from catchment.people.duplicates.decide import Merging, decide_suggestion, get_suggestion
from catchment.people.duplicates.errors import SuggestionDecided, SuggestionUnknown
from catchment.people.duplicates.jobs import (
    DUPLICATES_JOB_KIND,
    order_search,
    run_search_job,
)
from catchment.people.duplicates.particulars import Particulars, particulars_of
from catchment.people.duplicates.search import DuplicateWorks, search_duplicates
from catchment.people.duplicates.store import count_open, forget_suggestions, list_suggestions
from catchment.people.duplicates.types import (
    PERSON_FIELDS,
    FieldKind,
    Likeness,
    MatchField,
    SearchReport,
    Suggestion,
    SuggestionKind,
    SuggestionState,
)

__all__ = [
    "DUPLICATES_JOB_KIND",
    "PERSON_FIELDS",
    "DuplicateWorks",
    "FieldKind",
    "Likeness",
    "MatchField",
    "Merging",
    "Particulars",
    "SearchReport",
    "Suggestion",
    "SuggestionDecided",
    "SuggestionKind",
    "SuggestionState",
    "SuggestionUnknown",
    "count_open",
    "decide_suggestion",
    "forget_suggestions",
    "get_suggestion",
    "list_suggestions",
    "order_search",
    "particulars_of",
    "run_search_job",
    "search_duplicates",
]
