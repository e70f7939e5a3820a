"""Definitions: versions kept, mistakes refused with nothing written, every act in the trail."""

from __future__ import annotations

import pytest

from audiences.live_world import LiveWorld
from audiences.small_world import WORKSPACE
from catchment import access
from catchment.audiences import (
    AudienceArchived,
    AudienceChanged,
    AudienceInUse,
    AudienceNameTaken,
    AudienceState,
    AudienceUnknown,
    Draft,
    RuleRefused,
    archive_audience,
    change_audience,
    forget,
    get_audience,
    list_audiences,
    list_versions,
    restore_audience,
)
from catchment.store import UnitOfWork

BUYERS = {"did": {"event": "Order Completed"}}
VIEWERS = {"did": {"event": "Product Viewed"}}


def test_each_rule_is_a_version_and_a_name_is_none(live: LiveWorld) -> None:
    made = live.make("Buyers", BUYERS)
    for draft in (Draft("Renamed", BUYERS), Draft("Renamed", VIEWERS), Draft("Renamed", VIEWERS)):
        with UnitOfWork(live.database) as uow:
            change_audience(uow, WORKSPACE, made, draft, author=live.author)
    with UnitOfWork(live.database, reads_only=True) as uow:
        assert get_audience(uow, WORKSPACE, made).version == 2
        kept = list_versions(uow, WORKSPACE, made)
        trail = access.list_audit(uow, WORKSPACE)
    assert [(one.version, dict(one.rule)) for one in kept] == [(2, VIEWERS), (1, BUYERS)]
    # The last change changed nothing, so it left no line.
    assert [one.action for one in trail.items] == [
        "audiences.change", "audiences.change", "audiences.create",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rule", [{"did": {"event": ""}}, {"nothing": {}}, {"audience": {"id": "adc_none"}}]
)
def test_a_wrong_rule_leaves_nothing_behind(live: LiveWorld, rule: dict[str, object]) -> None:
    made = live.make("Buyers", BUYERS)
    with pytest.raises(RuleRefused):
        live.make("Wrong", rule)
    with pytest.raises(RuleRefused), UnitOfWork(live.database) as uow:
        change_audience(uow, WORKSPACE, made, Draft("Buyers", rule), author=live.author)
    with UnitOfWork(live.database, reads_only=True) as uow:
        assert [one.name for one in list_audiences(uow, WORKSPACE).items] == ["Buyers"]
        assert len(list_versions(uow, WORKSPACE, made)) == 1


def test_a_name_belongs_to_one_active_audience(live: LiveWorld) -> None:
    first = live.make("Buyers", BUYERS)
    with pytest.raises(AudienceNameTaken):
        live.make("Buyers", VIEWERS)
    with UnitOfWork(live.database) as uow:
        archive_audience(uow, WORKSPACE, first, author=live.author)
    second = live.make("Buyers", VIEWERS)
    with pytest.raises(AudienceNameTaken), UnitOfWork(live.database) as uow:
        restore_audience(uow, WORKSPACE, first, author=live.author)
    assert second != first


def test_whoever_looked_at_an_older_rule_is_refused(live: LiveWorld) -> None:
    made = live.make("Buyers", BUYERS)
    with UnitOfWork(live.database) as uow:
        change_audience(uow, WORKSPACE, made, Draft("Buyers", VIEWERS), author=live.author)
    with pytest.raises(AudienceChanged), UnitOfWork(live.database) as uow:
        change_audience(
            uow, WORKSPACE, made, Draft("Buyers", BUYERS), author=live.author, expected_version=1
        )


def test_an_archived_audience_rests_and_comes_back_filled(live: LiveWorld) -> None:
    live.happen(1, "Order Completed")
    made = live.make("Buyers", BUYERS, tag_id="tag_buyer")
    live.step()
    with UnitOfWork(live.database) as uow:
        archive_audience(uow, WORKSPACE, made, author=live.author)
    live.happen(2, "Order Completed")
    live.step()
    assert live.tagged.holders["tag_buyer"] == set()
    with pytest.raises(AudienceArchived), UnitOfWork(live.database) as uow:
        change_audience(uow, WORKSPACE, made, Draft("Buyers", VIEWERS), author=live.author)
    with UnitOfWork(live.database) as uow:
        restore_audience(uow, WORKSPACE, made, author=live.author)
    live.step()
    assert live.members(made) == {1, 2}
    with UnitOfWork(live.database, reads_only=True) as uow:
        page = list_audiences(uow, WORKSPACE, text="BUY", state=AudienceState.ACTIVE)
    assert [one.id for one in page.items] == [made]


def test_what_another_reads_cannot_be_archived(live: LiveWorld) -> None:
    read = live.make("Buyers", BUYERS)
    live.make("Readers", {"audience": {"id": read}})
    with pytest.raises(AudienceInUse, match="Readers"), UnitOfWork(live.database) as uow:
        archive_audience(uow, WORKSPACE, read, author=live.author)
    with pytest.raises(AudienceUnknown), UnitOfWork(live.database) as uow:
        archive_audience(uow, WORKSPACE, "adc_none", author=live.author)


def test_who_is_forgotten_leaves_no_line(live: LiveWorld) -> None:
    made = live.make("Buyers", BUYERS)
    live.step()
    live.happen(1, "Order Completed")
    live.step()
    ((person, *_),) = live.moves(made)
    with UnitOfWork(live.database) as uow:
        assert forget(uow, WORKSPACE, ["0" * 32, person.removeprefix("per_")]) == 1
    assert live.moves(made) == []
