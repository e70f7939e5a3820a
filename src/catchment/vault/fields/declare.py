"""Declaring fields: what is built in, what a workspace adds, and how many values there are."""

from collections.abc import Mapping, Sequence

from catchment.kernel import Clock, Conflict, IdMaker, Invalid, Missing, Refused, WorkspaceId
from catchment.store import Database, UnitOfWork
from catchment.vault.fields import store
from catchment.vault.fields.built_in import BUILT_IN
from catchment.vault.fields.kinds import (
    OtherKinds,
    refuse_less,
    refuse_mistyped_kind,
    refuse_unknown_kinds,
)
from catchment.vault.fields.types import (
    ANYWHERE,
    FIELDS_MAX,
    KIND_PLACE,
    PLACE_LENGTH_MAX,
    DeclaredFields,
    FieldSpec,
    PrivacyField,
    declared_fields,
    plain_key,
)

KEPT_SECONDS = 2.0
"""How long what was read of the declarations is taken for true."""


class FieldTaken(Conflict):
    """This place is declared already; take that field off first."""


class FieldUnknown(Missing):
    """There is no such field in this workspace, or it is built in."""


class FieldsFull(Refused):
    """A workspace declares so many fields at most; take one off first."""


class PlaceMalformed(Invalid):
    """A place is a path such as traits.wxid, *.memo for a key anywhere, or kind:phone."""


class FieldBook:
    """The fields of every workspace.

    Args:
        database: the records.
        clock, ids: the house's own.
        other: what else tells of kinds.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: IdMaker,
        other: OtherKinds | None = None,
    ) -> None:
        self._database, self._clock, self._ids = database, clock, ids
        self._other = other or OtherKinds()
        self._known: dict[WorkspaceId, tuple[int, DeclaredFields]] = {}

    def of(self, workspace_id: WorkspaceId) -> DeclaredFields:
        """What a workspace declares, as landing asks for it; at most two seconds old."""
        now_us, known = self._clock.now_us(), self._known.get(workspace_id)
        if known is not None and now_us - known[0] < KEPT_SECONDS * 1_000_000:
            return known[1]
        with UnitOfWork(self._database, reads_only=True) as uow:
            fresh = declared_fields(store.listed(uow, workspace_id))
        self._known[workspace_id] = now_us, fresh
        return fresh

    def list(self, uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[PrivacyField]:
        """Every field of a workspace, what is built in first; an override stands in its place."""
        own = store.listed(uow, workspace_id)
        over: Mapping[str, PrivacyField] = {one.spec.place: one for one in own}
        built_in = [over.get(one.spec.place, one) for one in BUILT_IN]
        shown = {one.spec.place for one in built_in}
        return [*built_in, *(one for one in own if one.spec.place not in shown)]

    def declare(
        self,
        uow: UnitOfWork,
        workspace_id: WorkspaceId,
        spec: FieldSpec,
        *,
        actor: str,
        is_new_kind: bool = False,
    ) -> PrivacyField:
        """Keeps a new field; it holds for what lands from now on.

        Args:
            uow: the unit of work.
            workspace_id: whose.
            spec: what is declared.
            actor: who declares it.
            is_new_kind: its kind is meant as it is written, however like another it looks.

        Raises:
            KindUnknown: its kind is a known one, mistyped.
            KindKept: it would open what is important.
            PlaceMalformed: no event has such a place.
            FieldTaken: it is declared already.
            FieldsFull: there are too many.
        """
        spec = _checked(spec)
        refuse_less(spec, self._other.words)
        if not is_new_kind:
            own = store.listed(uow, workspace_id)
            refuse_mistyped_kind(spec.kind, own, self._other, workspace_id)
        if store.count(uow, workspace_id) >= FIELDS_MAX:
            raise FieldsFull(f"a workspace declares {FIELDS_MAX} fields at most")
        made = PrivacyField(
            self._ids.make("fld"), spec, created_by=actor, created_at=self._clock.now()
        )
        if not store.insert(uow, workspace_id, made):
            raise FieldTaken(f"{spec.place} is declared already; take that field off first")
        self._known.pop(workspace_id, None)
        return made

    def refuse_unknown(
        self, uow: UnitOfWork, workspace_id: WorkspaceId, kinds: Sequence[str]
    ) -> None:
        """Refuses kinds that nothing in this workspace is of.

        Raises:
            KindUnknown: with what is known, and what was most likely meant.
        """
        own = store.listed(uow, workspace_id)
        refuse_unknown_kinds(kinds, own, self._other, workspace_id)

    def remove(self, uow: UnitOfWork, workspace_id: WorkspaceId, field_id: str) -> PrivacyField:
        """Takes a field off; values that were kept stay in the vault.

        Raises:
            FieldUnknown: there is none, or it is built in.
        """
        found = store.find(uow, workspace_id, field_id)
        if found is None:
            raise FieldUnknown
        store.remove(uow, workspace_id, field_id)
        self._known.pop(workspace_id, None)
        return found


def _checked(spec: FieldSpec) -> FieldSpec:
    place = spec.place.strip()
    if place.startswith(KIND_PLACE):
        kinds = {one.spec.place for one in BUILT_IN}
        if place != f"{KIND_PLACE}{spec.kind}" or place not in kinds:
            raise PlaceMalformed(
                f"{place} is no built-in kind; there are: {', '.join(sorted(kinds))}",
                pointer="/place",
            )
        return spec
    parts = place.removeprefix(ANYWHERE).split(".")
    is_path = not place.startswith(ANYWHERE)
    if (
        len(place) > PLACE_LENGTH_MAX
        or not all(plain_key(part) for part in parts)
        or len(parts) < 1 + is_path
    ):
        raise PlaceMalformed(
            f"{place!r} is no place: write traits.wxid, or *.memo for that key anywhere",
            pointer="/place",
        )
    return spec
