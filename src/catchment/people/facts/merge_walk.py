"""Merging two sorted sections, compiled: one pass, no sorting."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

Walk = TypeVar("Walk", bound=Callable[..., Any])


def _compiled(walk: Walk) -> Walk:
    try:
        made: Any = njit(cache=True, nogil=True)(walk)
    except RuntimeError:
        # No folder may be written to: compile anew in each process rather than not at all.
        made = njit(nogil=True)(walk)
    return cast("Walk", made)


Column = np.ndarray[Any, np.dtype[Any]]
Columns = tuple[Column, Column, Column, Column]
"""Nodes, instants, ties and values; the last two may be empty."""


@_compiled
def _comes_first(left: Columns, i: int, right: Columns, j: int) -> bool:
    """Whether a row of the left stands no later than one of the right."""
    if left[0][i] != right[0][j]:
        return bool(left[0][i] < right[0][j])
    if left[1][i] != right[1][j]:
        return bool(left[1][i] < right[1][j])
    if left[2].shape[0] == 0:
        return True
    if left[2][i] != right[2][j]:
        return bool(left[2][i] < right[2][j])
    return bool(left[3][i] <= right[3][j])


@_compiled
def merge_rows(left: Columns, right: Columns, into: Columns) -> None:
    """Merges two sections of the same fact.

    Args:
        left: sorted rows.
        right: sorted rows of the same fact.
        into: as long as both together; filled.
    """
    has_values = left[2].shape[0] > 0
    i, j = 0, 0
    lefts, rights = left[0].shape[0], right[0].shape[0]
    for row in range(lefts + rights):
        takes_left = j >= rights or (i < lefts and _comes_first(left, i, right, j))
        if takes_left:
            into[0][row] = left[0][i]
            into[1][row] = left[1][i]
            if has_values:
                into[2][row] = left[2][i]
                into[3][row] = left[3][i]
            i += 1
        else:
            into[0][row] = right[0][j]
            into[1][row] = right[1][j]
            if has_values:
                into[2][row] = right[2][j]
                into[3][row] = right[3][j]
            j += 1
