"""What a rule may ask: deeds, attributes and members; `app` hands these parts in.

A test hands in a small world of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.audiences.ports import Members, PeopleBook
from catchment.kernel import WorkspaceId
from catchment.people import Condition, Occurrences

Persons = npt.NDArray[np.int32]
"""Nodes that name a person."""

Flags = npt.NDArray[np.bool_]
Micros = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]


class Deeds(Protocol):
    """What people did; a `FactBook` is one."""

    def occurrences(
        self,
        workspace_id: WorkspaceId,
        condition: Condition,
        field: str | None = None,
        *,
        is_number: bool = False,
        persons: Persons | None = None,
    ) -> Occurrences:
        """Occurrences by person, each person's in order of time; of all people when not told."""


class Answer(Protocol):
    """One value per person, in the order asked; a `MeasureAnswer` is one."""

    @property
    def numbers(self) -> Numbers | None:
        """The values, NaN for none; nothing where they are text."""

    @property
    def texts(self) -> pa.Array | None:
        """Texts or lists of texts, null for none; true and false are spelt out."""

    @property
    def changes_us(self) -> Micros:
        """By person: before this instant time alone changes nothing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """On which of a few words each person stands.

    Attributes:
        words: the words there are.
        codes: by person, an index into them; -1 for none.
        changes_us: by person, the first instant at which time alone may change it; `None` where
            time does nothing.
    """

    words: Sequence[str]
    codes: npt.NDArray[np.integer]
    changes_us: Micros | None = None


class Attributes(Protocol):
    """What is known of people besides their deeds, always in the order of `persons`."""

    def trait(
        self, workspace_id: WorkspaceId, name: str, *, at_us: int, persons: Persons
    ) -> Answer:
        """A declared or computed trait."""

    def tagged(
        self, workspace_id: WorkspaceId, tag_id: str, *, at_us: int, persons: Persons
    ) -> Flags:
        """Who carries the tag."""

    def level(
        self, workspace_id: WorkspaceId, scheme: str, *, at_us: int, persons: Persons
    ) -> Standing:
        """On which level of a scheme they stand."""

    def stage(self, workspace_id: WorkspaceId, *, at_us: int, persons: Persons) -> Standing:
        """In which stage of the life-cycle they are."""

    def score(
        self, workspace_id: WorkspaceId, model: str, *, at_us: int, persons: Persons
    ) -> Answer:
        """A model's newest score."""

    def consent(
        self, workspace_id: WorkspaceId, purpose: str, channel: str, *, at_us: int, persons: Persons
    ) -> Standing:
        """How they stand with consent; words are those of `Consent`, none is `unknown`."""

    def refusing(self, workspace_id: WorkspaceId, *, persons: Persons) -> Flags:
        """Who refused to be judged by machines."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a rule may ask.

    Attributes:
        people: who there is.
        deeds: what they did.
        attributes: what is known of them.
        members: who is in audiences and on lists, as they are kept now.
    """

    people: PeopleBook
    deeds: Deeds
    attributes: Attributes
    members: Members
