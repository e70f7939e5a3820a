"""One small installation per test module; of a chosen few, one on each database of records."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.api_house import House, close, settle
from catchment.testing.records_databases import scratch_postgres

ON_BOTH = frozenset({
    "test_audiences", "test_consent_and_rights", "test_people", "test_privacy",
})  # fmt: skip
"""Modules that are run on PostgreSQL as well: where people's data is kept, asked for and let go."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs the chosen modules once on each database."""
    if "records" in metafunc.fixturenames:
        name = str(metafunc.module.__name__).rpartition(".")[2]
        both = [pytest.param("postgresql", marks=pytest.mark.postgres)] if name in ON_BOTH else []
        metafunc.parametrize("records", ["sqlite", *both], indirect=True, scope="module")


@pytest.fixture(scope="module")
def records(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """Where the records of the module's installation are; in its folder, if nowhere else."""
    if request.param == "sqlite":
        yield None
        return
    with scratch_postgres(request.getfixturevalue("postgres_server")) as address:
        yield address


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, records: str | None) -> Iterator[House]:
    """An installation with two workspaces and someone of every rank."""
    made = settle(tmp_path_factory.mktemp("house"), records)
    yield made
    close(made)
