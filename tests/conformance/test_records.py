"""SQLite and PostgreSQL pass the one exam for records and jobs."""

from __future__ import annotations

from catchment.testing.records import RecordsConformance
from catchment.testing.records_jobs import JobsConformance


class TestRecords(RecordsConformance):
    """Units of work and the outbox."""


class TestJobs(JobsConformance):
    """The durable queue."""
