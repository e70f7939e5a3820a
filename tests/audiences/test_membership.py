"""The files of members: room for newcomers, seen by every process at once, one generation kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from audiences.live_world import START, LiveWorld
from audiences.small_world import WORKSPACE, SmallWorld
from catchment.audiences import Audience, AudienceState
from catchment.audiences.errors import MembersBehind
from catchment.audiences.membership import MemberFiles, MemberFolder
from catchment.audiences.timers import BLOCK_NODES


def made(folder: Path, members: list[int]) -> MemberFiles:
    array = np.array(members, np.uint8)
    return MemberFiles.create(folder, array, np.zeros(len(array), np.uint32), epoch=1)


def generation(number: int) -> Audience:
    """An audience whose members are those of a generation."""
    return Audience(
        id="adc_1", workspace_id=WORKSPACE, name="A", description="", rule={}, version=1,
        tag_id=None, kept_tag_id=None, state=AudienceState.ACTIVE, filled_version=1,
        generation=number, size=1, as_of=START, created_at=START, created_by="",
        changed_at=START, changed_by="",
    )  # fmt: skip


def test_what_is_written_is_seen_by_who_reads(tmp_path: Path) -> None:
    folder, view = MemberFolder(tmp_path), SmallWorld([0, 1, 2]).reading(WORKSPACE)
    files = made(folder.path(WORKSPACE, "adc_1", 3), [0, 1, 0])
    files.members[2] = 1
    assert folder.read(generation(3), view).tolist() == [0, 1, 1]
    # Whoever asks of people that came later is told that they are not in.
    assert folder.read(generation(3), view, 10**6).sum() == 2
    assert folder.read(generation(4), view).tolist() == [0, 0, 0]


def test_who_is_numbered_otherwise_by_now_is_not_shown(tmp_path: Path) -> None:
    folder, world = MemberFolder(tmp_path), SmallWorld([0, 1, 2])
    made(folder.path(WORKSPACE, "adc_1", 3), [0, 1, 0])
    world.epoch = 2
    with pytest.raises(MembersBehind):
        folder.read(generation(3), world.reading(WORKSPACE))


def test_there_is_room_for_newcomers(tmp_path: Path) -> None:
    files = made(tmp_path / "a", [1, 0])
    files.calendar.put(np.array([1], np.int32), np.array([5_000_000]))
    files.fit(100 * BLOCK_NODES)
    assert len(files.members) > 100 * BLOCK_NODES
    assert files.members.sum() == 1
    assert files.calendar.due(5_000_000).tolist() == [1]
    again = MemberFiles(tmp_path / "a", 2)
    assert again.members[:2].tolist() == [1, 0]


def test_one_generation_is_kept(tmp_path: Path) -> None:
    folder, view = MemberFolder(tmp_path), SmallWorld([0]).reading(WORKSPACE)
    for number in (1, 2, 3):
        made(folder.path(WORKSPACE, "adc_1", number), [1])
    folder.sweep(WORKSPACE, "adc_1", 3)
    assert folder.read(generation(3), view).tolist() == [1]
    assert folder.read(generation(2), view).tolist() == [0]


def test_lost_files_are_made_again(live: LiveWorld) -> None:
    live.happen(1, "Order Completed")
    buyers = live.make("Buyers", {"did": {"event": "Order Completed"}})
    live.step()
    for path in live.works.members.workspace(WORKSPACE).glob(f"{buyers}/*/members"):
        path.unlink()
    live.restart()
    live.step()
    assert live.members(buyers) == {1}


@pytest.mark.parametrize("torn", [True, False])
def test_members_that_run_ahead_of_the_records_are_a_wrong_variant(
    live: LiveWorld,
    torn: bool,  # noqa: FBT001
) -> None:
    """Were the files written before the records, a kill between the two would hide a move."""
    buyers = live.make("Buyers", {"did": {"event": "Order Completed"}})
    live.step()
    if torn:
        files = live.live._opened[WORKSPACE].kept[buyers].files
        assert files is not None
        files.members[1] = 1
        files.flush()
    live.restart()
    live.happen(1, "Order Completed")
    live.step()
    assert len(live.moves(buyers)) == (0 if torn else 1)
