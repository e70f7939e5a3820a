"""Which rows of a table may hold personal data: asked of whole columns, before any is opened."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.vault.detect.bytes_kernel import TABLES
from catchment.vault.detect.digits_kernel import RUN_MAX
from catchment.vault.detect.names import BY_NAME, PEOPLE_MEMBERS, PERSON_NAMES
from catchment.vault.detect.names_kernel import HASH_START, Hashes, with_letter
from catchment.vault.detect.scan_kernel import scan
from catchment.vault.detect.walk import EXTERNAL_IDS, IdentityPlace
from catchment.vault.fields.types import DeclaredFields, plain_key

JSON_COLUMNS = ("properties", "traits", "context")
ID_COLUMNS = (
    "user_id", "anonymous_id", "previous_id", "group_id", "message_id", "order_id", "product_id",
    "live_id", "name", "currency",
)  # fmt: skip

REPEATED = frozenset({"context", "live_id", "name", "currency"})
"""A sender's contexts are all but the same, as are its events' names: each is looked at once."""

Verdicts = Mapping[str, npt.NDArray[np.bool_]]
"""By column, of each row whether its text is to be looked at closely."""

_NO_NAMES = np.zeros(1, np.uint64)
_SPARSE = 8


class RowScanner:
    """Finds suspects by a workspace's rules; it may suspect too many, and misses none.

    Args:
        fields: what the workspace declares.
        identities: where its events carry identifiers.
    """

    def __init__(self, fields: DeclaredFields, identities: Sequence[IdentityPlace] = ()) -> None:
        names = {*BY_NAME, *map(plain_key, PEOPLE_MEMBERS), EXTERNAL_IDS, *fields.keys}
        names |= {path[-1] for path in fields.paths}
        names |= {plain_key(place.path[-1]) for place in identities}
        everywhere = _table_of(names)
        self._names = {
            "properties": everywhere,
            "context": everywhere,
            "traits": _table_of(names | PERSON_NAMES),
        }

    def verdicts(self, rows: pa.Table) -> Verdicts:
        """By column, of each row whether its text is to be looked at closely."""
        return {
            name: _verdicts(rows[name], self._names.get(name, _NO_NAMES), name in REPEATED)
            for name in (*JSON_COLUMNS, *ID_COLUMNS)
        }

    def suspects(self, rows: pa.Table) -> Mapping[str, Sequence[int]]:
        """By column, the rows whose text is to be looked at closely; no column without any."""
        return suspects_by(self.verdicts(rows))


def suspects_by(verdicts: Verdicts) -> Mapping[str, Sequence[int]]:
    """By column, the rows that are suspects; no column without any."""
    places = {name: np.flatnonzero(are).tolist() for name, are in verdicts.items()}
    return {name: found for name, found in places.items() if found}


def _verdicts(
    column: pa.ChunkedArray,
    names: Hashes,
    is_repeated: bool,  # noqa: FBT001
) -> npt.NDArray[np.bool_]:
    if not is_repeated:
        return suspects_in(column, names)
    found = [np.zeros(0, np.bool_)]
    # Chunks of one column would each bring the words of all of them.
    whole = pa.table([column], names=["one"]).combine_chunks()["one"]
    for chunk in whole.dictionary_encode().chunks:
        # One more stands for those that have none.
        distinct = np.append(suspects_in(pa.chunked_array([chunk.dictionary]), names), False)
        places = chunk.indices.fill_null(len(distinct) - 1)
        found.append(distinct[places.to_numpy(zero_copy_only=False)])
    return np.concatenate(found)


def suspects_in(column: pa.ChunkedArray, names: Hashes) -> npt.NDArray[np.bool_]:
    """Of each text of a column, whether it is to be looked at closely."""
    verdicts = np.zeros(len(column), np.bool_)
    room = np.zeros((2, RUN_MAX), np.uint8)
    at = 0
    for chunk in column.chunks:
        _, offsets, data = chunk.buffers()
        if len(chunk) and data is not None:
            places = np.frombuffer(offsets, np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
            scan(
                np.frombuffer(data, np.uint8), places, names, TABLES, room,
                verdicts[at : at + len(chunk)],
            )  # fmt: skip
        at += len(chunk)
    return verdicts


def _table_of(names: Iterable[str]) -> Hashes:
    """The names' hashes as the kernel looks them up."""
    hashes = {_hash_of(name) for name in names}
    size = 2
    while size < len(hashes) * _SPARSE:
        size *= 2
    table = np.zeros(size, np.uint64)
    for one in hashes:
        place = one & (size - 1)
        while table[place]:
            place = (place + 1) & (size - 1)
        table[place] = one
    return table


def _hash_of(name: str) -> int:
    state = HASH_START
    for sign in name:
        state = with_letter(np.uint64(state), ord(sign), TABLES)
    return int(state)
