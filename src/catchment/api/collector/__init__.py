"""The collector's edge: people's own clients post here, and only change a host name to do so.

It speaks Segment's, PostHog's, Sensors Data's and our own protocol, and hands each body to
`catchment.collect` as it came. No framework stands between the server and the log.
"""

from catchment.api.collector.app import Collector, is_collector_path
from catchment.api.collector.counters import Counters

__all__ = ["Collector", "Counters", "is_collector_path"]
