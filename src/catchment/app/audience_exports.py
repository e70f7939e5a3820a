"""What files of people are handed: grants, consent, and boxes that keep them sealed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import numpy.typing as npt

from catchment import people
from catchment.app.attributes import PersonalPlaces, personal_traits
from catchment.audiences import Reading
from catchment.kernel import WorkspaceId
from catchment.lake import UnreadableField, parse_field
from catchment.people.consent import consent_of_each
from catchment.people.consent.standing import GRANTED
from catchment.store import Database, UnitOfWork
from catchment.vault import (
    Access,
    DeclaredFields,
    Grants,
    GrantScope,
    IdentityPlace,
    KeyRing,
    Revealing,
    create_sealed,
    open_sealed,
    personal_kind,
)

EXPORTS_BOX = "exports"

Nodes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class GrantedExports:
    """Leave to take personal data out in a file, by grants of scope `export`."""

    grants: Grants
    revealing: Revealing

    def check(self, uow: UnitOfWork, workspace_id: WorkspaceId, reading: Reading) -> None:
        """Counts the file under its grant."""
        self.grants.use(
            uow, workspace_id, reading.grant_id, actor=reading.actor, scope=GrantScope.EXPORT,
            purpose=reading.use, kinds=reading.kinds, file=reading.file,
            file_people=reading.people,
        )  # fmt: skip

    def use(self, workspace_id: WorkspaceId, reading: Reading) -> Access:
        """Leave to read for this file, written into the trail."""
        access = Access(reading.actor, reading.use, reading.reason, reading.grant_id)
        self.revealing.allow_export(
            workspace_id, access, reading.kinds, file=reading.file, people=reading.people
        )
        return access


@dataclass(frozen=True)
class SealedExports:
    """Files under a workspace's own key, each bound to its id."""

    keys: KeyRing

    def create(self, workspace_id: WorkspaceId, path: Path, name: str) -> BinaryIO:
        """A new file."""
        box = self.keys.box(workspace_id, EXPORTS_BOX)
        return cast("BinaryIO", create_sealed(path, box, name.encode()))

    def open(self, workspace_id: WorkspaceId, path: Path, name: str) -> BinaryIO:
        """What was written, from the start."""
        return open_sealed(path, self.keys.box(workspace_id, EXPORTS_BOX), name.encode())


@dataclass(frozen=True)
class DeclaredPersonalTraits:
    """Which declared traits hold personal data."""

    database: Database
    places: PersonalPlaces

    def __call__(self, workspace_id: WorkspaceId, names: Sequence[str]) -> Mapping[str, str]:
        """Of each of these that does, the kind."""
        with UnitOfWork(self.database, reads_only=True) as uow:
            known = people.list_traits(uow, workspace_id)
        found = personal_traits(known, lambda field: self.places(workspace_id, field))
        return {name: found[name] for name in names if name in found}


@dataclass(frozen=True)
class LedgerConsent:
    """Who agreed, as the ledger has it now."""

    database: Database
    identity: people.IdentityBook

    def __call__(
        self, workspace_id: WorkspaceId, persons: Nodes, purpose: str, channel: str
    ) -> npt.NDArray[np.bool_]:
        """Of each node that names a person whether they agreed."""
        view = self.identity.reading(workspace_id)
        with UnitOfWork(self.database, reads_only=True) as uow:
            said = consent_of_each(uow, workspace_id, view, persons, (purpose, channel))
        return np.equal(said, GRANTED)


def personal_places(
    fields: Callable[[WorkspaceId], DeclaredFields],
    identities: Callable[[WorkspaceId], Sequence[IdentityPlace]],
) -> PersonalPlaces:
    """Tells of a field of an event which kind of personal data stands there.

    Args:
        fields: what each workspace declares.
        identities: where its events carry identifiers.
    """

    def tell(workspace_id: WorkspaceId, field: str) -> str | None:
        try:
            read = parse_field(field)
        except UnreadableField:
            return None
        names = (read.column, *read.path)
        return personal_kind(fields(workspace_id), identities(workspace_id), names)

    return tell
