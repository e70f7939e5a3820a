"""Striking somebody out of files that were written of audiences' people.

A CSV names its people, so their lines go. A hashed list names nobody whom we could find in it, and
yet somebody who has the number can: such a file is taken away whole, and may be ordered again.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from catchment.audiences.exports import store
from catchment.audiences.opened import PERSON_PREFIX
from catchment.audiences.types import AudienceExport, ExportFormat
from catchment.audiences.works import AudienceWorks
from catchment.kernel import WorkspaceId
from catchment.store import UnitOfWork


def forget_in_files(
    works: AudienceWorks, workspace_id: WorkspaceId, subjects: Sequence[str]
) -> int:
    """Strikes a person out of every file that is still kept; a second time, nothing is left.

    Args:
        works: the parts.
        workspace_id: whose.
        subjects: all that the person went by.

    Returns:
        How many lines went, a file that was taken away counted as one.
    """
    persons = {(PERSON_PREFIX + subject).encode() for subject in subjects}
    gone = 0
    for path in sorted((works.files / workspace_id).glob("*.csv")):
        with UnitOfWork(works.database, reads_only=True) as uow:
            made = store.find_export(uow, workspace_id, path.stem)
        if made is None or made.format is not ExportFormat.CSV:
            path.unlink(missing_ok=True)
            gone += 1
            continue
        struck, left = _strike(works, made, path, persons)
        if struck:
            values = {"rows": (made.rows or struck) - struck, "bytes": left}
            with UnitOfWork(works.database) as uow:
                store.change_export(uow, workspace_id, made.id, values)
        gone += struck
    return gone


def _strike(
    works: AudienceWorks, made: AudienceExport, path: Path, persons: set[bytes]
) -> tuple[int, int]:
    """Writes a file anew without these people's lines; its age, by which it expires, stays.

    Returns:
        How many lines went, and how many bytes are left.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    told = path.stat()
    struck = left = 0
    sealing, workspace_id = works.exports.sealing, made.workspace_id
    try:
        with (
            sealing.open(workspace_id, path, made.id) as old,
            sealing.create(workspace_id, partial, made.id) as new,
        ):
            is_struck = False
            for line in old:
                # A person's id never needs quotes; a line that begins otherwise goes on from above.
                begins = line.split(b",", 1)[0].rstrip(b"\r\n")
                if begins.startswith(PERSON_PREFIX.encode()):
                    is_struck = begins in persons
                    struck += is_struck
                if not is_struck:
                    new.write(line)
                    left += len(line)
        if struck:
            with partial.open("rb") as written:
                os.fsync(written.fileno())
            os.utime(partial, ns=(told.st_atime_ns, told.st_mtime_ns))
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return struck, left
