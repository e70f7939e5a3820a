"""The identity overlay: joins and nothing else, changed in one commit, apart by workspace."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from deltalake import DeltaTable

from catchment.kernel import WorkspaceId
from catchment.lake import CompactionConflict, IdentityTable

MINE, THEIRS = WorkspaceId("wsp_mine"), WorkspaceId("wsp_theirs")


@pytest.fixture
def identity(tmp_path: Path) -> IdentityTable:
    return IdentityTable(tmp_path / "identity")


def joins(**people: str) -> pa.Table:
    subjects = pa.array(list(people), pa.string())
    return pa.table({"subject": subjects, "person": pa.array(list(people.values()), pa.string())})


def known(identity: IdentityTable, workspace_id: WorkspaceId = MINE) -> dict[str, str]:
    rows = IdentityTable(identity.path).read(workspace_id)
    return dict(zip(rows["subject"].to_pylist(), rows["person"].to_pylist(), strict=True))


def test_nobody_is_joined_at_first(identity: IdentityTable) -> None:
    assert known(identity) == {}
    assert identity.position(MINE) == 0


def test_upserting_changes_some_and_leaves_the_others(identity: IdentityTable) -> None:
    identity.replace(MINE, joins(a="p1", b="p1"), position=3)
    identity.upsert(MINE, joins(b="p2", c="p2"), position=5)
    assert known(identity) == {"a": "p1", "b": "p2", "c": "p2"}
    assert IdentityTable(identity.path).position(MINE) == 5


def test_splitting_gives_subjects_back_to_themselves(identity: IdentityTable) -> None:
    identity.replace(MINE, joins(a="p1", b="p1"), position=1)
    identity.remove(MINE, ["a", "never-joined"], position=2)
    assert known(identity) == {"b": "p1"}
    identity.replace(MINE, joins(), position=3)
    assert known(identity) == {}


def test_workspaces_do_not_see_each_other(identity: IdentityTable) -> None:
    identity.replace(MINE, joins(a="mine"), position=4)
    identity.replace(THEIRS, joins(a="theirs"), position=1)
    identity.upsert(MINE, joins(b="mine"), position=6)
    assert known(identity, THEIRS) == {"a": "theirs"}
    assert (identity.position(MINE), identity.position(THEIRS)) == (6, 1)


def test_a_subject_can_be_one_person_only(identity: IdentityTable) -> None:
    twice = pa.table({"subject": ["a", "a"], "person": ["p", "q"]})
    with pytest.raises(ValueError, match="one person"):
        identity.replace(MINE, twice, position=1)


def test_of_two_writers_from_one_reading_the_later_is_refused(identity: IdentityTable) -> None:
    """Else the second would bring back what the first had just changed."""
    identity.replace(MINE, joins(a="p"), position=1)

    def change() -> pa.Table:
        IdentityTable(identity.path).upsert(MINE, joins(b="p"), position=2)
        return joins(a="q")

    with pytest.raises(CompactionConflict):
        identity._change(MINE, change, 2)
    assert known(identity) == {"a": "p", "b": "p"}


def many(count: int, person: str) -> pa.Table:
    subjects = pa.array([f"s{n:06}" for n in range(count)])
    return pa.table({"subject": subjects, "person": pa.repeat(person, count)})


def test_a_small_change_is_a_small_file_of_its_own(identity: IdentityTable) -> None:
    """Joining a few costs a few rows, however many were joined before."""
    identity.replace(MINE, many(10_000, "p"), position=1)
    large = identity.files(MINE)
    identity.upsert(MINE, joins(s000003="q"), position=2)
    identity.remove(MINE, ["s000004"], position=3)
    assert identity.files(MINE)[0] == large[0]
    assert sum(file.rows for file in identity.files(MINE)[1:]) <= 3
    now = known(identity)
    assert (now["s000003"], now["s000005"], len(now)) == ("q", "p", 9_999)
    assert "s000004" not in now


def test_files_stay_few_and_what_they_say_stays_exact(identity: IdentityTable) -> None:
    """A hundred random changes, told by one dictionary."""
    generator = np.random.default_rng(7)
    told: dict[str, str] = {}
    for position in range(1, 101):
        subjects = {f"s{n}" for n in generator.integers(0, 60, generator.integers(1, 6))}
        if generator.random() < 0.3:
            identity.remove(MINE, sorted(subjects), position=position)
            told = {s: p for s, p in told.items() if s not in subjects}
        else:
            person = f"p{generator.integers(0, 5)}"
            identity.upsert(
                MINE, joins(**dict.fromkeys(sorted(subjects), person)), position=position
            )
            told |= dict.fromkeys(subjects, person)
        assert len(identity.files(MINE)) <= 8
    assert known(identity) == told


def test_reading_the_oldest_for_the_newest_would_be_caught(identity: IdentityTable) -> None:
    identity.replace(MINE, many(100, "p"), position=1)
    identity.upsert(MINE, joins(s000003="q"), position=2)
    oldest_wins = identity._newest(identity.files(MINE)[::-1]).to_pylist()
    assert {r["subject"]: r["person"] for r in oldest_wins} != known(identity)


def test_a_table_of_an_older_shape_is_made_anew(tmp_path: Path) -> None:
    schema = pa.schema([(name, pa.string()) for name in ("workspace_id", "subject", "person")])
    DeltaTable.create(str(tmp_path / "identity"), schema, partition_by=["workspace_id"])
    identity = IdentityTable(tmp_path / "identity")
    identity.create()
    identity.upsert(MINE, joins(a="p"), position=1)
    assert known(identity) == {"a": "p"}
