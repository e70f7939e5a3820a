"""Ten thousand people's values, planted everywhere, in a home on SQLite and one on PostgreSQL."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from catchment.testing.records_server import postgres_programs, started_postgres
from privacy.searching import Search
from privacy.trial import Trial, told

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3_600)]

PEOPLE = 1_300
"""Of eight values each."""


def test_ten_thousand_values_stand_nowhere(tmp_path: Path) -> None:
    trial = Trial(tmp_path, PEOPLE, asked=40)
    assert len(trial.search.known) > 9_000, "names of two people may be the same"
    trial.run()
    assert not trial.search.found, told(trial.search)


@pytest.mark.postgres
def test_records_and_vault_in_postgresql_hold_nobody_either(tmp_path: Path) -> None:
    programs = postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed here")
    (tmp_path / "trial").mkdir()
    with started_postgres(programs) as address:
        for name in ("records", "vault"):
            _psql(address, f"CREATE DATABASE {name}")
        base = address.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://")
        where = {"CATCHMENT_DATABASE": f"{base}/records", "CATCHMENT_VAULT": f"{base}/vault"}
        trial = Trial(tmp_path / "trial", PEOPLE // 4, asked=10, environ=where)
        trial.run()
        _look_at_tables(trial.search, address)
        assert not trial.search.found, told(trial.search)


def _look_at_tables(search: Search, address: str) -> None:
    for name in ("records", "vault"):
        dump = subprocess.run(
            ["pg_dump", "--inserts", f"{address.rsplit('/', 1)[0]}/{name}"],
            check=True, capture_output=True,
        ).stdout  # fmt: skip
        assert len(dump) > 10_000
        search.look_at(f"the tables of {name}", dump)
    # Its own files, write-ahead log included, once everything is in them.
    _psql(address, "CHECKPOINT")
    search.look_through(Path(_psql(address, "SHOW data_directory").strip()))


def _psql(address: str, statement: str) -> str:
    return subprocess.run(
        ["psql", "-q", "-t", "-A", "-c", statement, address],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
