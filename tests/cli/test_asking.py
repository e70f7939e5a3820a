"""What an analyst types is read as it was meant, or refused with an example."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import typer

from catchment.analytics import Filter, Operator
from catchment.cli.asking import read_condition, read_instant, read_steps

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("A,B,C", ["A", "B", "C"]),
        ("Product Viewed, Order Completed", ["Product Viewed", "Order Completed"]),
        ('"Viewed, twice", B', ["Viewed, twice", "B"]),
        ("浏览商品,下单", ["浏览商品", "下单"]),
    ],
)
def test_steps_are_split_at_commas_outside_quotes(text: str, steps: list[str]) -> None:
    assert read_steps(text) == steps


def test_a_day_is_the_workspaces_and_an_offset_is_kept() -> None:
    assert read_instant("2026-03-01", SHANGHAI) == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert read_instant("2026-03-01T00:00Z", SHANGHAI) == datetime(2026, 3, 1, tzinfo=UTC)
    with pytest.raises(typer.BadParameter):
        read_instant("yesterday", SHANGHAI)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("taste=tea", Filter("taste", Operator.EQUALS, "tea")),
        ("taste!=a=b", Filter("taste", Operator.NOT_EQUALS, "a=b")),
        ("price >= 10", Filter("price", Operator.AT_LEAST, 10.0)),
        ("context.page.path~/cart", Filter("context.page.path", Operator.CONTAINS, "/cart")),
    ],
)
def test_conditions_read_as_they_are_said(text: str, condition: Filter) -> None:
    assert read_condition(text) == condition


@pytest.mark.parametrize("text", ["taste", "=tea", "price>cheap"])
def test_a_condition_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        read_condition(text)
