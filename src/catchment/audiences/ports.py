"""What keeping audiences up needs of its neighbours, handed in by `app`."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from catchment.audiences.rules import Rule
from catchment.audiences.types import Audience
from catchment.kernel import WorkspaceId
from catchment.store import UnitOfWork

if TYPE_CHECKING:
    from catchment.vault import Access

NEVER = int(np.iinfo(np.int64).max)
"""The instant, in microseconds since 1970, at which nothing changes any more."""


class PeopleView(Protocol):
    """Who is who at one moment; `people.identity.IdentityView` is one."""

    @property
    def version(self) -> int:
        """Rises whenever a node or an owner changes."""

    @property
    def epoch(self) -> int:
        """Which numbering of nodes this is; another one after the book was derived anew."""

    @property
    def position(self) -> int:
        """The log position up to which it is known who is who."""

    @property
    def count(self) -> int:
        """Nodes there are."""

    @property
    def owners(self) -> NDArray[np.int32]:
        """By node: the node that the person is named by."""

    def nodes_of(self, subjects: "pa.Array | pa.ChunkedArray") -> NDArray[np.int32]:
        """The node of each subject; -1 where it is unknown."""

    def subjects_of(self, nodes: NDArray[np.int32]) -> pa.Array:
        """The subject of each node."""

    def persons(self) -> NDArray[np.int32]:
        """All nodes that a person is named by."""


class PeopleBook(Protocol):
    """Opens views; `people.identity.IdentityBook` is one."""

    def reading(self, workspace_id: WorkspaceId) -> PeopleView:
        """The newest view."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule says of people.

    Attributes:
        persons: nodes that people are named by.
        is_in: whether the rule holds for each.
        changes_us: when time alone next changes that; `NEVER` if it never does.
    """

    persons: NDArray[np.int32]
    is_in: NDArray[np.bool_]
    changes_us: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Resting:
    """What rests on a machine's judgement of people.

    Attributes:
        audiences: those whose rule asks for one, or reads what does.
        tags: those that such audiences keep on their members.
    """

    audiences: Collection[str] = frozenset()
    tags: Collection[str] = frozenset()


class Members(Protocol):
    """The members of other audiences and of lists, as a rule reads them."""

    def are_in_audience(self, audience_id: str, persons: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether each person is a member now."""

    def are_on_list(self, list_id: str, persons: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether each person has an identifier on the list."""

    def resting(self) -> Resting:
        """The audiences and tags that a machine's judgement decides."""


Listening = frozenset[tuple[str | None, str | None]]
"""Events whose coming may change an answer: name and call, each `None` for any."""


class Explained(Protocol):
    """How one part of a rule stands with a person; `explaining.Why` is one."""

    @property
    def pointer(self) -> str:
        """Which part, as a JSON pointer into the rule."""

    @property
    def asked(self) -> Mapping[str, Any]:
        """That part as JSON."""

    @property
    def holds(self) -> bool:
        """Whether it holds."""

    @property
    def found(self) -> str | float | tuple[str, ...] | None:
        """What was compared."""

    @property
    def is_undecided(self) -> bool:
        """Whether it is neither so nor not so, for they refused to be judged by machines."""


class Judge(Protocol):
    """Checks and evaluates rules."""

    def listening(self, workspace_id: WorkspaceId, rule: Rule) -> Listening:
        """Which events may change what the rule says of the person they belong to."""

    def check(
        self, uow: UnitOfWork, workspace_id: WorkspaceId, rule: Rule, audience_id: str | None
    ) -> None:
        """Raises `RuleRefused` for a rule that names what is not there, or reads itself."""

    def judge(
        self,
        workspace_id: WorkspaceId,
        rules: Mapping[str, Rule],
        members: Members,
        *,
        at_us: int,
        persons: NDArray[np.int32] | None = None,
    ) -> Iterator[tuple[str, Judged]]:
        """What each rule says of these people, or of everybody, run by run of people.

        A rule that reads an audience stands behind it, and sees what became of its members since
        that one's answer was taken.
        """

    def why(
        self, workspace_id: WorkspaceId, rule: Rule, members: Members, person: str, *, at_us: int
    ) -> Sequence[Explained]:
        """Why the rule holds for a person or not, part by part, outermost first."""

    def refusing(
        self, workspace_id: WorkspaceId, persons: NDArray[np.int32] | None = None
    ) -> NDArray[np.int32]:
        """The people who refused to be judged by machines, as nodes; among these, or of all."""


@dataclass(frozen=True, slots=True)
class Touched:
    """Whom new events touched: one row per node and kind of event.

    Attributes:
        nodes: whose events.
        kinds: of each row, the place of its event in `events`.
        events: the different events there were: name and call, as `("Order Completed", "track")`.
    """

    nodes: NDArray[np.int32]
    kinds: NDArray[np.int32]
    events: Sequence[tuple[str, str]]


class Happenings(Protocol):
    """Tells whom new events touched."""

    def touched(self, workspace_id: WorkspaceId, after: int, until: int) -> Touched:
        """Everyone with an event behind one log position and up to another."""


@dataclass(frozen=True, slots=True)
class Face:
    """A person as they may be shown: masked.

    Attributes:
        person: `per_…`.
        name: masked; `None` where it is not known.
        identifiers: masked, the strongest first.
    """

    person: str
    name: str | None = None
    identifiers: tuple[str, ...] = ()


class Faces(Protocol):
    """Shows people; the profile's rooms are behind it."""

    def faces(self, workspace_id: WorkspaceId, persons: Sequence[str]) -> Sequence[Face]:
        """Each person, masked, in the order asked."""

    def traits(
        self,
        workspace_id: WorkspaceId,
        persons: Sequence[str],
        names: Sequence[str],
        *,
        access: "Access | None" = None,
        kinds: Collection[str] = (),
    ) -> Sequence[Sequence[str]]:
        """By person, the text of each trait; empty where it is not known.

        Masked, but for values of these kinds where an access says who reads them, and why.
        """

    def identifiers(
        self, workspace_id: WorkspaceId, persons: Sequence[str], kind: str, access: "Access"
    ) -> Sequence[Sequence[str]]:
        """By person, their identifiers of a kind in the clear, in normal form, rising."""


class Identifiers(Protocol):
    """Turns what stands in a file into subjects."""

    def kinds(self, workspace_id: WorkspaceId) -> Sequence[str]:
        """The kinds of identifiers there are, the strongest first."""

    def subjects(
        self, workspace_id: WorkspaceId, kind: str, values: Sequence[str]
    ) -> Sequence[str | None]:
        """The subject of each identifier, brought to normal form; `None` for one that is none."""

    def masked(self, kind: str, value: str) -> str:
        """The identifier as it may be shown."""


class Tagging(Protocol):
    """Gives and takes tags automatically, for an audience."""

    def follow(
        self,
        uow: UnitOfWork,
        audience: Audience,
        given: NDArray[np.int32],
        taken: NDArray[np.int32],
    ) -> None:
        """Gives the audience's tag to some people and takes it from others."""

    def refill(self, uow: UnitOfWork, audience: Audience, members: NDArray[np.int32]) -> None:
        """Makes these people, and no others, carry the tag; takes back the tag it kept before."""
