"""Delimiter and header are found, wherever titles stand above."""

import pytest

from catchment.collect.imports.errors import HeaderMissing
from catchment.collect.imports.sniff import sniff, unique_names


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
