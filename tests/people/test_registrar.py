"""What operators decide: previewed exactly, kept, taken back, and never lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catchment.access import list_audit
from catchment.people import (
    DEFAULT_KINDS,
    DecisionKind,
    EdgeNotOfPerson,
    KindsMalformed,
    NothingNamed,
    NothingToDecide,
    PersonNotInBook,
    RulesUnsound,
    catch_up,
)
from catchment.store import UnitOfWork
from people.registry_office import LIN, WORKSPACE, Office

PHONE = "13812345678"
SPELT = "+8613812345678"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Ann with a phone and a device, and Bob."""
    made = Office(tmp_path)
    made.catch_up(
        made.event(anon="d1"),
        made.event(
            minute=1,
            kind="identify",
            user="ann",
            anon="d1",
            traits={"phone": PHONE},
            message_id="first",
        ),
        made.external(2, ids=[{"id": PHONE, "type": "phone"}]),
        made.event(minute=3, user="bob", anon="d2"),
    )
    return made


def test_taking_an_identifier_out_takes_its_events_along(office: Office) -> None:
    ann, phone = office.person("user", "ann"), office.subject("phone", SPELT)
    would = office.registrar.split(WORKSPACE, ann, subject=phone, by=LIN, dry_run=True)
    assert office.is_one(("user", "ann"), ("phone", SPELT))
    done = office.registrar.split(WORKSPACE, ann, subject=phone, by=LIN)
    assert (would.people_after, would.subjects_moved, would.events_moved) == (
        done.people_after, done.subjects_moved, done.events_moved,
    )  # fmt: skip
    assert set(done.people_after) == {ann, f"per_{phone}"}
    assert done.events_moved == 1
    assert not office.is_one(("user", "ann"), ("phone", SPELT))
    office.world()


def test_restoring_gives_back_what_was_split(office: Office) -> None:
    before, ann = office.world(), office.person("user", "ann")
    office.registrar.split(WORKSPACE, ann, subject=office.subject("phone", SPELT), by=LIN)
    office.registrar.restore(WORKSPACE, ann, by=LIN)
    assert office.world() == before
    with pytest.raises(NothingToDecide):
        office.registrar.restore(WORKSPACE, ann, by=LIN)


def test_merging_joins_two_users_and_splitting_parts_them_again(office: Office) -> None:
    before = office.world()
    ann, bob = office.person("user", "ann"), office.person("user", "bob")
    office.registrar.merge(WORKSPACE, [ann, bob], by=LIN)
    assert office.is_one(("user", "ann"), ("user", "bob"), ("anon", "d2"))
    # The old id of whoever lost their name still leads to the person.
    assert office.registrar.identity_of(WORKSPACE, ann).person == office.person("user", "bob")
    ends = (office.subject("user", "ann"), office.subject("user", "bob"))
    office.registrar.split(WORKSPACE, ann, edges=[ends], by=LIN)
    assert office.world() == before


def test_decisions_outlive_the_book(office: Office) -> None:
    ann, bob = office.person("user", "ann"), office.person("user", "bob")
    office.registrar.merge(WORKSPACE, [ann, bob], by=LIN)
    office.registrar.split(WORKSPACE, ann, subject=office.subject("anon", "d1"), by=LIN)
    decided = office.world()
    office.rebuild()
    assert office.world() == decided


def test_a_decision_says_who_and_why_on_the_edge_and_in_the_trail(office: Office) -> None:
    ann = office.person("user", "ann")
    made = office.registrar.split(WORKSPACE, ann, subject=office.subject("phone", SPELT), by=LIN)
    assert made.decision is not None
    edges = office.registrar.identity_of(WORKSPACE, ann).edges
    [cut] = [edge for edge in edges if edge.verdict == "withdrawn"]
    assert (cut.decided_by, cut.reason) == (LIN.actor, LIN.reason)
    [known] = office.registrar.decisions_of(WORKSPACE, ann)
    assert (known.id, known.kind) == (made.decision.id, DecisionKind.SPLIT)
    assert known.applied_at is not None
    with UnitOfWork(office.works.database) as uow:
        [line] = list_audit(uow, WORKSPACE, action="people.split").items
    assert (line.actor, line.target) == (LIN.actor, made.decision.id)


def test_what_is_shown_of_identifiers_is_masked(office: Office) -> None:
    nodes = office.registrar.identity_of(WORKSPACE, office.person("user", "ann")).nodes
    shown = {node.kind: node.masked for node in nodes}
    assert shown == {"user": "ann", "anon": "****", "phone": "138****5678"}
    assert [node.kind for node in nodes if node.is_name_giver] == ["user"]


def test_a_forgotten_person_is_gone_and_a_rebuild_does_not_bring_them_back(office: Office) -> None:
    ann, phone = office.person("user", "ann"), office.subject("phone", SPELT)
    office.registrar.forget(WORKSPACE, ann, by=LIN)
    with pytest.raises(PersonNotInBook):
        office.registrar.identity_of(WORKSPACE, ann)
    left = office.world()
    assert phone not in left
    office.rebuild()
    assert set(office.world().values()) == {office.person("user", "bob")}


def test_who_comes_back_after_being_forgotten_is_somebody_again(office: Office) -> None:
    office.registrar.forget(WORKSPACE, office.person("user", "ann"), by=LIN)
    later = {"received_time": office.works.clock.now().replace(year=2200)}
    office.catch_up({**office.event(minute=9, user="ann", anon="d9"), **later})
    assert office.is_one(("user", "ann"), ("anon", "d9"))
    office.rebuild()
    assert office.is_one(("user", "ann"), ("anon", "d9"))
    assert office.subject("phone", SPELT) not in office.world()


def test_what_cannot_be_decided_is_refused(office: Office) -> None:
    ann, registrar = office.person("user", "ann"), office.registrar
    foreign = (office.subject("user", "bob"), office.subject("anon", "d2"))
    with pytest.raises(PersonNotInBook):
        registrar.split(WORKSPACE, "per_nobody", subject="0" * 32, by=LIN)
    with pytest.raises(NothingNamed):
        registrar.split(WORKSPACE, ann, by=LIN)
    with pytest.raises(EdgeNotOfPerson):
        registrar.split(WORKSPACE, ann, edges=[foreign], by=LIN)
    with pytest.raises(EdgeNotOfPerson):
        registrar.split(WORKSPACE, ann, subject="0" * 32, by=LIN)
    with pytest.raises(NothingToDecide):
        registrar.merge(WORKSPACE, [ann, f"per_{office.subject('phone', SPELT)}"], by=LIN)


class Crash(Exception):
    """The process died here."""


def test_a_crash_between_book_and_overlay_is_mended_by_who_comes_next(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise Crash

    ann, phone = office.person("user", "ann"), office.subject("phone", SPELT)
    with monkeypatch.context() as patched:
        patched.setattr(office.overlay, "remove", die)
        with pytest.raises(Crash):
            office.registrar.split(WORKSPACE, ann, subject=phone, by=LIN)
    with pytest.raises(AssertionError):
        office.world()
    office.catch_up()
    assert not office.is_one(("user", "ann"), ("phone", SPELT))
    office.world()


def test_a_crash_between_record_and_book_is_mended_too(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise Crash

    ann = office.person("user", "ann")
    with monkeypatch.context() as patched:
        patched.setattr("catchment.people.deciding.open_book", die)
        with pytest.raises(Crash):
            office.registrar.split(WORKSPACE, ann, subject=office.subject("anon", "d1"), by=LIN)
    assert office.is_one(("user", "ann"), ("anon", "d1"))
    catch_up(office.works, WORKSPACE)
    assert not office.is_one(("user", "ann"), ("anon", "d1"))
    office.world()


def test_a_preview_of_rules_is_what_then_happens(office: Office) -> None:
    kinds = [replace(k, limit=1) if k.name == "phone" else k for k in DEFAULT_KINDS]
    office.catch_up(
        office.event(minute=5, kind="identify", user="ann", traits={"phone": "13800000000"})
    )
    before = office.world()
    preview = office.registrar.preview_kinds(WORKSPACE, kinds)
    assert office.world() == before
    office.registrar.replace_kinds(WORKSPACE, kinds, by=LIN)
    office.catch_up()
    after = office.world()
    parted = {person for person in before.values()
              if len({after[s] for s, p in before.items() if p == person}) > 1}  # fmt: skip
    assert (preview.split, preview.merged) == (len(parted), 0) == (1, 0)
    [example] = preview.examples
    assert set(example.before) == parted
    assert set(example.after) == {after[s] for s, p in before.items() if p in parted}
    assert not preview.needs_rereading


def test_a_place_that_is_added_is_read_from_the_beginning(office: Office) -> None:
    office.catch_up(office.event(minute=5, user="ann", properties={"mail": "ann@x.com"}))
    kinds = [replace(k, places=(*k.places, "properties.mail")) if k.name == "email" else k
             for k in DEFAULT_KINDS]  # fmt: skip
    assert office.registrar.preview_kinds(WORKSPACE, kinds).needs_rereading
    office.registrar.replace_kinds(WORKSPACE, kinds, by=LIN)
    office.catch_up()
    assert office.is_one(("user", "ann"), ("email", "ann@x.com"))
    office.world()


def test_a_blocked_value_joins_nobody_any_more(office: Office) -> None:
    kinds = [replace(k, blocked=(SPELT,)) if k.name == "phone" else k for k in DEFAULT_KINDS]
    office.registrar.replace_kinds(WORKSPACE, kinds, by=LIN)
    office.catch_up()
    assert not office.is_one(("user", "ann"), ("phone", SPELT))
    office.world()


def test_kinds_that_cannot_be_declared_are_refused(office: Office) -> None:
    registrar = office.registrar
    without_user = [kind for kind in DEFAULT_KINDS if kind.name != "user"]
    two_users = [replace(k, limit=2) if k.name == "user" else k for k in DEFAULT_KINDS]
    same_priority = [replace(k, priority=30) if k.name == "email" else k for k in DEFAULT_KINDS]
    for kinds in (without_user, two_users):
        with pytest.raises(KindsMalformed):
            registrar.replace_kinds(WORKSPACE, kinds, by=LIN)
    with pytest.raises(RulesUnsound):
        registrar.replace_kinds(WORKSPACE, same_priority, by=LIN)


USERS, DEVICES, PHONES = ("u1", "u2", "u3"), ("d1", "d2"), ("13800000001", "13800000002")
events = st.lists(
    st.tuples(
        st.sampled_from(USERS), st.sampled_from([None, *DEVICES]), st.sampled_from([None, *PHONES])
    ),
    min_size=2,
    max_size=6,
)


def lived(folder: Path, told: list[tuple[str, str | None, str | None]]) -> Office:
    office = Office(folder)
    office.catch_up(
        *(
            office.external(minute, user=user, anon=device, message_id=f"m{minute}",
                            ids=[{"id": phone, "type": "phone"}] if phone else [])
            for minute, (user, device, phone) in enumerate(told)
        )
    )  # fmt: skip
    return office


@settings(deadline=None, max_examples=15)
@given(told=events, data=st.data())
def test_a_merge_and_its_split_leave_the_world_as_it_was(
    tmp_path_factory: pytest.TempPathFactory,
    told: list[tuple[str, str | None, str | None]],
    data: st.DataObject,
) -> None:
    office = lived(tmp_path_factory.mktemp("office"), told)
    before = office.world()
    people = sorted(set(before.values()))
    if len(people) < 2:
        return
    two = data.draw(st.permutations(people))[:2]
    would = office.registrar.merge(WORKSPACE, two, by=LIN, dry_run=True)
    merged = office.registrar.merge(WORKSPACE, two, by=LIN)
    assert list(would.people_after) == list(merged.people_after)
    assert would.subjects_moved == sum(before[s] != p for s, p in office.world().items())
    assert merged.decision is not None
    ends = [(pair.left, pair.right) for pair in merged.decision.pairs]
    office.registrar.split(WORKSPACE, two[0], edges=ends, by=LIN)
    assert office.world() == before
    office.rebuild()
    assert office.world() == before


def test_a_merge_that_rewrote_owners_would_be_caught() -> None:
    """The wrong variant: writing one person's name over another's cannot be taken back."""
    before = {"a": "per_a", "b": "per_b", "c": "per_b"}
    merged = dict.fromkeys(before, "per_a")
    split = {**merged, "b": "per_b"}
    assert split != before
