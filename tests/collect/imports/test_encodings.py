"""A text is read in the encoding it was written in, found without being told."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from catchment.collect.imports.scan import scan
from catchment.collect.imports.unpack import open_file

CHINESE = "用户ID,商品,金额\nu1,连衣裙，红色,12.50\nu2,“口红”,3\n"


def _text(path: Path) -> str:
    with scan(open_file(path)).open_text() as stream:
        return stream.read().decode()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_chinese_text_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(CHINESE.encode(encoding))
    assert _text(path) == CHINESE


def test_a_file_that_turns_chinese_late_is_still_gb18030(tmp_path: Path) -> None:
    text = "a,b\n" + "1,2\n" * 600_000 + "3,连衣裙\n"
    path = tmp_path / "late.csv"
    path.write_bytes(text.encode("gb18030"))
    assert scan(open_file(path)).encoding == "gb18030"
    assert _text(path).endswith("连衣裙\n")


def test_western_text_is_not_taken_for_chinese(tmp_path: Path) -> None:
    text = "name,price\nCafé crème,£3\nNaïve façade,£4\n" * 50
    path = tmp_path / "w.csv"
    path.write_bytes(text.encode("cp1252"))
    assert _text(path) == text


def test_one_broken_byte_does_not_make_utf_8_something_else(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_bytes(("连衣裙,1\n" * 500).encode() + b"\xff,2\n")
    assert scan(open_file(path)).encoding == "utf-8"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    text=st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=30),
    encoding=st.sampled_from(["utf-8", "utf-16", "gb18030"]),
    is_packed=st.booleans(),
)
def test_common_characters_come_back_from_any_encoding(
    tmp_path: Path, text: str, encoding: str, is_packed: Any
) -> None:
    content = ("列\n" + text + "\n").encode(encoding)
    if encoding == "gb18030":
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            assume(False)  # noqa: FBT003  (bytes that are valid UTF-8 mean UTF-8)
    path = tmp_path / "h.csv"
    path.write_bytes(gzip.compress(content) if is_packed else content)
    assert _text(path) == "列\n" + text + "\n"
