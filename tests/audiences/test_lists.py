"""Lists: rows matched to people, the rest told by line, and only hashes kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from audiences.live_world import LiveWorld
from audiences.small_world import WORKSPACE, subject_of
from catchment.audiences import (
    ListInUse,
    ListOrder,
    ListRowReason,
    ListUnfit,
    PeopleList,
    delete_list,
    get_list,
    take_list,
)
from catchment.audiences.lists import store
from catchment.store import UnitOfWork


def take(live: LiveWorld, content: bytes | str, **order: str | None) -> PeopleList:
    live.folder.mkdir(parents=True, exist_ok=True)
    path: Path = live.folder / "list.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    live.clock.advance(0.001)
    with UnitOfWork(live.database) as uow:
        return take_list(live.works, uow, WORKSPACE, path, ListOrder("Fair", "opr_test", **order))


def told(made: PeopleList) -> set[tuple[int, str]]:
    return {(one.line, one.reason.value) for one in made.problems}


def test_rows_are_matched_by_the_kind_that_they_say(live: LiveWorld) -> None:
    made = take(live, "Kind,Value\nuser,1\nphone,200\nuser,99\nshoe,3\nuser,\nuser,x\n\nuser\n")
    assert (made.rows, made.matched, made.people, made.refused) == (7, 2, 2, 4)
    assert told(made) == {
        (4, "unknown"), (5, "unknown_kind"), (6, "empty"), (7, "refused"), (9, "wrong_width"),
    }  # fmt: skip


@pytest.mark.parametrize("content", ["1\n2\n", "user\n1\n2\n", "name,user\nLin,1\nMei,2\n"])
def test_a_chosen_kind_needs_no_column(live: LiveWorld, content: str) -> None:
    made = take(live, content, kind="user")
    assert (made.rows, made.matched, made.people) == (2, 2, 2)


def test_a_column_of_kinds_says_more_than_the_chosen_kind(live: LiveWorld) -> None:
    made = take(live, "kind,value\nuser,1\nphone,200\n", kind="phone")
    assert (made.rows, made.matched, told(made)) == (2, 2, set())


def test_a_row_that_may_mean_two_people_means_nobody(live: LiveWorld) -> None:
    # As a user it is nobody here, as a phone node 3; then as a user node 0, as a phone node 0.
    made = take(live, "300\n0\n")
    assert (made.matched, told(made)) == (2, set())
    live.world.owners = list(range(301))
    made = take(live, "300\n")
    assert told(made) == {(1, ListRowReason.AMBIGUOUS.value)}
    assert made.refused == 0


def test_a_list_in_the_encoding_of_chinese_excel_is_read(live: LiveWorld) -> None:
    made = take(live, "标识类型;值;备注\nuser;1;会员\n".encode("gb18030"))
    assert (made.rows, made.matched) == (1, 1)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04\x00\x00", b"\x00\x01"])
def test_what_is_no_list_is_refused(live: LiveWorld, content: bytes) -> None:
    with pytest.raises(ListUnfit):
        take(live, content)
    with pytest.raises(ListUnfit, match="no kind"):
        take(live, "1\n", kind="shoe")


def test_another_upload_replaces_it_and_moves_its_readers_quietly(live: LiveWorld) -> None:
    made = take(live, "1\n2\n", kind="user")
    reads = live.make("Fair goers", {"list": {"id": made.id}})
    live.step()
    assert live.members(reads) == {1, 2}
    again = take(live, "2\n3\n", kind="user", list_id=made.id)
    assert (again.id, again.version) == (made.id, 2)
    live.step()
    assert live.members(reads) == {2, 3}
    assert live.moves(reads) == []
    with pytest.raises(ListInUse), UnitOfWork(live.database) as uow:
        delete_list(live.works, uow, WORKSPACE, made.id, actor="opr_test")


def test_a_person_who_comes_later_is_found_by_the_hash(live: LiveWorld) -> None:
    made = take(live, "6\n", kind="user")
    reads = live.make("Fair goers", {"list": {"id": made.id}})
    live.step()
    assert live.members(reads) == set()
    live.world.owners.append(6)
    live.step()
    assert live.members(reads) == {6}


def test_only_hashes_are_kept_and_they_can_be_struck_out(live: LiveWorld) -> None:
    made = take(live, "1\n2\n", kind="user")
    with UnitOfWork(live.database) as uow:
        kept = store.subjects_of_list(uow, WORKSPACE, made.id)
        assert kept == [subject_of(1), subject_of(2)]
        assert store.strike_subjects(uow, WORKSPACE, [subject_of(1)]) == 1
        assert store.subjects_of_list(uow, WORKSPACE, made.id) == [subject_of(2)]
        assert get_list(uow, WORKSPACE, made.id).rows == 2
