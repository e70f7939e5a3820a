"""Random samples that stay: who is drawn is a function of the person's id and a seed."""

from functools import lru_cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.audiences.parts import Flags

SUBJECT_DIGITS = 32
_DRAWN_OF = 2.0**64
_FIRST_MIX = np.uint64(0xBF58476D1CE4E5B9)
_SECOND_MIX = np.uint64(0x94D049BB133111EB)


@lru_cache(maxsize=1_024)
def _key(seed: str) -> np.uint64:
    digest = blake2b(seed.encode(), digest_size=8, person=b"audience-sample").digest()
    return np.uint64(int.from_bytes(digest, "big"))


def lots_of(subjects: pa.Array) -> npt.NDArray[np.uint64]:
    """By subject, a number drawn from its first half, which is a keyed hash already.

    Args:
        subjects: texts of `SUBJECT_DIGITS` hexadecimal digits.
    """
    if isinstance(subjects, pa.ChunkedArray):
        subjects = subjects.combine_chunks()
    digits = np.array(subjects.to_numpy(zero_copy_only=False), f"S{SUBJECT_DIGITS}")
    letters = digits.view(np.uint8).reshape(len(subjects), SUBJECT_DIGITS)[:, :16]
    # "0" to "9" are 0x30 to 0x39, "a" to "f" 0x61 to 0x66: the low half, and 9 more for letters.
    values = (letters & 0x0F) + 9 * (letters >> 6)
    joined = (values[:, 0::2] << 4 | values[:, 1::2]).astype(np.uint8)
    return np.ascontiguousarray(joined).view(">u8").reshape(-1).astype(np.uint64)


def drawn(lots: npt.NDArray[np.uint64], percent: float, seed: str) -> Flags:
    """By person, whether they belong to the sample.

    The lot is mixed with the seed (splitmix64), so that samples of different seeds have nothing to
    do with each other, and a person is drawn while the result lies below the share: a larger
    sample of the same seed holds everyone of a smaller one.
    """
    mixed = lots ^ _key(seed)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST_MIX
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND_MIX
    mixed = mixed ^ (mixed >> np.uint64(31))
    below: Flags = mixed.astype(np.float64) < percent / 100 * _DRAWN_OF
    return below | (percent >= 100)  # noqa: PLR2004  (all of a hundred)
