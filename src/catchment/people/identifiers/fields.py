"""Where a workspace's events carry identifiers, as the vault asks for it on the way to the lake."""

from collections.abc import Callable, Sequence

from catchment.kernel import WorkspaceId
from catchment.people.identifiers.places import read_place
from catchment.people.identifiers.store import kinds_of
from catchment.people.identifiers.types import DeclaredKind
from catchment.store import Database, UnitOfWork
from catchment.vault import IdentityPlace


def identity_fields(database: Database) -> Callable[[WorkspaceId], Sequence[IdentityPlace]]:
    """Tells the declared places of every workspace's kinds, as the records have them now."""

    def tell(workspace_id: WorkspaceId) -> Sequence[IdentityPlace]:
        with UnitOfWork(database, reads_only=True) as uow:
            return fields_of(kinds_of(uow, workspace_id))

    return tell


def fields_of(kinds: Sequence[DeclaredKind]) -> tuple[IdentityPlace, ...]:
    """The places of these kinds, each with where the scope of its values stands."""
    return tuple(
        IdentityPlace(kind.name, _path(place), tuple(map(_path, kind.scope_places)))
        for kind in kinds
        for place in kind.places
    )


def _path(place: str) -> tuple[str, ...]:
    read = read_place(place)
    return (read.column, *read.names)
