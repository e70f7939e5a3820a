r"""Naming a field of an event: a column, or a dotted path into its JSON.

`live_id` is a column; `properties.category`, `traits.plan` and `context.page.url` are paths; a bare
name that is no column is a property, so `category` means `properties.category`. A dot that belongs
to a key is written `\.`. This is the only file that knows how an engine reads JSON.
"""

import re
from dataclasses import dataclass
from typing import Any

import ibis

from catchment.lake.errors import UnreadableField

PATH_DEPTH_MAX = 8
FIELD_LENGTH_MAX = 256

DOCUMENTS = ("properties", "traits", "context")
TEXT_COLUMNS = (
    "name", "kind", "source_id", "user_id", "anonymous_id", "group_id", "person", "order_id",
    "product_id", "live_id", "currency", "message_id",
)  # fmt: skip
WHOLE_NUMBER_COLUMNS = ("offset_ms", "amount_minor", "sequence")
FLAG_COLUMNS = ("is_historical", "is_late", "is_suspect")
COLUMNS = (*TEXT_COLUMNS, *WHOLE_NUMBER_COLUMNS, *FLAG_COLUMNS)
_ALIASES = {"event": "name"}


def _json_text(document: str, path: str) -> str:
    """DuckDB's own function; an object or list comes back as JSON, null as null."""
    raise NotImplementedError


def _json_documents(document: str, path: str) -> list[str]:
    """DuckDB's own function."""
    raise NotImplementedError


def _epoch_us(instant: Any) -> int:
    """DuckDB's own function."""
    raise NotImplementedError


_JSON_TEXT = ibis.udf.scalar.builtin(
    _json_text, name="json_extract_string", signature=(("string", "string"), "string")
)
_JSON_DOCUMENTS = ibis.udf.scalar.builtin(
    _json_documents, name="json_extract", signature=(("string", "string"), "array<string>")
)
_EPOCH_US = ibis.udf.scalar.builtin(
    _epoch_us, name="epoch_us", signature=(("timestamp('UTC')",), "int64")
)


@dataclass(frozen=True, slots=True)
class Field:
    """A parsed field.

    Attributes:
        column: the column itself, or the JSON document that `path` leads into.
        path: keys from the outside in; empty for a plain column.
    """

    column: str
    path: tuple[str, ...] = ()

    @property
    def is_flag(self) -> bool:
        """A column of true and false."""
        return not self.path and self.column in FLAG_COLUMNS

    @property
    def is_whole_number(self) -> bool:
        """A column of whole numbers."""
        return not self.path and self.column in WHOLE_NUMBER_COLUMNS


def parse_field(text: str) -> Field:
    """The field that a name stands for.

    Raises:
        UnreadableField: empty, too long, too deep, or a document without a path.
    """
    if not text or len(text) > FIELD_LENGTH_MAX or "\x00" in text:
        raise UnreadableField(f"{text[:40]!r} names no field")
    keys = tuple(re.sub(r"\\(.)", r"\1", key) for key in re.split(r"(?<!\\)\.", text))
    if any(key.endswith("\\") for key in keys):
        # The engine's paths read the quote behind it as part of the key.
        raise UnreadableField(f"{text[:40]!r}: a key that ends in a backslash cannot be asked for")
    if len(keys) == 1:
        name = _ALIASES.get(keys[0], keys[0])
        if name in DOCUMENTS:
            raise UnreadableField(f"{name} is a whole document: name a key, as {name}.category")
        return Field(name) if name in COLUMNS else Field("properties", keys)
    column, path = (keys[0], keys[1:]) if keys[0] in DOCUMENTS else ("properties", keys)
    if not all(path) or len(path) > PATH_DEPTH_MAX:
        raise UnreadableField(f"{text!r} has an empty key or more than {PATH_DEPTH_MAX}")
    return Field(column, path)


def _json_path(keys: tuple[str, ...]) -> str:
    escaped = (key.replace("\\", "\\\\").replace('"', '\\"') for key in keys)
    return "$" + "".join(f'."{key}"' for key in escaped)


def as_text(table: Any, field: Field) -> Any:
    """The field as text; null where it is not set."""
    if field.path:
        return _JSON_TEXT(table[field.column], _json_path(field.path))
    column = table[field.column]
    return column if field.column in TEXT_COLUMNS else column.cast("string")


def as_number(table: Any, field: Field) -> Any:
    """The field as a number; null where it is not set or no number."""
    if field.is_whole_number:
        return table[field.column]
    return as_text(table, field).try_cast("float64")


def as_documents(table: Any, field: Field, most: int) -> Any:
    """The entries of the field's list, each as JSON text, up to so many; empty for no list."""
    return _JSON_DOCUMENTS(table[field.column], _json_path(field.path) + "[*]")[:most]


def micros(instant: Any) -> Any:
    """An instant column as whole microseconds since 1970."""
    return _EPOCH_US(instant)
