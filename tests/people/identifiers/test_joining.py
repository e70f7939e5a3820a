"""Stories of who is who: each says what happens in a shop, and what must not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catchment.people import RefusalReason
from people.registry_office import START, WORKSPACE, Office, Row


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def refused(office: Office) -> dict[tuple[str, RefusalReason], int]:
    return {(one.kind, one.reason): one.count for one in office.registrar.refusals(WORKSPACE)}


def test_a_stranger_who_signs_in_keeps_what_they_did_before(office: Office) -> None:
    office.catch_up(
        office.event(anon="d1"), office.event(minute=1, kind="identify", user="ann", anon="d1")
    )
    assert office.is_one(("user", "ann"), ("anon", "d1"))
    office.world()


def test_a_shop_tablet_merges_nobody_and_is_nobodys(office: Office) -> None:
    names = ["ann", "bob", "cai", "dan", "eve", "fay"]
    for minute, name in enumerate(names):
        office.catch_up(office.event(minute=minute, kind="identify", user=name, anon="till"))
    assert len({office.person("user", name) for name in names}) == len(names)
    assert office.person("anon", "till") == f"per_{office.subject('anon', 'till')}"
    office.world()


def test_a_family_tablet_stays_with_the_first_of_the_family(office: Office) -> None:
    for minute, name in enumerate(["ann", "bob", "cai"]):
        office.catch_up(office.event(minute=minute, kind="identify", user=name, anon="sofa"))
    assert office.is_one(("user", "ann"), ("anon", "sofa"))
    assert not office.is_one(("user", "bob"), ("anon", "sofa"))


def test_joining_everyone_who_shares_a_device_would_be_caught() -> None:
    """The wrong variant: components of the plain graph make one person of a shop's customers."""
    edges = [(name, "till") for name in ("ann", "bob", "cai")]
    people = {name: name for name in ("ann", "bob", "cai", "till")}
    for one, other in edges:
        people = {n: people[one] if p == people[other] else p for n, p in people.items()}
    assert len({people[name] for name in ("ann", "bob", "cai")}) == 1


def test_a_forwarded_link_merges_nobody(office: Office) -> None:
    """Ann's link carries her user id; Bob opens it, then signs in as himself."""
    office.catch_up(
        office.event(minute=0, user="ann", anon="anns-phone"),
        office.event(minute=1, user="ann", anon="bobs-phone"),
        office.event(minute=2, kind="identify", user="bob", anon="bobs-phone"),
        office.external(
            3, ids=[{"id": "wu-ann", "type": "unionid"}, {"id": "wu-bob", "type": "unionid"}]
        ),
    )
    assert not office.is_one(("user", "ann"), ("user", "bob"))
    assert not office.is_one(("unionid", "wu-ann"), ("unionid", "wu-bob"))
    assert refused(office)["unionid", RefusalReason.OVER_LIMIT] == 1


def test_a_phone_written_three_ways_is_one_person(office: Office) -> None:
    for minute, phone in enumerate(["138-1234-5678", "+86 138 1234 5678", "008613812345678"]):
        office.catch_up(
            office.external(minute, ids=[{"id": phone, "type": "phone"},
                                         {"id": f"o{minute}", "type": "openid", "app": "wx1"}])
        )  # fmt: skip
    assert office.is_one(*(("openid", f"wx1:o{number}") for number in range(3)))
    assert office.person("phone", "+8613812345678") == office.person("openid", "wx1:o0")


def test_hashing_a_phone_as_it_was_written_would_be_caught(office: Office) -> None:
    """The wrong variant: three spellings, three people."""
    ways = ["138-1234-5678", "+86 138 1234 5678", "008613812345678"]
    assert len({office.subject("phone", way) for way in ways}) == len(ways)


def test_the_openid_of_two_apps_is_two_people(office: Office) -> None:
    for minute, app in enumerate(["wx1", "wx2"]):
        office.catch_up(
            office.external(minute, ids=[{"id": "same", "type": "openid", "app": app},
                                         {"id": f"1381234567{minute}", "type": "phone"}])
        )  # fmt: skip
    assert not office.is_one(("openid", "wx1:same"), ("openid", "wx2:same"))
    assert not office.is_one(("phone", "+8613812345670"), ("phone", "+8613812345671"))


def test_an_openid_without_its_app_is_refused_and_counted(office: Office) -> None:
    office.catch_up(office.external(user="ann", ids=[{"id": "same", "type": "openid"}]))
    assert refused(office) == {("openid", RefusalReason.NO_SCOPE): 1}


def test_what_is_no_identifier_is_refused_and_counted_once(office: Office) -> None:
    ids = [{"id": "null", "type": "email"}, {"id": "12", "type": "phone"},
           {"id": "x" * 600, "type": "device"}, {"id": "7", "type": "loyalty"}]  # fmt: skip
    office.catch_up(office.external(user="ann", ids=ids))
    office.rebuild()
    assert refused(office) == {
        ("email", RefusalReason.BLOCKED): 1,
        ("phone", RefusalReason.MALFORMED): 1,
        ("device", RefusalReason.TOO_LONG): 1,
        ("loyalty", RefusalReason.UNDECLARED): 1,
    }
    office.world()


def test_an_alias_gives_a_device_up(office: Office) -> None:
    office.catch_up(
        office.event(anon="d1"),
        office.event(minute=1, kind="alias", user="ann", previous_id="d1"),
        office.event(minute=2, kind="alias", user="ann", anon="d2", previous_id="d3"),
    )
    assert office.is_one(("user", "ann"), ("anon", "d1"), ("anon", "d2"), ("anon", "d3"))


def test_an_alias_of_a_user_joins_no_users(office: Office) -> None:
    office.catch_up(
        office.event(user="ann"),
        office.event(minute=1, kind="alias", user="bob", previous_id="ann"),
    )
    assert not office.is_one(("user", "ann"), ("user", "bob"))


def test_an_order_with_a_phone_joins_it(office: Office) -> None:
    office.catch_up(
        office.external(user="ann", order_id="o-1", ids=[{"id": "13812345678", "type": "phone"}])
    )
    [edge] = office.registrar.identity_of(WORKSPACE, office.person("user", "ann")).edges
    assert (edge.via, edge.verdict) == ("order", "joined")


def crm(office: Office, minute: int, user: str, phone: str, external: str) -> Row:
    return office.event(
        kind="identify", minute=minute, user=user, is_historical=True, source_id="src_crm",
        traits={"phone": phone, "external_userid": external, "corpid": "ww1"},
    )  # fmt: skip


def test_a_row_of_a_crm_joins_phone_and_external_id(office: Office) -> None:
    office.catch_up(crm(office, 0, "ann", "13812345678", "wm-ann"))
    assert office.is_one(
        ("user", "ann"), ("phone", "+8613812345678"), ("external_userid", "ww1:wm-ann")
    )


def test_a_row_that_conflicts_is_reported_and_changes_nothing(office: Office) -> None:
    office.catch_up(
        crm(office, 0, "ann", "13812345678", "wm-ann"), office.event(minute=1, user="bob")
    )
    before = office.world()
    office.catch_up(crm(office, 2, "bob", "13812345678", "wm-new"))
    after = office.world()
    # wm-new is known now, and nobody's but its own: the row as a whole is not believed.
    new = office.subject("external_userid", "ww1:wm-new")
    assert after == {**before, new: f"per_{new}"}
    assert refused(office) == {("external_userid", RefusalReason.IMPORT_CONFLICT): 1}
    office.rebuild()
    assert office.world() == after


def test_believing_half_of_a_conflicting_row_would_be_caught(office: Office) -> None:
    """The wrong variant: the same row as a plain event joins what no limit forbids."""
    office.catch_up(crm(office, 0, "ann", "13812345678", "wm-ann"))
    office.catch_up({**crm(office, 2, "bob", "13812345678", "wm-new"), "is_historical": False})
    assert office.is_one(("user", "bob"), ("external_userid", "ww1:wm-new"))
    assert not office.is_one(("user", "bob"), ("phone", "+8613812345678"))


def test_history_takes_nobodys_phone_away(office: Office) -> None:
    office.catch_up(
        office.event(kind="identify", minute=10, user="ann", traits={"phone": "13812345678"})
    )
    old = crm(office, 0, "bob", "13812345678", "wm-bob")
    office.catch_up({**old, "kind": "track", "received_time": START + timedelta(hours=2)})
    assert office.is_one(("user", "ann"), ("phone", "+8613812345678"))


def test_a_limit_drops_the_weakest_identifier(office: Office) -> None:
    """Two people; one event names both by phone and mail: the user keeps, the mail goes."""
    office.catch_up(
        office.event(kind="identify", user="ann", traits={"email": "a@x.com"}),
        office.event(kind="identify", minute=1, user="bob",
                     traits={"email": "a@x.com", "phone": "13812345678"}),
    )  # fmt: skip
    assert office.is_one(("user", "bob"), ("phone", "+8613812345678"))
    assert office.is_one(("user", "ann"), ("email", "a@x.com"))
    assert refused(office) == {("email", RefusalReason.OVER_LIMIT): 1}


Told = tuple[str | None, str | None, str | None]
tellings = st.lists(
    st.tuples(
        st.sampled_from([None, "ann", "bob", "cai"]),
        st.sampled_from([None, "13812345670", "13812345671"]),
        st.sampled_from([None, "a@x.com", "b@x.com"]),
    ),
    min_size=1,
    max_size=6,
)


def told_rows(office: Office, told: Sequence[Told]) -> list[Row]:
    rows = []
    for minute, (user, phone, email) in enumerate(told):
        ids = [{"id": value, "type": kind} for kind, value in
               (("phone", phone), ("email", email)) if value]  # fmt: skip
        rows.append(office.external(minute, user=user, anon="d", ids=ids, message_id=f"m{minute}"))
    return rows


@settings(deadline=None, max_examples=20)
@given(told=tellings, data=st.data())
def test_no_chain_joins_two_users_and_no_order_changes_anything(
    tmp_path_factory: pytest.TempPathFactory, told: list[Told], data: st.DataObject
) -> None:
    one, other = (Office(tmp_path_factory.mktemp("office")) for _ in range(2))
    rows = told_rows(one, told)
    one.catch_up(*rows)
    for row in data.draw(st.permutations(rows)):
        other.catch_up(row)
    assert one.world() == other.world()
    users = {user for user, _, _ in told if user}
    assert len({one.person("user", user) for user in users}) == len(users)


@pytest.mark.parametrize("again", [Office.catch_up, Office.rebuild])
def test_nothing_new_changes_nothing(office: Office, again: Callable[[Office], object]) -> None:
    row = office.event(kind="identify", user="ann", anon="d", traits={"phone": "13812345678"})
    office.catch_up(row)
    before = office.world()
    again(office)
    assert office.world() == before
