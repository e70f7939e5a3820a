"""An installation of its own for each story."""

from __future__ import annotations

from pathlib import Path

import pytest

from stories.installation import Installation


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """A fresh one."""
    return Installation(tmp_path / "home")
