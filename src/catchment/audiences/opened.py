"""A workspace's audiences, open for writing: definitions, members, and how far everything is.

Opening reads the records and the files, brings the members up to the records (whose word counts),
and says from which log position events must be looked at again. What was decided but not yet on the
disk for certain is simply decided again: that gives the same, because a decision depends on the
members, the people and the time alone.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from graphlib import TopologicalSorter
from pathlib import Path

import numpy as np
import pyarrow as pa
import structlog
from numpy.typing import NDArray

from catchment.audiences import store
from catchment.audiences.membership import MemberFiles, epoch_of
from catchment.audiences.ports import Listening, PeopleView
from catchment.audiences.reading import read_rule
from catchment.audiences.rules import Rule, audiences_of
from catchment.audiences.transitions import store as moves
from catchment.audiences.transitions.store import Progress
from catchment.audiences.types import Audience
from catchment.audiences.works import AudienceWorks
from catchment.kernel import CatchmentError, WorkspaceId
from catchment.store import UnitOfWork

PERSON_PREFIX = "per_"
_EPOCH_BYTES = 8
_log = structlog.get_logger(__name__)

Nodes = NDArray[np.int32]


@dataclass(slots=True)
class Kept:
    """One audience that is kept up.

    Attributes:
        audience: its definition.
        rule: its rule, read.
        listening: events that may change the answer.
        reads: the audiences whose members it reads.
        files: its members; `None` before the first filling, or where they were lost.
        size: people in it.
    """

    audience: Audience
    rule: Rule
    listening: Listening
    reads: frozenset[str]
    files: MemberFiles | None = None
    size: int = 0

    @property
    def must_fill(self) -> bool:
        """Whether everybody must be looked at."""
        return self.files is None or self.audience.filled_version != self.audience.version


@dataclass(slots=True)
class Opened:
    """A workspace's audiences.

    Attributes:
        workspace_id: whose.
        epoch: of the people, whose numbers all nodes here are.
        progress: how far they are, as the records have it.
        position: the log position behind which events are still to be looked at.
        nudge: the last nudge that was looked at.
        owners: by node, who named its person when the members were decided.
        kept: the audiences, each behind those that it reads.
        unsettled: something was decided since the files were last on the disk for certain.
        settled_at: when they were, by this process.
    """

    workspace_id: WorkspaceId
    epoch: int
    progress: Progress
    position: int
    nudge: int
    owners: Nodes
    kept: dict[str, Kept] = field(default_factory=dict)
    unsettled: bool = False
    settled_at: datetime | None = None

    def members_of(self, audience_id: str) -> NDArray[np.uint8] | None:
        """Who is in an audience, by node."""
        kept = self.kept.get(audience_id)
        return None if kept is None or kept.files is None else kept.files.members


def open_audiences(works: AudienceWorks, workspace_id: WorkspaceId, view: PeopleView) -> Opened:
    """Opens a workspace's audiences and brings their members up to the records."""
    with UnitOfWork(works.database, reads_only=True) as uow:
        progress = moves.find_progress(uow, workspace_id)
        found = store.active_audiences(uow, workspace_id)
        decided = list(moves.transitions_after(uow, workspace_id, progress.settled_step))
    owners = _read_owners(works, workspace_id, view)
    opened = Opened(
        workspace_id, view.epoch, progress, progress.settled_position, progress.settled_nudge,
        np.array(view.owners) if owners is None else owners,
    )  # fmt: skip
    define(works, opened, found)
    for kept in opened.kept.values():
        # A book that numbers people otherwise makes every file a wrong one.
        if owners is not None:
            _open_files(works, kept, view)
    _replay(opened, decided, view)
    for kept in opened.kept.values():
        if kept.files is not None:
            kept.size = int(np.count_nonzero(kept.files.members))
    return opened


def define(works: AudienceWorks, opened: Opened, found: Sequence[Audience]) -> None:
    """Takes the definitions as they are now, keeping what is open."""
    known, opened.kept = opened.kept, {}
    for audience in found:
        before = known.get(audience.id)
        if before is not None and before.audience.version == audience.version:
            before.audience = audience
            opened.kept[audience.id] = before
            continue
        try:
            rule = read_rule(audience.rule)
            listening = works.judge.listening(opened.workspace_id, rule)
        except CatchmentError as unreadable:
            _log.warning("audience_unreadable", audience=audience.id, reason=unreadable.message)
            continue
        kept = Kept(audience, rule, listening, audiences_of(rule))
        if before is not None:
            kept.files, kept.size = before.files, before.size
        opened.kept[audience.id] = kept
    graph = {name: kept.reads & opened.kept.keys() for name, kept in opened.kept.items()}
    opened.kept = {name: opened.kept[name] for name in TopologicalSorter(graph).static_order()}


def settle_files(works: AudienceWorks, opened: Opened) -> None:
    """Puts the members on the disk for certain, and then whom they speak of."""
    for kept in opened.kept.values():
        if kept.files is not None:
            kept.files.flush()
    folder = works.members.workspace(opened.workspace_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # In one file, so that no kill parts the owners from what their numbers mean.
    _write(folder / "owners", np.int64(opened.epoch).tobytes() + opened.owners.tobytes())


def persons_named(view: PeopleView, nodes: Nodes) -> list[str]:
    """The person ids of nodes that name people."""
    return [PERSON_PREFIX + subject for subject in view.subjects_of(nodes).to_pylist()]


def _read_owners(works: AudienceWorks, workspace_id: WorkspaceId, view: PeopleView) -> Nodes | None:
    """Who named whom when the files were settled; `None` where nodes are numbered otherwise now.

    Before the files were ever settled, everybody counts as a person of their own: whoever was
    joined since is then looked at, and the events of all the others are still to be read.
    """
    folder = works.members.workspace(workspace_id)
    try:
        told = (folder / "owners").read_bytes()
        epoch = int(np.frombuffer(told[:_EPOCH_BYTES], np.int64)[0])
        owners = np.frombuffer(told[_EPOCH_BYTES:], np.int32).copy()
    except FileNotFoundError:
        return np.arange(view.count, dtype=np.int32)
    except (ValueError, IndexError):
        return None
    return owners if epoch == view.epoch and len(owners) <= view.count else None


def _open_files(works: AudienceWorks, kept: Kept, view: PeopleView) -> None:
    audience = kept.audience
    if not audience.generation:
        return
    folder = works.members.path(audience.workspace_id, audience.id, audience.generation)
    if epoch_of(folder) != view.epoch:
        # Filled while people were numbered otherwise, or lost.
        return
    try:
        kept.files = MemberFiles(folder, view.count)
    except (FileNotFoundError, ValueError):
        _log.warning("audience_members_lost", audience=audience.id)


def _replay(
    opened: Opened, decided: Sequence[tuple[str, int, str, bool]], view: PeopleView
) -> None:
    subjects = [person.removeprefix(PERSON_PREFIX) for _, _, person, _ in decided]
    nodes = view.nodes_of(pa.array(subjects, pa.string()))
    for (audience_id, step, _, entered), node in zip(decided, nodes.tolist(), strict=True):
        kept = opened.kept.get(audience_id)
        if kept is None or kept.files is None or node < 0:
            continue
        if step > kept.audience.generation:
            kept.files.members[node] = entered


def _write(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
