"""The grain of every shape: bounded text, instants in UTC, ids, and the page."""

from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from catchment.events import NAME_LENGTH_MAX as EVENT_NAME_LENGTH_MAX
from catchment.kernel import PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX

NAME_LENGTH_MAX = 100
TEXT_LENGTH_MAX = 500
EMAIL_LENGTH_MAX = 254
PASSWORD_LENGTH_MIN = 10
PASSWORD_LENGTH_MAX = 256
SECRET_LENGTH_MAX = 512
PAYLOAD_LENGTH_MAX = 500 * 1024
CURSOR_LENGTH_MAX = 1024
YEAR_MIN = 1970
YEAR_MAX = 2200

_NO_CONTROL = r"^[^\x00-\x1f\x7f]*$"
_NO_NUL = r"^[^\x00]*$"

T = TypeVar("T")


class Ask(BaseModel):
    """What a caller sends; an unknown field is a mistake worth telling."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Answer(BaseModel):
    """What we send; every field is always there."""

    model_config = ConfigDict(
        frozen=True, from_attributes=True, json_schema_serialization_defaults_required=True
    )


def _in_living_memory(instant: datetime) -> datetime:
    # Checked before the zone is applied: 0001-01-01+14:00 is no instant in UTC at all.
    if not YEAR_MIN < instant.year < YEAR_MAX:
        raise ValueError(f"an instant lies between the years {YEAR_MIN} and {YEAR_MAX}")
    return instant.astimezone(UTC)


Instant = Annotated[
    AwareDatetime,
    AfterValidator(_in_living_memory),
    Field(description="An instant, ISO 8601 with its offset.", examples=["2026-03-08T12:00:00Z"]),
]
At = Annotated[datetime, Field(description="UTC.", examples=["2026-03-08T12:00:00Z"])]
Id = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", examples=["src_01jq3v8kz0f6m8w2x4y6z8a0b2"]),
]
Name = Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MAX, pattern=_NO_CONTROL)]
EventNameText = Annotated[
    str, Field(min_length=1, max_length=EVENT_NAME_LENGTH_MAX, pattern=_NO_NUL)
]
Line = Annotated[str, Field(max_length=TEXT_LENGTH_MAX, pattern=_NO_CONTROL)]
Email = Annotated[
    str,
    Field(
        max_length=EMAIL_LENGTH_MAX,
        pattern=r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+$",
        examples=["lin@example.com"],
    ),
]
Password = Annotated[
    str,
    Field(min_length=PASSWORD_LENGTH_MIN, max_length=PASSWORD_LENGTH_MAX, pattern=_NO_NUL),
]
Secret = Annotated[str, Field(min_length=1, max_length=SECRET_LENGTH_MAX, pattern=_NO_CONTROL)]
Payload = Annotated[str, Field(max_length=PAYLOAD_LENGTH_MAX, pattern=_NO_NUL)]
TimeZoneName = Annotated[
    str, Field(max_length=64, pattern=r"^[A-Za-z0-9_+/-]+$", examples=["Asia/Shanghai"])
]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["CNY"])]
Cursor = Annotated[
    str,
    Field(
        max_length=CURSOR_LENGTH_MAX,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="`next_cursor` of the page before.",
    ),
]
Limit = Annotated[
    int,
    Field(ge=1, le=PAGE_SIZE_MAX, description="Rows on a page.", examples=[PAGE_SIZE_DEFAULT]),
]
Count = Annotated[int, Field(ge=0)]


class PageAnswer(Answer, Generic[T]):
    """A bounded part of a list."""

    items: list[T]
    next_cursor: str | None = Field(
        default=None, description="Leads to the next page; null on the last one."
    )


class ItemsAnswer(Answer, Generic[T]):
    """A short list, whole."""

    items: list[T]


class FieldProblem(Answer):
    """One place in the input that is wrong."""

    pointer: str = Field(description="JSON pointer into the body, or `?name`, or a header's name.")
    detail: str
    code: str | None = Field(default=None, description="What is wrong there, for machines.")


class Problem(Answer):
    """An RFC 9457 problem: what went wrong, said once for people and once for machines."""

    type: str = Field(examples=["https://catchment.dev/problems/source_missing"])
    title: str = Field(examples=["Not found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no such source."])
    code: str = Field(description="Stable, snake_case.", examples=["source_missing"])
    errors: list[FieldProblem] | None = None
