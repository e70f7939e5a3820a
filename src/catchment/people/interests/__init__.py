"""The interest graph: who cares about what, faded with time, and the path that explains it.

Events say that a person looked at a product, stayed in a show, followed a host; they also tell that
this product is of that brand. Both become weighted edges, kept in the lake by subject, so that who
is one person is looked up when the edges are read. Over them walks a personalised PageRank: from a
person to what they care about, from a thing to who cares, from a person to people like them.
"""

from catchment.people.interests.answers import Evidence as InterestEvidence
from catchment.people.interests.answers import Item as InterestItem
from catchment.people.interests.answers import Neighbour as InterestNeighbour
from catchment.people.interests.answers import Scored as InterestScored
from catchment.people.interests.answers import Way as InterestWay
from catchment.people.interests.asking import (
    INTEREST_KINDS,
    GraphSummary,
    InterestAnswer,
    Interests,
    ItemUnknown,
)
from catchment.people.interests.asking import read_kind as read_interest_kind
from catchment.people.interests.catch_up import CaughtUp, InterestKeeper
from catchment.people.interests.decay import Decay as InterestDecay
from catchment.people.interests.graphs import InterestGraphs
from catchment.people.interests.signals import Kind as InterestKind

__all__ = [
    "INTEREST_KINDS",
    "CaughtUp",
    "GraphSummary",
    "InterestAnswer",
    "InterestDecay",
    "InterestEvidence",
    "InterestGraphs",
    "InterestItem",
    "InterestKeeper",
    "InterestKind",
    "InterestNeighbour",
    "InterestScored",
    "InterestWay",
    "Interests",
    "ItemUnknown",
    "read_interest_kind",
]
