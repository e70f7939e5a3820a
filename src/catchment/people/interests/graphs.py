"""The graphs of all workspaces, kept in memory and renewed as events come.

A graph is good until the edges, the overlay or the day has moved on. A small one is then built anew
before the answer; a large one answers as it is while its successor is built beside it, so nobody
waits for that but the very first asker. Each answer says up to when it is.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import pyarrow as pa
import structlog

from catchment.kernel import Clock, WorkspaceId
from catchment.people.interests.answers import scores_from
from catchment.people.interests.building import build_graph
from catchment.people.interests.decay import Decay
from catchment.people.interests.graph import Floats, Graph

GRAPHS_MAX: Final = 4
"""Workspaces whose graph is held at once; the one not asked for longest goes."""

WALKS_MAX: Final = 32
"""Of one graph, so many walks are remembered."""

QUICK_US: Final = 250_000
"""A graph that was built within so long is built while the asker waits."""

REST_US: Final = 5_000_000
"""A graph is not built again sooner than this, however fast events come."""

AGE_MAX_US: Final = 3_600_000_000
"""After so long a graph is built anew even if nothing came: interest has faded since."""

_log = structlog.get_logger(__name__)


class TableFile(Protocol):
    """A file of a table; it is written once, so its name tells what is in it."""

    @property
    def path(self) -> str:
        """Its name."""


Stamp = frozenset[str]
"""What a graph is built from: the names of the files."""


class EdgeRows(Protocol):
    """The interest table, as a reader sees it."""

    def read(self, workspace_id: WorkspaceId) -> pa.Table:
        """The workspace's rows."""

    def position(self, workspace_id: WorkspaceId) -> int:
        """The log position that they reach."""

    def files(self, workspace_id: WorkspaceId) -> Sequence[TableFile]:
        """The files that hold them now."""


class IdentityRows(Protocol):
    """The identity overlay, as a reader sees it."""

    def read(self, workspace_id: WorkspaceId) -> pa.Table:
        """Columns `subject` and `person`."""

    def files(self, workspace_id: WorkspaceId) -> Sequence[TableFile]:
        """The files that hold them now."""


@dataclass
class _Held:
    """A graph with what it was built from, and the walks begun on it."""

    graph: Graph
    stamp: Stamp
    took_us: int
    is_renewing: bool = False
    walks: "OrderedDict[int, Floats]" = field(default_factory=OrderedDict)


class InterestGraphs:
    """Every workspace's graph, for whoever asks. Safe to use from several threads.

    Args:
        edges: the interest table.
        identity: the overlay.
        clock: tells what weights are worth.
        decay: how the edges were summed up.
    """

    def __init__(
        self,
        edges: EdgeRows,
        identity: IdentityRows,
        clock: Clock,
        decay: Decay | None = None,
    ) -> None:
        self._edges = edges
        self._identity = identity
        self._clock = clock
        self._decay = decay or Decay()
        self._held: OrderedDict[WorkspaceId, _Held] = OrderedDict()
        self._turn = threading.Lock()
        self._builders: dict[WorkspaceId, threading.Lock] = {}

    @property
    def half_life_days(self) -> float:
        """After so many days, interest is worth half."""
        return self._decay.half_life_us / 86_400_000_000

    def graph(self, workspace_id: WorkspaceId) -> Graph:
        """The workspace's graph, at most a moment old."""
        held = self._find(workspace_id)
        if held is None:
            return self._build(workspace_id).graph
        if not self._is_past(workspace_id, held):
            return held.graph
        if held.took_us <= QUICK_US:
            return self._build(workspace_id).graph
        self._renew(workspace_id, held)
        return held.graph

    def scores(self, workspace_id: WorkspaceId, graph: Graph, seed: int) -> Floats:
        """Where a walker from the seed is found; a walk on the present graph is remembered."""
        with self._turn:
            held = self._held.get(workspace_id)
            known = held.walks.get(seed) if held is not None and held.graph is graph else None
        if known is not None:
            return known
        scores = scores_from(graph, seed)
        with self._turn:
            held = self._held.get(workspace_id)
            if held is not None and held.graph is graph:
                held.walks[seed] = scores
                while len(held.walks) > WALKS_MAX:
                    held.walks.popitem(last=False)
        return scores

    def _find(self, workspace_id: WorkspaceId) -> _Held | None:
        with self._turn:
            held = self._held.get(workspace_id)
            if held is not None:
                self._held.move_to_end(workspace_id)
            return held

    def _is_past(self, workspace_id: WorkspaceId, held: _Held) -> bool:
        age = self._clock.now_us() - held.graph.at_us
        if age >= AGE_MAX_US:
            return True
        # A small graph costs less to build than to be told that it is past.
        rest = 0 if held.took_us <= QUICK_US else REST_US
        return age >= rest and self._stamp(workspace_id) != held.stamp

    def _stamp(self, workspace_id: WorkspaceId) -> Stamp:
        # By name, for a split, a merge and a forgetting move no log position.
        tables = (self._edges, self._identity)
        return frozenset(file.path for table in tables for file in table.files(workspace_id))

    def _renew(self, workspace_id: WorkspaceId, held: _Held) -> None:
        with self._turn:
            if held.is_renewing:
                return
            held.is_renewing = True
        threading.Thread(
            target=self._renewing, args=(workspace_id, held), name="interests", daemon=True
        ).start()

    def _renewing(self, workspace_id: WorkspaceId, held: _Held) -> None:
        try:
            self._build(workspace_id)
        except Exception:  # noqa: BLE001  (the rim of a thread: the old graph goes on answering)
            _log.exception("interest_graph_not_built", workspace=workspace_id)
            held.is_renewing = False

    def _build(self, workspace_id: WorkspaceId) -> _Held:
        with self._turn:
            builder = self._builders.setdefault(workspace_id, threading.Lock())
        with builder:
            held = self._find(workspace_id)
            if held is not None and not self._is_past(workspace_id, held):
                return held
            # Looked up before reading: what comes between is read twice rather than not at all.
            stamp = self._stamp(workspace_id)
            position = self._edges.position(workspace_id)
            began = self._clock.now_us()
            graph = build_graph(
                self._edges.read(workspace_id),
                self._identity.read(workspace_id),
                self._decay,
                now_us=began,
                position=position,
            )
            made = _Held(graph, stamp, self._clock.now_us() - began)
        with self._turn:
            self._held[workspace_id] = made
            self._held.move_to_end(workspace_id)
            while len(self._held) > GRAPHS_MAX:
                self._held.popitem(last=False)
        return made
