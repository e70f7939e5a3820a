"""Knowing: which subjects are one person, and what is known of them.

Events are kept under the keyed hash of their own strongest identifier and are never rewritten. Who
that is stands in an overlay beside them, derived from `identify` and `alias` calls: joining people,
splitting them and starting over change the overlay alone.
"""

from catchment.people.edge_book import EdgeBook
from catchment.people.identity import Edge, owners, person_of_subject
from catchment.people.overlay import CatchUpReport, Overlay, PeopleWorks, catch_up, forget, rebuild
from catchment.people.ports import OverlayTable, Subjects
from catchment.people.show import Deed, Person, PersonUnknown, person_of, show, timeline

__all__ = [
    "CatchUpReport",
    "Deed",
    "Edge",
    "EdgeBook",
    "Overlay",
    "OverlayTable",
    "PeopleWorks",
    "Person",
    "PersonUnknown",
    "Subjects",
    "catch_up",
    "forget",
    "owners",
    "person_of",
    "person_of_subject",
    "rebuild",
    "show",
    "timeline",
]
