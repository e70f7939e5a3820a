"""The master key is made once, belongs to us alone, and is never made twice."""

from pathlib import Path

import pytest

from catchment.app.keys import load_master_key
from catchment.app.settings import SettingRefused


def counting_entropy() -> object:
    count = iter(range(1, 9))
    return lambda size: bytes([next(count)]) * size


def test_the_first_start_makes_the_key_and_later_ones_read_it(tmp_path: Path) -> None:
    entropy = counting_entropy()
    folder = tmp_path / "keys"
    first = load_master_key(folder, entropy)  # type: ignore[arg-type]
    again = load_master_key(folder, entropy)  # type: ignore[arg-type]
    assert first == again == b"\x01" * 32
    assert (folder / "master.key").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [p.name for p in folder.iterdir()] == ["master.key"]


def test_a_key_that_others_may_read_stops_the_start(tmp_path: Path) -> None:
    load_master_key(tmp_path, lambda size: b"k" * size)
    (tmp_path / "master.key").chmod(0o644)
    with pytest.raises(SettingRefused, match="chmod 600"):
        load_master_key(tmp_path, lambda size: b"k" * size)


def test_half_a_key_stops_the_start(tmp_path: Path) -> None:
    load_master_key(tmp_path, lambda size: b"k" * size)
    (tmp_path / "master.key").write_bytes(b"short")
    with pytest.raises(SettingRefused, match="5 bytes"):
        load_master_key(tmp_path, lambda size: b"k" * size)
