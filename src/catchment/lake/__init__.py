"""Where events are kept and asked: the log that never loses one, the table that keeps them all.

An event is first a line of the *log*, on disk before its sender is thanked. *Landing* moves it
into the lake's event table. An *engine* answers questions over that table in two ways: `query`, for
an Ibis expression, and `fold`, for a kernel that walks each person's timeline.
"""

from catchment.lake.ports import EventLog, LogEntry, Received

__all__ = ["EventLog", "LogEntry", "Received"]
