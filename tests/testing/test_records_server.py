"""Where no PostgreSQL runs, one is started, used and stopped."""

from __future__ import annotations

import psycopg
import pytest

from catchment.testing.records_server import postgres_programs, started_postgres


@pytest.mark.postgres
def test_a_server_of_ones_own_answers_and_goes() -> None:
    programs = postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL's programs are not installed")
    with started_postgres(programs) as address, psycopg.connect(address) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address, connect_timeout=2)
