"""The reference provider: the brand's own numbers, behind the brand's own exchange.

The house can make no numbers; it can keep account of those that the brand rents or owns. The
exchange asks whom a number stands for when somebody calls it (`exchange`).
"""

from collections.abc import Mapping, Sequence

from catchment.events import IdentifierFlaw, spelling
from catchment.kernel import Clock, Page, WorkspaceId
from catchment.store import Database, UnitOfWork
from catchment.vault.virtual_numbers import store
from catchment.vault.virtual_numbers.types import (
    NUMBERS_MAX,
    BindAsk,
    BindingUnknown,
    Bound,
    NoNumberProvider,
    NumbersExhausted,
    NumberStillBound,
    NumberUnknown,
    PhoneMalformed,
    PoolNumber,
    PoolSummary,
    TooManyNumbers,
)


class NumberPool:
    """A `VirtualNumbers` over a pool in the records.

    Args:
        database: the records.
        clock: tells what has ended and what has rested.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def bind(self, workspace_id: WorkspaceId, ask: BindAsk) -> Bound:
        """Has a number stand for this pair; see `VirtualNumbers`."""
        now_us = self._clock.now_us()
        with UnitOfWork(self._database) as uow:
            known = store.number_of_binding(uow, workspace_id, ask.binding_id)
            if known is not None:
                return Bound(*known)
            number = store.take_number(
                uow, workspace_id, binding_id=ask.binding_id, pair=ask.pair,
                until_us=ask.until_us, now_us=now_us,
            )  # fmt: skip
            if number is not None:
                return Bound(number, ask.until_us)
            summary = store.pool_summary(uow, workspace_id, now_us)
        if not summary.numbers:
            raise NoNumberProvider
        raise NumbersExhausted

    def extend(self, workspace_id: WorkspaceId, binding_id: str, until_us: int) -> Bound:
        """Moves a live binding's end; see `VirtualNumbers`."""
        with UnitOfWork(self._database) as uow:
            known = store.number_of_binding(uow, workspace_id, binding_id)
            if known is None or known[1] <= self._clock.now_us():
                raise BindingUnknown
            store.move_end(uow, workspace_id, binding_id, until_us)
        return Bound(known[0], until_us)

    def unbind(self, workspace_id: WorkspaceId, binding_id: str) -> None:
        """Ends a binding; its number rests."""
        with UnitOfWork(self._database) as uow:
            store.free_number(uow, workspace_id, binding_id, self._clock.now_us())

    def lookup(self, workspace_id: WorkspaceId, number: str) -> str | None:
        """The binding that a number stands for at this moment."""
        with UnitOfWork(self._database, reads_only=True) as uow:
            return store.binding_of_number(uow, workspace_id, number, self._clock.now_us())

    def live(self, workspace_id: WorkspaceId) -> Mapping[str, Bound]:
        """Every binding that a number stands for."""
        with UnitOfWork(self._database, reads_only=True) as uow:
            found = store.bound_numbers(uow, workspace_id)
        return {binding_id: Bound(*bound) for binding_id, bound in found.items()}

    def add(
        self, workspace_id: WorkspaceId, numbers: Sequence[str], *, label: str, actor: str
    ) -> int:
        """Brings numbers into the pool; how many were new.

        Raises:
            PhoneMalformed: one of them is no phone number; the details say which.
            TooManyNumbers: there would be more than `NUMBERS_MAX`.
        """
        at = self._clock.now()
        rows = [
            {
                "workspace_id": workspace_id, "number": _spelt(number, place), "label": label,
                "created_at": at, "created_by": actor,
            }
            for place, number in enumerate(numbers)
        ]  # fmt: skip
        with UnitOfWork(self._database) as uow:
            present = store.pool_summary(uow, workspace_id, 0).numbers
            if present + len(rows) > NUMBERS_MAX:
                raise TooManyNumbers
            return store.insert_numbers(uow, rows)

    def remove(self, workspace_id: WorkspaceId, number: str) -> None:
        """Takes a number out of the pool.

        Raises:
            NumberUnknown, NumberStillBound: as they say.
        """
        with UnitOfWork(self._database) as uow:
            if store.delete_number(uow, workspace_id, number):
                return
            is_there = store.has_number(uow, workspace_id, number)
        raise NumberStillBound if is_there else NumberUnknown

    def numbers(
        self, workspace_id: WorkspaceId, *, limit: int | None = None, cursor: str | None = None
    ) -> Page[PoolNumber]:
        """The pool's numbers, in order."""
        with UnitOfWork(self._database, reads_only=True) as uow:
            return store.page_of_numbers(uow, workspace_id, limit=limit, cursor=cursor)

    def summary(self, workspace_id: WorkspaceId) -> PoolSummary:
        """How many numbers there are, and how many may be had."""
        with UnitOfWork(self._database, reads_only=True) as uow:
            return store.pool_summary(uow, workspace_id, self._clock.now_us())


def _spelt(number: str, place: int) -> str:
    spelt = spelling("phone", number)
    if isinstance(spelt, IdentifierFlaw):
        raise PhoneMalformed(f"{number!r} is no phone number", pointer=f"/numbers/{place}")
    return spelt
