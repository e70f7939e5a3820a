"""Traits: declaring them, and looking at one before it is kept."""

import time

import numpy as np
from fastapi import APIRouter

from catchment import people
from catchment.api.at_the_desk import DeskRoute
from catchment.api.desk import Desk
from catchment.api.routes.paths import WORKSPACE, PathId, PeopleReader, PeopleWriter
from catchment.api.schemas import traits as shapes
from catchment.api.schemas.shapes import ItemsAnswer

router = APIRouter(tags=["people"], route_class=DeskRoute)
TRAITS = f"{WORKSPACE}/traits"
TRAIT = f"{TRAITS}/{{trait_name}}"


@router.get(TRAITS, operation_id="list_traits")
def list_traits(desk: PeopleReader) -> ItemsAnswer[shapes.Trait]:
    """Every trait that is declared or computed."""
    found = people.list_traits(desk.reading, desk.workspace_id)
    return ItemsAnswer(items=[_trait(one) for one in found])


@router.post(TRAITS, operation_id="declare_trait", status_code=201)
def declare_trait(ask: shapes.TraitAsk, desk: PeopleWriter) -> shapes.Trait:
    """Keeps a new trait; it is known of everyone at once, from the events there are."""
    made = people.declare_trait(desk.work, desk.workspace_id, _spec(ask), change=_change(desk))
    return _trait(made)


@router.post(f"{TRAITS}/preview", operation_id="preview_trait")
def preview_trait(ask: shapes.TraitAsk, desk: PeopleReader) -> shapes.TraitPreview:
    """How a trait would lie over the people; keeps nothing."""
    began = time.perf_counter()
    facts, identity = desk.services.people.facts, desk.services.people.identity
    seen = people.preview_trait(facts, desk.workspace_id, _spec(ask), at_us=desk.clock.now_us())
    subjects = identity.reading(desk.workspace_id).subjects_of(
        np.array(list(seen.sample), np.int32)
    )
    return shapes.TraitPreview(
        people=seen.people,
        with_value=seen.with_value,
        quantiles=[shapes.Quantile(share=share, value=value) for share, value in seen.quantiles],
        values=[shapes.ValueCount(value=value, people=count) for value, count in seen.values],
        sample=[
            shapes.TraitSample(person=people.person_of_subject(subject), value=value)
            for subject, value in zip(subjects.to_pylist(), seen.sample.values(), strict=True)
        ],
        took_ms=round((time.perf_counter() - began) * 1000, 1),
    )


@router.get(TRAIT, operation_id="read_trait")
def read_trait(trait_name: PathId, desk: PeopleReader) -> shapes.Trait:
    """One trait."""
    return _trait(people.get_trait(desk.reading, desk.workspace_id, trait_name))


@router.put(TRAIT, operation_id="change_trait")
def change_trait(trait_name: PathId, ask: shapes.TraitAsk, desk: PeopleWriter) -> shapes.Trait:
    """Declares a trait anew; its name stays."""
    changed = people.change_trait(
        desk.work, desk.workspace_id, trait_name, _spec(ask), change=_change(desk)
    )
    return _trait(changed)


@router.delete(TRAIT, operation_id="delete_trait", status_code=204)
def delete_trait(trait_name: PathId, desk: PeopleWriter) -> None:
    """Deletes a trait; the events it was read from stay."""
    people.delete_trait(desk.work, desk.workspace_id, trait_name, change=_change(desk))


def _change(desk: Desk) -> people.TraitChange:
    return people.TraitChange(desk.actor, desk.clock, desk.ids)


def _spec(ask: shapes.TraitAsk) -> people.TraitSpec:
    if (ask.measure is None) == (ask.declared is None):
        raise people.TraitRefused("/measure", "A trait is either measured or declared: send one.")
    rule = field = None
    if ask.declared is not None:
        rule, field = ask.declared.rule, ask.declared.field
        measure = people.placed("/declared", lambda: people.declared_measure(field, rule, ask.type))
    else:
        document = ask.measure.model_dump() if ask.measure is not None else {}
        measure = people.placed("/measure", lambda: people.read_measure(document))
    return people.TraitSpec(ask.name, ask.label_zh, ask.label_en, ask.type, measure, rule, field)


def _trait(trait: people.Trait) -> shapes.Trait:
    spec = trait.spec
    declared = None
    if spec.rule is not None and spec.field is not None:
        declared = shapes.Declared(field=spec.field, rule=spec.rule)
    return shapes.Trait(
        name=spec.name,
        label_zh=spec.label_zh,
        label_en=spec.label_en,
        type=spec.type,
        is_computed=spec.is_computed,
        measure=people.measure_json(spec.measure),
        declared=declared,
        created_by=trait.created_by,
        created_at=trait.created_at,
        changed_at=trait.changed_at,
    )
