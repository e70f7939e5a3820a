"""Declaring traits: making, changing and deleting them, each with a line in the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from catchment.access import record
from catchment.kernel import Clock, IdMaker, WorkspaceId
from catchment.people.facts import measure_json
from catchment.people.traits import store
from catchment.people.traits.errors import TraitExists, TraitRefused, TraitsFull, TraitUnknown
from catchment.people.traits.types import TRAITS_MAX, Trait, TraitSpec
from catchment.store import UnitOfWork


@dataclass(frozen=True, slots=True)
class TraitChange:
    """Who changes a trait, and by what clock and ids.

    Attributes:
        actor: as the audit trail names one.
    """

    actor: str
    clock: Clock
    ids: IdMaker


def list_traits(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[Trait]:
    """All traits of a workspace, by name."""
    return store.listed(uow, workspace_id)


def get_trait(uow: UnitOfWork, workspace_id: WorkspaceId, name: str) -> Trait:
    """The trait of this name.

    Raises:
        TraitUnknown: there is none.
    """
    found = store.find(uow, workspace_id, name)
    if found is None:
        raise TraitUnknown
    return found


def declare_trait(
    uow: UnitOfWork, workspace_id: WorkspaceId, spec: TraitSpec, *, change: TraitChange
) -> Trait:
    """Keeps a new trait.

    Raises:
        TraitExists: the name is taken.
        TraitsFull: there are as many as there may be.
    """
    if store.count(uow, workspace_id) >= TRAITS_MAX:
        raise TraitsFull
    now = change.clock.now()
    trait = Trait(workspace_id, spec, change.actor, now, now)
    if not store.insert(uow, trait):
        raise TraitExists(f"There is a trait named {spec.name!r} already.")
    _write_down(uow, trait, "trait.declared", change)
    return trait


def change_trait(
    uow: UnitOfWork, workspace_id: WorkspaceId, name: str, spec: TraitSpec, *, change: TraitChange
) -> Trait:
    """Puts another declaration in the place of a trait's; its name stays.

    Raises:
        TraitUnknown: there is none.
        TraitRefused: it would be renamed.
    """
    known = get_trait(uow, workspace_id, name)
    if spec.name != name:
        raise TraitRefused("/name", "A trait keeps its name, for rules go by it.")
    changed = replace(known, spec=spec, changed_at=change.clock.now())
    store.replace(uow, changed)
    _write_down(uow, changed, "trait.changed", change)
    return changed


def delete_trait(
    uow: UnitOfWork, workspace_id: WorkspaceId, name: str, *, change: TraitChange
) -> None:
    """Deletes a trait; the events it was read from stay.

    Raises:
        TraitUnknown: there is none.
    """
    known = get_trait(uow, workspace_id, name)
    store.remove(uow, workspace_id, name)
    _write_down(uow, known, "trait.deleted", change)


def _write_down(uow: UnitOfWork, trait: Trait, action: str, change: TraitChange) -> None:
    record(
        uow, trait.workspace_id, change.actor, action, trait.spec.name,
        clock=change.clock, ids=change.ids, detail={"measure": measure_json(trait.spec.measure)},
    )  # fmt: skip
