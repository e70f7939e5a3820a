"""A wrong setting stops the start with one sentence that says how to mend it."""

from pathlib import Path

import pytest

from catchment.app.settings import Role, SettingRefused, read_settings


def test_nothing_set_means_one_home_and_keys_apart_from_it() -> None:
    settings = read_settings({})
    assert settings.home == Path.home() / ".catchment"
    assert settings.keys == Path.home() / ".catchment.keys"
    assert settings.database == f"sqlite:///{settings.home}/records.db"
    assert settings.roles == frozenset(Role)


def test_the_home_moves_everything_with_it(tmp_path: Path) -> None:
    settings = read_settings({"CATCHMENT_HOME": str(tmp_path / "h")})
    assert settings.lake == tmp_path / "h" / "lake"
    assert settings.log == tmp_path / "h" / "log" / "events.db"
    assert settings.keys == tmp_path / "h.keys"


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("CATCHMENT_DATABASE", "mysql://x", "postgresql+psycopg://"),
        ("CATCHMENT_LOG", "kafka://x", "sqlite:///"),
        ("CATCHMENT_LAKE", "s3://bucket", "name a folder"),
        ("CATCHMENT_ENGINE", "spark://host", "duckdb"),
        ("CATCHMENT_ROLES", "collector,cook", "collector, api, worker"),
        ("CATCHMENT_TRUSTED_PROXY", "maybe", "yes or no"),
    ],
)
def test_a_wrong_setting_is_named_with_its_mend(name: str, value: str, mend: str) -> None:
    with pytest.raises(SettingRefused) as refused:
        read_settings({name: value})
    assert name in refused.value.message
    assert mend in refused.value.message
    assert "\n" not in refused.value.message


def test_keys_inside_the_home_are_refused(tmp_path: Path) -> None:
    environ = {"CATCHMENT_HOME": str(tmp_path), "CATCHMENT_KEYS": str(tmp_path / "keys")}
    with pytest.raises(SettingRefused, match="outside"):
        read_settings(environ)


def test_a_file_for_a_home_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("x")
    with pytest.raises(SettingRefused, match="is a file"):
        read_settings({"CATCHMENT_HOME": str(tmp_path / "f")})
