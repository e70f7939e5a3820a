"""Which of what is to land is of people who were forgotten, and how many by where it came from.

Nothing of such an event is kept but that there was one: whose it was is not told, and cannot be.
"""

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from catchment.collect.landing_rows import Lot
from catchment.collect.landing_state import Entry, Source


def are_of(rows: pa.Table, subjects: AbstractSet[str]) -> npt.NDArray[np.bool_]:
    """Which rows are of one of these subjects: kept under it."""
    if not subjects:
        return np.zeros(rows.num_rows, np.bool_)
    wanted = pa.array(sorted(subjects), pa.string())
    found: npt.NDArray[np.bool_] = pc.is_in(rows["subject"], wanted).to_numpy()
    return found


def by_entry(lot: Lot, is_gone: npt.NDArray[np.bool_]) -> Counter[Entry]:
    """How many of a lot's events are gone, by the log entry that they came in."""
    counted: Counter[Entry] = Counter()
    if not is_gone.any():
        return counted
    before = np.concatenate([[0], np.cumsum(is_gone)]).tolist()
    at = 0
    for origin in lot.origins:
        until = at + origin.count
        if gone := before[until] - before[at]:
            counted[(lot.workspace_id, origin.source_id, origin.position)] += gone
        at = until
    return counted


def by_source(entries: Mapping[Entry, int]) -> Counter[Source]:
    """The same by source."""
    counted: Counter[Source] = Counter()
    for (workspace_id, source_id, _), gone in entries.items():
        counted[(workspace_id, source_id)] += gone
    return counted
