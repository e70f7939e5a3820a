"""What was made a moment ago is known at once, and a storm of wrong keys asks hardly anything."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from catchment.collect import (
    Acceptor,
    FreshLook,
    KnownSources,
    SignatureUnexpected,
    Signed,
    Submission,
    create_source,
    rotate_write_key,
)
from catchment.collect.fresh_look import WAITING_BYTES_MAX, WAITING_MAX
from catchment.kernel import CatchmentError
from catchment.store import Database, UnitOfWork
from collect.signing_desk import OURS, Directory, Log, SigningDesk, body_of

BODY = body_of("m1")


class Watched:
    """Looks that are counted, and can be held up, lost or broken."""

    def __init__(self) -> None:
        self.begun = 0
        self.has_begun = threading.Event()
        self.answers = True
        self.trouble: Exception | None = None
        self.may_end = threading.Event()
        self.may_end.set()

    def __call__(self) -> bool:
        """Looks."""
        self.begun += 1
        self.has_begun.set()
        assert self.may_end.wait(60)
        if self.trouble is not None:
            raise self.trouble
        return self.answers


def told(results: list[BaseException | None]) -> dict[str, int]:
    """How many were told what."""
    counts: dict[str, int] = {}
    for one in results:
        name = "known" if one is None else type(one).__name__
        counts[name] = counts.get(name, 0) + 1
    return counts


async def wait_all(looks: FreshLook, count: int, held: int = 0) -> dict[str, int]:
    waits = (looks.wait(held) for _ in range(count))
    return told(await asyncio.gather(*waits, return_exceptions=True))


def test_one_look_answers_all_who_came_before_it() -> None:
    watched = Watched()
    assert asyncio.run(wait_all(FreshLook(watched), WAITING_MAX)) == {"known": WAITING_MAX}
    assert watched.begun == 1


def test_who_comes_while_a_look_is_under_way_waits_for_the_next() -> None:
    """Else a key made after the look began is refused."""
    watched = Watched()

    async def go() -> None:
        looks = FreshLook(watched)
        watched.may_end.clear()
        first = asyncio.create_task(looks.wait(0))
        assert await asyncio.to_thread(watched.has_begun.wait, 60)
        second = asyncio.create_task(looks.wait(0))
        # It stands in the line before the first look ends.
        await asyncio.sleep(0)
        watched.may_end.set()
        await first
        assert not second.done()
        await second

    asyncio.run(go())
    assert watched.begun == 2


def test_looks_are_rare_however_many_are_refused() -> None:
    watched = Watched()

    async def go() -> float:
        looks = FreshLook(watched)
        loop = asyncio.get_running_loop()
        start = loop.time()
        for _ in range(5):
            await wait_all(looks, 100)
        return loop.time() - start

    seconds = asyncio.run(go())
    assert watched.begun == 5
    assert seconds >= 4 * 0.05, "a pause lies between two looks"


def test_too_many_at_once_are_told_to_come_again_and_room_comes_back() -> None:
    watched = Watched()

    async def go() -> None:
        looks = FreshLook(watched)
        assert await wait_all(looks, WAITING_MAX + 7) == {
            "known": WAITING_MAX, "SenderUncertain": 7,
        }  # fmt: skip
        half = WAITING_BYTES_MAX // 2
        assert await wait_all(looks, 3, half) == {"known": 2, "SenderUncertain": 1}
        assert await wait_all(looks, 1, half) == {"known": 1}

    asyncio.run(go())


@pytest.mark.parametrize("trouble", ["away", "broken", "slow"])
def test_who_cannot_be_told_is_not_refused(trouble: str) -> None:
    watched = Watched()

    async def go() -> None:
        looks = FreshLook(watched, seconds_max=0.05 if trouble == "slow" else 60)
        watched.answers = trouble != "away"
        watched.trouble = OSError("the disk") if trouble == "broken" else None
        if trouble == "slow":
            watched.may_end.clear()
        assert await wait_all(looks, 3) == {"SenderUncertain": 3}
        watched.may_end.set()
        watched.answers, watched.trouble = True, None

    asyncio.run(go())


def test_who_hangs_up_takes_nobody_along() -> None:
    watched = Watched()

    async def go() -> None:
        looks = FreshLook(watched)
        watched.may_end.clear()
        gone, stays = (asyncio.create_task(looks.wait(5)) for _ in range(2))
        assert await asyncio.to_thread(watched.has_begun.wait, 60)
        gone.cancel()
        await asyncio.sleep(0)
        watched.may_end.set()
        await stays
        assert gone.cancelled()

    asyncio.run(go())


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> SigningDesk:
    return SigningDesk(database, tmp_path)


class Counted(KnownSources):
    """Known sources that follow the records only when they are made to look."""

    looks = 0

    def find(self, write_key: str) -> object:  # type: ignore[override]
        """From memory alone, as while a thread keeps it fresh."""
        return self._intakes.get(write_key)

    def refresh(self) -> bool:
        """Counts."""
        self.looks += 1
        return super().refresh()


def accept(
    desk: SigningDesk,
    known: Counted,
    keys: list[str],
    signed: Signed | None = None,
    *,
    is_told: bool = True,
) -> list[str]:
    """What becomes of requests with these keys that come at once."""
    looks = FreshLook(known.refresh) if is_told else None
    taker = Acceptor(Directory(known), Log(), desk.clock, None, looks)

    async def one(key: str) -> str:
        try:
            await taker.accept(Submission("catchment", BODY, key, signed=signed))
        except CatchmentError as refused:
            return refused.code
        return "accepted"

    async def go() -> list[str]:
        return list(await asyncio.gather(*(one(key) for key in keys)))

    return asyncio.run(go())


def known_sources(desk: SigningDesk) -> Counted:
    known = Counted(desk.database, desk.clock, desk.ring)
    known.refresh()
    known.looks = 0
    return known


def test_a_key_made_a_moment_ago_is_let_in_amid_a_storm_of_wrong_ones(desk: SigningDesk) -> None:
    known = known_sources(desk)
    with UnitOfWork(desk.database) as uow:
        fresh = create_source(uow, OURS, "Fresh", "server", change=desk.change)
        turned = rotate_write_key(uow, OURS, desk.source.id, change=desk.change)
    wrong = [f"wk_{number}" for number in range(500)]
    told = accept(desk, known, [*wrong, fresh.write_key, turned.write_key, *wrong])
    assert told[500:502] == ["accepted", "accepted"]
    assert set(told[:500] + told[502:]) == {"unknown_write_key"}
    assert known.looks == 1
    assert accept(desk, known, [desk.source.write_key]) == ["unknown_write_key"], "it was turned"


def test_without_a_fresh_look_it_would_be_refused(desk: SigningDesk) -> None:
    """The deliberately wrong variant."""
    known = known_sources(desk)
    with UnitOfWork(desk.database) as uow:
        fresh = create_source(uow, OURS, "Fresh", "server", change=desk.change)
    assert accept(desk, known, [fresh.write_key], is_told=False) == ["unknown_write_key"]
    assert accept(desk, known, [fresh.write_key]) == ["accepted"]


def test_a_known_key_asks_nothing(desk: SigningDesk) -> None:
    known = known_sources(desk)
    assert set(accept(desk, known, [desk.source.write_key] * 50)) == {"accepted"}
    assert known.looks == 0


def test_while_the_records_are_away_an_unknown_key_is_told_to_come_again(
    desk: SigningDesk,
) -> None:
    known = known_sources(desk)
    known._database = Database("postgresql://nobody@127.0.0.1:1/none")
    keys = [desk.source.write_key, "wk_unknown"]
    assert accept(desk, known, keys) == ["accepted", "sender_uncertain"]


def test_no_key_and_an_endless_one_are_refused_without_a_look(desk: SigningDesk) -> None:
    known = known_sources(desk)
    assert set(accept(desk, known, ["", "x" * 257])) == {"unknown_write_key"}
    assert known.looks == 0


def test_a_secret_made_a_moment_ago_signs_at_once(desk: SigningDesk) -> None:
    collecting = desk.open()
    collecting.send(BODY)
    first = desk.secret()
    headers = desk.signed(first.text, BODY, message_id="msg_1")
    assert collecting.send(BODY, headers, is_at_once=True).status_code == 200
    second = desk.secret()
    headers = desk.signed(second.text, BODY, message_id="msg_2")
    assert collecting.send(BODY, headers, is_at_once=True).status_code == 200
    desk.rule("required")
    desk.rule("optional")
    assert collecting.send(BODY, is_at_once=True).status_code == 200
    wrong = desk.signed("whsec_" + "A" * 44, BODY, message_id="msg_3")
    assert collecting.send(BODY, wrong, is_at_once=True).json()["code"] == "signature_wrong"


def test_forgeries_share_a_look_too(desk: SigningDesk) -> None:
    known = known_sources(desk)
    forged = Signed(b"msg", str(int(desk.clock.now().timestamp())).encode(), b"v1,x", BODY)
    keys = [desk.source.write_key] * 200
    assert set(accept(desk, known, keys, forged)) == {SignatureUnexpected().code}
    assert known.looks == 1
