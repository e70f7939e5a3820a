"""Virtual numbers: asked for a person, and the pool they come from."""

from typing import Annotated

from pydantic import Field

from catchment.api.schemas.shapes import Answer, Ask, At, Count, Line, PageAnswer
from catchment.vault import BindingMode, Purpose

NUMBERS_AT_ONCE_MAX = 1_000

Phone = Annotated[
    str, Field(min_length=5, max_length=32, pattern=r"^[0-9+() \-]+$", examples=["+862150001234"])
]


class VirtualNumberAsk(Ask):
    """Whom to call is in the address; this is why, and for how long."""

    purpose: Purpose = Purpose.SERVICE
    minutes: int = Field(default=60, description="1 minute to 30 days.", examples=[60])
    caller: Phone | None = Field(
        default=None,
        description="The phone of who will call; then the number works for that phone alone. It "
        "goes to the vault.",
        examples=["13900139000"],
    )
    reason: Line = Field(default="", description="Kept in the trail.")


class VirtualNumber(Answer):
    """A number that stands for a person's own until then."""

    number: str = Field(examples=["+862150001234"])
    mode: BindingMode
    expires_at: At


class PoolNumber(Answer):
    """A number of the brand's own pool."""

    number: str = Field(examples=["+862150001234"])
    label: str
    is_bound: bool = Field(description="It stands for somebody now.")
    free_at: At | None = Field(
        default=None, description="Until then it rests; only the same pair may have it again."
    )
    created_at: At
    created_by: str


class PoolSummary(Answer):
    """How many numbers there are, stand for somebody, rest, and are free."""

    numbers: Count
    bound: Count
    resting: Count
    free: Count


class PoolPage(PageAnswer[PoolNumber]):
    """The pool's numbers, and how many may be had."""

    summary: PoolSummary


class PoolNumbersAsk(Ask):
    """Numbers that the brand rents or owns, and that its exchange answers."""

    numbers: list[Phone] = Field(min_length=1, max_length=NUMBERS_AT_ONCE_MAX)
    label: Line = Field(default="", max_length=100, examples=["Shanghai exchange"])


class PoolNumbersAdded(Answer):
    """How many of them were new."""

    added: Count
    summary: PoolSummary


class ExchangeSecret(Answer):
    """The secret that the exchange signs its questions with, shown this once."""

    secret: str = Field(
        description="For any Standard Webhooks library; the part behind `whsec_` is base64."
    )


class PutThroughAsk(Ask):
    """Somebody calls this number."""

    number: Phone
    caller: Phone


class PutThrough(Answer):
    """Whom the exchange puts the caller through to; it tells nobody and keeps nothing."""

    number: str
    until: At
