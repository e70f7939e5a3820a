"""Tags over made-up histories of joins and splits.

The model knows nothing but registers: what each subject was last given in each group.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from analytics.desk import WORKSPACE
from catchment.people.tags import tags_of_each
from catchment.store import Database, UnitOfWork
from people.tags.test_tags import Cabinet

SUBJECTS = "abcd"
TAGS = ("Tea", "Cups", "Gold", "Silver")
EXCLUSIVE = {"Gold", "Silver"}

ACT = st.tuples(st.sampled_from(["give", "take"]), st.sampled_from(TAGS), st.sampled_from(SUBJECTS))
REARRANGE = st.tuples(st.just("people"), st.lists(st.integers(0, 3), min_size=4, max_size=4))
HISTORY = st.lists(ACT | REARRANGE, max_size=14)
ALONE = [0, 1, 2, 3]

History = list[tuple[object, ...]]
Register = dict[tuple[str, str], int]


def grouped(labels: list[int]) -> list[str]:
    """People as their subjects, the first of which names them."""
    return [
        "".join(s for s, label in zip(SUBJECTS, labels, strict=True) if label == one)
        for one in sorted(set(labels))
    ]


def has(register: Register, members: str, *, hides: bool = True) -> set[str]:
    """What a person has: all their subjects have; of exclusive ones the newest."""
    mine = {(s, tag): at for (s, tag), at in register.items() if s in members}
    tags = {tag for _, tag in mine if tag not in EXCLUSIVE or not hides}
    levels = {at: tag for (_, tag), at in mine.items() if tag in EXCLUSIVE}
    return tags | ({levels[max(levels)]} if levels else set())


def modelled(history: History, *, hides: bool = True) -> tuple[Register, list[str]]:
    register: Register = {}
    people = grouped(ALONE)
    for now, act in enumerate(history):
        if act[0] == "people":
            people = grouped(act[1])  # type: ignore[arg-type]
            continue
        verb, tag, subject = map(str, act)
        members = next(one for one in people if subject in one)
        rivals = EXCLUSIVE if tag in EXCLUSIVE else {tag}
        if (tag in has(register, members, hides=hides)) == (verb == "give"):
            continue
        for one in members if verb == "take" else members[0]:
            for rival in rivals:
                register.pop((one, rival), None)
        if verb == "give":
            register[members[0], tag] = now
    return register, people


def lived(cabinet: Cabinet, history: History) -> Callable[[str], set[str]]:
    tags = dict(zip(TAGS, (cabinet.tea, cabinet.cups, cabinet.gold, cabinet.silver), strict=True))
    people = grouped(ALONE)
    for act in history:
        if act[0] == "people":
            people = grouped(act[1])  # type: ignore[arg-type]
            continue
        members = next(one for one in people if str(act[2]) in one)
        (cabinet.give if act[0] == "give" else cabinet.take)(tags[str(act[1])], members)
    return lambda members: set(cabinet.names(members))


def wipe(cabinet: Cabinet) -> None:
    """Takes everything from everybody, as they are alone."""
    for tag in (cabinet.tea, cabinet.cups, cabinet.gold, cabinet.silver):
        cabinet.take(tag, *SUBJECTS)
    assert all(not cabinet.names(one) for one in SUBJECTS)


@pytest.fixture(scope="module")
def cabinet(tmp_path_factory: pytest.TempPathFactory) -> Cabinet:
    from catchment.store import upgrade  # noqa: PLC0415

    database = Database(f"sqlite:///{tmp_path_factory.mktemp('tags') / 'records.db'}")
    upgrade(database)
    return Cabinet(database)


@settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(HISTORY, st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_tags_follow_their_subjects_through_any_history(
    cabinet: Cabinet, history: History, after: list[int]
) -> None:
    wipe(cabinet)
    names = lived(cabinet, history)
    register, people = modelled(history)
    # As they are now, as they would be after another rearrangement, and each alone again.
    for members in (*people, *grouped(after), *SUBJECTS):
        assert names(members) == has(register, members)
    with UnitOfWork(cabinet.database, reads_only=True) as uow:
        each = tags_of_each(uow, WORKSPACE, [*people, *SUBJECTS])
        assert [len(one) for one in each] == [len(has(register, m)) for m in (*people, *SUBJECTS)]


def test_a_union_in_exclusive_groups_would_be_caught() -> None:
    def differs(history: History) -> bool:
        register, people = modelled(history)
        return any(has(register, one) != has(register, one, hides=False) for one in people)

    assert find(HISTORY, differs)
    with pytest.raises(NoSuchExample):
        # The two readings agree where nobody is ever joined.
        find(st.lists(ACT, max_size=6), differs)
