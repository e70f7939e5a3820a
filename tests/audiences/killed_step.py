"""A step in a process of its own, killed where it is told to be."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from pathlib import Path

from audiences.live_world import LiveWorld
from audiences.small_world import SmallWorld
from catchment.store import Database

NODES = 6
LATER = timedelta(days=3)


def world_before(database: Database, folder: Path) -> LiveWorld:
    """Node 5 viewed something; nothing else has happened."""
    live = LiveWorld(database, folder, SmallWorld(list(range(NODES))))
    live.happen(5, "Product Viewed")
    return live


def go_on(live: LiveWorld) -> None:
    """Three days later nodes 1 and 2 buy, and nodes 3 and 4, of whom 4 has bought, are joined."""
    live.clock.advance(LATER)
    for node in (1, 2):
        live.happen(node, "Order Completed")
    live.world.owners[4] = 3


def step_until(url: str, folder: str, point: str) -> None:
    """Takes the step and dies by SIGKILL at the point, if it comes to it."""
    live = world_before(Database(url), Path(folder))
    live.happen(4, "Order Completed")
    go_on(live)

    def die(reached: str) -> None:
        if reached == point:
            os.kill(os.getpid(), signal.SIGKILL)

    live.reached = die
    live.step()
