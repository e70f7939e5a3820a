"""Who is who, written by hand: an identity book of one workspace that a test can rearrange."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.kernel import WorkspaceId


class Who:
    """Nodes in the order in which subjects were first named; everyone is alone at first."""

    def __init__(self, position: int = 1_000_000) -> None:
        self.position = position
        self.version = 1
        self.epoch = 1
        self.rules_fingerprint = "x"
        self._nodes: dict[str, int] = {}
        self._owners: list[int] = []

    def reading(self, workspace_id: WorkspaceId) -> Who:
        del workspace_id
        return self

    def name(self, subjects: Iterable[str]) -> None:
        """Gives subjects nodes."""
        for subject in subjects:
            if subject not in self._nodes:
                self._nodes[subject] = len(self._nodes)
                self._owners.append(self._nodes[subject])

    def arrange(self, people: Mapping[str, str]) -> None:
        """Says of subjects whose they are: the subject that names the person."""
        self._owners = list(range(len(self._nodes)))
        for subject, owner in people.items():
            self._owners[self._nodes[subject]] = self._nodes[owner]
        self.version += 1

    def node(self, subject: str) -> int:
        return self._nodes[subject]

    @property
    def count(self) -> int:
        return len(self._owners)

    @property
    def owners(self) -> npt.NDArray[np.int32]:
        return np.array(self._owners, np.int32)

    def nodes_of(self, subjects: Any) -> npt.NDArray[np.int32]:
        return np.array([self._nodes.get(one, -1) for one in subjects.to_pylist()], np.int32)

    def subjects_of(self, nodes: npt.NDArray[np.int32]) -> pa.Array:
        names = list(self._nodes)
        return pa.array([names[node] for node in nodes], pa.string())

    def kinds_of(self, nodes: npt.NDArray[np.int32]) -> npt.NDArray[np.uint8]:
        return np.ones(len(nodes), np.uint8)

    def members_of(
        self, persons: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        members = [np.flatnonzero(self.owners == person) for person in persons]
        offsets = np.cumsum([0, *map(len, members)]).astype(np.int64)
        return offsets, np.concatenate([np.zeros(0, np.int64), *members]).astype(np.int32)

    def persons(self) -> npt.NDArray[np.int32]:
        return np.flatnonzero(self.owners == np.arange(self.count)).astype(np.int32)

    def person_of(self, subject: str) -> str:
        if subject not in self._nodes:
            return "per_" + subject
        return "per_" + list(self._nodes)[self._owners[self._nodes[subject]]]
