"""A person's page: right for one, for a joined and for a parted person."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.desk import START, WORKSPACE
from catchment.kernel import SystemClock
from catchment.people import (
    Aggregate,
    Condition,
    FieldRule,
    Measure,
    NobodyThere,
    Profile,
    Trait,
    TraitSpec,
    TraitType,
    built_in_facts,
    declared_measure,
    read_profile,
)
from people.town import AT_US, Named, Town

LIN: Named = ("user", "lin")
DEVICE: Named = ("anon", "d-1234-5678")
PHONE: Named = ("phone", "+8613812345678")


def order(town: Town, who: Named, minute: float, number: str, minor: int) -> dict[str, object]:
    return town.did(
        who, "Order Completed", minute, order_id=number, amount_minor=minor, currency="CNY"
    )


@pytest.fixture(params=["kept", "loose"])
def town(tmp_path: Path, request: pytest.FixtureRequest) -> Town:
    """One person with a device and a phone, joined when she signed in; in files, and in memory."""
    made = Town(tmp_path)
    made.land([
        made.did(DEVICE, "Live Room Entered", 1, live_id="l1"),
        order(made, DEVICE, 2, "o1", 1000),
        made.did(LIN, "Identified", 3, kind="identify", source_id="src_app",
                 traits={"name": "林晓", "city": "杭州", "phone": "13812345678", "vip": True}),
        order(made, LIN, 4, "o1", 500),
        order(made, LIN, 5, "o2", 2000),
        made.did(LIN, "Order Refunded", 6, order_id="o2", amount_minor=-700, currency="CNY"),
        made.did(LIN, "Consent Granted", 7, properties={"purpose": "ads", "channel": "sms"}),
        made.did(DEVICE, "Consent Withdrawn", 8, properties={"purpose": "ads", "channel": "sms"}),
        made.did(LIN, "Identified", 9, kind="identify", traits={"city": "上海"}),
        made.did(PHONE, "Page Viewed", 10),
    ])  # fmt: skip
    made.link(DEVICE, LIN, 3)
    made.link(PHONE, LIN, 3)
    if request.param == "kept":
        made.facts.declare(WORKSPACE, built_in_facts(["CNY"]))
        made.facts.catch_up(WORKSPACE)
    return made


def page(town: Town, who: Named, *traits: TraitSpec) -> Profile:
    now = SystemClock().now()
    kept = [Trait(WORKSPACE, spec, "opr_1", now, now) for spec in traits]
    person = "per_" + town.subject(who)
    return read_profile(town.parts, WORKSPACE, person, kept, currency="CNY", at_us=AT_US)


def known(profile: Profile) -> dict[str, object]:
    return {trait.name: trait.value for trait in profile.traits}


def test_the_sums_are_those_of_all_identifiers(town: Town) -> None:
    sums = page(town, LIN).sums
    assert (sums.events, sums.orders, sums.value_minor, sums.live_rooms) == (10, 2, 2800, 1)
    assert sums.first_seen_at is not None
    assert sums.last_seen_at is not None
    assert (sums.last_seen_at - sums.first_seen_at).total_seconds() == 9 * 60


def test_an_old_id_leads_to_the_person_of_now(town: Town) -> None:
    profile = page(town, DEVICE)
    assert profile.person == "per_" + town.subject(LIN)
    assert profile.asked_id == "per_" + town.subject(DEVICE)
    assert profile.name == "林**"
    with pytest.raises(NobodyThere):
        page(town, ("user", "nobody"))


def test_identifiers_are_masked_the_strongest_first(town: Town) -> None:
    shown = page(town, LIN).identifiers
    assert [(one.kind, one.masked) for one in shown] == [
        ("user", "lin"), ("phone", "138****5678"), ("anon", "d-1****678"),
    ]  # fmt: skip
    device = shown[-1]
    assert device.first_seen_at is not None
    assert (device.first_seen_at - START).total_seconds() == 60


def test_what_nobody_declared_is_shown_as_last_told(town: Town) -> None:
    profile = page(town, LIN)
    assert known(profile) == {
        "name": "林**", "city": "上海", "phone": "138****5678", "vip": True,
    }  # fmt: skip
    by_name = {trait.name: trait for trait in profile.traits}
    assert (by_name["vip"].type, by_name["vip"].source) == (TraitType.FLAG, "src_app")
    assert by_name["city"].date == (START.replace(minute=9))


def test_declared_and_computed_traits_follow_their_rules(town: Town) -> None:
    first_city = TraitSpec(
        "first_city", "首个城市", "First city", TraitType.TEXT,
        declared_measure("traits.city", FieldRule.FIRST, TraitType.TEXT),
        FieldRule.FIRST, "traits.city",
    )  # fmt: skip
    spent = TraitSpec(
        "spent", "消费", "Spent", TraitType.MONEY,
        Measure(Condition("Order Completed"), Aggregate.SUM, "amount_minor", currency="CNY"),
    )  # fmt: skip
    profile = page(town, LIN, first_city, spent)
    values = known(profile)
    assert (values["first_city"], values["spent"]) == ("杭州", 3500)
    assert "city" not in values, "what is declared is not shown a second time as discovered"
    by_name = {trait.name: trait for trait in profile.traits}
    assert by_name["first_city"].source == "src_app"
    assert (by_name["spent"].is_computed, by_name["spent"].rule) == (True, "sum")
    assert by_name["spent"].date == START.replace(minute=5)


def test_everything_follows_a_split_and_comes_back_with_it(town: Town) -> None:
    before = page(town, LIN)
    pair = town.link(DEVICE, LIN, 3)
    town.split(pair)
    lin, device = page(town, LIN), page(town, DEVICE)
    assert (lin.sums.events, lin.sums.orders, lin.sums.value_minor) == (7, 2, 1800)
    assert (device.sums.events, device.sums.orders, device.sums.value_minor) == (3, 1, 1000)
    assert device.name is None
    assert set(lin.subjects) == {town.subject(one) for one in (LIN, PHONE)}
    assert list(device.subjects) == [town.subject(DEVICE)]
    assert device.person == "per_" + town.subject(DEVICE)
    with town.book.writing(WORKSPACE, town.book.reading(WORKSPACE).rules) as pages:
        pages.restore([pair])
    assert page(town, LIN) == before
