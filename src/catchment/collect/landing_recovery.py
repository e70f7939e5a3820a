"""Putting landing's state right before the first step: after a crash, a loss, or a power cut.

The event table is the truth. Three cases: the state agrees with it, and nothing is to do; the
state is behind, because a step was cut short after the table's commit, and takes the missing keys
and counts from the table's rows; the state is ahead of the table, or lost, or its key files are,
and is built anew from all rows. What became of duplicates and quarantined items is not in the
table; it is counted again from the log, as far as the log still reaches.
"""

from collections import Counter

from catchment.collect.errors import LogBehindTable
from catchment.collect.key_index import KeyIndex, Keys, RunFile, is_whole_file
from catchment.collect.landing_batch import read_batch
from catchment.collect.landing_forgotten import are_of, by_entry, by_source
from catchment.collect.landing_parts import LandingParts
from catchment.collect.landing_rows import Lot, event_keys, rows_of
from catchment.collect.landing_state import (
    HOUR_US,
    Counts,
    Entry,
    LandingState,
    Progress,
    Source,
)
from catchment.kernel import WorkspaceId

_COLUMNS = ("workspace_id", "source_id", "event_key", "received_time", "log_position")


def open_index(parts: LandingParts, state: LandingState) -> KeyIndex:
    """The index of all keys that landed; the state agrees with the table when this returns.

    Raises:
        LogBehindTable: the table holds positions that the log never dealt out.
    """
    landed = parts.table.position()
    if parts.log.head() < landed:
        raise LogBehindTable(
            f"The table has landed log position {landed}, but the log ends at {parts.log.head()}: "
            "this is not the log that the table was filled from. Put the right log back, or move "
            "the lake away to start afresh.",
            landed=landed,
        )
    folder = parts.folder / "keys"
    files = state.runs()
    is_whole = all(is_whole_file(folder, file) for file in files)
    if state.position() > landed or not is_whole:
        state.clear()
        files = []
    index = KeyIndex(folder, files, state.recent_keys(), recent_max=parts.recent_keys_max)
    if state.position() < landed:
        _bring_up(parts, state, index, landed)
    return index


def _bring_up(parts: LandingParts, state: LandingState, index: KeyIndex, landed: int) -> None:
    reached = state.position()
    accepted: Counter[Source] = Counter()
    hours: Counter[tuple[WorkspaceId, str, int]] = Counter()
    last_seen: dict[Source, int] = {}
    replaced: list[RunFile] = []
    for file in parts.table.files():
        if file.stats.get("log_position", (0, landed))[1] <= reached:
            continue
        rows = parts.table.read([file], _COLUMNS)
        is_new = rows["log_position"].to_numpy() > reached
        keys = b"".join(rows["event_key"].to_pylist())
        index.add(Keys.unpack(keys).take(is_new))
        if index.wants_flush:
            index.flush()
            replaced += index.merge()
        # One source may fill a file of a million rows, so count by distinct hour, not by row.
        rows = rows.filter(is_new)
        hour = rows["received_time"].cast("int64").to_numpy() // HOUR_US
        counted = rows.select(["source_id"]).append_column("hour", [hour])
        grouped = counted.group_by(["source_id", "hour"]).aggregate([([], "count_all")])
        for row in grouped.to_pylist():
            source = (file.workspace_id, row["source_id"])
            accepted[source] += row["count_all"]
            hours[(*source, row["hour"])] += row["count_all"]
            seen = (row["hour"] + 1) * HOUR_US - 1
            last_seen[source] = max(seen, last_seen.get(source, 0))
    told, counts, forgotten = _told_by_log(parts, index, reached, landed)
    gone = by_source(forgotten)
    for source in accepted:
        counts.setdefault(source, Counts(last_seen_us=last_seen[source]))
    index.flush()
    # Keys first: should this be cut short, keys noted twice do no harm, keys missed would.
    state.note_runs(index.files, is_flushed=True)
    index.forget(replaced)
    state.record(
        Progress(
            position=landed,
            counts={
                source: Counts(
                    accepted=accepted[source],
                    duplicate=max(0, told[source] - accepted[source] - gone[source]),
                    quarantined=known.quarantined,
                    last_seen_us=known.last_seen_us,
                    forgotten=gone[source],
                )
                for source, known in counts.items()
            },
            hours=hours,
            forgotten=forgotten,
        )
    )


def _told_by_log(
    parts: LandingParts, index: KeyIndex, reached: int, landed: int
) -> tuple[Counter[Source], dict[Source, Counts], Counter[Entry]]:
    """How many events each source sent between the two positions, as far as the log reaches.

    Those of people who were forgotten also by entry.
    """
    told: Counter[Source] = Counter()
    forgotten: Counter[Entry] = Counter()
    counts: dict[Source, Counts] = {}
    while reached < landed:
        entries = [
            entry
            for entry in parts.log.read(
                reached, entries_max=parts.entries_max, bytes_max=parts.bytes_max
            )
            if entry.position <= landed
        ]
        if not entries:
            break
        reached = entries[-1].position
        batch = read_batch(entries, parts.decode, parts.blocked_ids)
        for entry in entries:
            source = (entry.received.workspace_id, entry.received.source_id)
            seen = Counts(last_seen_us=entry.received.received_us)
            counts[source] = counts.get(source, Counts()).plus(seen)
        for lot in batch.lots:
            forgotten += _forgotten(parts, index, lot)
            for origin in lot.origins:
                told[(lot.workspace_id, origin.source_id)] += origin.count
        for reject in batch.rejects:
            source = (reject.workspace_id, reject.source_id)
            counts[source] = counts[source].plus(Counts(quarantined=1))
    return told, counts, forgotten


def _forgotten(parts: LandingParts, index: KeyIndex, lot: Lot) -> Counter[Entry]:
    """What of a lot was dropped: of who was forgotten, and landed at no time."""
    subjects = parts.suppressed(lot.workspace_id)
    if not subjects:
        return Counter()
    keys = event_keys(lot)
    rows = rows_of(lot, keys=keys, hasher=parts.hasher, landed_us=0)
    return by_entry(lot, index.fresh(Keys.unpack(keys)) & are_of(rows, subjects))
