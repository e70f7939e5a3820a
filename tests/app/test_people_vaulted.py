"""People whose particulars lie in the vault: joined, found, shown, compared, put into files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catchment import audiences, people
from catchment.access import Workspace
from catchment.app.home import Home, open_home
from catchment.app.settings import read_settings
from catchment.lake import EVENTS, Received
from catchment.people import DeclaredKind, Strength
from catchment.people.consent import ConsentChange, ConsentState, ConsentWord, write_consent
from catchment.store import UnitOfWork
from catchment.vault import GrantRefused, GrantScope, GrantSpec, Purpose, is_token

PHONE, SECOND, MAIL, NAME = "138 1234 8000", "13912345678", "Lin.Wei@example.com", "林薇"
SHOP: list[dict[str, Any]] = [
    {"type": "identify", "user_id": "lin", "traits": {"phone": PHONE, "name": NAME}},
    {"event": "Order Completed", "user_id": "lin", "anonymous_id": "d1"},
    # Nobody but a phone, written otherwise: kept under the phone's own subject.
    {
        "event": "Paper Coupon Used",
        "context": {"externalIds": [{"id": "+86 138-1234-8000", "type": "phone"}]},
    },
    {"type": "identify", "user_id": "he", "traits": {"email": MAIL, "name": "何 平"}},
    # A shop that calls its users by their numbers.
    {"event": "Order Completed", "user_id": SECOND},
]
BY_PHONE = DeclaredKind(
    name="member", code=0, label_zh="会员号", label_en="Member", strength=Strength.STRONG,
    priority=35, places=("traits.contact_phone",),
)  # fmt: skip


class Shop:
    """A home with one workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = open_home(read_settings({"CATCHMENT_HOME": str(folder / "home")}))
        self.workspace: Workspace = self.home.workspace()
        self.source = self.home.create_source(self.workspace, "Web", "web")
        self._sent = 0

    def land(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Events in our own format, landed; people and audiences brought up to them."""
        body = []
        for event in events:
            self._sent += 1
            body.append({"message_id": f"m{self._sent}", **event})
        now_us = self.home.clock.now_us()
        received = Received(
            self.workspace.id, self.source.id, "catchment", now_us,
            json.dumps({"events": body}).encode(),
        )  # fmt: skip
        self.home.log.append([received])
        self.home.lander.catch_up()
        self.home.people_keeping.keep(self.workspace.id)

    def column(self, name: str) -> list[str]:
        """What stands in a column of the lake."""
        rows = self.home.engine.query(self.workspace.id, EVENTS.select(name))
        return [one for one in rows.column(name).to_pylist() if one is not None]

    def asked(self, **ask: Any) -> Sequence[people.PersonListed]:
        """People of the list."""
        return people.list_people(
            self.home.people_parts, self.workspace.id, people.PeopleAsk("CNY", **ask),
            at_us=self.home.clock.now_us(),
        ).items  # fmt: skip

    def person(self, kind: str, value: str) -> str | None:
        """Whose an identifier is."""
        return people.lookup_person(self.home.people_parts, self.workspace.id, kind, value)

    def trail(self, action: str) -> list[Any]:
        """The acts of this kind in the trail, the oldest first."""
        with UnitOfWork(self.home.database, reads_only=True) as uow:
            page = self.home.privacy.trail.page(uow, self.workspace.id)
        return [one.act for one in reversed(page.items) if one.act.action == action]

    def audience(self, event: str) -> str:
        """An audience of those who did this."""
        works = self.home.audiences
        author = audiences.Author("opr_test", works.check, self.home.clock, self.home.ids)
        draft = audiences.Draft("Buyers", {"did": {"event": event}})
        with UnitOfWork(self.home.database) as uow:
            made = audiences.create_audience(uow, self.workspace.id, draft, author=author)
        self.home.people_keeping.keep(self.workspace.id)
        return made.id

    def granted(self, kinds: tuple[str, ...], purpose: Purpose, people_max: int = 100) -> str:
        """A grant for files that two others approved."""
        spec = GrantSpec(GrantScope.EXPORT, purpose, kinds, people_max, 30, "spring campaign")
        grants, mine = self.home.privacy.grants, self.workspace.id
        with UnitOfWork(self.home.database) as uow:
            grant = grants.ask(uow, mine, spec, actor="opr_test")
        for approver in ("opr_one", "opr_two"):
            with UnitOfWork(self.home.database) as uow:
                grants.approve(uow, mine, grant.id, actor=approver)
        return grant.id

    def agree(self, kind: str, value: str, channel: str) -> None:
        """Somebody grants marketing by a channel."""
        now = self.home.clock.now()
        word = ConsentWord(
            self.home.hasher.subject(self.workspace.id, kind, value), "marketing", channel,
            ConsentState.GRANTED, "api", now, now,
        )  # fmt: skip
        change = ConsentChange("opr_test", self.home.clock, self.home.ids)
        with UnitOfWork(self.home.database) as uow:
            write_consent(uow, self.workspace.id, word, change=change)


def declare_traits(shop: Shop) -> None:
    """Phone and name, as traits that rules and files may ask of."""
    change = people.TraitChange("opr_test", shop.home.clock, shop.home.ids)
    for name in ("phone", "name"):
        measure = people.declared_measure(
            f"traits.{name}", people.FieldRule.LAST, people.TraitType.TEXT
        )
        spec = people.TraitSpec(
            name, name, name, people.TraitType.TEXT, measure, people.FieldRule.LAST,
            f"traits.{name}",
        )  # fmt: skip
        with UnitOfWork(shop.home.database) as uow:
            people.declare_trait(uow, shop.workspace.id, spec, change=change)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    made = Shop(tmp_path_factory.mktemp("shop"))
    made.land(SHOP)
    declare_traits(made)
    yield made
    made.home.close()


def test_the_lake_holds_tokens_where_people_stood(shop: Shop) -> None:
    told = "".join([*shop.column("traits"), *shop.column("context"), *shop.column("user_id")])
    for secret in (PHONE, "1234-8000", SECOND, MAIL, NAME, "何 平"):
        assert secret not in told
    assert sum(is_token(one) for one in shop.column("user_id")) == 1


def test_a_token_is_its_identifiers_subject_so_people_are_joined_unopened(shop: Shop) -> None:
    lin = shop.person("user", "lin")
    assert lin is not None
    assert shop.person("phone", "13812348000") == lin
    assert shop.person("email", MAIL.lower()) == shop.person("user", "he")
    [row] = shop.asked(search="lin")
    assert row.sums.events == 3, "the coupon was used by the phone alone"
    assert shop.trail("open") == []


def test_identifiers_are_shown_masked_and_names_by_their_tokens(shop: Shop) -> None:
    [row] = shop.asked(search="lin")
    assert {(one.kind, one.masked) for one in row.identifiers} >= {
        ("user", "lin"), ("phone", "138****8000"),
    }  # fmt: skip
    assert row.name is not None
    assert is_token(row.name)
    assert shop.home.vault.show(shop.workspace.id, row.name) == "林**"
    [number] = [one for one in shop.asked(search=SECOND)[0].identifiers if one.kind == "user"]
    assert number.masked == "139****5678"
    page = people.read_profile(
        shop.home.people_parts, shop.workspace.id, row.person, [], currency="CNY",
        at_us=shop.home.clock.now_us(),
    )  # fmt: skip
    assert all(is_token(one.value) for one in page.traits)
    assert (page.name, len(page.traits)) == (row.name, 2)


def test_a_person_is_found_by_every_identifier_and_by_the_name_whole(shop: Shop) -> None:
    lin = shop.person("user", "lin")
    for search in ("lin", PHONE, "+8613812348000", NAME, f" {NAME} ", "d1"):
        assert [one.person for one in shop.asked(search=search)] == [lin], search
    he = shop.person("user", "he")
    assert [one.person for one in shop.asked(search="何平")] == [he], "blanks are not told apart"
    for search in ("林", "pii:name:", "pii:", "p", "138"):
        assert shop.asked(search=search) == [], search


def test_without_keys_a_kind_is_shown_and_no_more(shop: Shop) -> None:
    keys = shop.home.settings.keys
    away = keys.with_name("away")
    shop.home.close()
    keys.rename(away)
    try:
        with Home(shop.home.settings) as home:
            page = people.list_people(
                home.people_parts, shop.workspace.id, people.PeopleAsk("CNY"),
                at_us=home.clock.now_us(),
            )  # fmt: skip
            phones = [
                one.masked for row in page.items for one in row.identifiers if one.kind == "phone"
            ]
            assert phones == ["••••"]
    finally:
        away.rename(keys)
        shop.home = open_home(shop.home.settings)


def test_a_token_of_another_kind_is_opened_and_hashed_as_the_declared_one(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.land([{"type": "identify", "user_id": "wu", "traits": {"contact_phone": PHONE}}])
    assert shop.person("member", PHONE) is None
    kinds = [*shop.home.registrar.kinds(shop.workspace.id), BY_PHONE]
    by = people.By("opr_test", "members are called by their numbers")
    shop.home.registrar.replace_kinds(shop.workspace.id, kinds, by=by)
    shop.home.people_keeping.keep(shop.workspace.id)
    assert shop.person("member", PHONE) == shop.person("user", "wu")
    [act] = shop.trail("open")
    assert (act.purpose, act.kinds, act.values) == (Purpose.MATCHING, ("phone",), 1)
    # What lands from now on is tagged as the declared kind, and needs no opening.
    shop.land([{"type": "identify", "user_id": "xu", "traits": {"contact_phone": SECOND}}])
    assert shop.person("member", SECOND) == shop.person("user", "xu")
    assert len(shop.trail("open")) == 1
    shop.home.close()


def test_a_blocked_number_is_known_by_its_subject(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    kinds = [
        replace(one, blocked=(PHONE,)) if one.name == "phone" else one
        for one in shop.home.registrar.kinds(shop.workspace.id)
    ]
    shop.home.registrar.replace_kinds(
        shop.workspace.id, kinds, by=people.By("opr_test", "the shop's own number")
    )
    shop.land([
        {"type": "identify", "user_id": user, "traits": {"phone": PHONE}} for user in ("a", "b")
    ])  # fmt: skip
    # An event that has nothing else is kept, under a number that is nobody's.
    shop.land(SHOP[2:3])
    assert shop.person("phone", PHONE) not in {shop.person("user", "a"), shop.person("user", "b")}
    [refusal] = shop.home.registrar.refusals(shop.workspace.id)
    assert (refusal.kind, refusal.reason.value, refusal.count) == ("phone", "blocked", 3)
    assert shop.home.vault.show(shop.workspace.id, refusal.example) == "138****8000"
    shop.home.close()


def test_duplicates_are_compared_by_what_is_opened_in_one_go(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    crowd: list[dict[str, Any]] = [
        {"type": "identify", "user_id": f"u{number}", "traits": {
            "name": family + given, "city": ("杭州", "上海", "成都")[number % 3],
            "street": f"{'文桂云'[number % 3]}{'一二三四五'[number % 5]}路{number * 7 + 1}号",
            "birthday": f"19{60 + number}-0{1 + number % 9}-{10 + number % 19}",
            "phone": f"+861390000{1000 + number * 37}",
        }}
        for number, (family, given) in enumerate(
            (f, g) for f in "王李张刘陈杨赵黄周吴" for g in ("芳芳", "敏之", "静怡", "强")
        )
    ]  # fmt: skip
    twice = dict(crowd[3]["traits"])
    del twice["phone"]
    shop.land([*crowd, {"type": "identify", "user_id": "again", "traits": twice}])
    home = shop.home
    works = people.DuplicateWorks(
        home.facts, home.identity_book, home.database, home.clock, vault=home.people_vault
    )
    report = people.search_duplicates(works, shop.workspace.id, search="job_1")
    assert report.duplicates == 1
    [act] = shop.trail("open")
    assert act.purpose is Purpose.MATCHING
    assert act.values == 3 * 41 - 1
    with UnitOfWork(home.database, reads_only=True) as uow:
        [found] = people.list_suggestions(
            uow, shop.workspace.id, state=people.SuggestionState.OPEN
        ).items
    pair = (found.left, found.right)
    known = people.particulars_of(
        home.people_parts, shop.workspace.id, pair, at_us=home.clock.now_us()
    )
    assert {known[one].values["name"] for one in pair} == {"王**"}
    assert {known[one].values["phone_end"] for one in pair} == {"1111", None}
    shop.home.close()


def test_files_of_people_take_a_grant_and_consent(shop: Shop, tmp_path: Path) -> None:
    buyers = shop.audience("Order Completed")
    out = tmp_path / "out.csv"
    masked = audiences.ExportOrder(
        buyers, audiences.ExportFormat.CSV, "call back", "opr_test", ("phone", "name")
    )

    def written(order: audiences.ExportOrder) -> list[list[str]]:
        audiences.write_people(shop.home.audiences, shop.workspace.id, order, out)
        with out.open(encoding="utf-8-sig", newline="") as file:
            return sorted(row[-2:] for row in list(csv.reader(file))[1:])

    assert written(masked) == [["", ""], ["138****8000", "林**"]]
    full = replace(masked, unmasked=True)
    for kinds, rule in ((("phone",), "kind"), (("name", "phone"), None)):
        order = replace(full, grant_id=shop.granted(kinds, Purpose.SERVICE))
        if rule is None:
            assert written(order) == [["", ""], [PHONE, NAME]]
            continue
        with pytest.raises(GrantRefused) as refused:
            written(order)
        assert refused.value.details["rule"] == rule
    hashed = replace(
        masked, format=audiences.ExportFormat.HASHED_PHONE,
        grant_id=shop.granted(("phone",), Purpose.MARKETING),
    )  # fmt: skip
    assert written(hashed) == [], "nobody agreed"
    shop.agree("phone", "+8613812348000", "ads")
    assert len(written(hashed)) == 1
    assert {act.action for act in shop.trail("export")} == {"export"}


def test_rules_only_ask_whether_personal_traits_are_known(shop: Shop) -> None:
    for value in ({"operator": "equals", "value": PHONE}, {"operator": "contains", "value": "138"}):
        rule = {"trait": {"name": "phone", **value}}
        with pytest.raises(audiences.RuleRefused) as refused:
            audiences.preview_rule(shop.home.audiences, shop.workspace.id, rule)
        assert [(one.pointer, one.code) for one in refused.value.problems] == [
            ("/trait/operator", "personal_sealed")
        ]
    known = {"trait": {"name": "phone", "operator": "is_set", "value": True}}
    assert audiences.preview_rule(shop.home.audiences, shop.workspace.id, known).size == 1
    face = audiences.preview_rule(shop.home.audiences, shop.workspace.id, known).sample[0]
    assert (face.name, "138****8000" in face.identifiers) == ("林**", True)
    by_deed = {"did": {"event": "Order Completed", "where": [
        {"field": "receiver_phone", "operator": "equals", "value": PHONE},
    ]}}  # fmt: skip
    with pytest.raises(audiences.RuleRefused, match="upload a list"):
        audiences.preview_rule(shop.home.audiences, shop.workspace.id, by_deed)


def test_nodes_of_a_list_are_found_by_the_numbers_in_it(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(f"phone\n{PHONE}\n{SECOND}\n", encoding="utf-8")
    order = audiences.ListOrder("Fair", "opr_test", kind="phone")
    with UnitOfWork(shop.home.database) as uow:
        made = audiences.take_list(shop.home.audiences, uow, shop.workspace.id, file, order)
    assert (made.matched, made.people) == (1, 1)
    assert [one.value for one in made.problems] == ["139****5678"]
