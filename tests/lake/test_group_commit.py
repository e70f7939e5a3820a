"""Group commit: one trip to the disk for all who wait, and a bound on how many may wait."""

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from catchment.kernel import WorkspaceId
from catchment.lake import (
    GroupCommit,
    LogOverloaded,
    LogUnavailable,
    Received,
    SQLiteEventLog,
)
from catchment.testing.log_seals import ToySeals


def entry(body: bytes = b"x") -> Received:
    return Received(WorkspaceId("wsp_a"), "src", "segment", 1, body)


class SlowLog(SQLiteEventLog):
    """A log whose disk waits to be told."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, sealer=ToySeals(), opener=ToySeals())
        self.may_write = threading.Event()
        self.batches: list[int] = []
        self.trouble: Exception | None = None

    def append(self, batch: Sequence[Received]) -> int:
        assert self.may_write.wait(10)
        if self.trouble is not None:
            raise self.trouble
        self.batches.append(len(batch))
        return super().append(batch)


@pytest.fixture
def log(tmp_path: Path) -> SlowLog:
    return SlowLog(tmp_path / "log.db")


def test_all_who_came_while_the_disk_was_busy_share_the_next_commit(log: SlowLog) -> None:
    async def story() -> list[int]:
        async with GroupCommit(log) as commits:
            first = asyncio.create_task(commits.append(entry()))
            await asyncio.sleep(0.05)
            others = [asyncio.create_task(commits.append(entry())) for _ in range(50)]
            await asyncio.sleep(0.05)
            assert commits.pending == 51
            log.may_write.set()
            return [await first, *(await asyncio.gather(*others))]

    positions = asyncio.run(story())
    assert positions == list(range(1, 52))
    assert log.batches == [1, 50]
    log.close()


def test_nobody_is_answered_before_the_entry_can_be_read(log: SlowLog) -> None:
    log.may_write.set()

    async def story() -> None:
        async with GroupCommit(log) as commits:
            for number in range(20):
                body = str(number).encode()
                position = await commits.append(entry(body))
                read = log.read(position - 1, entries_max=1, bytes_max=99)
                assert read[0].received.body == body

    asyncio.run(story())
    log.close()


@pytest.mark.parametrize("bounds", [{"waiting_entries_max": 3}, {"waiting_bytes_max": 30}])
def test_beyond_the_bound_one_is_refused_at_once(log: SlowLog, bounds: dict[str, int]) -> None:
    async def story() -> None:
        async with GroupCommit(log, **bounds) as commits:
            waiting = [asyncio.create_task(commits.append(entry(b"x" * 10))) for _ in range(3)]
            await asyncio.sleep(0.02)
            with pytest.raises(LogOverloaded) as refused:
                await commits.append(entry(b"x" * 10))
            assert refused.value.retry_after_seconds >= 1
            log.may_write.set()
            assert await asyncio.gather(*waiting) == [1, 2, 3]
            assert await commits.append(entry()) == 4

    asyncio.run(story())
    log.close()


def test_an_entry_larger_than_the_bound_gets_through_alone(log: SlowLog) -> None:
    log.may_write.set()

    async def story() -> int:
        async with GroupCommit(log, waiting_bytes_max=5) as commits:
            return await commits.append(entry(b"x" * 100))

    assert asyncio.run(story()) == 1
    log.close()


@pytest.mark.parametrize("trouble", [LogUnavailable("disk"), RuntimeError("a bug")])
def test_a_failing_disk_is_told_to_everyone_and_the_next_may_try(
    log: SlowLog, trouble: Exception
) -> None:
    log.may_write.set()
    log.trouble = trouble

    async def story() -> int:
        async with GroupCommit(log) as commits:
            outcomes = await asyncio.gather(
                *(commits.append(entry()) for _ in range(5)), return_exceptions=True
            )
            assert all(isinstance(outcome, LogUnavailable) for outcome in outcomes)
            assert commits.pending == 0
            log.trouble = None
            return await commits.append(entry())

    assert asyncio.run(story()) == 1
    log.close()


def test_a_sender_who_hangs_up_harms_nobody(log: SlowLog) -> None:
    async def story() -> int:
        async with GroupCommit(log) as commits:
            gone = asyncio.create_task(commits.append(entry()))
            stays = asyncio.create_task(commits.append(entry()))
            await asyncio.sleep(0.02)
            gone.cancel()
            log.may_write.set()
            return await stays

    assert asyncio.run(story()) == 2
    log.close()


def test_closing_writes_what_waits_and_takes_no_more(log: SlowLog) -> None:
    async def story() -> None:
        commits = GroupCommit(log)
        waiting = [asyncio.create_task(commits.append(entry())) for _ in range(5)]
        await asyncio.sleep(0.02)
        log.may_write.set()
        await commits.close()
        assert await asyncio.gather(*waiting) == [1, 2, 3, 4, 5]
        with pytest.raises(LogUnavailable):
            await commits.append(entry())

    asyncio.run(story())
    log.close()
