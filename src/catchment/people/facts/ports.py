"""What facts need of the identity book: which node a subject is, and whose."""

from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.kernel import WorkspaceId


class Nodes(Protocol):
    """Who is who at one moment; an `IdentityView` is one."""

    @property
    def version(self) -> int:
        """The number of its commit."""

    @property
    def epoch(self) -> int:
        """Which numbering of nodes this is; another one after the book was derived anew."""

    @property
    def position(self) -> int:
        """The log position up to which every subject has a node."""

    @property
    def count(self) -> int:
        """How many nodes there are."""

    @property
    def owners(self) -> npt.NDArray[np.int32]:
        """By node: the node that names its person."""

    def nodes_of(self, subjects: "pa.Array | pa.ChunkedArray") -> npt.NDArray[np.int32]:
        """The nodes of subjects; -1 for one that is not known."""

    def subjects_of(self, nodes: npt.NDArray[np.int32]) -> pa.Array:
        """The subjects of nodes."""

    def kinds_of(self, nodes: npt.NDArray[np.int32]) -> npt.NDArray[np.uint8]:
        """The kinds' codes of nodes; 0 of one that was forgotten."""

    def members_of(
        self, persons: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        """Offsets by person, and the nodes of each."""

    def persons(self) -> npt.NDArray[np.int32]:
        """Every node that names a person, rising."""


class Identities(Protocol):
    """Where it is kept who is who; an `IdentityBook` is one."""

    def reading(self, workspace_id: WorkspaceId) -> Nodes:
        """The newest view."""
