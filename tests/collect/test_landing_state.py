"""The landing state changes whole or not at all, and counts per source and hour."""

import subprocess
import sys
from pathlib import Path

import pytest

from catchment.collect import Counts, LandingState
from catchment.collect.key_index import RunFile
from catchment.collect.landing_state import HOUR_US, HOURS_KEPT, Progress
from catchment.kernel import WorkspaceId

MINE, THEIRS = WorkspaceId("wsp_mine"), WorkspaceId("wsp_theirs")
WEB = (MINE, "src_web")


@pytest.fixture
def state(tmp_path: Path) -> LandingState:
    return LandingState(tmp_path / "landing.db")


def test_counts_add_up_and_the_last_seen_never_goes_back(state: LandingState) -> None:
    state.record(Progress(1, counts={WEB: Counts(3, 1, 2, 50)}))
    state.record(Progress(2, counts={WEB: Counts(1, 0, 0, 40), (MINE, "src_app"): Counts(1)}))
    assert state.counts(MINE, "src_web") == Counts(4, 1, 2, 50)
    assert state.counts(MINE) == Counts(5, 1, 2, 50)
    assert state.counts(THEIRS) == Counts()
    assert state.position() == 2


def test_a_landing_that_fails_half_way_changes_nothing(state: LandingState) -> None:
    with pytest.raises(OverflowError):
        state.record(Progress(9, counts={WEB: Counts(1)}, hours={(*WEB, 2**70): 1}))
    assert (state.position(), state.counts(MINE)) == (0, Counts())
    state.record(Progress(1, counts={WEB: Counts(1)}))
    assert state.position() == 1


def test_what_is_not_committed_is_not_seen(state: LandingState) -> None:
    with state._transaction() as run:
        run("UPDATE progress SET position = 7")
        assert state.position() == 0
    assert state.position() == 7


def test_hours_are_forgotten_after_their_time(state: LandingState) -> None:
    state.record(Progress(1, hours={(*WEB, 10): 5}))
    state.record(Progress(2, hours={(*WEB, 10 + HOURS_KEPT + 1): 1}))
    assert state.volume_by_hour(*WEB, until_us=10 * HOUR_US, hours=1) == [0]


def test_flushed_keys_are_in_a_file_and_no_longer_in_the_state(state: LandingState) -> None:
    state.record(Progress(1, keys=b"k" * 16))
    assert state.recent_keys() == [b"k" * 16]
    state.note_runs([RunFile("00-000001.keys.npy", 0, 1)], is_flushed=True)
    assert (state.recent_keys(), state.runs()) == ([], [RunFile("00-000001.keys.npy", 0, 1)])


def test_several_processes_may_open_it_for_the_first_time_at_once(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path;"
        "from catchment.collect import LandingState;"
        "from catchment.testing.log_seals import toy_log;"
        "LandingState(Path(sys.argv[1]) / 'landing.db').close();"
        "toy_log(Path(sys.argv[1]) / 'log.db').close()"
    )
    processes = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path)]) for _ in range(4)]
    assert [process.wait() for process in processes] == [0] * 4
