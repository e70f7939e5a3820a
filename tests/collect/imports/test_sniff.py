"""Delimiter and header are found, wherever titles stand above."""

import random
from typing import Any

import pytest

from catchment.collect.imports import ImportFormat
from catchment.collect.imports.errors import HeaderMissing, UnreadableFile
from catchment.collect.imports.sniff import listed, looks_binary, sniff, unique_names


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_the_one_that_makes_even_rows(delimiter: str) -> None:
    rows = [["id", "what, or; not", "n"], ["1", "a", "2"], ["3", "b", "4"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows) + "\n"
    layout = sniff(text, is_whole=True)
    assert (layout.delimiter, layout.header_row) == (delimiter, 1)
    assert layout.names == ["id", "what, or; not", "n"]


def test_titles_above_the_names_are_passed_over() -> None:
    text = (
        "订单导出\n导出时间：,2024-06-01,,\n\n用户ID,订单号,金额,备注\nu1,001,12.5,\nu2,002,3,快\n"
    )
    layout = sniff(text, is_whole=True)
    assert layout.header_row == 4
    assert layout.names == ["用户ID", "订单号", "金额", "备注"]


def test_titles_padded_to_full_width_are_passed_over() -> None:
    text = "订单导出,,,\n,,,\n用户ID,订单号,金额,备注\nu1,001,12.5,\nu2,002,3,快\n"
    assert sniff(text, is_whole=True).header_row == 3


def test_a_table_without_names_gets_made_up_ones() -> None:
    layout = sniff("u1,001,12.5\nu2,002,3\n", is_whole=True)
    assert layout.header_row == 0
    assert layout.names == ["column_1", "column_2", "column_3"]


def test_one_column_is_a_table_too() -> None:
    assert sniff("user\nu1\nu2\n", is_whole=True).names == ["user"]


def test_names_are_made_unique() -> None:
    assert unique_names(["a", "", "a ", "a_2"]) == ["a", "column_2", "a_2", "a_2_2"]


def test_an_empty_file_has_no_header() -> None:
    with pytest.raises(HeaderMissing):
        sniff("\n\n", is_whole=True)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("size", [200, 5_000, 400_000])
@pytest.mark.parametrize("format_", [None, ImportFormat.SEGMENT])
def test_random_bytes_are_refused_and_not_taken_for_a_table(
    desk: Any, seed: int, size: int, format_: ImportFormat | None
) -> None:
    path = desk.file("a\x1b[2J.csv", b"Q" + random.Random(seed).randbytes(size))
    with pytest.raises(UnreadableFile, match="looks binary") as refused:
        desk.importer.look(desk.spec(path, format=format_))
    assert refused.value.message.isprintable()


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\n", b"\x7fELF" + bytes(900), bytes(50)],
)
def test_well_known_files_that_are_no_text_are_refused(desk: Any, content: bytes) -> None:
    with pytest.raises(UnreadableFile, match="looks binary"):
        desk.importer.look(desk.spec(desk.file("a.csv", content)))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_stray_control_character_refuses_no_file(encoding: str) -> None:
    text = "订单号,备注\n1,\x00连衣裙\x0b\n2,\x1a\n\ufeff"
    assert not looks_binary(text.encode(encoding).decode(encoding))


def test_names_in_a_message_are_harmless_and_have_an_end() -> None:
    told = listed(["a\x1b[31m", "订单号" * 100, *map(str, range(60))])
    assert told.startswith(r"a\x1b[31m, 订单号")
    assert told.endswith(" and 22 more")
    assert len(told) < 300
