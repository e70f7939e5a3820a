"""Which audiences care about which events: an index, so that the others are not asked."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from catchment.audiences.opened import Kept
from catchment.audiences.ports import Touched


class Readers:
    """The index from an event to the audiences that listen to it, kept until definitions change."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], frozenset[str]] = {}
        self._of: tuple[tuple[str, int], ...] = ()

    def touched(self, kept: Mapping[str, Kept], happened: Touched) -> dict[str, NDArray[np.int32]]:
        """By audience, the nodes with an event that it listens to; others are left out."""
        stand = tuple((name, one.audience.version) for name, one in kept.items())
        if stand != self._of:
            self._known, self._of = {}, stand
        listening: dict[str, list[int]] = {}
        for place, event in enumerate(happened.events):
            if event not in self._known:
                self._known[event] = frozenset(
                    name for name, one in kept.items() if _hears(one, event)
                )
            for name in self._known[event]:
                listening.setdefault(name, []).append(place)
        found: dict[tuple[int, ...], NDArray[np.int32]] = {}
        for places in set(map(tuple, listening.values())):
            found[places] = np.unique(happened.nodes[np.isin(happened.kinds, places)])
        return {name: found[tuple(places)] for name, places in listening.items()}


def _hears(kept: Kept, event: tuple[str, str]) -> bool:
    name, call = event
    return any(
        (wanted is None or wanted == name) and (by is None or by == call)
        for wanted, by in kept.listening
    )
