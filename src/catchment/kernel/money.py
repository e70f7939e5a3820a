"""Money is a whole number of minor units and a currency; it is never a float.

Decimals come in and go out at the edges only, as text or `Decimal`, and rounding happens where a
rule says so, never by accident.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from catchment.kernel.errors import Invalid

# ISO 4217 currencies whose minor unit is not a hundredth.
_EXPONENTS = {
    "BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0,
    "KMF": 0, "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0,
    "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip
_EXPONENT_DEFAULT = 2
_CODE_LENGTH = 3


class UnknownCurrency(Invalid):
    """A currency is three capital letters of ISO 4217, such as CNY."""


class AmountNotExact(Invalid):
    """The amount has more decimals than its currency has."""


class CurrenciesDiffer(Invalid):
    """Amounts of two currencies cannot be added; convert one first."""


def currency_exponent(currency: str) -> int:
    """How many decimals the currency's minor unit stands for: 2 for CNY, 0 for JPY."""
    if len(currency) != _CODE_LENGTH or not currency.isascii() or not currency.isupper():
        raise UnknownCurrency(f"{currency!r} is not a currency: three capital letters, as CNY")
    return _EXPONENTS.get(currency, _EXPONENT_DEFAULT)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of one currency.

    Attributes:
        minor: whole minor units (fen, cents), may be negative.
        currency: ISO 4217 code.
    """

    minor: int
    currency: str

    @classmethod
    def from_decimal(
        cls, amount: Decimal | str, currency: str, *, round_it: bool = False
    ) -> "Money":
        """The amount in minor units.

        Args:
            amount: in major units, as `"12.34"`.
            currency: ISO 4217 code.
            round_it: round half to even instead of refusing surplus decimals.

        Raises:
            AmountNotExact: there are surplus decimals and `round_it` is false.
        """
        scaled = Decimal(amount).scaleb(currency_exponent(currency))
        whole = scaled.to_integral_value(rounding=ROUND_HALF_EVEN)
        if whole != scaled and not round_it:
            raise AmountNotExact(f"{amount} has more decimals than {currency} has")
        return cls(int(whole), currency)

    def to_decimal(self) -> Decimal:
        """The amount in major units, with all the currency's decimals."""
        return Decimal(self.minor).scaleb(-currency_exponent(self.currency))

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise CurrenciesDiffer(f"{self.currency} and {other.currency} cannot be added")
        return Money(self.minor + other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)
