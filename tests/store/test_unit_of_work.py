"""What no database can keep is the caller's mistake, not ours."""

from __future__ import annotations

from contextlib import suppress

import pytest

from catchment.jobs import JobUnknown, enqueue, get_job
from catchment.kernel import IdMaker, WorkspaceId
from catchment.store import Database, UnitOfWork, Unstorable
from catchment.testing.clock import ManualClock


@pytest.mark.parametrize("text", ["\0", "\ud800", "x" * 10_000])
def test_any_text_may_be_asked_for(database: Database, text: str) -> None:
    """An id out of an address is either not found or refused by name; never a crash."""
    with pytest.raises((JobUnknown, Unstorable)), UnitOfWork(database, reads_only=True) as uow:
        get_job(uow, WorkspaceId(text), text)


@pytest.mark.parametrize("text", ["\0", "\ud800", "x" * 10_000])
def test_any_text_is_written_or_refused(database: Database, text: str) -> None:
    clock = ManualClock()
    with suppress(Unstorable), UnitOfWork(database) as uow:
        enqueue(uow, WorkspaceId("wsp_a"), text, {"t": text}, clock=clock, ids=IdMaker(clock))
