"""The office that the tests of access work in, once on each database."""

from __future__ import annotations

import pytest

from access.office import Office
from catchment.store import Database


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)
