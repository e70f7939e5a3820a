"""Erasing people from the event table: every file that holds a row of theirs is written anew.

One file at a time, each swap whole or not at all, beside landing and compaction. Of most files only
the column of subjects is looked at, and of a large one, whose rows lie in order of subjects, only
the groups of rows whose range could hold one. A pass that is cut short begins again and finds less
to do.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catchment.kernel import WorkspaceId
from catchment.lake.delta_files import DataFile, named
from catchment.lake.erasing import ErasureList, Hidden
from catchment.lake.errors import CompactionConflict
from catchment.lake.event_table import EventTable

SETTLE_US = 300_000_000
"""How long somebody stays on the list at least: a landing that was under way has ended by then."""

CONFLICTS_MAX = 100


@dataclass(frozen=True, slots=True)
class ErasureReport:
    """How far a pass is.

    Attributes:
        looked: files looked at.
        rewritten: files written anew.
        rows: rows that are gone.
        waiting: subjects that are still on the list.
    """

    looked: int = 0
    rewritten: int = 0
    rows: int = 0
    waiting: int = 0


def erase(
    table: EventTable, workspace_id: WorkspaceId, *, settle_us: int = SETTLE_US
) -> Iterator[ErasureReport]:
    """Erases everybody on a workspace's list, file by file; the last report is of the whole pass.

    Args:
        table: the event table.
        workspace_id: whose.
        settle_us: how long somebody stays on the list at least.

    Raises:
        CompactionConflict: somebody else kept swapping the same files.
        LakeUnavailable: the lake could not be read or written.
    """
    begun_us = table.now_us()
    doomed = dict(table.erasures.read(workspace_id).hidden)
    report = ErasureReport(waiting=len(doomed))
    if not doomed:
        _let_go(table, workspace_id)
        yield report
        return
    looked: set[str] = set()
    conflicts = 0
    while left := [file for file in table.files(workspace_id) if file.path not in looked]:
        file = left[0]
        try:
            gone = _strike(table, file, doomed)
        except CompactionConflict:
            conflicts += 1
            if conflicts > CONFLICTS_MAX:
                raise
            continue
        looked.add(file.path)
        report = replace(
            report, looked=report.looked + 1, rows=report.rows + gone,
            rewritten=report.rewritten + (gone > 0),
        )  # fmt: skip
        yield report
    settled = {subject for subject, one in doomed.items() if one.since_us + settle_us <= begun_us}
    waiting = _cross_off(table, workspace_id, doomed, settled)
    yield replace(report, waiting=waiting)


def still_on_disk(table: EventTable, workspace_id: WorkspaceId) -> int:
    """How many files that held somebody who was erased are yet to be deleted by tidying."""
    return len(_leaving(table, workspace_id, table.erasures.read(workspace_id)))


def _strike(table: EventTable, file: DataFile, doomed: dict[str, Hidden]) -> int:
    """Writes one file anew without them; how many rows went."""
    if not _may_hold(table, file, doomed):
        return 0
    # Listed before it is read: what another process swaps meanwhile is refused below.
    rows = table.read([file])
    gone = _is_doomed(rows, doomed)
    count = int(pc.sum(gone).as_py() or 0)
    if count:
        table.erase([file], rows.filter(pc.invert(gone)))
    return count


def _may_hold(table: EventTable, file: DataFile, doomed: dict[str, Hidden]) -> bool:
    wanted = pa.array(sorted(doomed), pa.string())
    least, greatest = wanted[0].as_py(), wanted[-1].as_py()
    with named("read"):
        parquet = pq.ParquetFile(table.path / file.path)
        column = parquet.schema_arrow.get_field_index("subject")
        ranges = [
            parquet.metadata.row_group(group).column(column).statistics
            for group in range(parquet.num_row_groups)
        ]
        groups = [
            group
            for group, one in enumerate(ranges)
            if one is None or not one.has_min_max or (one.max >= least and one.min <= greatest)
        ]
        if not groups:
            return False
        subjects = parquet.read_row_groups(groups, columns=["subject"])["subject"]
    return bool(pc.any(pc.is_in(subjects, wanted)).as_py())


def _is_doomed(rows: pa.Table, doomed: dict[str, Hidden]) -> pa.ChunkedArray:
    names = pa.array(list(doomed), pa.string())
    until = pa.array([one.until for one in doomed.values()], pa.int64())
    place = pc.index_in(rows["subject"], names)
    ends = until.take(place.combine_chunks() if isinstance(place, pa.ChunkedArray) else place)
    within = pc.less_equal(rows["log_position"], pa.chunked_array([ends], pa.int64()))
    return pc.fill_null(within, fill_value=False)


def _cross_off(
    table: EventTable, workspace_id: WorkspaceId, doomed: dict[str, Hidden], settled: set[str]
) -> int:
    def without(before: ErasureList) -> ErasureList:
        hidden = {
            subject: one
            for subject, one in before.hidden.items()
            # Who was hidden again or let back meanwhile is for another pass.
            if subject not in settled or one != doomed[subject]
        }
        return ErasureList(hidden, lying_files(table, workspace_id, before))

    return len(table.erasures.change(workspace_id, without).hidden)


def _let_go(table: EventTable, workspace_id: WorkspaceId) -> None:
    """Crosses off files that are gone from the disk."""
    before = table.erasures.read(workspace_id)
    if before.leaving and not _leaving(table, workspace_id, before):
        table.erasures.change(workspace_id, lambda one: replace(one, leaving=()))


def lying_files(
    table: EventTable, workspace_id: WorkspaceId, before: ErasureList
) -> tuple[str, ...]:
    """Files on the disk that are none of the table's: compaction's leavings among them."""
    here = {file.path for file in table.files(workspace_id)}
    folder = table.path / f"workspace_id={workspace_id}"
    lying = {str(path.relative_to(table.path)) for path in folder.glob("*.parquet")}
    return tuple(sorted({*before.leaving, *lying} - here))


def _leaving(table: EventTable, workspace_id: WorkspaceId, kept: ErasureList) -> list[str]:
    if not kept.leaving:
        return []
    here = {file.path for file in table.files(workspace_id)}
    return [path for path in kept.leaving if path not in here and (table.path / path).exists()]
