"""Addresses that cannot be used are refused with a word on how to mend them."""

from __future__ import annotations

from pathlib import Path

import pytest

from catchment.store import Database, RecordsUnavailable, UnitOfWork, UnsupportedDatabase


@pytest.mark.parametrize(
    "url", ["", "records.db", "mysql://x/y", "sqlite://", "sqlite:///:memory:"]
)
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(UnsupportedDatabase):
        Database(url)


def test_a_password_is_not_repeated() -> None:
    database = Database("postgresql://ann:secret@127.0.0.1:1/none")
    assert "secret" not in database.url
    database.close()


def test_a_database_that_is_away_is_called_so() -> None:
    database = Database("postgresql://ann@127.0.0.1:1/none")
    with pytest.raises(RecordsUnavailable):
        database.check()
    with pytest.raises(RecordsUnavailable), UnitOfWork(database):
        pass
    database.close()


def test_a_database_that_answers_is_well(database: Database) -> None:
    database.check()


def test_sqlite_survives_a_power_cut_by_its_settings(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'records.db'}")
    with UnitOfWork(database) as uow:
        settings = {
            name: uow.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    database.close()
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_unit_of_work_is_entered_once_and_first(database: Database) -> None:
    uow = UnitOfWork(database)
    with pytest.raises(RuntimeError):
        _ = uow.connection
    with uow, pytest.raises(RuntimeError):
        uow.__enter__()
