"""A hundred thousand forgeries, and ten thousand people who are called by other numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from catchment.store import Database, upgrade
from collect.signing_desk import SigningDesk
from collect.test_signed_requests import storm
from vault.virtual_numbers.test_virtual_numbers import no_real_number_stands_anywhere

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3_600)]


def test_of_a_hundred_thousand_forgeries_none_is_accepted(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'records.db'}")
    upgrade(database)
    desk = SigningDesk(database, tmp_path)
    assert set(storm(desk, 100_000, seed=7)) == {401}
    assert len(desk.log.entries) == 100
    database.close()


def test_of_ten_thousand_bindings_no_real_number_stands_anywhere(tmp_path: Path) -> None:
    no_real_number_stands_anywhere(tmp_path, 10_000)
