"""Who is who: a person's identifiers and edges, the rules, and what operators decide."""

from collections.abc import Sequence

from fastapi import APIRouter

from catchment.api.at_the_desk import DeskRoute
from catchment.api.desk import Desk
from catchment.api.routes.paths import (
    WORKSPACE,
    IdentityManager,
    PathId,
    PeopleReader,
    PeopleWriter,
)
from catchment.api.schemas import identity as shapes
from catchment.api.schemas.shapes import ItemsAnswer
from catchment.people import (
    By,
    Decision,
    DeclaredKind,
    IdentityOfPerson,
    Outcome,
    Registrar,
    is_built_in,
)

router = APIRouter(tags=["people"], route_class=DeskRoute)
PERSON = f"{WORKSPACE}/people/{{person_id}}"
RULES = f"{WORKSPACE}/identity/rules"


@router.get(f"{PERSON}/identity", operation_id="read_identity")
def read_identity(person_id: PathId, desk: PeopleReader) -> shapes.PersonIdentity:
    """A person's identifiers, and the edges that say they are one person's."""
    found = _registrar(desk).identity_of(desk.workspace_id, person_id)
    return _identity(person_id, found)


@router.get(f"{PERSON}/decisions", operation_id="list_identity_decisions")
def list_identity_decisions(person_id: PathId, desk: PeopleReader) -> ItemsAnswer[shapes.Decision]:
    """What was decided about this person's identity, newest first."""
    found = _registrar(desk).decisions_of(desk.workspace_id, person_id)
    return ItemsAnswer(items=[_decision(one) for one in found])


@router.post(f"{WORKSPACE}/people/merge", operation_id="merge_people")
def merge_people(ask: shapes.MergeAsk, desk: PeopleWriter) -> shapes.DecisionOutcome:
    """Makes several people one, whatever the limits say; a split takes it back."""
    outcome = _registrar(desk).merge(
        desk.workspace_id, ask.people, by=_by(desk, ask.reason), dry_run=ask.dry_run
    )
    return _outcome(outcome)


@router.post(f"{PERSON}/split", operation_id="split_person")
def split_person(
    person_id: PathId, ask: shapes.SplitAsk, desk: PeopleWriter
) -> shapes.DecisionOutcome:
    """Withdraws edges, or takes one identifier out; whatever was derived follows."""
    outcome = _registrar(desk).split(
        desk.workspace_id, person_id, edges=[(edge.left, edge.right) for edge in ask.edges],
        subject=ask.subject, by=_by(desk, ask.reason), dry_run=ask.dry_run,
    )  # fmt: skip
    return _outcome(outcome)


@router.post(f"{PERSON}/restore", operation_id="restore_person")
def restore_person(
    person_id: PathId, ask: shapes.RestoreAsk, desk: PeopleWriter
) -> shapes.DecisionOutcome:
    """Lets withdrawn edges hold again."""
    outcome = _registrar(desk).restore(
        desk.workspace_id, person_id, edges=[(edge.left, edge.right) for edge in ask.edges],
        by=_by(desk, ask.reason), dry_run=ask.dry_run,
    )  # fmt: skip
    return _outcome(outcome)


@router.post(f"{PERSON}/forget", operation_id="forget_identity")
def forget_identity(
    person_id: PathId, ask: shapes.ForgetAsk, desk: IdentityManager
) -> shapes.DecisionOutcome:
    """Deletes a person, as a request for deletion does."""
    outcome = _registrar(desk).forget(
        desk.workspace_id, person_id, by=_by(desk, ask.reason), dry_run=ask.dry_run
    )
    return _outcome(outcome)


@router.get(RULES, operation_id="read_identity_rules")
def read_identity_rules(desk: PeopleReader) -> shapes.IdentityRules:
    """The kinds of identifiers, the strongest first."""
    return _rules(_registrar(desk).kinds(desk.workspace_id))


@router.put(RULES, operation_id="replace_identity_rules")
def replace_identity_rules(
    ask: shapes.IdentityRulesAsk, desk: IdentityManager
) -> shapes.IdentityRules:
    """Replaces the kinds; people follow within seconds. Preview it first."""
    kinds = _registrar(desk).replace_kinds(
        desk.workspace_id, [_declared(kind) for kind in ask.kinds], by=_by(desk, "")
    )
    return _rules(kinds)


@router.post(f"{RULES}/preview", operation_id="preview_identity_rules")
def preview_identity_rules(
    ask: shapes.IdentityRulesAsk, desk: IdentityManager
) -> shapes.RulesPreview:
    """Who would be split and who merged by these rules, with examples."""
    preview = _registrar(desk).preview_kinds(
        desk.workspace_id, [_declared(kind) for kind in ask.kinds]
    )
    return shapes.RulesPreview(
        split=preview.split,
        merged=preview.merged,
        examples=[
            shapes.RulesExample(before=list(one.before), after=list(one.after))
            for one in preview.examples
        ],
        needs_rereading=preview.needs_rereading,
    )


@router.get(f"{WORKSPACE}/identity/refusals", operation_id="list_identifier_refusals")
def list_identifier_refusals(desk: PeopleReader) -> ItemsAnswer[shapes.IdentifierRefusal]:
    """Identifiers that joined nobody, by kind and reason, most frequent first."""
    found = _registrar(desk).refusals(desk.workspace_id)
    return ItemsAnswer(items=[shapes.IdentifierRefusal.model_validate(one) for one in found])


def _registrar(desk: Desk) -> Registrar:
    return desk.services.registrar


def _by(desk: Desk, reason: str) -> By:
    return By(desk.actor, reason)


def _identity(asked: str, found: IdentityOfPerson) -> shapes.PersonIdentity:
    return shapes.PersonIdentity(
        person=found.person,
        asked_id=asked,
        nodes=[shapes.IdentityNode.model_validate(node) for node in found.nodes],
        edges=[shapes.IdentityEdge.model_validate(edge) for edge in found.edges],
    )


def _decision(one: Decision) -> shapes.Decision:
    return shapes.Decision(
        id=one.id, kind=one.kind, at=one.at, by=one.by, reason=one.reason,
        edges=[(pair.left, pair.right) for pair in one.pairs],
        people_before=list(one.people_before), people_after=list(one.people_after),
        applied_at=one.applied_at,
    )  # fmt: skip


def _outcome(one: Outcome) -> shapes.DecisionOutcome:
    return shapes.DecisionOutcome(
        decision_id=one.decision.id if one.decision else None,
        people_before=list(one.people_before),
        people_after=list(one.people_after),
        subjects_moved=one.subjects_moved,
        events_moved=one.events_moved,
    )


def _rules(kinds: Sequence[DeclaredKind]) -> shapes.IdentityRules:
    return shapes.IdentityRules(
        kinds=[
            shapes.IdentifierKind(
                name=kind.name, label_zh=kind.label_zh, label_en=kind.label_en,
                strength=kind.strength, priority=kind.priority, limit=kind.limit,
                people_max=kind.people_max, blocked=list(kind.blocked),
                places=list(kind.places), scope_places=list(kind.scope_places),
                is_built_in=is_built_in(kind.name),
            )
            for kind in kinds
        ]
    )  # fmt: skip


def _declared(ask: shapes.IdentifierKindAsk) -> DeclaredKind:
    # The code is the house's to give: the store keeps a known kind's, and numbers a new one.
    return DeclaredKind(
        name=ask.name, code=0, label_zh=ask.label_zh, label_en=ask.label_en,
        strength=ask.strength, priority=ask.priority, limit=ask.limit,
        people_max=ask.people_max, blocked=tuple(ask.blocked), places=tuple(ask.places),
        scope_places=tuple(ask.scope_places),
    )  # fmt: skip
