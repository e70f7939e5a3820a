"""Sweeping: personal values are taken out of rows that landed before they were known as such.

The very `Protector` of landing looks, by one set of rules from the first row to the last. Tokens
that stand there already stay. What rows say is kept as of the day on which they landed, so that a
value's retention begins when it was sent and not when it was found.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from catchment.kernel import WorkspaceId
from catchment.lake import Amendment
from catchment.vault.detect.rows import ID_COLUMNS, JSON_COLUMNS, RowScanner
from catchment.vault.detect.walk import IdentityPlace
from catchment.vault.fields.types import PrivacyField, declared_fields
from catchment.vault.nested_tokens import Opened
from catchment.vault.ports import Keeper, Subjects
from catchment.vault.protecting import Protector
from catchment.vault.tokens import TOKEN_MARK
from catchment.vault.types import DataClass, PersonalValue

SWEEP_JOB = "privacy.sweep"

DETECTORS = 1
"""Rises when the detectors learn to find more: what landed before is then looked through again."""

LOT_ROWS = 4_096
"""Rows whose values go into the vault in one transaction, which landing may have to wait for."""

SWEPT_COLUMNS = (*JSON_COLUMNS, *ID_COLUMNS)
READ_COLUMNS = tuple(dict.fromkeys((*SWEPT_COLUMNS, "kind", "name", "subject", "landed_time")))
"""What of a row must be read to tell what in it is personal, and whose, since when."""

_US_A_DAY = 86_400_000_000
_NOBODYS_ID = "0" * 32


@dataclass(frozen=True, slots=True)
class SweepRules:
    """By what is looked, as it is written down.

    Attributes:
        finds: what makes that more is found, a line each.
        spares: what makes that less is found.
    """

    finds: frozenset[str] = frozenset()
    spares: frozenset[str] = frozenset()

    def covers(self, other: "SweepRules") -> bool:
        """Whether who looked by these has found all that the others find."""
        return self.finds >= other.finds and self.spares <= other.spares


def sweep_rules(
    fields: Sequence[PrivacyField], identities: Sequence[IdentityPlace] = ()
) -> SweepRules:
    """The rules that a workspace's own fields and identifiers make.

    A field that was taken off and declared again is another one: what landed between is not swept.
    """
    finds = {f"detectors {DETECTORS}"}
    finds |= {f"identity {place.kind} {'.'.join(place.path)}" for place in identities}
    spares: set[str] = set()
    for one in fields:
        if one.is_built_in:
            continue
        is_open = one.spec.data_class is DataClass.GENERAL
        (spares if is_open else finds).add(f"field {one.id}")
    return SweepRules(frozenset(finds), frozenset(spares))


@dataclass(frozen=True, slots=True)
class SweptRows:
    """What a sweep did to some rows.

    Attributes:
        amendment: the rows that changed, and to what.
        values: values that were taken out, by kind.
        names: the names of those rows' events.
    """

    amendment: Amendment
    values: Counter[str]
    names: frozenset[str]


@dataclass
class _Counting:
    """Passes values on, and counts them by kind; with nobody to pass them to, it only counts."""

    keeper: Keeper | None
    values: Counter[str] = field(default_factory=Counter)

    def keep(
        self, workspace_id: WorkspaceId, values: Sequence[PersonalValue], *, seen_us: int
    ) -> Sequence[str]:
        """Tokens for the values."""
        self.values.update(value.kind for value in values)
        if self.keeper is None:
            return [f"{TOKEN_MARK}{value.kind}:{_NOBODYS_ID}" for value in values]
        return self.keeper.keep(workspace_id, values, seen_us=seen_us)


class Sweeper:
    """Takes personal values out of one workspace's landed rows.

    Args:
        keeper: takes the values; without one they are counted and nothing is kept.
        hasher: makes subjects of identifiers.
        fields: what the workspace declares, built in ones or not.
        identities: where its events carry identifiers.
        opened: opens tokens inside of a text that is taken whole.
        between: called between lots; here it gives way to others.
    """

    def __init__(
        self,
        keeper: Keeper | None,
        hasher: Subjects,
        fields: Sequence[PrivacyField],
        identities: Sequence[IdentityPlace],
        *,
        opened: Opened,
        between: Callable[[], None] = lambda: None,
    ) -> None:
        declared = declared_fields([one for one in fields if not one.is_built_in])
        self.rules = sweep_rules(fields, identities)
        self._counting = _Counting(keeper)
        self._scanner = RowScanner(declared, identities)
        self._protector = Protector(
            self._counting, hasher, lambda _: declared, lambda _: identities, opened
        )
        self._between = between

    def sweep(self, workspace_id: WorkspaceId, rows: pa.Table) -> SweptRows | None:
        """What is to change in rows, the vault having their values; none where nothing is.

        Args:
            workspace_id: whose.
            rows: `READ_COLUMNS` at least.

        Raises:
            KeysAway, KeysWrong, RecordsUnavailable: nothing changed; ask again with the same rows.
        """
        suspects = self._scanner.suspects(rows)
        if not suspects:
            return None
        self._counting.values = Counter()
        chosen = np.unique(np.concatenate([np.array(one, np.int64) for one in suspects.values()]))
        landed_us = rows["landed_time"].cast(pa.int64()).to_numpy()
        places: list[npt.NDArray[np.int64]] = []
        parts: list[pa.Table] = []
        for lot in _lots(chosen, landed_us[chosen] // _US_A_DAY):
            before = rows.take(pa.array(lot))
            after = self._protector.protect(workspace_id, before)
            is_other = _differs(before, after)
            if is_other.any():
                places.append(lot[is_other])
                parts.append(after.filter(pa.array(is_other)))
            self._between()
        if not parts:
            return None
        order = np.argsort(np.concatenate(places))
        changed = pa.concat_tables(parts).take(pa.array(order))
        amendment = Amendment(np.concatenate(places)[order], changed.select(SWEPT_COLUMNS))
        names = frozenset(changed["name"].unique().to_pylist())
        return SweptRows(amendment, self._counting.values, names)


def _lots(
    rows: npt.NDArray[np.int64], days: npt.NDArray[np.int64]
) -> Iterator[npt.NDArray[np.int64]]:
    """The rows by the day on which they landed, the oldest first, so many at once at most."""
    order = np.argsort(days, kind="stable")
    edges = np.flatnonzero(np.diff(days[order])) + 1
    for one in np.split(rows[order], edges):
        yield from (one[start : start + LOT_ROWS] for start in range(0, len(one), LOT_ROWS))


def _differs(before: pa.Table, after: pa.Table) -> npt.NDArray[np.bool_]:
    """Which rows say something else in any column that may change."""
    found = np.zeros(before.num_rows, np.bool_)
    if after is before:
        return found
    for name in SWEPT_COLUMNS:
        is_other = pc.fill_null(pc.not_equal(before[name], after[name]), False)  # noqa: FBT003
        found |= is_other.to_numpy()
    return found
