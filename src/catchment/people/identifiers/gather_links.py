"""Gathering links: pairs of identifiers that events showed together, each once a chunk.

The strongest identifier of an event is linked with each of the others: a star. What a limit then
refuses is one weaker identifier, and the rest of the event still holds together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from catchment.people.identifiers.read_rows import Found, Hash
from catchment.people.identifiers.types import DeclaredKind
from catchment.people.identity import Links, Strength, Via

KEY_BYTES = 16

IsGone = Callable[[str, int], bool]


@dataclass(frozen=True, slots=True)
class Seen:
    """One event with external identifiers.

    Attributes:
        user, anonymous: the subjects of its own two columns.
        own: kind and subject it is kept under, where both are missing.
        found: what its JSON named.
        time_us, received_us: when it happened, and when it reached us.
        is_historical: it came as history.
        via: how it links; a value of `Via`.
        source: where it came from.
        evidence: its key.
    """

    user: str | None
    anonymous: str | None
    own: tuple[str, str] | None
    found: Sequence[Found]
    time_us: int
    received_us: int
    is_historical: bool
    via: int
    source: str
    evidence: bytes


@dataclass(frozen=True, slots=True)
class ImportRow:
    """The strong identifiers that one imported row named together: subjects with kinds' codes."""

    members: tuple[tuple[str, int], ...]
    source: str
    evidence: bytes


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a chunk says: subjects with their kinds' codes, links, and imported rows."""

    subjects: pa.Array
    kinds: npt.NDArray[np.uint8]
    links: Links
    imports: Sequence[ImportRow]


@dataclass(slots=True)
class _Rows:
    """Links as lists, while they are gathered one by one."""

    left: list[str] = field(default_factory=list)
    left_kind: list[int] = field(default_factory=list)
    right: list[str] = field(default_factory=list)
    right_kind: list[int] = field(default_factory=list)
    time_us: list[int] = field(default_factory=list)
    via: list[int] = field(default_factory=list)
    source: list[str] = field(default_factory=list)
    evidence: list[bytes] = field(default_factory=list)


class LinkGatherer:
    """Gathers what a chunk says.

    Args:
        kinds: those that are read.
    """

    def __init__(self, kinds: Sequence[DeclaredKind]) -> None:
        self._kinds = {kind.name: kind for kind in kinds}
        self._subjects: list[tuple[pa.Array, int]] = []
        self._pairs: list[pa.Table] = []
        self._imports: list[ImportRow] = []

    def add_subjects(self, kind: str, subjects: "pa.Array | pa.ChunkedArray") -> None:
        """Subjects of one kind, seen; the empty ones are nobody."""
        named = pc.drop_null(pc.unique(subjects))
        self._subjects.append((_whole(named), self._kinds[kind].code))

    def add_pairs(self, rows: pa.Table, vias: npt.NDArray[np.uint8]) -> None:
        """Users and devices that events named together.

        Args:
            rows: columns of the event table; `user_subject` and `anonymous_subject` all there.
            vias: how each links them.
        """
        self._pairs.append(
            pa.table(
                {
                    "left": rows["user_subject"],
                    "left_kind": self._codes("user", rows.num_rows),
                    "right": rows["anonymous_subject"],
                    "right_kind": self._codes("anon", rows.num_rows),
                    "time_us": rows["time"].cast(pa.int64()),
                    "via": vias,
                    "source": rows["source_id"],
                    "evidence": rows["event_key"],
                }
            )
        )

    def add_rows(self, rows: Sequence[Seen], hashes: Hash, *, is_gone: IsGone) -> None:
        """Events whose JSON named identifiers.

        Args:
            rows: them.
            hashes: subjects of values of one kind.
            is_gone: whether a subject was forgotten after that instant.
        """
        values: dict[str, set[str]] = {}
        for row in rows:
            for one in row.found:
                if one.subject is None:
                    values.setdefault(one.kind.name, set()).add(one.value)
        subjects: dict[tuple[str, str], str] = {}
        for kind, named in values.items():
            ordered = sorted(named)
            for value, subject in zip(ordered, hashes(kind, ordered), strict=True):
                subjects[kind, value] = subject
        links = _Rows()
        new: dict[str, int] = {}
        for row in rows:
            members = self._members(row, subjects, is_gone)
            new.update((subject, kind.code) for kind, subject in members)
            self._link(row, members, links)
        for known in self._kinds.values():
            of_kind = [subject for subject, code in new.items() if code == known.code]
            if of_kind:
                self.add_subjects(known.name, pa.array(of_kind, pa.string()))
        if links.left:
            self._pairs.append(
                pa.table(
                    {
                        "left": pa.array(links.left, pa.string()),
                        "left_kind": pa.array(links.left_kind, pa.uint8()),
                        "right": pa.array(links.right, pa.string()),
                        "right_kind": pa.array(links.right_kind, pa.uint8()),
                        "time_us": pa.array(links.time_us, pa.int64()),
                        "via": pa.array(links.via, pa.uint8()),
                        "source": pa.array(links.source, pa.string()),
                        "evidence": pa.array(links.evidence, pa.binary()),
                    }
                )
            )

    def gathered(self) -> Gathered:
        """What was gathered, each subject and each link once, the earliest sighting of each."""
        subjects = [pa.array([], pa.string()), *(some for some, _ in self._subjects)]
        kinds = [np.full(len(some), code, np.uint8) for some, code in self._subjects]
        return Gathered(
            pa.concat_arrays(subjects),
            np.concatenate([np.zeros(0, np.uint8), *kinds]),
            _links(self._pairs),
            tuple(self._imports),
        )

    def _codes(self, kind: str, count: int) -> npt.NDArray[np.uint8]:
        return np.full(count, self._kinds[kind].code, np.uint8)

    def _members(
        self, row: Seen, subjects: dict[tuple[str, str], str], is_gone: IsGone
    ) -> list[tuple[DeclaredKind, str]]:
        """Every identifier of an event once, the strongest first."""
        named: dict[str, DeclaredKind] = {}
        for kind, subject in (("user", row.user), ("anon", row.anonymous), row.own or ("", None)):
            if subject is not None and kind in self._kinds:
                named[subject] = self._kinds[kind]
        for one in row.found:
            subject = one.subject or subjects[one.kind.name, one.value]
            if not is_gone(subject, row.received_us):
                named.setdefault(subject, one.kind)
        return sorted(
            ((kind, subject) for subject, kind in named.items()),
            key=lambda member: (member[0].priority, member[1]),
        )

    def _link(self, row: Seen, members: Sequence[tuple[DeclaredKind, str]], links: _Rows) -> None:
        if len(members) < 2:  # noqa: PLR2004  (it takes two)
            return
        hub_kind, hub = members[0]
        for kind, subject in members[1:]:
            if hub == row.user and subject == row.anonymous:
                continue  # the columns told that already
            are_strong = kind.strength is Strength.STRONG and hub_kind.strength is Strength.STRONG
            # History cannot take away what is known by now: of two strong identifiers it is as
            # new as its arrival.
            is_late = row.is_historical and are_strong
            links.left.append(hub)
            links.left_kind.append(hub_kind.code)
            links.right.append(subject)
            links.right_kind.append(kind.code)
            links.time_us.append(row.received_us if is_late else row.time_us)
            links.via.append(row.via)
            links.source.append(row.source)
            links.evidence.append(row.evidence)
        strong = tuple((s, k.code) for k, s in members if k.strength is Strength.STRONG)
        if row.via == Via.IMPORT and len(strong) > 1:
            self._imports.append(ImportRow(strong, row.source, row.evidence))


def _links(tables: Sequence[pa.Table]) -> Links:
    if not tables:
        return Links.of([], via=Via.EVENT, time_us=[])
    rows = pa.concat_tables(tables)
    left, right = _whole(rows["left"]), _whole(rows["right"])
    source = _whole(rows["source"]).dictionary_encode()
    numbers = pa.concat_arrays([left, right]).dictionary_encode().indices.to_numpy()
    keys = _whole(rows["evidence"])
    first, second = _halves(keys)
    time_us = rows["time_us"].to_numpy()
    via = rows["via"].to_numpy()
    # The earliest sighting of each pair stands first, ties by the event's key.
    order = np.lexsort((second, first, time_us))
    pair = numbers[: len(left)].astype(np.int64) * len(numbers) + numbers[len(left) :]
    what = via.astype(np.int64) * max(1, len(source.dictionary)) + source.indices.to_numpy()
    kinds_of_sighting = 256 * max(1, len(source.dictionary))
    _, earliest = np.unique((pair * kinds_of_sighting + what)[order], return_index=True)
    kept = np.sort(order[earliest])
    picks = pa.array(kept)
    return Links(
        left=left.take(picks), left_kind=rows["left_kind"].to_numpy()[kept],
        right=right.take(picks), right_kind=rows["right_kind"].to_numpy()[kept],
        time_us=time_us[kept], via=via[kept],
        source=source.indices.to_numpy()[kept].astype(np.int32),
        evidence=keys.take(picks).cast(pa.binary(KEY_BYTES)),
        sources=tuple(source.dictionary.to_pylist()),
    )  # fmt: skip


def _halves(keys: pa.Array) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """The keys as two numbers each, in the order of their bytes."""
    fixed = keys.cast(pa.binary(KEY_BYTES))
    whole = np.frombuffer(fixed.buffers()[1], dtype=">u8")
    start = fixed.offset * 2
    halves = whole[start : start + 2 * len(fixed)].reshape(-1, 2).astype(np.uint64)
    return halves[:, 0], halves[:, 1]


def _whole(column: "pa.Array | pa.ChunkedArray") -> pa.Array:
    if not isinstance(column, pa.ChunkedArray):
        return column
    whole = column.combine_chunks()
    return whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole
