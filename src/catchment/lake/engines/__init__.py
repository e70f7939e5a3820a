"""Engines by name: ours and a stranger's come by the same door, an entry point.

A package that offers an engine names a class in the group `catchment.engines`; it is called with an
`EngineSetting` and gives an `Engine`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path

from catchment.lake.errors import EngineUnknown
from catchment.lake.event_table import EventTable
from catchment.lake.identity_table import IdentityTable
from catchment.lake.ports import Engine

ENGINES_GROUP = "catchment.engines"


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSetting:
    """What an engine is given.

    Attributes:
        events: the table it asks.
        identity: the overlay that says who a subject is.
        memory_max: bytes it may hold before it spills to disk.
        threads: cores it may use.
        spill_folder: where it may spill; nowhere when not given.
        seconds_max: a question that takes longer is broken off.
        rows_max: rows that one answer may have.
        options: the engine's own, such as a cluster's address.
    """

    events: EventTable
    identity: IdentityTable
    memory_max: int = 2 * 1024**3
    threads: int = 2
    spill_folder: Path | None = None
    seconds_max: float = 120.0
    rows_max: int = 1_000_000
    options: Mapping[str, str] = field(default_factory=dict)


def open_engine(name: str, setting: EngineSetting) -> Engine:
    """The engine of this name.

    Raises:
        EngineUnknown: nothing that is installed offers it.
    """
    offered = entry_points(group=ENGINES_GROUP)
    if name not in offered.names:
        known = ", ".join(sorted(offered.names)) or "none"
        raise EngineUnknown(f"No engine is called {name!r}; there is: {known}.")
    engine: Engine = offered[name].load()(setting)
    return engine
