"""The trail only grows, tells of what happened, and of nothing that did not."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from access.office import Office
from catchment.access import create_workspace, list_audit, record, update_workspace
from catchment.access.audit import AUDIT_DETAIL_BYTES_MAX
from catchment.store import UnitOfWork


@pytest.mark.parametrize(
    "act", ["UPDATE audit_entries SET actor = 'nobody'", "DELETE FROM audit_entries"]
)
def test_nobody_edits_the_trail_by_hand(office: Office, act: str) -> None:
    with pytest.raises(DatabaseError, match="only grows"), UnitOfWork(office.database) as uow:
        uow.connection.execute(text(act))
    with UnitOfWork(office.database, reads_only=True) as uow:
        assert list_audit(uow, office.workspace.id).items


@pytest.mark.postgres
def test_nobody_empties_the_trail_by_hand(office: Office) -> None:
    if office.database.dialect == "sqlite":
        return  # it has no TRUNCATE
    with pytest.raises(DatabaseError, match="only grows"), UnitOfWork(office.database) as uow:
        uow.connection.execute(text("TRUNCATE audit_entries"))


def test_without_the_trigger_the_trail_could_be_edited(office: Office) -> None:
    """The trigger is what refuses it: dropped, the same statement passes."""
    with suppress(ZeroDivisionError), UnitOfWork(office.database) as uow:
        if office.database.dialect == "sqlite":
            uow.connection.execute(text("DROP TRIGGER audit_entries_no_update"))
        else:
            uow.connection.execute(text("DROP TRIGGER audit_entries_no_change ON audit_entries"))
        uow.connection.execute(text("UPDATE audit_entries SET actor = 'nobody'"))
        assert {entry.actor for entry in list_audit(uow, office.workspace.id).items} == {"nobody"}
        raise ZeroDivisionError


def test_an_act_that_did_not_happen_leaves_no_entry(office: Office) -> None:
    with UnitOfWork(office.database, reads_only=True) as uow:
        before = len(list_audit(uow, office.workspace.id).items)
    with pytest.raises(ZeroDivisionError), UnitOfWork(office.database) as uow:  # noqa: PT012  (one transaction)
        update_workspace(
            uow, office.workspace.id, actor="x", clock=office.clock, ids=office.ids, name="New"
        )
        raise ZeroDivisionError
    with UnitOfWork(office.database, reads_only=True) as uow:
        assert len(list_audit(uow, office.workspace.id).items) == before


def test_each_workspace_reads_its_own_trail(office: Office) -> None:
    with UnitOfWork(office.database) as uow:
        other = create_workspace(uow, "Other", clock=office.clock, ids=office.ids)
        ours = list_audit(uow, office.workspace.id).items
        theirs = list_audit(uow, other.id).items
    assert {entry.workspace_id for entry in ours} == {office.workspace.id}
    assert [entry.action for entry in theirs] == ["workspace.create"]


def test_the_trail_is_filtered_and_read_newest_first(office: Office) -> None:
    with UnitOfWork(office.database) as uow:
        for number in range(3):
            office.clock.advance(1)
            record(
                uow, office.workspace.id, "opr_x", "test.act", str(number),
                clock=office.clock, ids=office.ids,
            )  # fmt: skip
        found = list_audit(uow, office.workspace.id, action="test.act").items
        assert [entry.target for entry in found] == ["2", "1", "0"]
        assert list_audit(uow, office.workspace.id, actor="opr_x").items == found


def test_a_large_detail_does_not_stop_the_act(office: Office) -> None:
    with UnitOfWork(office.database) as uow:
        entry = record(
            uow, office.workspace.id, "x", "y", "z" * 999, clock=office.clock, ids=office.ids,
            detail={"text": "x" * AUDIT_DETAIL_BYTES_MAX},
        )  # fmt: skip
    assert "too large" in entry.detail["note"]
