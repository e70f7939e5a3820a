"""A request sent twice does its work once and is answered twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from catchment.access import (
    Answer,
    IdempotencyKeyMalformed,
    IdempotencyKeyReused,
    RequestInFlight,
    Ticket,
    abandon,
    begin,
    fingerprint,
    finish,
    forget_answers,
)
from catchment.access.idempotency.answers import IN_FLIGHT_MAX
from catchment.access.idempotency.store import idempotency_keys
from catchment.store import Database, UnitOfWork
from catchment.testing.clock import ManualClock

ANSWER = Answer(201, "application/json", b'{"id":"1"}')


class Edge:
    """What the API does around a request."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = ManualClock()

    def begin(
        self, key: str = "k", body: bytes = b"{}", workspace: str = "wsp_a", actor: str = "opr_a"
    ) -> Answer | Ticket:
        with UnitOfWork(self.database) as uow:
            request = fingerprint("POST", "/things", body)
            return begin(uow, workspace, actor, key, request, clock=self.clock)

    def ticket(self, key: str = "k") -> Ticket:
        begun = self.begin(key)
        assert isinstance(begun, Ticket)
        return begun

    def finish(self, ticket: Ticket, answer: Answer = ANSWER) -> None:
        with UnitOfWork(self.database) as uow:
            finish(uow, ticket, answer)


@pytest.fixture
def edge(database: Database) -> Edge:
    return Edge(database)


def test_the_second_gets_the_first_ones_answer(edge: Edge) -> None:
    edge.finish(edge.ticket())
    assert edge.begin() == ANSWER
    assert edge.begin() == ANSWER


def test_another_body_under_the_same_key_is_refused(edge: Edge) -> None:
    edge.finish(edge.ticket())
    with pytest.raises(IdempotencyKeyReused):
        edge.begin(body=b'{"other":1}')


def test_while_the_first_runs_the_second_is_a_conflict(edge: Edge) -> None:
    edge.ticket()
    with pytest.raises(RequestInFlight):
        edge.begin()


def test_of_many_at_once_one_does_the_work(edge: Edge) -> None:
    def send(_: int) -> bool:
        try:
            return isinstance(edge.begin(), Ticket)
        except RequestInFlight:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(send, range(8))) == 1


def test_a_failed_request_may_come_again(edge: Edge) -> None:
    ticket = edge.ticket()
    with UnitOfWork(edge.database) as uow:
        abandon(uow, ticket)
    edge.finish(edge.ticket())
    with UnitOfWork(edge.database) as uow:
        abandon(uow, ticket)  # what is answered is not given up any more
    assert edge.begin() == ANSWER


def test_a_lost_request_is_taken_over_and_its_late_answer_refused(edge: Edge) -> None:
    lost = edge.ticket()
    edge.clock.advance(IN_FLIGHT_MAX)
    taken = edge.ticket()
    with pytest.raises(RequestInFlight):
        edge.finish(lost)
    edge.finish(taken)


def test_work_that_was_undone_left_no_answer(edge: Edge) -> None:
    ticket = edge.ticket()
    with pytest.raises(ZeroDivisionError), UnitOfWork(edge.database) as uow:  # noqa: PT012  (one transaction)
        finish(uow, ticket, ANSWER)
        raise ZeroDivisionError
    with pytest.raises(RequestInFlight):
        edge.begin()


def test_keys_are_each_callers_own(edge: Edge) -> None:
    edge.finish(edge.ticket())
    assert isinstance(edge.begin(actor="opr_b"), Ticket)
    assert isinstance(edge.begin(workspace="wsp_b"), Ticket)


def test_answers_are_kept_for_a_day(edge: Edge) -> None:
    edge.finish(edge.ticket())
    edge.clock.advance(timedelta(hours=23, minutes=59))
    assert edge.begin() == ANSWER
    edge.clock.advance(timedelta(minutes=1))
    edge.finish(edge.ticket())
    edge.clock.advance(timedelta(hours=25))
    with UnitOfWork(edge.database) as uow:
        assert forget_answers(uow, clock=edge.clock) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb", "键", "a\0"])
def test_a_malformed_key_is_refused(edge: Edge, key: str) -> None:
    with pytest.raises(IdempotencyKeyMalformed):
        edge.begin(key)


def test_a_fingerprint_tells_its_parts_apart() -> None:
    assert fingerprint("POST", "/a", b"b") != fingerprint("POST", "/ab", b"")


def test_neither_the_key_nor_what_was_asked_can_be_read_or_guessed(edge: Edge) -> None:
    body = b'{"search":"13812345678"}'
    edge.begin("order of 13812345678", body)
    with UnitOfWork(edge.database) as uow:
        kept = repr(uow.connection.execute(idempotency_keys.select()).all())
    assert "13812345678" not in kept
    assert fingerprint("POST", "/x", body) not in kept
