"""Made-up lives: timelines as the kernel takes them and as the oracle reads them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from catchment.lake import Timelines
from oracles.life_cycle_by_the_letter import DAY_US, STAGES, Change, Deed

BITS = {"reader": 1, "follower": 2, "lead": 4, "order": 8, "advocate": 16}
HALF_DAY_US = DAY_US // 2

KINDS = st.sets(st.sampled_from(sorted(BITS)), max_size=2).map(frozenset)
DEEDS = st.builds(
    Deed,
    # Half days and spans of whole ones, so that deeds fall on the very instants that time brings.
    st.integers(0, 16).map(lambda half: half * HALF_DAY_US),
    KINDS,
    st.none() | st.sampled_from("xyz"),
)
LIVES = st.lists(DEEDS, min_size=1, max_size=8)
SPANS = st.tuples(st.integers(1, 3), st.integers(1, 3)).map(lambda two: (two[0], sum(two)))


def timelines(people: Sequence[Sequence[Deed]]) -> Timelines:
    """The lives as an engine hands them to a kernel."""
    rows = [sorted(deeds, key=lambda deed: deed.time_us) for deeds in people]
    flat = [deed for deeds in rows for deed in deeds]
    bits = [sum(BITS[kind] for kind in deed.kinds) for deed in flat]
    return Timelines(
        people=pa.array([f"p{number}" for number in range(len(rows))], pa.string()),
        offsets=np.cumsum([0, *map(len, rows)]).astype(np.int64),
        time_us=np.array([deed.time_us for deed in flat], np.int64),
        columns={
            "bits": pa.array(bits, pa.int32()),
            "order_id": pa.array([deed.order for deed in flat], pa.string()),
        },
    )


def read(found: pa.Table) -> dict[str, list[Change]]:
    """Transitions as the oracle writes them, by person."""
    made: dict[str, list[Change]] = {}
    for row in found.to_pylist():
        before = made.setdefault(row["person"], [])
        assert row["before"] == (STAGES.index(before[-1][1]) if before else -1)
        before.append((row["at_us"], STAGES[row["after"]]))
    return made
