"""One small installation per test module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.api_house import House, close, settle


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An installation with two workspaces and someone of every rank."""
    made = settle(tmp_path_factory.mktemp("house"))
    yield made
    close(made)
