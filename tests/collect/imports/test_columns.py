"""Instants, money and JSON come out of text exactly, whichever way a column is read."""

import json
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.collect.imports.columns import parse_decimals, parse_times, to_minor
from catchment.collect.imports.json_columns import (
    JsonColumn,
    json_boolean,
    json_number,
    json_object,
    json_text,
)

SHANGHAI = "Asia/Shanghai"


def _times(cells: list[str | None], pattern: str = "auto", zone: str = SHANGHAI) -> list[object]:
    parsed: list[object] = parse_times(pa.array(cells, pa.string()), pattern, zone).to_pylist()
    return parsed


NOON = datetime(2024, 6, 1, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "cell",
    [
        "2024-06-01 12:00", "2024-06-01 12:00:00", "2024-06-01T12:00:00.000", "2024/6/1 12:00",
        "2024年6月1日 12:00:00", "2024年06月01日12时00分00秒", "2024.06.01 12:00",
        "2024-06-01T04:00:00Z", "2024-06-01 04:00:00 UTC", "2024-06-01T12:00:00+08:00",
        "2024-06-01T12:00:00+0800",
        "20240601120000",
        "20240601 120000",
        "20240601040000Z", "1717214400", "1717214400000", " 2024-06-01 12:00:00 ",
    ],
)  # fmt: skip
def test_every_usual_spelling_of_an_instant_is_read(cell: str) -> None:
    assert _times([cell]) == [NOON]
    # beside a cell that makes the quick way impossible
    assert _times([cell, "rubbish"]) == [NOON, None]


def test_days_that_do_not_exist_are_none() -> None:
    assert (
        _times(["2024-02-30", "2023-02-29 10:00:00", "2024-13-01", "0000-00-00", ""]) == [None] * 5
    )


def test_a_bare_day_is_its_first_moment_in_the_zone() -> None:
    midnight = datetime(2024, 5, 31, 16, tzinfo=UTC)
    assert _times(["2024-06-01", "20240601", "2024年6月1日"]) == [midnight] * 3
    assert _times(["20241301", "12345678901"]) == [None, None]


def test_a_pattern_is_followed() -> None:
    assert _times(["01/06/2024 12:00"], "%d/%m/%Y %H:%M") == [NOON]
    assert _times(["01/06/2024 12:00:00.5", "x"], "%d/%m/%Y %H:%M:%S.%f")[1] is None
    assert _times(["1717214400000", "1e9", "-1"], "epoch_ms") == [NOON, None, None]


def test_an_hour_that_the_clock_skipped_or_doubled_is_still_an_instant() -> None:
    cells = ["2024-03-31 01:30:00", "2024-10-27 01:30:00"]
    quick = _times([*cells], zone="Europe/London")
    slow = _times([*cells, "rubbish"], zone="Europe/London")
    assert None not in quick
    assert slow[:2] == quick


@given(st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), min_size=1))  # noqa: DTZ001
def test_quick_and_careful_reading_of_instants_agree(instants: list[datetime]) -> None:
    cells: list[str | None] = [str(instant) for instant in instants]
    quick, careful = _times(cells), _times([*cells, "rubbish"])
    assert careful[:-1] == quick
    assert None not in quick


DECIMALS = st.decimals(-(10**11), 10**11, allow_nan=False, allow_infinity=False, places=4)


@given(st.lists(DECIMALS, min_size=1), st.sampled_from([0, 2, 3]))
def test_money_is_rounded_half_to_even_and_to_nothing_else(
    amounts: list[Decimal], exponent: int
) -> None:
    cells = pa.array([format(amount, "f") for amount in amounts])
    wanted = [
        int(amount.scaleb(exponent).to_integral_value(rounding=ROUND_HALF_EVEN))
        for amount in amounts
    ]
    assert to_minor(parse_decimals(cells), exponent).to_pylist() == wanted


def test_a_float_would_round_these_wrongly() -> None:
    """What reading money as a float gives, and we do not."""
    cells = ["1.015", "0.575"]
    exact = to_minor(parse_decimals(pa.array(cells)), 2).to_pylist()
    assert exact == [102, 58]
    assert [round(float(cell) * 100) for cell in cells] != exact


def test_amounts_are_read_with_signs_and_separators_of_the_trade() -> None:
    cells = pa.array(["¥1,234.50", "￥ 88", "12.5元", "+3", "-4.10", "abc", "1.2.3", "5."])
    minor = to_minor(parse_decimals(cells), 2).to_pylist()
    assert minor == [123450, 8800, 1250, 300, -410, None, None, 500]


TEXT = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"])))


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1), st.text(min_size=1))
def test_json_objects_hold_each_cell_to_the_letter(
    rows: list[tuple[str | None, str | None]], name: str
) -> None:
    left, right = (pa.array([row[i] for row in rows], pa.string()) for i in (0, 1))
    other = name + "'"
    made = json_object([(name, json_text(left)), (other, json_text(right))], len(rows))
    for row, text in zip(rows, made.to_pylist(), strict=True):
        wanted = {
            key: cell for key, cell in zip((name, other), row, strict=True) if cell is not None
        }
        assert json.loads(text) == wanted


def test_a_slice_of_a_column_is_read_as_that_slice() -> None:
    cells = pa.array(['q"', "plain", "back\\slash", "tab\t", None]).slice(1, 3)
    made = json_object([("k", json_text(cells))], 3).to_pylist()
    assert [json.loads(text)["k"] for text in made] == ["plain", "back\\slash", "tab\t"]


def test_numbers_stay_as_they_were_written_and_the_rest_stays_text() -> None:
    cells = pa.array(["1.50", "-0", "007", "1e5", "x", None, "9" * 20])
    made = json_object([("n", json_number(cells))], 7).to_pylist()
    assert made == [
        '{"n":1.50}', '{"n":-0}', '{"n":"007"}', '{"n":"1e5"}', '{"n":"x"}', "{}",
        '{"n":"' + "9" * 20 + '"}',
    ]  # fmt: skip


def test_yes_and_no_are_booleans() -> None:
    made = json_object([("b", json_boolean(pa.array(["是", "FALSE", "maybe", None])))], 4)
    assert made.to_pylist() == ['{"b":true}', '{"b":false}', '{"b":"maybe"}', "{}"]


def test_no_members_make_empty_objects() -> None:
    assert json_object([], 2).to_pylist() == ["{}", "{}"]
    assert json_object([("a", JsonColumn(pa.nulls(1, pa.string())))], 1).to_pylist() == ["{}"]
