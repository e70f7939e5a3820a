"""Overlap: every intersection counted exactly, against counting with sets."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from audiences.live_world import LiveWorld
from audiences.small_world import WORKSPACE
from catchment.audiences import AudienceNotFilled, AudienceUnknown, OverlapRefused, overlap_of

NAMES = [f"Did {at}" for at in range(6)]


def test_every_intersection_is_counted_as_sets_would(live: LiveWorld) -> None:
    live.world.owners = list(range(200))
    chance = np.random.default_rng(7)
    made = [live.make(name, {"did": {"event": name}}) for name in NAMES]
    for name in NAMES:
        for node in np.flatnonzero(chance.random(200) < chance.random()).tolist():
            live.happen(node, name)
    live.step()
    sets = {one: live.members(one) for one in made}
    answer = overlap_of(live.works, WORKSPACE, made)
    assert [(one.id, size) for one, size in answer.sets] == [(m, len(sets[m])) for m in made]
    expected = {}
    for length in range(1, len(made) + 1):
        for some in combinations(made, length):
            inside = set.intersection(*(sets[one] for one in some))
            outside = set().union(*(sets[one] for one in made if one not in some))
            if inside - outside:
                expected[some] = len(inside - outside)
    assert {part.audience_ids: part.count for part in answer.intersections} == expected
    counts = [part.count for part in answer.intersections]
    assert counts == sorted(counts, reverse=True)
    assert answer.union == len(set().union(*sets.values())) == sum(counts)


def test_what_cannot_be_laid_over_each_other_is_refused(live: LiveWorld) -> None:
    one = live.make("One", {"did": {"event": "x"}})
    two = live.make("Two", {"did": {"event": "y"}})
    for ids in ([one], [one, one], [one, two] * 4):
        with pytest.raises(OverlapRefused):
            overlap_of(live.works, WORKSPACE, ids)
    with pytest.raises(AudienceNotFilled):
        overlap_of(live.works, WORKSPACE, [one, two])
    live.step()
    with pytest.raises(AudienceUnknown):
        overlap_of(live.works, WORKSPACE, [one, "adc_none"])
