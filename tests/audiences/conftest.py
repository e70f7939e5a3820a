"""One small installation of audiences per test, on each database."""

from __future__ import annotations

from pathlib import Path

import pytest

from audiences.live_world import LiveWorld
from audiences.small_world import SmallWorld
from catchment.store import Database


@pytest.fixture
def live(database: Database, tmp_path: Path) -> LiveWorld:
    """Six people of one node each, of whom nobody has done anything."""
    return LiveWorld(database, tmp_path / "lake", SmallWorld(list(range(6))))
