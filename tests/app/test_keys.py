"""A home finds its own keys again, or goes on without; it never makes others."""

import subprocess
import sys
from pathlib import Path

import pytest

from catchment.app import Home, SettingRefused, open_home, read_settings
from catchment.app.examination import _parts
from catchment.kernel import WorkspaceId
from catchment.vault import KeysAway, KeysWrong

WS = WorkspaceId("wsp_mine")


def opened(folder: Path, keys: str = "keys") -> Home:
    return open_home(
        read_settings(
            {"CATCHMENT_HOME": str(folder / "home"), "CATCHMENT_KEYS": str(folder / keys)}
        )
    )


def test_the_first_start_makes_the_keys_and_later_ones_find_them(tmp_path: Path) -> None:
    with opened(tmp_path) as home:
        first = home.hasher.subject(WS, "user", "42")
    with opened(tmp_path) as home:
        assert home.hasher.subject(WS, "user", "42") == first
    keys = tmp_path / "keys"
    assert keys.stat().st_mode & 0o777 == 0o700
    modes = {path.name: path.stat().st_mode & 0o777 for path in keys.iterdir()}
    assert modes.keys() >= {"master.key", "keys.db"}
    assert set(modes.values()) == {0o600}
    # The home remembers them, and knows nothing of them.
    remembered = (tmp_path / "home" / "keys.check").read_bytes()
    assert (keys / "master.key").read_bytes() not in remembered
    assert (keys / "master.key").read_bytes().hex().encode() not in remembered


def test_subjects_are_those_of_the_master_key_as_ever(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "master.key").write_bytes(b"k" * 32)
    (tmp_path / "keys" / "master.key").chmod(0o600)
    with opened(tmp_path) as home:
        assert (
            home.hasher.subject(WorkspaceId("wsp_1"), "user", "u1")
            == "602bb3e53afba3939b5277b2ee958776"
        )


def test_looking_at_a_home_before_its_first_start_is_no_data(tmp_path: Path) -> None:
    settings = read_settings(
        {"CATCHMENT_HOME": str(tmp_path / "home"), "CATCHMENT_KEYS": str(tmp_path / "keys")}
    )
    with Home(settings) as home:
        home.events.create()
        home.log.head()
        home.database.check()
    with opened(tmp_path) as home:
        home.keys.check()


def test_a_home_without_its_keys_starts_collects_and_opens_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as home:
        workspace = home.workspace()
        subject = home.hasher.subject(workspace.id, "user", "42")
    (tmp_path / "keys").rename(tmp_path / "away")
    with opened(tmp_path) as home:
        for use in (
            home.keys.check,
            lambda: home.hasher.subject(workspace.id, "user", "42"),
            lambda: home.keys.secret(workspace.id, "tokens"),
            lambda: home.keys.box(workspace.id, "x").seal(b"", b""),
        ):
            with pytest.raises(KeysAway):
                use()
        home.create_source(workspace, "web", "web")
        home.catch_up()
        assert not (tmp_path / "keys").exists(), "nothing was made in their place"
        # Put back, they serve without a new start.
        (tmp_path / "away").rename(tmp_path / "keys")
        assert home.hasher.subject(workspace.id, "user", "42") == subject


@pytest.mark.parametrize("lost", ["master.key", "keys.db"])
def test_half_of_the_keys_is_not_made_anew(tmp_path: Path, lost: str) -> None:
    opened(tmp_path).close()
    (tmp_path / "keys" / lost).rename(tmp_path / lost)
    with opened(tmp_path) as home, pytest.raises(KeysAway):
        home.keys.check()
    assert not (tmp_path / "keys" / lost).exists()


def test_a_home_that_remembers_no_keys_but_has_data_gets_none_made(tmp_path: Path) -> None:
    opened(tmp_path).close()
    (tmp_path / "home" / "keys.check").unlink()
    (tmp_path / "keys").rename(tmp_path / "away")
    with opened(tmp_path) as home, pytest.raises(KeysAway):
        home.keys.check()
    assert not (tmp_path / "keys").exists()


def test_a_home_from_before_the_vault_keeps_its_master_key(tmp_path: Path) -> None:
    opened(tmp_path).close()
    (tmp_path / "home" / "keys.check").unlink()
    for rows in (tmp_path / "keys").glob("keys.db*"):
        rows.unlink()
    kept = (tmp_path / "keys" / "master.key").read_bytes()
    with opened(tmp_path) as home:
        assert home.keys.master() == kept


def test_another_homes_keys_are_wrong(tmp_path: Path) -> None:
    opened(tmp_path).close()
    opened(tmp_path / "other").close()
    for name in ("home", "keys"):
        (tmp_path / "other" / name).rename(tmp_path / f"other_{name}")
    with opened(tmp_path, keys="other_keys") as home:
        with pytest.raises(KeysWrong, match=r"keys\.check"):
            home.keys.check()
        with pytest.raises(KeysWrong):
            home.hasher.subject(WS, "user", "42")


def test_a_key_that_others_may_read_opens_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as home:
        home.keys.check()
        (tmp_path / "keys" / "master.key").chmod(0o644)
        with pytest.raises(KeysAway, match="chmod 600"):
            home.keys.check()


def test_keys_inside_of_the_data_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingRefused, match="inside"):
        read_settings({"CATCHMENT_HOME": str(tmp_path), "CATCHMENT_KEYS": str(tmp_path / "keys")})


def test_what_serve_starts_leaves_no_core_dump() -> None:
    program = (
        "from catchment.app import forbid_core_dumps; forbid_core_dumps();"
        "import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c',"
        " 'import resource; print(resource.getrlimit(resource.RLIMIT_CORE))']))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert told.stdout.decode().strip() in {"(1, 1)", "(0, 0)"}


def looked_at(folder: Path) -> tuple[bool, str]:
    """What `catchment doctor` says of the keys."""
    with Home(
        read_settings(
            {"CATCHMENT_HOME": str(folder / "home"), "CATCHMENT_KEYS": str(folder / "keys")}
        )
    ) as home:
        (found,) = (finding for finding in _parts(home) if finding.part == "keys")
    return found.is_well, found.detail


def test_the_doctor_says_how_the_keys_are(tmp_path: Path) -> None:
    assert looked_at(tmp_path) == (True, "will be made at the first start")
    opened(tmp_path).close()
    is_well, detail = looked_at(tmp_path)
    assert (is_well, "readable by us alone" in detail) == (True, True)
    (tmp_path / "keys" / "keys.db").chmod(0o644)
    is_well, detail = looked_at(tmp_path)
    assert (is_well, "chmod 600" in detail) == (False, True)
    (tmp_path / "keys").rename(tmp_path / "away")
    is_well, detail = looked_at(tmp_path)
    assert (is_well, "put the folder back" in detail) == (False, True)
    assert not (tmp_path / "keys").exists(), "looking makes nothing"
