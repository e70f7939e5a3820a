"""Looking for planted values in every byte: as they are, escaped, in UTF-16, packed, in a table.

One pass over the bytes finds everything of the right shape; what is found is then compared with
what was planted. So ten thousand values cost no more than one.
"""

from __future__ import annotations

import gzip
import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from privacy.planted import STREET, SURNAME, Planted

_BLOCK = 32 * 1024 * 1024
_OVERLAP = 512
_DIGITS = re.compile(rb"\d(?:[ .\-]{0,2}\d){10,19}[Xx]?")
"""Mainland mobiles, id and bank cards, with what people put between the digits."""

_DIGITS_LE = re.compile(rb"(?:[\d Xx.+\-]\0){11,32}")
_DIGITS_BE = re.compile(rb"(?:\0[\d Xx.+\-]){11,32}")
_HAN = rb"(?:[\xe4-\xe9][\x80-\xbf]{2})"
_WORDS = {
    b"plnt": re.compile(rb"plnt\d{11}"),
    b"oPLNT": re.compile(rb"oPLNT[a-zA-Z]{23}"),
    SURNAME.encode(): re.compile(SURNAME.encode() + _HAN + rb"{2}"),
    STREET.encode(): re.compile(STREET.encode() + rb"\d{5}"),
}
_WIDE_LENGTHS = {"plnt": 30, "oPLNT": 56, SURNAME: 6, STREET: 16}
_FULL_WIDTH = re.compile(rb"(?:\xef\xbc[\x90-\x99]){11,18}")
_ESCAPED = re.compile(rb"(?:\\u[0-9a-fA-F]{4}|[0-9]){3,40}")
_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_SQLITE = b"SQLite format 3"
_ARROW = b"ARROW1"


@dataclass
class Search:
    """What was planted, by how it is recognised.

    Attributes:
        known: the telling part of each value, and whose it is.
        found: where something was found, and what.
    """

    known: dict[str, str] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)

    @classmethod
    def for_people(cls, people: Iterable[Planted]) -> Search:
        """A search for everything of these people."""
        search = cls()
        for one in people:
            for value in one.values:
                search.known[telling_part(value)] = value
        return search

    def look_at(self, where: str, content: bytes) -> None:
        """Looks through bytes, in whatever way they may hold text."""
        for what in self.values_in(content):
            self.found.append(f"{where}: {what}")

    def values_in(self, content: bytes) -> set[str]:
        """The planted values that stand in bytes."""
        found = set(self._plain(content))
        if b"\\u" in content:
            escaped = b"\n".join(_unescaped(run[0]) for run in _ESCAPED.finditer(content))
            found |= set(self._plain(escaped))
        if b"\xef\xbc" in content:
            wide = b"\n".join(_narrowed(run[0]) for run in _FULL_WIDTH.finditer(content))
            found |= set(self._plain(wide))
        return found | set(self._utf16(content))

    def look_through(self, *roots: Path) -> int:
        """Looks through every file below these folders, and into packed ones; how many."""
        files = 0
        for root in roots:
            for path in sorted(root.rglob("*")):
                if path.is_file() and not path.is_symlink():
                    self._file(path)
                    files += 1
        return files

    def _file(self, path: Path) -> None:
        self.look_at(f"the name of {path}", path.name.encode())
        try:
            with path.open("rb") as stream:
                start = stream.read(16)
                stream.seek(0)
                before = b""
                while block := stream.read(_BLOCK):
                    self.look_at(str(path), before + block)
                    before = block[-_OVERLAP:]
        except FileNotFoundError:  # taken away meanwhile
            return
        for inside in _unpacked(path, start):
            self.look_at(f"inside {path}", inside)

    def _plain(self, content: bytes) -> Iterator[str]:
        for run in _DIGITS.finditer(content):
            yield from self._digits(run[0])
        for word, shape in _WORDS.items():
            if word in content:
                for run in shape.finditer(content):
                    yield from self._known(run[0].decode("utf-8", "replace"))

    def _digits(self, run: bytes) -> Iterator[str]:
        # Several numbers may stand side by side, and a country's before one of them.
        for part in {run, *re.split(rb"[^\d]", run), *re.split(rb"[ .]", run)}:
            yield from self._known(part.decode())

    def _known(self, text: str) -> Iterator[str]:
        part = telling_part(text)
        if part in self.known:
            yield self.known[part]

    def _utf16(self, content: bytes) -> Iterator[str]:
        if _may_hold_wide_digits(content):
            for run in (*_DIGITS_LE.finditer(content), *_DIGITS_BE.finditer(content)):
                yield from self._plain(run[0].replace(b"\0", b""))
        for order in ("utf-16-le", "utf-16-be"):
            for word, length in _WIDE_LENGTHS.items():
                mark = word.encode(order)
                if mark in content:
                    for place in re.finditer(re.escape(mark), content):
                        word_there = content[place.start() : place.start() + length]
                        yield from self._plain(word_there.decode(order, "replace").encode())


def _may_hold_wide_digits(content: bytes) -> bool:
    """Whether three digits stand anywhere with a zero byte between each two."""
    some = np.frombuffer(content, dtype=np.uint8)
    is_digit = (some - np.uint8(ord("0"))) < 10
    is_zero = some == 0
    run = is_digit[:-4] & is_zero[1:-3] & is_digit[2:-2] & is_zero[3:-1] & is_digit[4:]
    return bool(run.any())


def telling_part(value: str) -> str:
    """The part of a value that no mask shows, spelt in one way."""
    if "@" in value:
        return value.partition("@")[0]
    if STREET in value:
        return value[value.index(STREET) :][: len(STREET) + 5]
    if value.startswith((SURNAME, "oPLNT", "plnt")):
        return value
    digits = re.sub(r"[^\dXx]", "", value).upper()
    return digits.removeprefix("86") if len(digits) == 13 else digits


def _unescaped(run: bytes) -> bytes:
    return re.sub(
        rb"\\u([0-9a-fA-F]{4})", lambda one: chr(int(one[1], 16)).encode("utf-8", "replace"), run
    )


def _narrowed(run: bytes) -> bytes:
    return bytes(byte - 0x60 for byte in run[2::3])


def _unpacked(path: Path, start: bytes) -> Iterator[bytes]:
    """What a file holds that its bytes do not show: packed text, cells over several pages."""
    try:
        if start.startswith(_GZIP):
            yield gzip.decompress(path.read_bytes())
        elif start.startswith(_PARQUET):
            yield from _cells_of(pq.read_table(path, partitioning=None))
        elif start.startswith(_ARROW):
            yield from _cells_of(pa.ipc.open_file(path).read_all())
        elif start.startswith(_SQLITE):
            yield from _rows_of(path)
    except (OSError, EOFError, zlib.error, pa.ArrowInvalid, sqlite3.Error):
        return  # half written when its writer was killed; its bytes were looked at


def _cells_of(table: pa.Table) -> Iterator[bytes]:
    for column in table.columns:
        kind = column.type
        if pa.types.is_dictionary(kind) or pa.types.is_string(kind) or pa.types.is_binary(kind):
            cells = column.cast(pa.binary()) if pa.types.is_string(kind) else column
            yield b"\n".join(
                one.encode() if isinstance(one, str) else one
                for one in cells.to_pylist()
                if isinstance(one, bytes | str)
            )


def _rows_of(path: Path) -> Iterator[bytes]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
    try:
        connection.text_factory = bytes
        listed = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (name,) in listed.fetchall():
            rows = connection.execute(f'SELECT * FROM "{name.decode()}"')  # noqa: S608  (ours)
            while some := rows.fetchmany(5_000):
                yield b"\n".join(cell for row in some for cell in row if isinstance(cell, bytes))
    finally:
        connection.close()
