"""Facts: what people did, kept by node, so that any measure of any person is one pass away.

A *condition* chooses events; its *occurrences* are kept by node in small files that never change.
A *measure* (how often, how much, the last, the most frequent …) is added up over a person's nodes
when it is asked, so joining or splitting people rewrites nothing here, and time passing needs no
scan: every answer says when time alone will change it.
"""

from catchment.people.facts.book import FactBook
from catchment.people.facts.built_in import built_in_facts
from catchment.people.facts.errors import FactsBehind, MeasureRefused
from catchment.people.facts.measures_as_json import (
    condition_json,
    measure_json,
    read_condition,
    read_measure,
)
from catchment.people.facts.ports import Identities, Nodes
from catchment.people.facts.types import (
    AMOUNT,
    FILTERS_MAX,
    LIST_MAX,
    NEVER,
    OF_EITHER,
    OF_NUMBERS,
    OF_TEXTS,
    OF_TIMES,
    WINDOW_MAX,
    Aggregate,
    Condition,
    Fact,
    FactsChange,
    Measure,
    MeasureAnswer,
    Occurrences,
    plain_filter,
)

__all__ = [
    "AMOUNT",
    "FILTERS_MAX",
    "LIST_MAX",
    "NEVER",
    "OF_EITHER",
    "OF_NUMBERS",
    "OF_TEXTS",
    "OF_TIMES",
    "WINDOW_MAX",
    "Aggregate",
    "Condition",
    "Fact",
    "FactBook",
    "FactsBehind",
    "FactsChange",
    "Identities",
    "Measure",
    "MeasureAnswer",
    "MeasureRefused",
    "Nodes",
    "Occurrences",
    "built_in_facts",
    "condition_json",
    "measure_json",
    "plain_filter",
    "read_condition",
    "read_measure",
]
