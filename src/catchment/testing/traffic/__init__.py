"""The traffic simulator: a seeded little world of shoppers, shows and bots, made of rates.

It fills the demo, feeds the load generator, and gives tests something whose truth is known:
every rate is a parameter of `TrafficConfig`, chance comes from the generator that is handed in,
and `GroundTruth` says what really happened.
"""

from catchment.testing.traffic.catalogue import CATEGORIES, Catalogue, Product
from catchment.testing.traffic.config import (
    BotConfig,
    DeliveryConfig,
    LiveConfig,
    PeopleConfig,
    TrafficConfig,
    TrafficSource,
    WebConfig,
)
from catchment.testing.traffic.history import STREAMS, generate_history, source_of
from catchment.testing.traffic.truth import GroundTruth

__all__ = [
    "CATEGORIES",
    "STREAMS",
    "BotConfig",
    "Catalogue",
    "DeliveryConfig",
    "GroundTruth",
    "LiveConfig",
    "PeopleConfig",
    "Product",
    "TrafficConfig",
    "TrafficSource",
    "WebConfig",
    "generate_history",
    "source_of",
]
