"""The declared table: which events say that a person cares about something, and how much.

Weights are points on one scale, on which looking at a product is 1. A negative weight takes back:
who sends a thing back, or unfollows, cares less. Beside what people do stand the *relations*, what
events tell of things themselves: this product is of that brand, this show aired in that room.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

WEIGHT_PARTS: Final = 10
"""Weights are kept in tenths of a point, so that sums are whole numbers."""

STAY_MINUTES_MAX: Final = 30
"""Of one stay at most so many minutes count: a telephone left on the table is no interest."""

ID_LENGTH_MAX: Final = 128
"""An id longer than this names nothing."""

NAME_LENGTH_MAX: Final = 120
"""A name is shown up to so many characters."""

LINES_MAX: Final = 100
"""Products of one order that are looked at."""


class Kind(StrEnum):
    """What can stand in the graph."""

    PERSON = "person"
    PRODUCT = "product"
    TOPIC = "topic"
    BRAND = "brand"
    CONTENT = "content"
    """A show, a replay, an article, a short video: known by its `live_id` or `content_id`."""
    ROOM = "room"
    HOST = "host"


NAME: Final = "name"
NAME_EN: Final = "name_en"
"""Kinds of rows that tell what an item is called; no part of the graph."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What one event says of a person and things.

    Attributes:
        event: the event's name.
        verb: what the person did, as an answer's words have it.
        points: how much it says; negative takes back.
        cares_for: the kinds of things that it says it of, where the event names one.
        is_by_minute: the points are for each minute of the stay, up to `STAY_MINUTES_MAX`.
        has_lines: the things are the products of the order's lines, where it has lines.
    """

    event: str
    verb: str
    points: float
    cares_for: tuple[Kind, ...] = (Kind.PRODUCT,)
    is_by_minute: bool = False
    has_lines: bool = False


_CONTENT = (Kind.CONTENT,)
_TOPIC = (Kind.TOPIC,)

SIGNALS: Final = (
    Signal("Product Viewed", "viewed", 1.0),
    Signal("Product Clicked", "clicked", 1.0),
    Signal("Live Product Clicked", "clicked", 1.5),
    Signal("Product Added", "added", 3.0),
    Signal("Product Removed", "removed", -2.0),
    Signal("Product Added to Wishlist", "wished", 3.0),
    Signal("Product Removed from Wishlist", "unwished", -2.0),
    Signal("Wishlist Product Added to Cart", "added", 3.0),
    Signal("Product Shared", "shared", 4.0),
    Signal("Product Reviewed", "reviewed", 4.0),
    Signal("Order Completed", "ordered", 8.0, has_lines=True),
    Signal("Order Refunded", "refunded", -8.0, has_lines=True),
    Signal("Order Cancelled", "cancelled", -6.0, has_lines=True),
    Signal("Page Viewed", "viewed", 1.0, (Kind.CONTENT, Kind.TOPIC)),
    Signal("Product List Viewed", "viewed", 0.5, _TOPIC),
    Signal("Products Searched", "searched", 1.0, _TOPIC),
    Signal("Replay Viewed", "viewed", 1.0, _CONTENT),
    Signal("Live Room Entered", "entered", 0.5, (Kind.CONTENT, Kind.ROOM)),
    Signal("Live Room Left", "stayed", 0.2, _CONTENT, is_by_minute=True),
    Signal("Live Liked", "liked", 0.3, _CONTENT),
    Signal("Live Comment Posted", "commented", 1.0, _CONTENT),
    Signal("Live Gift Sent", "gave", 4.0, _CONTENT),
    Signal("Live Shared", "shared", 4.0, _CONTENT),
    Signal("Live Coupon Claimed", "claimed", 1.5, _CONTENT),
    Signal("Red Packet Claimed", "claimed", 1.0, _CONTENT),
    Signal("Live Fan Club Joined", "joined", 6.0, (Kind.ROOM, Kind.HOST)),
    Signal("Host Followed", "followed", 5.0, (Kind.HOST,)),
    Signal("Host Unfollowed", "unfollowed", -5.0, (Kind.HOST,)),
)
"""Every event that says something of interest. Others say nothing here."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What an event that names two things tells of them.

    Attributes:
        left, right: the kinds; the edge leads both ways.
        verb: the words for it, read from left to right.
        points: its strength, shared out among the left thing's relations of this kind by how much
            was lately told of each. However often it is told, a product has one category's worth.
        events: only these events tell it; any signal, if none is named.
        unless: not where the event also names a thing of this kind.
    """

    left: Kind
    right: Kind
    verb: str
    points: float
    events: tuple[str, ...] = ()
    unless: Kind | None = None


EXPLAINED: Final = "Live Product Explained Started"

RELATIONS: Final = (
    Relation(Kind.PRODUCT, Kind.TOPIC, "is_about", 2.0),
    Relation(Kind.PRODUCT, Kind.BRAND, "is_of", 1.0),
    Relation(Kind.CONTENT, Kind.TOPIC, "is_about", 2.0, unless=Kind.PRODUCT),
    Relation(Kind.CONTENT, Kind.ROOM, "aired_in", 1.0),
    Relation(Kind.CONTENT, Kind.HOST, "hosted_by", 1.0),
    Relation(Kind.ROOM, Kind.HOST, "hosted_by", 1.0),
    Relation(Kind.CONTENT, Kind.PRODUCT, "showed", 2.0, events=(EXPLAINED,)),
)

SIGNALS_BY_EVENT: Final[Mapping[str, Signal]] = MappingProxyType({s.event: s for s in SIGNALS})

EVENTS_READ: Final = (*SIGNALS_BY_EVENT, EXPLAINED)
"""Names of the events that are read at all."""

RELATION_POINTS: Final[Mapping[tuple[str, str], float]] = MappingProxyType(
    {(relation.left.value, relation.right.value): relation.points for relation in RELATIONS}
)


def weight_of(signal: Signal) -> int:
    """A signal's points in whole parts."""
    return round(signal.points * WEIGHT_PARTS)
