"""The members of audiences and lists as rules read them: as kept, or as a step has them so far."""

from collections.abc import Callable
from contextlib import suppress

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from catchment.audiences import store
from catchment.audiences.lists import store as list_store
from catchment.audiences.ports import Judged, Resting
from catchment.audiences.reading import read_rule
from catchment.audiences.undecided import Defined, resting
from catchment.audiences.works import AudienceWorks
from catchment.kernel import CatchmentError, WorkspaceId
from catchment.store import UnitOfWork

Flags = NDArray[np.bool_]
Nodes = NDArray[np.int32]


def resting_in(uow: UnitOfWork, workspace_id: WorkspaceId) -> Resting:
    """What rests on a machine's judgement, by the definitions that are kept up."""
    defined = []
    for one in store.active_audiences(uow, workspace_id):
        # A rule that cannot be read any more chooses nobody.
        with suppress(CatchmentError):
            tags = tuple(filter(None, (one.tag_id, one.kept_tag_id)))
            defined.append(Defined(one.id, read_rule(one.rule), tags))
    return resting(defined)


class ListedPeople:
    """Who is on uploaded lists: their subjects, looked up in one view of who is who."""

    def __init__(self, works: AudienceWorks, workspace_id: WorkspaceId) -> None:
        self._works = works
        self._workspace_id = workspace_id
        self._known: dict[str, Nodes] = {}

    def resting(self) -> Resting:
        """The audiences and tags that a machine's judgement decides."""
        with UnitOfWork(self._works.database, reads_only=True) as uow:
            return resting_in(uow, self._workspace_id)

    def are_on_list(self, list_id: str, persons: Nodes) -> Flags:
        """Whether each person has an identifier on the list."""
        if list_id not in self._known:
            self._known[list_id] = self._people_of(list_id)
        return np.isin(persons, self._known[list_id])

    def _people_of(self, list_id: str) -> Nodes:
        with UnitOfWork(self._works.database, reads_only=True) as uow:
            subjects = list_store.subjects_of_list(uow, self._workspace_id, list_id)
        view = self._works.people.reading(self._workspace_id)
        nodes = view.nodes_of(pa.array(subjects, pa.string()))
        return np.unique(view.owners[nodes[nodes >= 0]])


class KeptMembers(ListedPeople):
    """Members as the files have them, for whoever only looks."""

    def are_in_audience(self, audience_id: str, persons: Nodes) -> Flags:
        """Whether each person is a member now."""
        with UnitOfWork(self._works.database, reads_only=True) as uow:
            found = store.find_audience(uow, self._workspace_id, audience_id)
        if found is None or not found.generation or not len(persons):
            return np.zeros(len(persons), bool)
        view = self._works.people.reading(self._workspace_id)
        members = self._works.members.read(found, view, int(persons.max()) + 1)
        is_in: Flags = members[persons] == 1
        return is_in


class StepMembers(ListedPeople):
    """Members as a step has decided them so far.

    Attributes:
        latest: by audience, the answers taken last; whoever reads that audience next asks of the
            same people.
    """

    def __init__(
        self,
        works: AudienceWorks,
        workspace_id: WorkspaceId,
        members_of: Callable[[str], NDArray[np.uint8] | None],
    ) -> None:
        super().__init__(works, workspace_id)
        self._members_of = members_of
        self.latest: dict[str, Judged] = {}

    def are_in_audience(self, audience_id: str, persons: Nodes) -> Flags:
        """Whether each person is a member, what this step has decided included."""
        members = self._members_of(audience_id)
        found = np.zeros(len(persons), bool)
        if members is not None:
            within = persons < len(members)
            found[within] = members[persons[within]] == 1
        latest = self.latest.get(audience_id)
        if latest is not None and len(latest.persons):
            places = np.searchsorted(latest.persons, persons)
            places[places == len(latest.persons)] = 0
            known = latest.persons[places] == persons
            found[known] = latest.is_in[places[known]]
        return found
