"""Made-up people for the benchmark of audiences, and every port through which rules ask of them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.audiences import (
    Standing,
)
from catchment.audiences.ports import Resting
from catchment.kernel import WorkspaceId
from catchment.lake import Filter
from catchment.people import Condition, Fact, MeasureAnswer, Occurrences
from catchment.people.facts.answering import asked_of, occurrences_of
from catchment.people.facts.sections import Section

WORKSPACE = WorkspaceId("wsp_bench")
SEED = 20260301
NEVER = np.iinfo(np.int64).max
DAY = 86_400_000_000
DAYS = 180
NOW = 20_500 * DAY
NAMES = (
    "Page Viewed", "Product Viewed", "Live Room Entered", "Product Added", "Live Liked",
    "Live Comment Posted", "Order Completed", "Product Shared", "Coupon Claimed", "Order Refunded",
)  # fmt: skip
SHARES = (0.3, 0.24, 0.14, 0.09, 0.08, 0.05, 0.04, 0.03, 0.02, 0.01)
CATEGORIES = 20
CITIES = tuple(f"city {n}" for n in range(300))
Ints = npt.NDArray[np.int64]
Nodes = npt.NDArray[np.int32]


@dataclass
class World:
    """Everything the rules may ask, as columns; it is every port at once."""

    owners: Nodes
    node: Nodes
    time_us: Ints
    name: npt.NDArray[np.int8]
    category: npt.NDArray[np.int8]
    amount: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        generator = np.random.default_rng(SEED)
        nodes = len(self.owners)
        self.version, self.count, self.epoch = 1, nodes, 1
        self._persons = np.flatnonzero(self.owners == np.arange(nodes)).astype(np.int32)
        self._cities = pa.DictionaryArray.from_arrays(
            pa.array(generator.integers(0, len(CITIES), nodes).astype(np.int32)),
            pa.array(CITIES),
        )
        self._score = np.floor(generator.exponential(3, nodes))
        self._stage = generator.integers(-1, 9, nodes).astype(np.int8)
        self._sections: dict[str, Section] = {}
        self._order = np.lexsort((self.owners, self.owners))
        self._starts = np.searchsorted(self.owners[self._order], np.arange(nodes + 1))
        self._in: dict[str, npt.NDArray[np.bool_]] = {}
        self._subjects = generator.bytes(16 * 1_024).hex()

    # Who there is.
    def reading(self, _workspace_id: WorkspaceId) -> "World":
        """The world is its own view."""
        return self

    def persons(self) -> Nodes:
        """Every node that names a person."""
        return self._persons

    def kinds_of(self, nodes: Nodes) -> npt.NDArray[np.uint8]:
        """All of one kind."""
        return np.zeros(len(nodes), np.uint8)

    def nodes_of(self, subjects: pa.Array | pa.ChunkedArray) -> Nodes:
        """Nobody looks anyone up here."""
        return np.zeros(len(subjects), np.int32)

    def subjects_of(self, nodes: Nodes) -> pa.Array:
        """Thirty-two digits per node, cut out of one long text."""
        places = nodes.astype(np.int64) * 7 % (len(self._subjects) - 32)
        letters = np.frombuffer(self._subjects.encode(), np.uint8)
        digits = letters[places[:, None] + np.arange(32)]
        offsets = np.arange(len(nodes) + 1, dtype=np.int32) * 32
        return pa.StringArray.from_buffers(
            len(nodes), pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(digits))
        )

    def members_of(self, persons: Nodes) -> tuple[Ints, Nodes]:
        """Offsets by person, and the nodes of each."""
        starts, ends = self._starts[persons], self._starts[persons + 1]
        offsets = np.concatenate([[0], np.cumsum(ends - starts)])
        rows = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], ends - starts)
        return offsets, self._order[rows].astype(np.int32)

    @property
    def position(self) -> int:
        """One landing."""
        return 1

    # What they did.
    def section(self, fact: Fact) -> Section:
        """The fact's rows, made when first asked for: the book keeps them in files."""
        if fact.key not in self._sections:
            chosen = self.name == NAMES.index(fact.condition.event or "")
            for one in fact.condition.filters:
                assert isinstance(one, Filter)
                chosen &= self.category == one.value
            rows = np.flatnonzero(chosen)
            bits = self.amount[rows].view(np.int64) if fact.field else np.zeros(0, np.int64)
            ties = rows.astype(np.uint64) if fact.field else np.zeros(0, np.uint64)
            self._sections[fact.key] = Section(self.node[rows], self.time_us[rows], ties, bits)
        return self._sections[fact.key]

    def occurrences(
        self, _workspace_id: WorkspaceId, condition: Condition, field: str | None = None, *,
        is_number: bool = False, persons: Nodes | None = None,
    ) -> Occurrences:  # fmt: skip
        """Read by the loops of the book of facts."""
        fact = Fact(condition, field, is_number)
        asked = asked_of([self.section(fact)], self, persons)
        return occurrences_of(asked, fact, pa.array)

    # What is known of them.
    def trait(
        self, _workspace_id: WorkspaceId, name: str, *, at_us: int, persons: Nodes
    ) -> MeasureAnswer:
        """A city, or a number with a window."""
        never = np.full(len(persons), NEVER)
        if name == "city":
            texts = self._cities.take(pa.array(persons)).cast(pa.string())
            return MeasureAnswer(persons, None, texts, never)
        # A number with a window: a third of the people have one that time will change.
        changing = np.where(persons % 3 == 0, at_us + persons.astype(np.int64), NEVER)
        return MeasureAnswer(persons, self._score[persons], None, changing)

    def tagged(
        self, _workspace_id: WorkspaceId, tag_id: str, *, at_us: int, persons: Nodes
    ) -> npt.NDArray[np.bool_]:
        """Every eleventh person."""
        tagged: npt.NDArray[np.bool_] = (persons + len(tag_id) + at_us) % 11 == 0
        return tagged

    def level(
        self, _workspace_id: WorkspaceId, scheme: str, *, at_us: int, persons: Nodes
    ) -> Standing:
        """As stages."""
        return self.stage(WorkspaceId(scheme), at_us=at_us, persons=persons)

    def stage(self, _workspace_id: WorkspaceId, *, at_us: int, persons: Nodes) -> Standing:
        """One of nine, for nearly all."""
        changing = np.where(persons % 4 == 0, at_us + persons.astype(np.int64), NEVER)
        return Standing([f"stage {n}" for n in range(9)], self._stage[persons], changing)

    def score(
        self, workspace_id: WorkspaceId, model: str, *, at_us: int, persons: Nodes
    ) -> MeasureAnswer:
        """As the number."""
        return self.trait(workspace_id, model, at_us=at_us, persons=persons)

    def consent(
        self, workspace_id: WorkspaceId, purpose: str, channel: str, *, at_us: int, persons: Nodes
    ) -> Standing:
        """As stages."""
        assert purpose or channel
        return self.stage(workspace_id, at_us=at_us, persons=persons)

    # Who is in.
    def take(self, name: str, persons: Nodes, is_in: npt.NDArray[np.bool_]) -> None:
        """Keeps members, as the membership does."""
        self._in.setdefault(name, np.zeros(self.count, bool))[persons] = is_in

    def are_in_audience(self, audience_id: str, persons: Nodes) -> npt.NDArray[np.bool_]:
        """Members as they were taken."""
        members = self._in.get(audience_id)
        return np.zeros(len(persons), bool) if members is None else members[persons]

    def are_on_list(self, list_id: str, persons: Nodes) -> npt.NDArray[np.bool_]:
        """As tags."""
        return self.tagged(WORKSPACE, list_id, at_us=0, persons=persons)

    def refusing(self, _workspace_id: WorkspaceId, *, persons: Nodes) -> npt.NDArray[np.bool_]:
        """Nobody refused to be judged by machines."""
        return np.zeros(len(persons), bool)

    def resting(self) -> Resting:
        """Nothing rests on what they judge."""
        return Resting()


def made_up(people: int, rows: int) -> World:
    """People (a fifth have a second node) and their events; some people do far more than others."""
    generator = np.random.default_rng(SEED)
    nodes = people + people // 5
    owners = np.arange(nodes, dtype=np.int32)
    owners[people:] = np.sort(generator.choice(people, people // 5, replace=False))
    node = (nodes * generator.random(rows) ** 1.6).astype(np.int32)
    moment = NOW - (DAYS * DAY * generator.random(rows)).astype(np.int64)
    order = np.lexsort((moment, node))
    return World(
        owners, node[order], moment[order],
        generator.choice(len(NAMES), rows, p=SHARES).astype(np.int8),
        generator.integers(0, CATEGORIES, rows).astype(np.int8),
        np.round(generator.exponential(20_000, rows)),
    )  # fmt: skip
