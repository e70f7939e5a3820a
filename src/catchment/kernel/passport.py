"""A number's passport: what it counts, over what, on which basis, in which unit.

Every number is defined once, in words where it is computed, and its definition travels with each
result, so that a reader never has to guess and two numbers that do not compare are refused rather
than averaged. It stands on the ground floor because every floor shows numbers.
"""

from dataclasses import dataclass
from enum import StrEnum


class Base(StrEnum):
    """What is counted: people once each, or every time."""

    PEOPLE = "people"
    TIMES = "times"
    MONEY = "money"


class MoneyBasis(StrEnum):
    """At which stage of an order its money is counted."""

    CREATED = "created"
    PAID = "paid"
    NET = "net"
    SETTLED = "settled"


class Maturity(StrEnum):
    """How long after the deed the number is read; money comes back for weeks."""

    D0 = "D0"
    D1 = "D1"
    D7 = "D7"
    D14 = "D14"
    FINAL = "final"


class Unit(StrEnum):
    """What one of it is."""

    PEOPLE = "people"
    VISITS = "visits"
    EVENTS = "events"
    ORDERS = "orders"
    PRODUCTS = "products"
    DAYS = "days"
    MONEY_MINOR = "money_minor"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class ChineseWords:
    """The same sentences for Chinese readers."""

    description: str
    numerator: str
    denominator: str | None = None
    source: str = "事件表（截至目前已落湖的事件）"


@dataclass(frozen=True, slots=True)
class MetricDefinition:
    """The passport of a metric.

    Attributes:
        id: its stable name.
        name_en: what it is called in English.
        name_zh: what it is called in Chinese.
        description: how it is counted, in one or two sentences.
        numerator: what is added up.
        denominator: by what it is divided; `None` for a plain count or sum.
        base: people or times.
        unit: what one of it is.
        attribution: which touch gets the credit; `none` when nothing is attributed.
        money_basis: for money only.
        maturity: when the number is read; a later reading may differ.
        source: which events it stands on.
        zh: description, numerator, denominator and source in Chinese.
    """

    id: str
    name_en: str
    name_zh: str
    description: str
    numerator: str
    denominator: str | None
    base: Base
    unit: Unit
    zh: ChineseWords
    attribution: str = "none"
    money_basis: MoneyBasis | None = None
    maturity: Maturity = Maturity.D0
    source: str = "the event table, as landed so far"

    @property
    def is_ratio(self) -> bool:
        """It is a sum over a sum."""
        return self.denominator is not None

    @property
    def is_money(self) -> bool:
        """It is in minor units of a currency, and never mixes two."""
        return self.unit is Unit.MONEY_MINOR

    @property
    def is_additive(self) -> bool:
        """Rows of it may be added: nobody is counted in two of them."""
        return self.base is not Base.PEOPLE
