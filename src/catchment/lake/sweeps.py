"""How far each workspace's events were looked through for what must not stand in them.

It lies in a folder of the table's own, a small file for each workspace: whoever puts an older copy
of the table back puts back what was known of it. One process looks through a workspace at a time.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from catchment.kernel import Conflict, WorkspaceId

FOLDER = "_sweeping"
"""Delta passes over folders that begin so."""


class SweepUnderWay(Conflict):
    """Another process is looking through this workspace's events; wait until it is through."""


@dataclass(frozen=True, slots=True)
class SweepState:
    """How far a workspace is.

    Attributes:
        finds, spares: the rules by which everything up to `position` was looked through; what is
            in force is compared with them.
        position: the log position up to which all was looked through; -1 before the first pass.
        after: the log position behind which a pass under way begins.
        until: the one that it goes to; none when no pass is under way.
        going_finds, going_spares: its rules.
        looked: files that it is through with, or wrote.
        begun_us, ended_us: when the last pass began, and when it ended.
        is_settled: rows that a landing under way brought in meanwhile were looked through too.
        is_outdated: events changed, and what is derived from them has not followed yet.
        tells_interests: some of those events tell of interests.
        rows: rows that the pass looked through.
        total: rows it has to.
        events: rows that it changed.
        values: values that it took out, by kind.
    """

    finds: Sequence[str] = ()
    spares: Sequence[str] = ()
    position: int = -1
    after: int = -1
    until: int | None = None
    going_finds: Sequence[str] = ()
    going_spares: Sequence[str] = ()
    looked: Sequence[str] = ()
    begun_us: int = 0
    ended_us: int = 0
    is_settled: bool = False
    is_outdated: bool = False
    tells_interests: bool = False
    rows: int = 0
    total: int = 0
    events: int = 0
    values: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_under_way(self) -> bool:
        """Whether a pass was begun and not ended."""
        return self.until is not None or self.is_outdated


class Sweeps:
    """The states of one table.

    Args:
        folder: the table's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def read(self, workspace_id: WorkspaceId) -> SweepState:
        """How far a workspace is; as at the very beginning, where nothing is known."""
        try:
            told = json.loads((self._folder / f"{workspace_id}.json").read_bytes())
            return SweepState(**told)
        except (FileNotFoundError, ValueError, TypeError):
            # Derived, as it were: whoever does not know looks again.
            return SweepState()

    def write(self, workspace_id: WorkspaceId, state: SweepState) -> None:
        """Notes how far it is, on disk when this returns; only within `alone`."""
        path = self._folder / f"{workspace_id}.json"
        beside = path.with_suffix(".new")
        with beside.open("wb") as file:
            file.write(json.dumps(asdict(state)).encode())
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)

    @contextmanager
    def alone(self, workspace_id: WorkspaceId) -> Iterator[None]:
        """Nobody else looks through this workspace meanwhile.

        Raises:
            SweepUnderWay: somebody does already.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._folder / f"{workspace_id}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SweepUnderWay from None
            yield


def with_counts(
    state: SweepState, values: Mapping[str, int], *, rows: int, events: int
) -> SweepState:
    """The state after some more rows."""
    sums = dict(state.values)
    for kind, count in values.items():
        sums[kind] = sums.get(kind, 0) + count
    return replace(state, rows=state.rows + rows, events=state.events + events, values=sums)
