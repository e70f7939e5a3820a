"""Uploads: one file of a form, from the wire to the disk in pieces, never whole in memory.

Each piece is sealed before it is written. A file lies in a folder of its workspace under an id of
its own, so that an import can name it and no other workspace can. What nobody imported within a
week is swept away by a later upload.
"""

import re
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool

from catchment.api.errors import UploadUnfit, UploadUnknown
from catchment.kernel import WorkspaceId
from catchment.vault import hide_text

UPLOADS_LAST = timedelta(days=7)
SWEEP_MAX = 200
FILE_NAME_LENGTH_MAX = 100
HEADER_BYTES_MAX = 4_096

_UNSAFE = re.compile(r"[^\w.\- ]+", re.UNICODE)


CreateFile = Callable[[Path], IO[bytes]]
"""Creates a file to write to."""


class _FilePart:
    """Hears what the form's parser finds, and writes the field `file` into a folder."""

    def __init__(self, folder: Path, create: CreateFile) -> None:
        self._folder = folder
        self._create = create
        self._name = b""
        self._value = b""
        self._headers: dict[bytes, bytes] = {}
        self._file: IO[bytes] | None = None
        self.path: Path | None = None

    def callbacks(self) -> dict[str, object]:
        return {
            "on_part_begin": self._headers.clear,
            "on_header_field": self._on_name,
            "on_header_value": self._on_value,
            "on_header_end": self._on_header,
            "on_headers_finished": self._on_headers,
            "on_part_data": self._on_data,
            "on_part_end": self.close,
        }

    def whole(self) -> Path:
        self.close()
        if self.path is None:
            raise UploadUnfit
        return self.path

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _on_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]
        self._bound()

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._bound()

    def _bound(self) -> None:
        if len(self._name) + len(self._value) > HEADER_BYTES_MAX:
            raise UploadUnfit

    def _on_header(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _on_headers(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        if options.get(b"name") != b"file":
            return
        if self.path is not None:
            raise UploadUnfit("one file at a time, please")
        name = options.get(b"filename", b"").decode("utf-8", "replace")
        self.path = self._folder / _safe(name)
        self._file = self._create(self.path)

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._file.write(data[start:end])


async def receive_file(request: Request, folder: Path, create: CreateFile) -> Path:
    """Streams the form's file into a new folder.

    Args:
        request: carries the form.
        folder: made for it.
        create: creates the file, sealed.

    Raises:
        UploadUnfit: it is no form, or has no file in it.
    """
    media_type, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if media_type != b"multipart/form-data" or not boundary:
        raise UploadUnfit
    await run_in_threadpool(folder.mkdir, mode=0o700, parents=True)
    part = _FilePart(folder, create)
    try:
        parser = MultipartParser(boundary, part.callbacks())  # type: ignore[arg-type]
        async for chunk in request.stream():
            if chunk:
                await run_in_threadpool(parser.write, chunk)
        await run_in_threadpool(parser.finalize)
        return part.whole()
    except BaseException as broken:
        part.close()
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(broken, FormParserError):
            raise UploadUnfit("the form could not be read") from broken
        raise


def uploads_of(home: Path, workspace_id: WorkspaceId) -> Path:
    """The folder of a workspace's uploads."""
    return home / "uploads" / workspace_id


def find_upload(home: Path, workspace_id: WorkspaceId, upload_id: str) -> Path:
    """The file that was uploaded.

    Raises:
        UploadUnknown: there is none of this id here.
    """
    folder = uploads_of(home, workspace_id) / upload_id
    for path in folder.iterdir() if folder.is_dir() else ():
        return path
    raise UploadUnknown


def sweep(home: Path, workspace_id: WorkspaceId, now: datetime) -> None:
    """Deletes a workspace's uploads that are older than a week."""
    folder = uploads_of(home, workspace_id)
    before = (now - UPLOADS_LAST).timestamp()
    for upload in sorted(folder.iterdir())[:SWEEP_MAX] if folder.is_dir() else ():
        if upload.stat().st_mtime < before:
            shutil.rmtree(upload, ignore_errors=True)


def _safe(name: str) -> str:
    # Browsers of old send whole paths; only the last part is a name.
    last = re.split(r"[\\/]", name)[-1]
    # A name is kept in the open, so what is personal in it is not.
    cleaned = _UNSAFE.sub("_", hide_text(last)).strip(". ")
    stem, dot, suffix = cleaned.rpartition(".")
    if dot and len(suffix) < FILE_NAME_LENGTH_MAX // 4:
        return f"{stem[: FILE_NAME_LENGTH_MAX - len(suffix) - 1]}.{suffix}"
    return cleaned[:FILE_NAME_LENGTH_MAX] or "file"
