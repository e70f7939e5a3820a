"""Reading the identity book, in any process, while another one may be writing."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.people.identity import book_kernel
from catchment.people.identity.earliest_edge import PERSON_PREFIX, person_of_subject
from catchment.people.identity.edges import edges_of_nodes
from catchment.people.identity.errors import BookBusy, BookRemade
from catchment.people.identity.log_files import Head, read_rules
from catchment.people.identity.preview import EXAMPLES_MAX, preview_rules
from catchment.people.identity.rules import DEFAULT_RULES, IdentityRules
from catchment.people.identity.state_files import Mapped
from catchment.people.identity.subject_keys import hexadecimal, key_of, read_subjects
from catchment.people.identity.types import GONE, UNKNOWN, Codes, EdgeKnown, Nodes, RulePreview

WALKED_MAX = 1000
"""People whose nodes are found by walking; of more, all nodes are sorted by person."""

_TRIES = 5

Answer = TypeVar("Answer")


class IdentityView:
    """The book as it was when it was opened, or newer, and never half a commit.

    Nodes are those that were known at the opening; what became of them since may show. Asking for
    `owners` brings the whole view up to the newest commit, and keeps those owners. A view of a book
    that was erased meanwhile answers nothing more: its nodes are others by now.
    """

    def __init__(self, source: Callable[[], Mapped]) -> None:
        self._source = source
        self._head: Head = source().head
        self._owners: Nodes | None = None

    @property
    def version(self) -> int:
        """The number of the commit; it grows with each."""
        return self._head.version

    @property
    def epoch(self) -> int:
        """Which numbering of nodes this is; another one after the book was derived anew."""
        return self._head.epoch

    @property
    def position(self) -> int:
        """How far in the log the links reach."""
        return self._head.position

    @property
    def count(self) -> int:
        """How many nodes."""
        return self._head.nodes

    @property
    def rules_fingerprint(self) -> str:
        """The fingerprint of the rules it is resolved under."""
        return self._head.fingerprint or DEFAULT_RULES.fingerprint

    @property
    def rules(self) -> IdentityRules:
        """The rules it is resolved under."""
        mark = self._head.fingerprint
        return read_rules(self._source().folder, mark) if mark else DEFAULT_RULES

    @property
    def owners(self) -> Nodes:
        """The node that owns each node; itself where it is the best of its person."""
        if self._owners is None:
            for _ in range(_TRIES):
                try:
                    self._head, self._owners = self._mapped().owners()
                    break
                except IndexError:
                    continue
            else:
                raise BookBusy
        return self._owners

    def owners_of(self, nodes: npt.ArrayLike) -> Nodes:
        """The owners of some nodes, in the newest commit; those of all need not be copied for it.

        Another question may be answered from a later commit, unlike with `owners`.
        """
        places = np.asarray(nodes, np.int64)
        return self._ask(lambda mapped: mapped.state.owners[places])

    def nodes_of(self, subjects: "pa.Array | pa.ChunkedArray") -> Nodes:
        """The node of each subject (hexadecimal); `UNKNOWN` where there is none."""
        keys, is_fit = read_subjects(subjects)
        found = np.empty(len(keys), np.int32)

        def ask(mapped: Mapped) -> None:
            count = min(self.count, len(mapped.log.keys))
            book_kernel.find_nodes(keys, mapped.state.by_key, mapped.log.keys, count, found)

        ask(self._mapped())
        found[~is_fit] = UNKNOWN
        return found

    def subjects_of(self, nodes: npt.ArrayLike) -> pa.Array:
        """The subject of each node; of a forgotten one, digits that are nobody's."""
        places = np.asarray(nodes, np.int64)
        return hexadecimal(self._ask(lambda mapped: mapped.log.keys[places]))

    def kinds_of(self, nodes: npt.ArrayLike) -> Codes:
        """The kind's code of each node; `GONE` of a forgotten one."""
        places = np.asarray(nodes, np.int64)
        return self._ask(lambda mapped: mapped.log.kinds[places])

    def members_of(self, persons: npt.ArrayLike) -> tuple[npt.NDArray[np.int64], Nodes]:
        """The nodes of each person, given by owner: offsets, and nodes in ascending order."""
        wanted = np.asarray(persons, np.int64)
        if len(wanted) > WALKED_MAX:
            return _grouped(self.owners, wanted)
        offsets, nodes = self._ask(partial(_walked, wanted))
        owner = np.repeat(np.arange(len(wanted)), np.diff(offsets))
        order = np.lexsort((nodes, owner))
        kept = order[nodes[order] < self.count]
        offsets = np.zeros(len(wanted) + 1, np.int64)
        np.cumsum(np.bincount(owner[kept], minlength=len(wanted)), out=offsets[1:])
        return offsets, nodes[kept]

    def persons(self) -> Nodes:
        """Everyone, by owner, in ascending order."""
        owners = self.owners
        kinds = self._ask(lambda mapped: mapped.log.kinds[: len(owners)])
        is_one = (owners == np.arange(len(owners), dtype=np.int32)) & (kinds != GONE)
        return np.flatnonzero(is_one).astype(np.int32)

    def person_of(self, subject: str) -> str:
        """The person id of a subject, or of any person id there ever was; else its default."""
        bare = subject.removeprefix(PERSON_PREFIX)
        key = key_of(bare)
        if key is None:
            return person_of_subject(bare)
        found = np.empty(1, np.int32)
        for _ in range(_TRIES):
            mapped = self._mapped()
            try:
                # One place is never half written: this waits for no commit.
                count = min(mapped.head.nodes, len(mapped.log.keys))
                book_kernel.find_nodes(key, mapped.state.by_key, mapped.log.keys, count, found)
                if found[0] == UNKNOWN:
                    return person_of_subject(bare)
                high, low = mapped.log.keys[mapped.state.owners[found[0]]].tolist()
                return person_of_subject(f"{high:016x}{low:016x}")
            except IndexError:
                continue
        raise BookBusy

    def edges_of(self, persons: npt.ArrayLike) -> Sequence[EdgeKnown]:
        """The edges that touch these people, by time, with evidence; at most `EDGES_SHOWN_MAX`."""
        wanted = np.asarray(persons, np.int64)

        def ask(mapped: Mapped) -> Sequence[EdgeKnown]:
            return edges_of_nodes(mapped, _walked(wanted, mapped)[1])

        return self._ask(ask)

    def preview(self, rules: IdentityRules, *, examples_max: int = EXAMPLES_MAX) -> RulePreview:
        """What these rules would change; changes nothing."""
        return preview_rules(self._source(), self.owners, self._head, rules, examples_max)

    def _mapped(self) -> Mapped:
        mapped = self._source()
        if self._head.version and mapped.epoch != self._head.epoch:
            raise BookRemade
        return mapped

    def _ask(self, ask: Callable[[Mapped], Answer]) -> Answer:
        for _ in range(_TRIES):
            mapped = self._mapped()
            try:
                return mapped.look(partial(ask, mapped))
            except IndexError:
                # The book outgrew the maps between opening and asking: open them anew.
                continue
        raise BookBusy


def _walked(wanted: npt.NDArray[np.int64], mapped: Mapped) -> tuple[npt.NDArray[np.int64], Nodes]:
    ring = mapped.state.ring
    if len(wanted) and not 0 <= int(wanted.min()) <= int(wanted.max()) < len(ring):
        raise IndexError
    offsets = np.zeros(len(wanted) + 1, np.int64)
    size = book_kernel.walk_rings(ring, wanted, offsets, np.zeros(0, np.int32))
    if size < 0:
        raise IndexError
    members = np.zeros(size, np.int32)
    if size and book_kernel.walk_rings(ring, wanted, offsets, members) != size:
        raise IndexError
    return offsets, members


def _grouped(owners: Nodes, wanted: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], Nodes]:
    offsets = np.zeros(len(wanted) + 1, np.int64)
    place = np.full(len(owners), UNKNOWN, np.int32)
    place[wanted] = np.arange(len(wanted), dtype=np.int32)
    members = np.zeros(len(owners), np.int32)
    count = book_kernel.group_members(owners, place, offsets, members)
    return offsets, members[:count]
