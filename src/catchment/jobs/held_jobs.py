"""What a worker has in hand, said in a file of its own, so that its successor need not wait.

A lease tells a dead worker from a slow one by waiting a minute. On one machine the system knows
better: each worker keeps a file locked for as long as it lives, and writes into it which job it
holds. Whoever can lock the file of another knows that its worker is dead, however it died, and ends
the lease of what stands in it; the job is then taken up like any other whose lease ran out.

This only makes a lease shorter. Were a lock ever lost by a worker that lives, the fence would hold
as it does when one sleeps through its lease: what it writes is refused. What stands in no file (a
fall between claiming and writing) waits for its lease as before, and so does what another machine
holds, or this one before it was started anew: over a network not every system keeps such locks.
"""

import fcntl
import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from catchment.jobs.types import Job
from catchment.kernel import Entropy, WorkspaceId

FILES_MAX = 1_000
"""So many files of others are looked at in one go."""

HELD_BYTES_MAX = 4_096

_SUFFIX = ".held"
_NAME_BYTES = 12
_FILE_MODE = 0o600


class HeldJob(msgspec.Struct, frozen=True):
    """A job in the hands of a worker, under the fence of its claim, and the worker's machine."""

    workspace_id: WorkspaceId
    id: str
    fence: int
    machine: str


class HeldJobs:
    """The files of the workers of one home.

    Args:
        folder: where they lie; made when it is missing.
        entropy: names this worker's own.
        machine: where it runs; what other machines hold is left to its lease.
    """

    def __init__(self, folder: Path, entropy: Entropy, machine: str | None = None) -> None:
        self._folder = folder
        self._machine = _this_machine() if machine is None else machine
        self._path = folder / f"{entropy(_NAME_BYTES).hex()}{_SUFFIX}"
        self._own: int | None = None

    @contextmanager
    def hold(self, job: Job) -> Iterator[None]:
        """Says that this worker has the job, until the block ends.

        Where the file cannot be written the job is done all the same.
        """
        held = HeldJob(job.workspace_id, job.id, job.fence, self._machine)
        with suppress(OSError):
            self._write(msgspec.json.encode(held))
        try:
            yield
        finally:
            with suppress(OSError):
                self._write(b"")

    def take_over(self, end_lease: Callable[[HeldJob], None]) -> int:
        """Ends the leases of what dead workers held, and clears their files away.

        Args:
            end_lease: ends one; what it raises leaves the file for the next time.

        Returns:
            How many jobs there were.
        """
        taken = 0
        for path in self._others():
            try:
                descriptor = os.open(path, os.O_RDWR)
            except OSError:  # somebody else was faster, or may not see it
                continue
            try:
                if not _is_locked_by_us(descriptor):
                    continue
                held = _read(descriptor)
                if held is not None and held.machine == self._machine:
                    end_lease(held)
                    taken += 1
                with suppress(OSError):
                    path.unlink()
            finally:
                os.close(descriptor)
        return taken

    def close(self) -> None:
        """Takes the own file away."""
        if self._own is not None:
            with suppress(OSError):
                self._path.unlink()
            os.close(self._own)
            self._own = None

    def _others(self) -> list[Path]:
        try:
            found = sorted(self._folder.glob(f"*{_SUFFIX}"))
        except OSError:
            return []
        return [path for path in found if path != self._path][:FILES_MAX]

    def _write(self, content: bytes) -> None:
        if self._own is None:
            self._own = self._make()
        os.truncate(self._own, 0)
        os.pwrite(self._own, content, 0)

    def _make(self) -> int:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Locked before it has its name: nobody sees it without its lock.
        draft = self._path.with_suffix(".draft")
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT, _FILE_MODE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            draft.rename(self._path)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor


def _this_machine() -> str:
    """This machine since it was started: its processes see each other's locks, whatever holds."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return platform.node()


def _is_locked_by_us(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _read(descriptor: int) -> HeldJob | None:
    try:
        return msgspec.json.decode(os.pread(descriptor, HELD_BYTES_MAX, 0), type=HeldJob)
    except (msgspec.DecodeError, UnicodeDecodeError, OSError):
        return None  # it held nothing, or died while it wrote: its lease runs out by itself
