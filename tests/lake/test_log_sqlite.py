"""The SQLite log: acknowledged means on disk, for several processes, and after kill -9."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from catchment.kernel import WorkspaceId
from catchment.lake import LogUnavailable, Received
from catchment.lake.log_entries import PACK_FROM_BYTES, UNREADABLE
from catchment.lake.log_sqlite import TRIM_STEP
from catchment.testing.log_seals import toy_log

MINE = WorkspaceId("wsp_mine")

APPENDER = """
import sys
from pathlib import Path
from catchment.kernel import WorkspaceId
from catchment.lake import Received
from catchment.testing.log_seals import toy_log

log = toy_log(Path(sys.argv[1]))
name, count = sys.argv[2], int(sys.argv[3])
for number in range(count):
    entry = Received(WorkspaceId("wsp_mine"), name, "segment", number, b"x" * 2_000)
    position = log.append([entry, entry])
    sys.stdout.write(f"{number} {position}\\n")
    sys.stdout.flush()
"""


def entry(body: bytes, received_us: int = 1) -> Received:
    return Received(MINE, "src", "segment", received_us, body)


def appender(path: Path, name: str, count: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", APPENDER, str(path), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_what_was_acknowledged_outlives_kill_minus_nine(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    process = appender(path, "src", 1_000_000)
    assert process.stdout is not None
    journal = [process.stdout.readline() for _ in range(200)]
    os.kill(process.pid, signal.SIGKILL)
    journal += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    acknowledged = [int(line.split()[1]) for line in journal if line.endswith("\n")]
    log = toy_log(path)
    entries = log.read(0, entries_max=10_000_000, bytes_max=10**12)
    log.close()
    assert [e.position for e in entries] == list(range(1, len(entries) + 1))
    assert max(acknowledged) <= len(entries)
    # A batch is there whole or not at all, the unacknowledged last one too.
    assert len(entries) % 2 == 0
    assert all(e.received.body == b"x" * 2_000 for e in entries)


def test_two_processes_append_without_losing_a_position(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    toy_log(path).close()
    processes = [appender(path, name, 60) for name in ("one", "two")]
    lines = [process.communicate()[0].splitlines() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    log = toy_log(path)
    entries = log.read(0, entries_max=1_000, bytes_max=10**9)
    log.close()
    assert [e.position for e in entries] == list(range(1, 241))
    for name, acknowledged in zip(("one", "two"), lines, strict=True):
        last = {int(line.split()[1]) for line in acknowledged}
        assert {e.position for e in entries if e.received.source_id == name} >= last


def test_a_full_disk_acknowledges_nothing_and_loses_nothing(tmp_path: Path) -> None:
    log = toy_log(tmp_path / "log.db")
    log.append([entry(b"kept")])
    pages = log._writer.execute("PRAGMA page_count").fetchone()[0]
    log._writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LogUnavailable, match="full"):
        log.append([entry(os.urandom(50_000)), entry(b"lost")])
    assert [e.received.body for e in log.read(0, entries_max=9, bytes_max=99)] == [b"kept"]
    log._writer.execute(f"PRAGMA max_page_count = {pages + 1_000}")
    assert log.append([entry(b"after")]) == 2
    log.close()


def test_a_closed_log_is_unavailable(tmp_path: Path) -> None:
    log = toy_log(tmp_path / "log.db")
    log.close()
    with pytest.raises(LogUnavailable):
        log.append([entry(b"x")])
    with pytest.raises(LogUnavailable):
        log.head()


def test_long_bodies_are_kept_packed_and_short_ones_as_they_are(tmp_path: Path) -> None:
    log = toy_log(tmp_path / "log.db")
    log.append([entry(b"{" * PACK_FROM_BYTES), entry(b"{" * 5_000), entry(os.urandom(5_000))])
    kept = log._reader.execute("SELECT length(body) FROM entries ORDER BY position").fetchall()
    log.close()
    overhead = 4  # of toy seals
    assert kept[0][0] == PACK_FROM_BYTES + overhead
    assert kept[1][0] < 1_000
    assert kept[2][0] == 5_000 + overhead


def test_every_commit_is_flushed_to_the_disk(tmp_path: Path) -> None:
    log = toy_log(tmp_path / "log.db")
    for connection in (log._writer, log._reader):
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    log.close()


def test_trimming_goes_in_steps(tmp_path: Path) -> None:
    log = toy_log(tmp_path / "log.db")
    log.append([entry(b"x")] * (TRIM_STEP * 2 + 5))
    assert log.trim(TRIM_STEP * 2 + 1) == TRIM_STEP * 2 + 1
    assert [e.position for e in log.read(0, entries_max=2, bytes_max=99)] == [4_002, 4_003]
    log.close()


EARLIER = """
CREATE TABLE entries (
    position INTEGER PRIMARY KEY AUTOINCREMENT, workspace_id TEXT NOT NULL,
    source_id TEXT NOT NULL, format TEXT NOT NULL, received_us INTEGER NOT NULL,
    is_historical INTEGER NOT NULL, size INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE INDEX entries_workspace ON entries (workspace_id, position);
"""


def earlier_log(path: Path, bodies: list[bytes]) -> None:
    """A log as the version wrote it that did not seal."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(EARLIER)
    connection.executemany(
        "INSERT INTO entries (workspace_id, source_id, format, received_us, is_historical, size,"
        " body) VALUES ('wsp_mine', 'src', 'segment', 1, 0, ?, ?)",
        [(len(body), body) for body in bodies],
    )
    connection.commit()
    connection.close()


def test_what_an_earlier_version_wrote_open_is_read_and_then_sealed(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    bodies = [b"planted-%05d" % number for number in range(TRIM_STEP + 7)]
    earlier_log(path, bodies)
    log = toy_log(path)
    log.append([entry(b"new")])
    assert [e.received.body for e in log.read(0, entries_max=9_999, bytes_max=10**9)] == [
        *bodies, b"new",
    ]  # fmt: skip
    assert b"planted-" in path.read_bytes()
    assert log.seal_older() == len(bodies)
    assert log.seal_older() == 0
    # Overwritten in the file and gone from the write-ahead log, while both are still open.
    assert not any(b"planted-" in file.read_bytes() for file in tmp_path.iterdir())
    assert [e.received.body for e in log.read(0, entries_max=9_999, bytes_max=10**9)] == [
        *bodies, b"new",
    ]  # fmt: skip
    log.close()


def test_a_body_that_was_moved_or_changed_is_not_taken_for_another(tmp_path: Path) -> None:
    log = toy_log(tmp_path / "log.db")
    theirs = Received(WorkspaceId("wsp_theirs"), "src", "segment", 1, b"b")
    log.append([entry(b"a"), theirs, entry(b"c")])
    first, second = (
        log._writer.execute("SELECT body FROM entries WHERE position = ?", (n,)).fetchone()[0]
        for n in (1, 2)
    )
    log._writer.execute("UPDATE entries SET body = ? WHERE position = 1", (second,))
    log._writer.execute("UPDATE entries SET body = ? WHERE position = 2", (first,))
    read = log.read(0, entries_max=9, bytes_max=99)
    assert [(e.received.format, e.received.body) for e in read] == [
        (UNREADABLE, b""), (UNREADABLE, b""), ("segment", b"c"),
    ]  # fmt: skip
    log.close()


def test_a_seal_lasts_as_long_as_an_entry_under_it(tmp_path: Path) -> None:
    log = toy_log(tmp_path / "log.db")
    log.append([entry(b"a"), entry(b"b")])
    log.trim(1)
    assert log.epochs() == {1}
    log.trim(2)
    assert log.epochs() == frozenset()
    # A process that still closes with that seal puts it back beside its entries.
    log.append([entry(b"c")])
    assert log.epochs() == {1}
    assert [e.received.body for e in log.read(0, entries_max=9, bytes_max=99)] == [b"c"]
    log.close()
