"""The identity overlay: joins and nothing else, changed in one commit, apart by workspace."""

from pathlib import Path

import pyarrow as pa
import pytest

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

    def change(rows: pa.Table) -> pa.Table:
        IdentityTable(identity.path).upsert(MINE, joins(b="p"), position=2)
        return rows

    with pytest.raises(CompactionConflict):
        identity._change(MINE, change, 2)
    assert known(identity) == {"a": "p", "b": "p"}
