"""One look through a file before it is read: what it holds, in which encoding, how long it is.

The content's hash, taken of the unpacked bytes, is the file's name for us: under another name,
packed or not, it is the same file, and its rows are the same rows.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import IO

from catchment.collect.imports.encodings import as_utf8, detect_encoding, encoding_by_mark
from catchment.collect.imports.unpack import Opened

_BLOCK_BYTES = 1 << 20
_HASH_BYTES = 10
_KEPT_BYTES_MAX = 128 * 1024**2
"""A packed file that unfolds to no more than this is unpacked once and kept in memory."""

_PARQUET = b"PAR1"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Scanned:
    """What one look through a file told.

    Attributes:
        content_hash: 20 hex digits that name the content.
        encoding: of the text, as Python names it; empty when it is no text.
        lines: line ends in it, which is about the number of rows.
        is_workbook: XLSX or XLS.
        is_parquet: Parquet.
        open_raw: a fresh stream of the unpacked bytes.
    """

    content_hash: str
    encoding: str
    lines: int
    is_workbook: bool
    is_parquet: bool
    open_raw: Callable[[], IO[bytes]]

    def open_text(self) -> IO[bytes]:
        """A fresh stream of the text in UTF-8, without a byte-order mark."""
        return as_utf8(self.open_raw(), self.encoding)


def scan(opened: Opened) -> Scanned:
    """Reads a file through once.

    Raises:
        ArchiveRefused: it unpacks to more than it may.
        UnreadableFile: it is damaged.
    """
    digest = blake2b(digest_size=_HASH_BYTES)
    kept: list[bytes] | None = []
    start, lines, size = b"", 0, 0
    for block in _blocks(opened.open):
        start = start or block[:4096]
        digest.update(block)
        lines += block.count(b"\n")
        size += len(block)
        if kept is not None:
            kept.append(block)
        if size > _KEPT_BYTES_MAX:
            kept = None
    open_raw = opened.open if kept is None else _reopener(b"".join(kept))
    is_workbook = opened.is_workbook or start.startswith(_OLD_WORKBOOK)
    is_parquet = start.startswith(_PARQUET)
    encoding = ""
    if not is_workbook and not is_parquet:
        encoding = encoding_by_mark(start) or detect_encoding(lambda: _blocks(open_raw))
    return Scanned(digest.hexdigest(), encoding, lines, is_workbook, is_parquet, open_raw)


def _blocks(open_it: Callable[[], IO[bytes]]) -> Iterator[bytes]:
    with open_it() as stream:
        while block := stream.read(_BLOCK_BYTES):
            yield block


def _reopener(content: bytes) -> Callable[[], IO[bytes]]:
    return lambda: io.BytesIO(content)
