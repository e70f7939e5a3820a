r"""The walk: a personalised PageRank over a sparse matrix.

Someone walks from node to node along the edges, and at each step, with the chance `restart`, begins
again at the seed. Where they are found in the long run is the answer: the stationary p of

    p = restart · s + (1 - restart) · (Pᵀ p + (mass on dangling nodes) · s)

with P the chances of a step and s all on the seed. Nodes that lead nowhere send the walker back to
the seed, so no mass is lost and p sums to 1.

Each step brings p nearer to the answer by the factor (1 - restart) at least, in the sum of absolute
differences; so after a step that changed p by d, what is still missing is at most
d · (1 - restart) / restart. The walk ends when that is within the tolerance.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

RESTART: Final = 0.25
"""The chance to begin again at each step: four steps away on average, so near things count most."""

TOLERANCE: Final = 1e-4
"""Of the answer's mass, so much may still be in the wrong place."""


@dataclass(frozen=True, slots=True)
class Walked:
    """Where the walker is found.

    Attributes:
        scores: by node, not negative, summing to 1.
        steps: steps taken.
        error: the bound of the sum of absolute errors.
    """

    scores: NDArray[np.float64]
    steps: int
    error: float


def page_rank(
    arrivals: Any,
    dangling: NDArray[np.bool_],
    seed: int,
    *,
    restart: float = RESTART,
    tolerance: float = TOLERANCE,
) -> Walked:
    """Where a walker from the seed is found.

    Args:
        arrivals: SciPy's CSR of Pᵀ: row j, column i is the chance to step from i to j. Columns of
            nodes that are not dangling sum to 1.
        dangling: the nodes that lead nowhere.
        seed: the node to begin at.
        restart: the chance to begin again at each step, within (0, 1].
        tolerance: the greatest sum of absolute errors.
    """
    scores = np.zeros(arrivals.shape[0])
    scores[seed] = 1.0
    lost = np.flatnonzero(dangling)
    steps, error = 0, math.inf
    while error > tolerance and steps < steps_enough(restart, tolerance):
        walked: NDArray[np.float64] = (1.0 - restart) * (arrivals @ scores)
        walked[seed] += restart + (1.0 - restart) * scores[lost].sum()
        changed = float(np.abs(walked - scores).sum())
        scores = walked
        error = changed * (1.0 - restart) / restart
        steps += 1
    return Walked(scores, steps, error)


def steps_enough(restart: float, tolerance: float) -> int:
    """Steps after which the error is within the tolerance, whatever the graph."""
    if restart >= 1.0:
        return 1
    # Two distributions differ by 2 at most; the last change is that, shrunk at every step.
    missing = tolerance * restart / (2.0 * (1.0 - restart))
    return max(1, math.ceil(math.log(missing) / math.log(1.0 - restart)) + 1)
