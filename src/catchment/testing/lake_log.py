"""The exam of an event log: inherit it, say how a log is opened, and run pytest."""

from collections.abc import Iterator

import pytest

from catchment.kernel import Unavailable, WorkspaceId
from catchment.lake import EventLog, Received

MINE = WorkspaceId("wsp_mine")
THEIRS = WorkspaceId("wsp_theirs")


def received(body: bytes, workspace_id: WorkspaceId = MINE, *, received_us: int = 1) -> Received:
    """An entry with this body."""
    return Received(workspace_id, "src_web", "segment", received_us, body)


class EventLogConformance:
    """What every `EventLog` must do. `open_log` opens the same log again each time it is called."""

    def open_log(self) -> EventLog:
        """Opens the log under test; called twice in a test, it gives the same log twice."""
        raise NotImplementedError

    def open_without_keys(self) -> EventLog:
        """Opens the same log as a process does that has no keys: it collects, and reads nothing."""
        raise NotImplementedError

    def kept_bytes(self) -> bytes:
        """Every byte that the log keeps anywhere, write-ahead files included."""
        raise NotImplementedError

    @pytest.fixture
    def log(self) -> Iterator[EventLog]:
        """The log under test, empty."""
        log = self.open_log()
        yield log
        log.close()

    def test_an_empty_log_has_no_head_and_nothing_to_read(self, log: EventLog) -> None:
        """Before the first append the head is 0, and reading gives nothing."""
        assert log.head() == 0
        assert list(log.read(0, entries_max=10, bytes_max=10)) == []
        assert list(log.tail(MINE, entries_max=10)) == []
        assert log.append([]) == 0

    def test_positions_count_from_one_without_a_gap(self, log: EventLog) -> None:
        """Appending gives the last entry's position, and entries count 1, 2, 3 and so on."""
        assert log.append([received(b"a"), received(b"b")]) == 2
        assert log.append([received(b"c")]) == 3
        entries = log.read(0, entries_max=10, bytes_max=10_000)
        assert [(entry.position, entry.received.body) for entry in entries] == [
            (1, b"a"), (2, b"b"), (3, b"c"),
        ]  # fmt: skip
        assert log.head() == 3

    def test_what_is_read_is_what_was_appended(self, log: EventLog) -> None:
        """Every field comes back to the byte, short bodies and long ones, empty ones too."""
        bodies = [b"", b"\x00\xff", b"x" * 5_000, bytes(range(256)) * 40]
        sent = [
            Received(THEIRS, "src_app", "posthog", 1_700_000_000_000_123 + i, body, i % 2 == 1)
            for i, body in enumerate(bodies)
        ]
        log.append(sent)
        entries = log.read(0, entries_max=10, bytes_max=1_000_000)
        assert [entry.received for entry in entries] == sent

    def test_reading_keeps_to_both_bounds_but_always_gets_on(self, log: EventLog) -> None:
        """At most so many entries and bytes; an entry larger than the bound comes alone."""
        log.append([received(b"x" * size) for size in (3_000, 10, 10, 10)])
        assert [e.position for e in log.read(0, entries_max=9, bytes_max=5)] == [1]
        assert [e.position for e in log.read(1, entries_max=2, bytes_max=1_000)] == [2, 3]
        assert [e.position for e in log.read(1, entries_max=9, bytes_max=25)] == [2, 3]
        assert [e.position for e in log.read(4, entries_max=9, bytes_max=25)] == []

    def test_the_tail_is_one_workspaces_newest_oldest_first(self, log: EventLog) -> None:
        """The tail never shows another workspace's entries."""
        log.append([received(b"1"), received(b"2", THEIRS), received(b"3"), received(b"4")])
        assert [e.received.body for e in log.tail(MINE, entries_max=2)] == [b"3", b"4"]
        assert [e.received.body for e in log.tail(THEIRS, entries_max=9)] == [b"2"]
        assert [e.received.body for e in log.tail(MINE, entries_max=9, after=1)] == [b"3", b"4"]

    def test_trimming_forgets_the_old_and_reuses_no_position(self, log: EventLog) -> None:
        """After a trim, even of everything, the next entry gets the next position."""
        log.append([received(b"a"), received(b"b"), received(b"c")])
        assert log.trim(2) == 2
        assert [e.position for e in log.read(0, entries_max=9, bytes_max=99)] == [3]
        assert log.trim(3) == 1
        assert log.head() == 3
        assert log.append([received(b"d")]) == 4

    def test_the_newest_position_before_an_instant_is_found(self, log: EventLog) -> None:
        """What arrived before an instant can be told from what arrived since."""
        log.append([received(b"x", received_us=us) for us in (10, 20, 30)])
        assert [log.position_before(us) for us in (5, 10, 11, 30, 99)] == [0, 0, 1, 2, 3]

    def test_an_entry_outlives_the_log_object(self, log: EventLog) -> None:
        """A second opening of the same log reads what the first appended, and appends on."""
        log.append([received(b"a")])
        second = self.open_log()
        try:
            assert [e.received.body for e in second.read(0, entries_max=9, bytes_max=9)] == [b"a"]
            assert second.append([received(b"b")]) == 2
        finally:
            second.close()
        assert log.head() == 2

    @pytest.mark.parametrize("times", [1, 40, 4_000])
    def test_nothing_of_a_body_stands_open(self, log: EventLog, times: int) -> None:
        """Short bodies and long ones, packed ones too: no piece of one is found in any file."""
        log.append([received(b'{"phone":"13800138000"}' * times)])
        kept = self.kept_bytes()
        assert b"13800138000" not in kept
        assert b"phone" not in kept

    def test_who_has_no_keys_collects_and_reads_nothing(self, log: EventLog) -> None:
        """Collecting goes on with the keys away; reading waits, and then has everything."""
        log.append([received(b"a")])
        keyless = self.open_without_keys()
        try:
            assert keyless.append([received(b"b")]) == 2
            assert keyless.head() == 2
            with pytest.raises(Unavailable):
                keyless.read(0, entries_max=9, bytes_max=9)
            with pytest.raises(Unavailable):
                keyless.tail(MINE, entries_max=9)
        finally:
            keyless.close()
        bodies = [e.received.body for e in log.read(0, entries_max=9, bytes_max=9)]
        assert bodies == [b"a", b"b"]
