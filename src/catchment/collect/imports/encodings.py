"""What a text is written in: UTF-8, UTF-16, GB18030 or, failing these, Western Windows.

A byte-order mark decides. Without one the whole text is tried, not only its beginning: a file
exported in China may be plain ASCII for its first million rows. A few broken bytes do not turn a
UTF-8 file into something else; the rows with them are reported.
"""

import codecs
import io
import re
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BLOCK_BYTES = 1 << 20
_BROKEN_SHARE_MAX = 0.01
"""UTF-8 with at most this share of broken places is UTF-8 that was damaged."""
_ADJACENT_SHARE_MIN = 0.5
"""At least this share of high bytes stand side by side in Chinese text; in French they do not."""
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_SAMPLE_BYTES = 4096
_LONE_HIGH = 1


def encoding_by_mark(start: bytes) -> str | None:
    """The encoding that the first bytes settle: a byte-order mark, or the zeros of UTF-16."""
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    sample = start[:_SAMPLE_BYTES]
    half = len(sample) // 2
    if half and sample[1::2].count(0) > half * 0.4:
        return "utf-16-le"
    if half and sample[::2].count(0) > half * 0.4:
        return "utf-16-be"
    return None


def detect_encoding(blocks: Callable[[], Iterator[bytes]]) -> str:
    """The encoding of a text without a byte-order mark, by reading all of it.

    Args:
        blocks: gives the text's bytes block by block, from the beginning, each time it is called.
    """
    broken, high_runs = _broken_utf8(blocks())
    if broken == 0 or broken <= high_runs * _BROKEN_SHARE_MAX:
        return "utf-8"
    if _is_gb18030(blocks()):
        return "gb18030"
    return "cp1252" if broken > high_runs * _ADJACENT_SHARE_MIN else "utf-8"


def _broken_utf8(blocks: Iterator[bytes]) -> tuple[int, int]:
    """How many places are not UTF-8, out of how many that are not ASCII."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    broken = high_runs = 0
    for block in blocks:
        text = decoder.decode(block)
        if block.isascii():
            continue
        broken += text.count("\ufffd") - block.count(b"\xef\xbf\xbd")
        high_runs += sum(1 for _ in _HIGH_RUN.finditer(block))
    broken += decoder.decode(b"", final=True).count("\ufffd")
    return max(broken, 0), high_runs


def _is_gb18030(blocks: Iterator[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("gb18030")()
    adjacent = high = 0
    try:
        for block in blocks:
            decoder.decode(block)
            runs = [len(run.group()) for run in _HIGH_RUN.finditer(block)]
            high += sum(runs)
            adjacent += sum(length for length in runs if length > _LONE_HIGH)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return adjacent >= high * _ADJACENT_SHARE_MIN


class _Transcoder(io.RawIOBase):
    """A stream in another encoding, read as UTF-8; broken bytes stay broken, to be reported."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(errors=_errors_of(encoding))
        self._ready = b""
        self._is_first = True

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        while not self._ready:
            block = self._stream.read(_BLOCK_BYTES)
            text = self._decoder.decode(block, final=not block)
            if self._is_first and text:
                text, self._is_first = text.removeprefix("\ufeff"), False
            self._ready = text.encode("utf-8", "surrogateescape")
            if not block:
                break
        given = self._ready[: len(view)]
        view[: len(given)] = given
        self._ready = self._ready[len(given) :]
        return len(given)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _errors_of(encoding: str) -> str:
    return "replace" if encoding.startswith(("utf-16", "cp")) else "surrogateescape"


def as_utf8(stream: IO[bytes], encoding: str) -> IO[bytes]:
    """The same text in UTF-8 without a byte-order mark."""
    if encoding == "utf-8":
        return stream
    if encoding == "utf-8-sig":
        stream.read(len(codecs.BOM_UTF8))
        return stream
    return io.BufferedReader(_Transcoder(stream, encoding), _BLOCK_BYTES)
