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
from catchment.testing.traffic.demo import (
    DEMO_DAYS,
    DEMO_NAME,
    DEMO_SOURCES,
    Demo,
    DemoFilled,
    DemoHome,
    StopSignal,
    fill_demo,
    run_live,
    seed_demo,
)
from catchment.testing.traffic.history import STREAMS, generate_history, source_of
from catchment.testing.traffic.shows import LiveShow, RunSheetItem
from catchment.testing.traffic.stream import (
    TimedBody,
    TimedEvent,
    batch_body,
    load_bodies,
    stream,
)
from catchment.testing.traffic.truth import GroundTruth

__all__ = [
    "CATEGORIES",
    "DEMO_DAYS",
    "DEMO_NAME",
    "DEMO_SOURCES",
    "STREAMS",
    "BotConfig",
    "Catalogue",
    "DeliveryConfig",
    "Demo",
    "DemoFilled",
    "DemoHome",
    "GroundTruth",
    "LiveConfig",
    "LiveShow",
    "PeopleConfig",
    "Product",
    "RunSheetItem",
    "StopSignal",
    "TimedBody",
    "TimedEvent",
    "TrafficConfig",
    "TrafficSource",
    "WebConfig",
    "batch_body",
    "fill_demo",
    "generate_history",
    "load_bodies",
    "run_live",
    "seed_demo",
    "source_of",
    "stream",
]
