"""Money is whole minor units; nothing is rounded unless asked."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.kernel import AmountNotExact, Money, UnknownCurrency
from catchment.kernel.money import CurrenciesDiffer


@given(minor=st.integers(-(10**15), 10**15), currency=st.sampled_from(["CNY", "JPY", "KWD"]))
def test_minor_units_survive_the_way_out_and_back(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.from_decimal(money.to_decimal(), currency) == money


def test_surplus_decimals_are_refused_and_rounded_only_on_request() -> None:
    with pytest.raises(AmountNotExact):
        Money.from_decimal("0.001", "GBP")
    assert Money.from_decimal("0.005", "GBP", round_it=True).minor == 0
    assert Money.from_decimal("0.015", "GBP", round_it=True).minor == 2


def test_the_exponent_is_the_currencys_own() -> None:
    assert Money.from_decimal("12", "JPY").minor == 12
    assert Money.from_decimal("1.234", "KWD").minor == 1234
    assert Money(1, "CNY").to_decimal() == Decimal("0.01")


@pytest.mark.parametrize("code", ["cny", "RMB!", "", "￥", "EURO"])
def test_a_currency_is_three_capital_letters(code: str) -> None:
    with pytest.raises(UnknownCurrency):
        Money.from_decimal("1", code)


def test_two_currencies_are_not_added() -> None:
    assert Money(1, "CNY") + Money(2, "CNY") == Money(3, "CNY")
    with pytest.raises(CurrenciesDiffer):
        Money(1, "CNY") + Money(1, "USD")
