"""What the collector has seen since it started, counted for Prometheus."""

from collections import Counter


class Counters:
    """Plain numbers; reading them costs nothing and resets nothing."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()
        self.events: Counter[str] = Counter()
        self.bytes: Counter[str] = Counter()

    def answered(self, format_name: str, status: int) -> None:
        """A request of this format got this status."""
        self.requests[format_name, status] += 1

    def taken_in(self, format_name: str, events: int, size: int) -> None:
        """So many events of this format are on disk."""
        self.events[format_name] += events
        self.bytes[format_name] += size

    def exposition(self) -> str:
        """All counters in Prometheus' text format."""
        lines = ["# TYPE catchment_collector_requests_total counter"]
        lines += [
            f'catchment_collector_requests_total{{format="{name}",status="{status}"}} {count}'
            for (name, status), count in sorted(self.requests.items())
        ]
        lines.append("# TYPE catchment_collector_events_total counter")
        lines += [
            f'catchment_collector_events_total{{format="{name}"}} {count}'
            for name, count in sorted(self.events.items())
        ]
        lines.append("# TYPE catchment_collector_body_bytes_total counter")
        lines += [
            f'catchment_collector_body_bytes_total{{format="{name}"}} {count}'
            for name, count in sorted(self.bytes.items())
        ]
        return "\n".join(lines) + "\n"
