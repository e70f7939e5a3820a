"""One person, looked up by any id they go by."""

from __future__ import annotations

import pytest

from analytics.desk import WORKSPACE, DeskEngine, event, table_of
from catchment.people import PersonUnknown, person_of, show, timeline


@pytest.fixture
def engine() -> DeskEngine:
    rows = [
        event("anon-d", "Page Viewed", 1, anonymous_id="d", properties='{"path": "/"}'),
        event("user-u", "Identified", 2, kind="identify", user_id="u", anonymous_id="d",
              traits='{"plan": "free", "city": "杭州"}'),
        event("user-u", "Identified", 3, kind="identify", user_id="u", traits='{"plan": "paid"}'),
        event("user-v", "Page Viewed", 4, user_id="v", anonymous_id="d"),
    ]  # fmt: skip
    return DeskEngine(table_of(rows), {"anon-d": "per_user-u"})


@pytest.mark.parametrize("identifier", ["u", "d", "per_user-u"])
def test_a_person_is_found_by_any_id(engine: DeskEngine, identifier: str) -> None:
    assert person_of(engine, WORKSPACE, identifier) == "per_user-u"


def test_nobody_is_said_to_be_nobody(engine: DeskEngine) -> None:
    with pytest.raises(PersonUnknown):
        person_of(engine, WORKSPACE, "nobody")
    with pytest.raises(PersonUnknown):
        show(engine, WORKSPACE, "per_nobody")


def test_what_is_known_of_a_person(engine: DeskEngine) -> None:
    known = show(engine, WORKSPACE, "per_user-u")
    assert (known.user_ids, known.anonymous_ids, known.events) == (("u",), ("d",), 3)
    assert known.traits == {"plan": "paid", "city": "杭州"}


def test_the_timeline_runs_backwards_and_holds_the_time_before_sign_in(engine: DeskEngine) -> None:
    deeds = timeline(engine, WORKSPACE, "per_user-u", limit=2)
    assert [deed.message_id for deed in deeds] == ["m2", "m1"]
    assert [deed.name for deed in timeline(engine, WORKSPACE, "per_user-u")][-1] == "Page Viewed"
