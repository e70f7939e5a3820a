"""What records must do, whatever database they lie in: units of work, and the outbox.

Subclass `RecordsConformance` and give it the fixture `open_database`, which opens the same upgraded
and empty records as often as it is called, as several processes would.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from catchment.access import create_workspace, get_workspace, list_audit, list_workspaces, record
from catchment.events import notices
from catchment.kernel import BrokenCursor, CatchmentError, IdMaker, WorkspaceId
from catchment.store import (
    DELIVERY_ATTEMPTS_MAX,
    Database,
    Notice,
    Outbox,
    Subscriber,
    UnitOfWork,
    announce,
)
from catchment.testing.clock import ManualClock, seeded_entropy

OpenDatabase = Callable[[], Database]
NOTICES = (notices.WorkspaceCreated,)


class Died(BaseException):
    """The process ended here. No `Exception`, so that no rim takes it for ordinary trouble."""


class RecordsConformance:
    """One transaction per unit of work, and at least one delivery per notice, in order."""

    clock = ManualClock()
    ids = IdMaker(clock, seeded_entropy())

    def _make(self, uow: UnitOfWork, name: str) -> WorkspaceId:
        self.clock.advance(0.001)
        return create_workspace(uow, name, clock=self.clock, ids=self.ids).id

    def _announce(self, database: Database, *names: str) -> None:
        for name in names:
            with UnitOfWork(database) as uow:
                body = notices.WorkspaceCreated(name)
                announce(uow, body, clock=self.clock, ids=self.ids)

    def test_a_unit_of_work_is_kept_whole(self, open_database: OpenDatabase) -> None:
        """What one unit wrote, another process reads, all of it."""
        with UnitOfWork(open_database()) as uow:
            made = {self._make(uow, "A"), self._make(uow, "B")}
        with UnitOfWork(open_database(), reads_only=True) as uow:
            assert {workspace.id for workspace in list_workspaces(uow)} == made

    def test_a_failed_unit_of_work_leaves_no_trace(self, open_database: OpenDatabase) -> None:
        """Neither rows nor notices nor audit entries survive an error."""
        database = open_database()
        with pytest.raises(Died), UnitOfWork(database) as uow:
            self._make(uow, "A")
            raise Died
        with UnitOfWork(database, reads_only=True) as uow:
            assert not list_workspaces(uow)
        assert Outbox(database, self.clock, [Subscriber("s", NOTICES, _ignore)]).deliver() == 0

    def test_unfinished_work_is_seen_by_nobody_else(self, open_database: OpenDatabase) -> None:
        """Another process neither sees it nor waits for it when it only reads."""
        other = open_database()
        with UnitOfWork(open_database()) as uow:
            self._make(uow, "A")
            with UnitOfWork(other, reads_only=True) as reading:
                assert not list_workspaces(reading)

    def test_a_reading_unit_refuses_to_write(self, open_database: OpenDatabase) -> None:
        """A unit that said it only reads is held to it, and the next one may write again."""
        database = open_database()
        with pytest.raises(Exception, match=r"(?i)read.?only"):  # noqa: SIM117
            with UnitOfWork(database, reads_only=True) as uow:
                self._make(uow, "A")
        with UnitOfWork(database) as uow:
            self._make(uow, "A")

    def test_writers_take_turns(self, open_database: OpenDatabase) -> None:
        """Eight at once all get through, and nothing they wrote is lost."""
        database = open_database()

        def write(name: str) -> None:
            with UnitOfWork(database) as uow:
                create_workspace(
                    uow, name, clock=self.clock, ids=IdMaker(self.clock, seeded_entropy(hash(name)))
                )

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(write, [f"writer {number}" for number in range(24)]))
        with UnitOfWork(database, reads_only=True) as uow:
            assert len(list_workspaces(uow)) == 24

    def test_instants_come_back_to_the_microsecond(self, open_database: OpenDatabase) -> None:
        """No database rounds them or moves them to another zone."""
        database = open_database()
        clock = ManualClock()
        clock.advance(timedelta(microseconds=123_457))
        with UnitOfWork(database) as uow:
            made = create_workspace(uow, "A", clock=clock, ids=self.ids)
        with UnitOfWork(database, reads_only=True) as uow:
            assert get_workspace(uow, made.id).created_at == clock.now()

    def test_pages_hold_each_row_once(self, open_database: OpenDatabase) -> None:
        """Walking by cursor meets every row once, newest first, whatever the page's size."""
        database = open_database()
        workspace = WorkspaceId("wsp_a")
        with UnitOfWork(database) as uow:
            made = []
            for number in range(23):
                self.clock.advance(0.001)
                entry = record(
                    uow, workspace, "opr", "test", str(number), clock=self.clock, ids=self.ids
                )
                made.append(entry.id)
        for size in (1, 7, 23, 500):
            assert self._walk(database, workspace, size) == made[::-1]

    def test_a_foreign_cursor_is_refused(self, open_database: OpenDatabase) -> None:
        """Garbage, and a cursor of another list, are refused by name."""
        with UnitOfWork(open_database(), reads_only=True) as uow:
            for cursor in ("garbage", "WzEsMl0"):
                with pytest.raises(BrokenCursor):
                    list_audit(uow, WorkspaceId("wsp_a"), cursor=cursor)

    def test_notices_arrive_in_order(self, open_database: OpenDatabase) -> None:
        """Each subscriber gets what it wants, in the order it was announced, once."""
        database = open_database()
        heard: list[str] = []
        outbox = Outbox(database, self.clock, [Subscriber("s", NOTICES, _hear(heard))])
        self._announce(database, "1", "2", "3")
        with UnitOfWork(database) as uow:
            announce(uow, notices.SourceDeleted("4", "s"), clock=self.clock, ids=self.ids)
        assert outbox.deliver() == 3
        assert outbox.deliver() == 0
        assert heard == ["1", "2", "3"]

    def test_a_crash_delivers_again_but_keeps_once(self, open_database: OpenDatabase) -> None:
        """A process that dies before the delivery is noted leaves nothing of its answer behind."""
        database = open_database()
        told: list[str] = []

        def answer(notice: Notice, uow: UnitOfWork) -> None:
            told.append(notice.id)
            self._make(uow, "effect")
            if len(told) == 1:
                raise Died

        outbox = Outbox(database, self.clock, [Subscriber("s", NOTICES, answer)])
        self._announce(database, "1")
        with pytest.raises(Died):
            outbox.deliver()
        outbox.deliver(limit=1)
        assert len(told) == 2
        assert told[0] == told[1], "the same notice has the same id"
        with UnitOfWork(database, reads_only=True) as uow:
            assert [workspace.name for workspace in list_workspaces(uow)] == ["effect"]

    def test_two_dispatchers_deliver_once(self, open_database: OpenDatabase) -> None:
        """Two workers at the same outbox give each notice to the subscriber once."""
        heard: list[str] = []
        lock = threading.Lock()

        def answer(notice: Notice, _uow: UnitOfWork) -> None:
            with lock:
                heard.append(notice.body.workspace_id)

        names = [f"{number:02}" for number in range(20)]
        self._announce(open_database(), *names)
        boxes = [
            Outbox(open_database(), self.clock, [Subscriber("s", NOTICES, answer)])
            for _ in range(2)
        ]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda box: box.deliver(), boxes))
        assert heard == names

    def test_trouble_of_one_delays_no_other(self, open_database: OpenDatabase) -> None:
        """A failing subscriber waits and tries again; the others hear at once."""
        database = open_database()
        heard: list[str] = []
        late: list[str] = []
        mended = threading.Event()

        def fails(notice: Notice, uow: UnitOfWork) -> None:
            if not mended.is_set():
                raise CatchmentError("not yet")
            _hear(late)(notice, uow)

        clock = ManualClock()
        subscribers = [Subscriber("a", NOTICES, fails), Subscriber("b", NOTICES, _hear(heard))]
        outbox = Outbox(database, clock, subscribers)
        self._announce(database, "1", "2")
        outbox.deliver()
        assert (heard, late) == (["1", "2"], [])
        mended.set()
        clock.advance(timedelta(hours=1))
        outbox.deliver()
        assert (heard, late) == (["1", "2"], ["1", "2"])

    def test_hopeless_notices_are_parked(self, open_database: OpenDatabase) -> None:
        """After the last attempt the next notice follows."""
        database = open_database()
        heard: list[str] = []

        def answer(notice: Notice, uow: UnitOfWork) -> None:
            if notice.body.workspace_id == "poison":
                raise CatchmentError("never")
            _hear(heard)(notice, uow)

        clock = ManualClock()
        outbox = Outbox(database, clock, [Subscriber("s", NOTICES, answer)])
        self._announce(database, "poison", "2")
        for _ in range(DELIVERY_ATTEMPTS_MAX):
            assert heard == []
            outbox.deliver()
            clock.advance(timedelta(hours=1))
        outbox.deliver()
        assert heard == ["2"]

    def test_only_settled_notices_are_forgotten(self, open_database: OpenDatabase) -> None:
        """What somebody still waits for is kept, however old."""
        database = open_database()
        heard: list[str] = []
        outbox = Outbox(database, self.clock, [Subscriber("s", NOTICES, _hear(heard))])
        self._announce(database, "1")
        later = self.clock.now() + timedelta(days=1)
        assert outbox.forget_before(later) == 0
        outbox.deliver()
        assert outbox.forget_before(later) == 1
        assert outbox.deliver() == 0

    def _walk(self, database: Database, workspace: WorkspaceId, size: int) -> list[str]:
        seen: list[str] = []
        cursor: str | None = None
        while True:
            with UnitOfWork(database, reads_only=True) as uow:
                page = list_audit(uow, workspace, limit=size, cursor=cursor)
            seen += [entry.id for entry in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return seen


def _ignore(_notice: Notice, _uow: UnitOfWork) -> None:
    return


def _hear(heard: list[str]) -> Callable[[Notice, UnitOfWork], None]:
    return lambda notice, _uow: heard.append(notice.body.workspace_id)
