"""Tags given and taken, by hand and by rules, with a line of the log for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pytest

from analytics.desk import WORKSPACE
from catchment.access import list_audit
from catchment.kernel import IdMaker, WorkspaceId
from catchment.people import PersonUnknown
from catchment.people.tags import (
    PEOPLE_AT_ONCE_MAX,
    Assignment,
    Tag,
    TagChange,
    TagDeed,
    TagGroup,
    TagGroupLocked,
    TagGroupNotEmpty,
    TagGroupUnknown,
    TagNameMalformed,
    TagNameTaken,
    TagReasonTooLong,
    TagUnknown,
    TooManyPeople,
    change_tag_group,
    count_tag,
    counting,
    create_tag,
    create_tag_group,
    delete_tag,
    delete_tag_group,
    forget_tags,
    give_automatically,
    give_tag,
    list_tag_groups,
    list_tags,
    members_of_each,
    rename_tag,
    tag_holders,
    tag_log,
    tags_of,
    tags_of_each,
    take_automatically,
    take_tag,
)
from catchment.store import Database, UnitOfWork
from catchment.testing.clock import ManualClock
from people.facts.who import Who


@dataclass
class Cabinet:
    """Records with two groups: one open, one exclusive; and a clock that moves on."""

    database: Database

    def __post_init__(self) -> None:
        self.clock = ManualClock()
        self.ids = IdMaker(self.clock)
        self.open = self.group("Interests")
        self.level = self.group("Level", is_exclusive=True)
        self.tea, self.cups = self.tag(self.open, "Tea"), self.tag(self.open, "Cups")
        self.gold, self.silver = self.tag(self.level, "Gold"), self.tag(self.level, "Silver")

    def change(self, reason: str = "") -> TagChange:
        self.clock.advance(timedelta(seconds=1))
        return TagChange("opr_lin", self.clock, self.ids, reason)

    def group(self, name: str, *, is_exclusive: bool = False, is_locked: bool = False) -> TagGroup:
        with UnitOfWork(self.database) as uow:
            return create_tag_group(
                uow, WORKSPACE, name,
                is_exclusive=is_exclusive, is_locked=is_locked, change=self.change(),
            )  # fmt: skip

    def tag(self, group: TagGroup, name: str) -> Tag:
        with UnitOfWork(self.database) as uow:
            return create_tag(uow, WORKSPACE, group.id, name, change=self.change())

    def give(self, tag: Tag, *people: str, reason: str = "") -> int:
        """Gives; each person is their subjects, one letter each, the naming one first."""
        with UnitOfWork(self.database) as uow:
            return give_tag(uow, WORKSPACE, tag.id, people, change=self.change(reason))

    def take(self, tag: Tag, *people: str) -> int:
        with UnitOfWork(self.database) as uow:
            return take_tag(uow, WORKSPACE, tag.id, people, change=self.change())

    def rule_gives(self, tag: Tag, subjects: str) -> int:
        with UnitOfWork(self.database) as uow:
            return give_automatically(uow, WORKSPACE, tag.id, subjects, change=self.change())

    def rule_takes(self, tag: Tag, subjects: str) -> int:
        with UnitOfWork(self.database) as uow:
            return take_automatically(uow, WORKSPACE, tag.id, subjects, change=self.change())

    def names(self, members: str) -> list[str]:
        with UnitOfWork(self.database, reads_only=True) as uow:
            known = {one.tag.id: one.tag.name for one in list_tags(uow, WORKSPACE)}
            return sorted(known[one.tag_id] for one in tags_of(uow, WORKSPACE, members))

    def log(self, members: str = "") -> list[tuple[str, str, str]]:
        with UnitOfWork(self.database, reads_only=True) as uow:
            lines = tag_log(uow, WORKSPACE, members=members).items
        return sorted((line.deed.value, line.tag_name, line.subject) for line in lines)


@pytest.fixture
def cabinet(database: Database) -> Cabinet:
    return Cabinet(database)


def test_what_is_given_is_had_once_and_logged_with_who_when_and_why(cabinet: Cabinet) -> None:
    assert cabinet.give(cabinet.tea, "a", "b", reason="Met at the fair") == 2
    at = cabinet.clock.now()
    assert cabinet.give(cabinet.tea, "a") == 0
    assert (cabinet.names("a"), cabinet.names("c")) == (["Tea"], [])
    with UnitOfWork(cabinet.database, reads_only=True) as uow:
        (line,) = tag_log(uow, WORKSPACE, members="a").items
        assert (line.deed, line.actor, line.at, line.reason) == (
            TagDeed.GIVEN, "opr_lin", at, "Met at the fair"
        )  # fmt: skip
        given = [e for e in list_audit(uow, WORKSPACE).items if e.action == "tags.give"]
        assert [entry.detail["people"] for entry in given] == [2]


def test_an_open_group_gives_many_an_exclusive_one_the_newest(cabinet: Cabinet) -> None:
    for tag in (cabinet.tea, cabinet.cups, cabinet.gold, cabinet.silver):
        cabinet.give(tag, "a")
    assert cabinet.names("a") == ["Cups", "Silver", "Tea"]
    assert ("replaced", "Gold", "a") in cabinet.log("a")
    cabinet.take(cabinet.silver, "a")
    assert cabinet.names("a") == ["Cups", "Tea"]


def test_joined_people_have_both_and_split_ones_their_own_again(cabinet: Cabinet) -> None:
    cabinet.give(cabinet.tea, "a")
    cabinet.give(cabinet.gold, "a")
    cabinet.give(cabinet.cups, "b")
    cabinet.give(cabinet.silver, "b")
    assert cabinet.names("ab") == cabinet.names("ba") == ["Cups", "Silver", "Tea"]
    assert (cabinet.names("a"), cabinet.names("b")) == (["Gold", "Tea"], ["Cups", "Silver"])


def test_taking_from_joined_people_brings_no_older_one_back(cabinet: Cabinet) -> None:
    cabinet.give(cabinet.gold, "a")
    cabinet.give(cabinet.silver, "b")
    assert cabinet.take(cabinet.gold, "ab") == 0
    assert cabinet.take(cabinet.silver, "ab") == 1
    assert cabinet.names("ab") == cabinet.names("a") == []
    assert ("cleared", "Gold", "a") in cabinet.log()


def test_giving_anew_what_an_other_hid_makes_it_count(cabinet: Cabinet) -> None:
    cabinet.give(cabinet.gold, "a")
    cabinet.give(cabinet.silver, "b")
    assert cabinet.give(cabinet.gold, "ab") == 1
    assert cabinet.names("ab") == ["Gold"]
    assert cabinet.names("b") == ["Silver"]


def test_a_rule_takes_only_what_a_rule_gave(cabinet: Cabinet) -> None:
    cabinet.give(cabinet.tea, "a")
    assert cabinet.rule_gives(cabinet.tea, "abc") == 2
    cabinet.give(cabinet.tea, "b")
    assert cabinet.rule_takes(cabinet.tea, "abc") == 1
    assert [cabinet.names(one) for one in "abc"] == [["Tea"], ["Tea"], []]
    with UnitOfWork(cabinet.database, reads_only=True) as uow:
        assert (c := count_tag(uow, WORKSPACE, cabinet.tea.id)).subjects == 2
        assert c.automatic == 0


def test_a_locked_group_is_for_rules_alone(cabinet: Cabinet) -> None:
    group = cabinet.group("Value", is_locked=True)
    vip = cabinet.tag(group, "VIP")
    with pytest.raises(TagGroupLocked):
        cabinet.give(vip, "a")
    assert cabinet.rule_gives(vip, "a") == 1
    with pytest.raises(TagGroupLocked):
        cabinet.take(vip, "a")
    assert cabinet.rule_takes(vip, "a") == 1


def test_renaming_keeps_holders_and_the_log_keeps_old_names(cabinet: Cabinet) -> None:
    cabinet.give(cabinet.tea, "a")
    with UnitOfWork(cabinet.database) as uow:
        rename_tag(uow, WORKSPACE, cabinet.tea.id, " Green   tea ", change=cabinet.change())
        with pytest.raises(TagNameTaken):
            rename_tag(uow, WORKSPACE, cabinet.cups.id, "Green tea", change=cabinet.change())
    assert cabinet.names("a") == ["Green tea"]
    assert ("given", "Tea", "a") in cabinet.log("a")


def test_deleting_says_what_it_takes_away_and_leaves_the_log(cabinet: Cabinet) -> None:
    cabinet.give(cabinet.tea, "a", "b")
    cabinet.rule_gives(cabinet.tea, "c")
    with UnitOfWork(cabinet.database) as uow:
        with pytest.raises(TagGroupNotEmpty):
            delete_tag_group(uow, WORKSPACE, cabinet.open.id, change=cabinet.change())
        gone = delete_tag(uow, WORKSPACE, cabinet.tea.id, change=cabinet.change())
        assert (gone.subjects, gone.automatic) == (3, 1)
        delete_tag(uow, WORKSPACE, cabinet.cups.id, change=cabinet.change())
        delete_tag_group(uow, WORKSPACE, cabinet.open.id, change=cabinet.change())
        assert [group.name for group in list_tag_groups(uow, WORKSPACE)] == ["Level"]
    assert cabinet.names("a") == []
    assert ("given", "Tea", "a") in cabinet.log("a")
    with pytest.raises(TagUnknown):
        cabinet.give(cabinet.tea, "a")


def test_making_a_group_exclusive_takes_nothing_away(cabinet: Cabinet) -> None:
    cabinet.give(cabinet.tea, "a")
    cabinet.give(cabinet.cups, "a")
    for is_exclusive, expected in ((True, ["Cups"]), (False, ["Cups", "Tea"])):
        with UnitOfWork(cabinet.database) as uow:
            change_tag_group(
                uow, WORKSPACE, cabinet.open.id, change=cabinet.change(), is_exclusive=is_exclusive
            )
        assert cabinet.names("a") == expected


def test_holders_are_people(cabinet: Cabinet) -> None:
    who = Who()
    who.name("abcd")
    who.arrange({"b": "a"})
    cabinet.give(cabinet.gold, "a")
    cabinet.give(cabinet.silver, "b")
    cabinet.give(cabinet.gold, "c")
    cabinet.give(cabinet.tea, "a", "b", "d", "z")
    with UnitOfWork(cabinet.database, reads_only=True) as uow:

        def holders(tag: Tag) -> list[int]:
            return [int(node) for node in tag_holders(uow, WORKSPACE, tag.id, who)]

        assert (holders(cabinet.gold), holders(cabinet.silver)) == ([2], [0])
        assert holders(cabinet.tea) == [0, 3]
        who.arrange({})
        assert (holders(cabinet.gold), holders(cabinet.silver)) == ([0, 2], [1])
        with pytest.raises(TagUnknown):
            tag_holders(uow, WORKSPACE, "tag_none", who)
        each = tags_of_each(uow, WORKSPACE, ["ab", "c", "y"])
        assert [len(one) for one in each] == [2, 1, 0]


def test_members_begin_with_the_one_that_names_the_person() -> None:
    who = Who()
    who.name("abcd")
    who.arrange({"a": "c", "d": "c"})
    assert members_of_each(who, ["per_a", "per_b"]) == [("c", "a", "d"), ("b",)]
    with pytest.raises(PersonUnknown):
        members_of_each(who, ["per_z"])


def test_another_workspace_sees_none_of_it(cabinet: Cabinet) -> None:
    cabinet.give(cabinet.tea, "a")
    theirs = WorkspaceId("wsp_theirs")
    with UnitOfWork(cabinet.database) as uow:
        assert list_tags(uow, theirs) == []
        assert tags_of(uow, theirs, "a") == []
        assert not tag_log(uow, theirs).items
        with pytest.raises(TagUnknown):
            give_tag(uow, theirs, cabinet.tea.id, ["a"], change=cabinet.change())
        with pytest.raises(TagGroupUnknown):
            create_tag(uow, theirs, cabinet.open.id, "Tea", change=cabinet.change())


def test_forgetting_leaves_no_line(cabinet: Cabinet) -> None:
    cabinet.give(cabinet.tea, "a", "b")
    with UnitOfWork(cabinet.database) as uow:
        assert forget_tags(uow, WORKSPACE, "a") == 2
    assert (cabinet.names("a"), cabinet.log("a"), cabinet.names("b")) == ([], [], ["Tea"])


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\x00b"])
def test_a_name_that_is_none_is_refused(cabinet: Cabinet, name: str) -> None:
    with pytest.raises(TagNameMalformed):
        cabinet.tag(cabinet.open, name)


def test_bounds_are_kept(cabinet: Cabinet) -> None:
    with pytest.raises(TooManyPeople):
        cabinet.give(cabinet.tea, *["a"] * (PEOPLE_AT_ONCE_MAX + 1))
    with pytest.raises(TagReasonTooLong):
        cabinet.give(cabinet.tea, "a", reason="x" * 501)
    with pytest.raises(TagNameTaken):
        cabinet.group("Level")


def test_of_two_of_one_instant_the_same_counts_in_any_order(cabinet: Cabinet) -> None:
    now = cabinet.clock.now()
    pair = [
        Assignment(tag.id, cabinet.level.id, subject, now, "r", is_automatic=True, reason="")
        for tag, subject in ((cabinet.gold, "a"), (cabinet.silver, "b"))
    ]
    exclusive = frozenset({cabinet.level.id})
    assert counting(pair, exclusive) == counting(pair[::-1], exclusive)
    assert np.array_equal([1], [len(counting(pair, exclusive))])
