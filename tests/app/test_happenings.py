"""Whom new events touched: the same people, however the events are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analytics.desk import WORKSPACE, DeskEngine
from catchment.app import audience_parts
from catchment.app.audience_parts import EventHappenings
from catchment.lake import AnswerTooLarge
from people.town import Town


@pytest.fixture
def town(tmp_path: Path) -> Town:
    made = Town(tmp_path)
    names = ("Seen", "Bought", "Seen")
    made.land(
        [made.did(("anon", f"d{n % 4}"), names[n % 3], n, log_position=n + 1) for n in range(12)]
    )
    return made


def touched(town: Town, after: int = 0, until: int = 12) -> set[tuple[int, str]]:
    found = EventHappenings(town.parts).touched(WORKSPACE, after, until)
    pairs = zip(found.nodes.tolist(), found.kinds.tolist(), strict=True)
    return {(node, found.events[kind][0]) for node, kind in pairs}


def test_only_those_of_the_span_are_touched(town: Town) -> None:
    assert touched(town, 0, 2) == {
        (town.node(("anon", "d0")), "Seen"), (town.node(("anon", "d1")), "Bought"),
    }  # fmt: skip
    assert touched(town, 12, 20) == set()
    assert len(touched(town)) == 8


def test_few_and_many_events_touch_the_same(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    right = touched(town)
    monkeypatch.setattr(audience_parts, "HAPPENED_FEW", 0)
    assert touched(town) == right


def test_more_than_one_answer_can_hold_is_asked_for_in_parts(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = touched(town)
    whole = DeskEngine.query
    sizes: list[int] = []

    def narrow(self: DeskEngine, *asked: Any, **how: Any) -> Any:
        found = whole(self, *asked, **how)
        if found.num_rows > 3:
            raise AnswerTooLarge
        sizes.append(found.num_rows)
        return found

    monkeypatch.setattr(DeskEngine, "query", narrow)
    assert touched(town) == right
    assert len(sizes) > 1


def test_one_entry_that_is_too_large_by_itself_is_told(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AnswerTooLarge

    monkeypatch.setattr(DeskEngine, "query", refuse)
    with pytest.raises(AnswerTooLarge):
        touched(town)
