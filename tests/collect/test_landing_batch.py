"""No body stops the others: whatever is in it, it is events, rejects, or both."""

import json
from collections.abc import Set as AbstractSet

import pytest

from catchment.collect import Decoded, ReasonCode
from catchment.collect.landing_batch import read_batch
from catchment.events import Event
from catchment.kernel import Unavailable, WorkspaceId
from catchment.lake import LogEntry, Received

MINE, THEIRS = WorkspaceId("wsp_mine"), WorkspaceId("wsp_theirs")


def entry(position: int, body: bytes, workspace_id: WorkspaceId = MINE) -> LogEntry:
    return LogEntry(position, Received(workspace_id, "src", "own", 5, body))


def nobody(_workspace_id: WorkspaceId) -> AbstractSet[str]:
    return frozenset()


def event(message_id: str, **members: object) -> Event:
    return Event(message_id=message_id, kind="track", name="Seen", user_id="u", **members)  # type: ignore[arg-type]


def decode(received: Received, blocked_ids: AbstractSet[str]) -> Decoded:  # noqa: ARG001
    if received.body == b"bug":
        raise ZeroDivisionError("a bug in a decoder")
    if received.body == b"away":
        raise Unavailable("the records are away")
    if received.body == b"odd":
        odd = [
            event("\ud800"),
            event("large", sequence=2**70),
            event("bytes", properties=b'{"a": "\xff"}'),
            event("fine"),
        ]
        return Decoded(odd, [])
    return Decoded([event(received.body.decode())], [])


def test_a_body_the_decoder_stumbles_over_is_set_aside_whole() -> None:
    batch = read_batch([entry(1, b"a"), entry(2, b"bug"), entry(3, b"b")], decode, nobody)
    (lot,) = batch.lots
    assert lot.told["message_id"].to_pylist() == ["a", "b"]
    assert [origin.count for origin in lot.origins] == [1, 0, 1]
    (reject,) = batch.rejects
    assert (reject.payload, reject.reason) == (b"bug", ReasonCode.BATCH_ITEM_INVALID)
    assert "ZeroDivisionError" in reject.detail


def test_an_event_that_no_column_takes_is_set_aside_and_its_neighbours_stay() -> None:
    batch = read_batch([entry(1, b"odd"), entry(2, b"z")], decode, nobody)
    assert batch.lots[0].told["message_id"].to_pylist() == ["fine", "z"]
    assert [r.reason for r in batch.rejects] == [ReasonCode.INVALID_TEXT] * 3
    assert len({r.id for r in batch.rejects}) == 3
    assert [json.loads(r.payload)["kind"] for r in batch.rejects] == ["track"] * 3


def test_a_part_that_is_away_is_not_the_bodys_fault() -> None:
    with pytest.raises(Unavailable):
        read_batch([entry(1, b"a"), entry(2, b"away")], decode, nobody)


def test_each_workspace_has_its_own_lot_in_order_of_the_log() -> None:
    entries = [entry(1, b"a"), entry(2, b"b", THEIRS), entry(3, b"c")]
    lots = {lot.workspace_id: lot for lot in read_batch(entries, decode, nobody).lots}
    assert lots[MINE].told["message_id"].to_pylist() == ["a", "c"]
    assert [origin.position for origin in lots[MINE].origins] == [1, 3]
    assert lots[THEIRS].told["message_id"].to_pylist() == ["b"]


def test_reading_again_gives_the_same_batch() -> None:
    entries = [entry(1, b"odd"), entry(2, b"bug"), entry(3, b"c")]
    first, second = (read_batch(entries, decode, nobody) for _ in range(2))
    assert first.rejects == second.rejects
    assert first.lots[0].told.equals(second.lots[0].told)
