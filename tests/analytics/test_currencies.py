"""Money is answered in a currency that there is, and no zero stands for another one's amounts."""

from __future__ import annotations

from datetime import timedelta

from analytics.desk import START, WORKSPACE, DeskEngine, event, table_of
from catchment.analytics import currencies_between, fitting_currency
from catchment.events import ORDER_COMPLETED

END = START + timedelta(days=30)


def test_the_workspaces_own_currency_is_kept_while_there_is_any_of_it() -> None:
    assert fitting_currency(("GBP", "CNY"), "CNY") == "CNY"
    assert fitting_currency((), "CNY") == "CNY"
    assert fitting_currency(("GBP", "USD"), "CNY") == "GBP"


def test_the_currencies_of_a_period_come_most_frequent_first() -> None:
    orders = [
        event("a", ORDER_COMPLETED, 1, amount_minor=100, currency="GBP"),
        event("b", ORDER_COMPLETED, 2, amount_minor=900, currency="USD"),
        event("c", ORDER_COMPLETED, 3, amount_minor=100, currency="GBP"),
        event("d", "Product Viewed", 4),
    ]
    engine = DeskEngine(table_of(orders))
    assert currencies_between(engine, WORKSPACE, START, END) == ("GBP", "USD")
    assert currencies_between(engine, WORKSPACE, END, END + timedelta(days=1)) == ()
