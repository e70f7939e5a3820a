"""Comparing what is known of people with what a rule asks, for many people at once.

The words are those of filters over events (`catchment.lake.Operator`), with the same meaning: what
is not known fails every comparison but `not_equals` and "is not set". Of several values, one that
compares is enough; `not_equals` is always the opposite of `equals`.
"""

import math
from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catchment.audiences.parts import Answer, Flags, Numbers
from catchment.lake import Operator

Scalar = str | float | bool
Value = Scalar | tuple[Scalar, ...] | None


_COMPARISONS: Mapping[Operator, Callable[[Any, Any], Any]] = {
    Operator.EQUALS: eq,
    Operator.GREATER: gt,
    Operator.AT_LEAST: ge,
    Operator.LESS: lt,
    Operator.AT_MOST: le,
}
_TEXT_COMPARISONS: Mapping[Operator, Callable[[Any, Any], Any]] = {
    Operator.EQUALS: pc.equal,
    Operator.GREATER: pc.greater,
    Operator.AT_LEAST: pc.greater_equal,
    Operator.LESS: pc.less,
    Operator.AT_MOST: pc.less_equal,
}


def holds(answer: Answer, operator: Operator, value: Value) -> Flags:
    """By person, whether the answer compares so with the value."""
    if operator is Operator.NOT_EQUALS:
        return ~holds(answer, Operator.EQUALS, value)
    if operator is Operator.IS_SET:
        present = _is_set(answer)
        return ~present if value is False else present
    if operator is Operator.IN:
        values = value if isinstance(value, tuple) else ()
        found = [holds(answer, Operator.EQUALS, one) for one in values]
        among: Flags = np.logical_or.reduce(found)
        return among
    if value is None or isinstance(value, tuple):
        raise TypeError(f"{operator.value} compares with one value")
    if answer.numbers is not None:
        return _numbers(answer.numbers, operator, value)
    texts = _plain(answer.texts)
    if not pa.types.is_list(texts.type):
        return _texts(texts, operator, value)
    fit = _texts(pc.list_flatten(texts), operator, value)
    flags = np.zeros(len(texts), bool)
    flags[pc.list_parent_indices(texts).to_numpy()[fit]] = True
    return flags


def _plain(texts: "pa.Array | pa.ChunkedArray | None") -> pa.Array:
    """Texts, or lists of them, as one array."""
    if texts is None:
        raise TypeError("an answer has numbers or texts")
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if pa.types.is_dictionary(texts.type) or pa.types.is_boolean(texts.type):
        texts = texts.cast(pa.string())
    return texts


def _is_set(answer: Answer) -> Flags:
    if answer.numbers is not None:
        return ~np.isnan(answer.numbers)
    texts = _plain(answer.texts)
    if pa.types.is_list(texts.type):
        return _flags(pc.greater(pc.list_value_length(texts), 0))
    return _flags(texts.is_valid())


def _flags(found: pa.Array) -> Flags:
    filled: Flags = pc.fill_null(found, False).to_numpy(zero_copy_only=False)  # noqa: FBT003
    return filled


def _numbers(numbers: Numbers, operator: Operator, value: Scalar) -> Flags:
    if isinstance(value, bool) or operator is Operator.CONTAINS:
        return np.zeros(len(numbers), bool)
    wanted = _number(value) if isinstance(value, str) else float(value)
    compared: Flags = _COMPARISONS[operator](numbers, wanted)
    return compared


def _texts(texts: pa.Array, operator: Operator, value: Scalar) -> Flags:
    if operator is Operator.CONTAINS:
        return _flags(pc.match_substring(texts, str(value)))
    if isinstance(value, bool):
        if operator is not Operator.EQUALS:
            return np.zeros(len(texts), bool)
        value = "true" if value else "false"
    if not isinstance(value, str):
        return _numbers(_as_numbers(texts), operator, value)
    return _flags(_TEXT_COMPARISONS[operator](texts, value))


def _as_numbers(texts: pa.Array) -> Numbers:
    """Texts read as numbers, NaN where they are none."""
    known = texts.dictionary_encode()
    words = np.array([_number(one) for one in known.dictionary.to_pylist()] + [math.nan])
    codes = pc.fill_null(known.indices, len(words) - 1).to_numpy(zero_copy_only=False)
    numbers: Numbers = words[codes]
    return numbers


def _number(text: str | None) -> float:
    try:
        number = float(text) if text is not None else math.nan
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan
