"""Catchment: one pool of people for a brand and its live rooms, and what may be done with it.

Read the package upward and it tells the business: an event is collected, a person known,
an audience chosen, a funnel seen, a message sent, a show sold, a host paid. `ARCHITECTURE.md`
draws the floors; a notebook starts with `catchment.connect()`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catchment.app import connect as connect

__version__ = "0.1.0"
__all__ = ["__version__", "connect"]


def __getattr__(name: str) -> Any:
    # `catchment --help` must not pay for DuckDB and Arrow, so the notebook door loads when asked.
    if name == "connect":
        from catchment.app import connect  # noqa: PLC0415  (lazy on purpose, see above)

        return connect
    raise AttributeError(f"module 'catchment' has no attribute {name!r}")
