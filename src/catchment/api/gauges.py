"""What `/metrics` tells Prometheus: requests by operation, and how far landing has come."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from catchment.api.keys_state import keys_trouble, lands_behind
from catchment.api.live_tail import LiveTail
from catchment.api.services import Services

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Gauges:
    """This process's own measurements."""

    def __init__(self, services: Services, tail: LiveTail) -> None:
        self._services = services
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "catchment_api_requests",
            "Requests answered, by operation and status.",
            ("operation", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "catchment_api_request_seconds",
            "How long answers took.",
            ("operation",),
            buckets=BUCKETS,
            registry=self._registry,
        )
        watchers = Gauge(
            "catchment_api_live_streams", "Open live streams.", registry=self._registry
        )
        watchers.set_function(lambda: tail.watcher_count)
        self._head = Gauge(
            "catchment_log_head", "Position of the newest log entry.", registry=self._registry
        )
        self._landed = Gauge(
            "catchment_log_landed",
            "Log position that the event table has reached.",
            registry=self._registry,
        )

        self._keys = Gauge(
            "catchment_keys_available",
            "Whether the key store answers; while it does not, personal data stays closed.",
            registry=self._registry,
        )
        self._waits = Gauge(
            "catchment_landing_waits_for_keys",
            "Whether events wait in the log for the key store to answer.",
            registry=self._registry,
        )

    def observe(self, operation: str, status: int, seconds: float) -> None:
        """Notes one answer."""
        self._requests.labels(operation, str(status)).inc()
        self._seconds.labels(operation).observe(seconds)

    def expose(self) -> bytes:
        """The page that Prometheus reads."""
        self._head.set(self._services.log.head())
        self._landed.set(self._services.events.position())
        is_closed = keys_trouble(self._services) is not None
        self._keys.set(not is_closed)
        self._waits.set(is_closed and lands_behind(self._services))
        return generate_latest(self._registry)
