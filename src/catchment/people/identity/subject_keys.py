"""Subjects as numbers: 32 hexadecimal digits are two halves of 64 bits, which sort the same way."""

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.people.identity.errors import SubjectMalformed

SUBJECT_DIGITS = 32
_SUBJECT = re.compile(r"[0-9a-f]{32}")

Keys = npt.NDArray[np.uint64]
"""Rows of two: the high and the low half."""

_DIGITS = np.frombuffer(b"0123456789abcdef", np.uint8)
_NONE = 255
_VALUES = np.full(256, _NONE, np.uint8)
_VALUES[_DIGITS] = np.arange(16, dtype=np.uint8)


def read_subjects(subjects: "pa.Array | pa.ChunkedArray") -> tuple[Keys, npt.NDArray[np.bool_]]:
    """The key of each subject, and which of them are well formed (the others' keys are zero)."""
    array = _plain(subjects)
    count = len(array)
    offsets = np.frombuffer(array.buffers()[1], np.int32)[array.offset : array.offset + count + 1]
    body = array.buffers()[2]
    text = np.frombuffer(body, np.uint8) if body is not None else np.zeros(0, np.uint8)
    is_fit = np.diff(offsets) == SUBJECT_DIGITS
    if count and is_fit.all():
        digits = text[offsets[0] : offsets[-1]].reshape(count, SUBJECT_DIGITS)
    else:
        digits = np.full((count, SUBJECT_DIGITS), _NONE, np.uint8)
        where = offsets[:-1][is_fit][:, None] + np.arange(SUBJECT_DIGITS)
        digits[is_fit] = text[where]
    values = _VALUES[digits]
    is_fit = is_fit & (values != _NONE).all(axis=1)
    values = np.where(is_fit[:, None], values, 0)
    packed = (values[:, 0::2] << 4) | values[:, 1::2]
    return packed_keys(packed.astype(np.uint8, copy=False)), is_fit


def keys_of(subjects: "pa.Array | pa.ChunkedArray") -> Keys:
    """The key of each subject.

    Raises:
        SubjectMalformed: one is not 32 lower-case hexadecimal digits.
    """
    keys, is_fit = read_subjects(subjects)
    if not is_fit.all():
        bad = subjects[int(np.argmin(is_fit))].as_py()
        raise SubjectMalformed(f"{bad!r} is not a subject: 32 lower-case hexadecimal digits")
    return keys


def key_of(subject: str) -> Keys | None:
    """The key of one subject, as a row; nothing where it is not well formed."""
    if not _SUBJECT.fullmatch(subject):
        return None
    number = int(subject, 16)
    return np.array([[number >> 64, number & 0xFFFFFFFFFFFFFFFF]], np.uint64)


def packed_keys(packed: npt.NDArray[np.uint8]) -> Keys:
    """Keys from rows of 16 bytes, the most significant first."""
    return np.ascontiguousarray(packed).view(">u8").astype(np.uint64).reshape(-1, 2)


def hexadecimal(keys: Keys) -> pa.Array:
    """The subjects of these keys."""
    packed = np.ascontiguousarray(keys).astype(">u8").view(np.uint8).reshape(-1, 16)
    digits = np.empty((len(packed), SUBJECT_DIGITS), np.uint8)
    digits[:, 0::2] = _DIGITS[packed >> 4]
    digits[:, 1::2] = _DIGITS[packed & 15]
    offsets = np.arange(0, (len(packed) + 1) * SUBJECT_DIGITS, SUBJECT_DIGITS, dtype=np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(digits)]
    return pa.Array.from_buffers(pa.string(), len(packed), buffers)


def evidence_keys(evidence: "pa.Array | pa.ChunkedArray") -> Keys:
    """Event keys as numbers.

    Raises:
        SubjectMalformed: one is not 16 bytes.
    """
    array = evidence.combine_chunks() if isinstance(evidence, pa.ChunkedArray) else evidence
    try:
        fixed = array.cast(pa.binary(16))
    except pa.ArrowInvalid as refused:
        raise SubjectMalformed("evidence is an event key of 16 bytes") from refused
    if fixed.null_count:
        raise SubjectMalformed("evidence is an event key of 16 bytes")
    count = len(fixed)
    body = np.frombuffer(fixed.buffers()[1], np.uint8) if count else np.zeros(0, np.uint8)
    return packed_keys(body[fixed.offset * 16 : (fixed.offset + count) * 16].reshape(count, 16))


def evidence_bytes(key: Any) -> bytes:
    """One event key's bytes."""
    return bytes(np.asarray(key, np.uint64).astype(">u8").tobytes())


def _plain(subjects: "pa.Array | pa.ChunkedArray") -> pa.Array:
    array = subjects.combine_chunks() if isinstance(subjects, pa.ChunkedArray) else subjects
    if array.type != pa.string():
        array = array.cast(pa.string())
    return array.fill_null("") if array.null_count else array
