"""Protecting rows on their way to the lake: nothing personal lands in clear."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from catchment.collect import Lander, LandingReport, SubjectHasher
from catchment.testing.landing_desk import MINE, THEIRS, Desk, Died, batch, call
from catchment.testing.vault_world import VaultWorld, make_vault_world
from catchment.vault import (
    Access,
    DataClass,
    DeclaredField,
    DeclaredFields,
    IdentityPlace,
    KeyName,
    KeysAway,
    PersonalValue,
    Protector,
    Purpose,
    Vault,
    is_token,
    parse_token,
    tokens_in,
)
from catchment.vault.detect.findings import Edit, Spot
from catchment.vault.keys.types import NamedKey, StoredKey
from catchment.vault.types import PlainField

HASHER = SubjectHasher(b"k" * 32)
ACCESS = Access("opr_a", Purpose.SERVICE, "a test")
POINTS = ("decoded", "quarantined", "protected", "appended", "recorded", "kept house")
PHONE, MAIL = "13812345678", "lin@example.com"
SHOWN = ("properties", "traits", "context", "user_id", "anonymous_id", "order_id")


@dataclass
class Harbour:
    """A desk whose landers protect."""

    desk: Desk
    world: VaultWorld
    fields: DeclaredFields = field(default_factory=DeclaredFields)
    identities: Sequence[IdentityPlace] = ()

    def vault(self) -> Vault:
        return self.world.vault()

    def lander(self, reached: Callable[[str], None] = lambda _: None) -> Lander:
        vault, ring = self.vault(), self.world.ring()
        protector = Protector(vault, HASHER, lambda _: self.fields, lambda _: self.identities)

        def suppressed(workspace_id: str) -> set[str]:
            stones = ring.tombstones(workspace_id)  # type: ignore[arg-type]
            return {subject for subject, stone in stones.items() if stone.bars}

        lander = self.desk.lander(reached)
        parts = replace(
            lander._parts, protect=protector.protect, look=protector.look, suppressed=suppressed
        )
        lander.close()
        return Lander(parts)

    def land(self, *calls: Mapping[str, object]) -> LandingReport:
        if calls:
            self.desk.log.append([batch(list(calls))])
        lander = self.lander()
        try:
            return lander.catch_up()
        finally:
            lander.close()

    def rows(self) -> list[dict[str, Any]]:
        table = self.desk.table()
        rows = table.read(table.files(MINE)).sort_by("message_id").to_pylist()
        return [{**row, **{n: json.loads(row[n]) for n in SHOWN[:3]}} for row in rows]

    def values(self, row: Mapping[str, Any]) -> list[tuple[str, str | None]]:
        """Kind and value of every token in a row, in the order of `SHOWN`."""
        text = "".join(json.dumps(row[name], ensure_ascii=False) for name in SHOWN)
        tokens = tokens_in(text)
        opened = self.vault().open_for(MINE, [str(one) for one in tokens], ACCESS)
        return [(one.kind, value) for one, value in zip(tokens, opened, strict=True)]


@pytest.fixture
def harbour(tmp_path: Path) -> Iterator[Harbour]:
    (tmp_path / "desk").mkdir()
    built = Harbour(Desk(tmp_path / "desk"), make_vault_world(tmp_path / "world"))
    yield built
    built.desk.log.close()


def identify(message_id: str, traits: object, **members: object) -> dict[str, object]:
    return call(message_id, type="identify", traits=traits, **members)


def test_declared_fields_and_what_looks_personal_give_way_to_tokens(harbour: Harbour) -> None:
    traits = {
        "name": "\u5f20\u4e09\u4e30", "phone": 13812345678, "email": MAIL, "vip": 12.5,
        "tags": ["a"],
        "address": {"street": "\u79d1\u6280\u56ed1\u53f7", "city": "\u6df1\u5733", "zip": "518000",
                    "name": "\u674e\u56db"},
        "age": None, "\u8eab\u4efd\u8bc1": "1", "qq": "unknown",
    }  # fmt: skip
    memo = f"\u6253 138-1234-5678 or {MAIL}"
    harbour.land(
        identify("a", traits),
        call("b", properties={"memo": memo, "name": "shirt", "n": 13912345678, "price": 1.50}),
        call("c", userId=PHONE, properties={"order_id": f"o-{PHONE}", PHONE: 1}),
    )
    first, second, third = harbour.rows()
    assert harbour.values(first) == [
        ("name", "\u5f20\u4e09\u4e30"), ("phone", PHONE), ("email", MAIL),
        ("address", "\u79d1\u6280\u56ed1\u53f7"), ("address", "518000"), ("name", "\u674e\u56db"),
        ("idcard", "1"),
    ]  # fmt: skip
    kept = {name: first["traits"][name] for name in ("vip", "tags", "age", "qq")}
    assert kept == {"vip": 12.5, "tags": ["a"], "age": None, "qq": "unknown"}
    assert first["traits"]["address"]["city"] == "\u6df1\u5733"
    assert harbour.values(second) == [
        ("phone", "138-1234-5678"), ("email", MAIL), ("phone", "13912345678"),
    ]  # fmt: skip
    assert (second["properties"]["name"], second["properties"]["price"]) == ("shirt", 1.5)
    assert second["properties"]["memo"].startswith("\u6253 pii:phone:")
    assert [value for _, value in harbour.values(third)] == [PHONE] * 4
    assert third["user_id"].startswith("pii:phone:")


def test_what_an_event_is_called_and_where_it_was_gives_way_as_well(harbour: Harbour) -> None:
    harbour.land(
        call("a", event=f"Bought by {PHONE}", properties={"live_id": MAIL, "currency": PHONE}),
        call("b", event="Live Room Entered", properties={"live_id": PHONE, "currency": "CNY"}),
    )
    first, second = harbour.rows()
    assert [first[name].partition("pii:")[0] for name in ("name", "live_id", "currency")] == [
        "Bought by ", "", "",
    ]  # fmt: skip
    assert PHONE not in repr(first)
    assert MAIL not in repr(first).lower()
    assert (second["name"], second["currency"]) == ("Live Room Entered", "CNY")
    assert second["live_id"] == PHONE, "bare digits number rooms"


def test_a_number_is_a_phone_with_a_fraction_and_a_sign_too(harbour: Harbour) -> None:
    harbour.land(call("a", properties={"a": 13812345678.0, "b": -13912345678, "c": [13.8]}))
    (row,) = harbour.rows()
    assert [value for _, value in harbour.values(row)] == ["13812345678", "13912345678"]
    assert row["properties"]["c"] == [13.8]


def test_a_phone_in_an_address_has_the_subject_of_the_phone(harbour: Harbour) -> None:
    url = "https://shop.example/?phone=%2B86%20138%201234%205678&mail=lin%2540example.com"
    harbour.land(call("a", userId=PHONE), call("b", properties={"url": url}))
    first, second = harbour.rows()
    (bare,) = tokens_in(first["user_id"])
    phone, mail = tokens_in(second["properties"]["url"])
    assert (phone.kind, phone.tag) == ("phone", bare.tag)
    assert (mail.kind, bool(mail.tag)) == ("email", True)


def test_subjects_and_keys_are_those_of_the_true_values(harbour: Harbour) -> None:
    harbour.land(call("a", userId=PHONE), identify("b", {"phone": "+86 138 1234 5678"}))
    first, second = harbour.rows()
    assert first["user_subject"] == HASHER.subject(MINE, "user", PHONE)
    tag = HASHER.subject(MINE, "phone", "+8613812345678")
    assert parse_token(first["user_id"]).tag == tag
    assert parse_token(second["traits"]["phone"]).tag == tag
    assert harbour.vault().tokens_tagged(MINE, [tag])[tag] in {
        first["user_id"], second["traits"]["phone"]
    }  # fmt: skip
    assert harbour.land(call("a", userId=PHONE)).duplicate == 1


def test_what_a_workspace_declares_is_found_and_what_it_opens_stays(harbour: Harbour) -> None:
    wechat = DeclaredField("wechat", DataClass.COMMON, Purpose.MARKETING)
    clear = DeclaredField("text", DataClass.GENERAL, Purpose.SERVICE)
    harbour.fields = DeclaredFields(
        keys={"memo": wechat, "ordernumber": clear}, paths={("traits", "wx"): wechat},
        kinds={"qq": DeclaredField("qq", DataClass.GENERAL, Purpose.SERVICE)},
    )  # fmt: skip
    harbour.identities = (
        IdentityPlace("buyer", ("properties", "buyer_id"), (("properties", "platform"),)),
        IdentityPlace("device", ("context", "device", "id")),
    )
    harbour.land(
        identify("a", {"wx": "lin_1", "qq": "123456789", "other": {"wx": "open"}}),
        call("b", properties={"memo": "hi", "order_number": PHONE, "buyer_id": 77,
                              "platform": "dy"},
             context={"device": {"id": "dev-1"}}),
    )  # fmt: skip
    first, second = harbour.rows()
    assert harbour.values(first) == [("wechat", "lin_1")]
    assert first["traits"]["qq"] == "123456789"
    assert harbour.values(second) == [("wechat", "hi"), ("buyer", "77")]
    assert parse_token(second["properties"]["buyer_id"]).tag == HASHER.subject(
        MINE, "buyer", "dy:77"
    )
    assert second["properties"]["order_number"] == PHONE
    assert second["context"]["device"]["id"] == "dev-1"


def test_a_field_that_is_open_lets_numbers_by_and_nobody(harbour: Harbour) -> None:
    clear = DeclaredField("batch", DataClass.GENERAL, Purpose.SERVICE)
    harbour.fields = DeclaredFields(keys={"batch": clear}, paths={("properties", "buyer"): clear})
    harbour.identities = (IdentityPlace("buyer", ("properties", "buyer")),)
    told = [PHONE, int(PHONE), f"call {PHONE}", MAIL, {"tel": PHONE, "n": 1}]
    harbour.land(call("a", properties={"batch": told, "buyer": "b-7"}))
    (row,) = harbour.rows()
    batch = row["properties"]["batch"]
    assert batch[:2] == [PHONE, int(PHONE)]
    assert batch[4]["n"] == 1
    assert MAIL not in str(batch)
    assert PHONE not in str(batch[2:])
    assert sorted(harbour.values(row)) == sorted(
        [("phone", PHONE), ("email", MAIL), ("phone", PHONE), ("buyer", "b-7")]
    )


CARD, IDENTITY = "6222021234567890128", "310115200002291235"


def test_ids_of_things_that_merely_look_like_phones_or_cards_stay(harbour: Harbour) -> None:
    told = {
        "order_id": CARD, "product_id": PHONE, "\u8ba2\u5355\u53f7": 13812345678,
        "couponId": PHONE, "products": [{"sku": PHONE, "Product-ID": CARD}], "item_ids": "x",
        "transaction_id": CARD, "coupon_id": PHONE, "live_id": PHONE,
    }  # fmt: skip
    harbour.land(call(PHONE, userId="u-1", properties=told), call("z", properties=told))
    first, second = harbour.rows()
    for row in (first, second):
        assert row["properties"] == told
        assert (row["order_id"], row["product_id"]) == (CARD, PHONE)
    # A message's id counts nothing over people: there a phone is a phone.
    assert is_token(first["message_id"])


def test_what_is_more_than_bare_digits_is_found_in_ids_too(harbour: Harbour) -> None:
    """The wrong variants: whatever a field is called, these are somebody's."""
    told = {
        "order_id": MAIL,
        "sku": IDENTITY,
        "payment_no": f"+86{PHONE}",
        "coupon_id": f"a {PHONE}",
    }
    harbour.land(call("a", userId=PHONE, anonymousId=PHONE, properties=told))
    harbour.land(call("b", properties={"memo": PHONE, "orders": CARD, "order_phone": PHONE}))
    first, second = harbour.rows()
    assert [kind for kind, _ in harbour.values(first)] == [
        "email", "idcard", "phone", "phone", "phone", "phone", "email",
    ]  # fmt: skip
    assert harbour.values(second) == [("phone", PHONE), ("bankcard", CARD), ("phone", PHONE)]


def test_what_a_workspace_says_of_such_an_id_goes_before(harbour: Harbour) -> None:
    phone = DeclaredField("phone", DataClass.IMPORTANT, Purpose.SERVICE)
    harbour.fields = DeclaredFields(keys={"couponno": phone})
    harbour.land(call("a", properties={"coupon_no": PHONE}))
    assert harbour.values(harbour.rows()[0]) == [("phone", PHONE)]


def test_external_ids_are_kept_by_their_kind(harbour: Harbour) -> None:
    ids = [
        {"id": "o-ann", "type": "openid", "app": "wx1"}, {"id": "u-9", "type": "user_id"},
        {"id": 13812345678, "type": "mobile"},
    ]  # fmt: skip
    harbour.land(call("a", context={"externalIds": ids, "traits": {"name": "Ann"}, "app": "x"}))
    (row,) = harbour.rows()
    assert harbour.values(row) == [("openid", "o-ann"), ("phone", PHONE), ("name", "Ann")]
    told = row["context"]["externalIds"]
    assert parse_token(told[0]["id"]).tag == HASHER.subject(MINE, "openid", "wx1:o-ann")
    assert told[1]["id"] == "u-9"


def test_nobody_forges_a_token(harbour: Harbour) -> None:
    """What looks like one is a text like any other: else it would show somebody else's value."""
    harbour.land(identify("a", {"phone": PHONE}))
    token = harbour.rows()[0]["traits"]["phone"]
    harbour.land(call("b", properties={"x": token, "y": f"{token}:{'0' * 32}", "phone": token}))
    row = harbour.rows()[1]
    assert [kind for kind, _ in harbour.values(row)] == ["text", "text", "phone"]
    shown = harbour.vault().show_json(MINE, row["properties"])
    assert "5678" not in json.dumps([shown["x"], shown["y"]])


@pytest.mark.parametrize("point", POINTS)
def test_a_landing_cut_short_anywhere_gives_the_same(harbour: Harbour, point: str) -> None:
    calls = [
        identify(f"m{number}", {"phone": f"1381234567{number}", "name": f"n{number}"})
        for number in range(9)
    ]
    harbour.desk.log.append([batch([one]) for one in calls])

    def die(passed: str) -> None:
        if passed == point:
            raise Died(point)

    lander = harbour.lander(die)
    with pytest.raises(Died):
        lander.catch_up()
    lander.close()
    harbour.land()
    rows = harbour.rows()
    assert [row["message_id"] for row in rows] == [f"m{number}" for number in range(9)]
    for number, row in enumerate(rows):
        told = [("phone", f"1381234567{number}"), ("name", f"n{number}")]
        assert harbour.values(row) == told
    assert sum(count for *_, count, _ in harbour.vault().counts(MINE)) == 18


class Dice:
    """Wrong: tokens by lot, kept after the table is written."""

    def __init__(self) -> None:
        self.thrown = 0

    def keep(self, _ws: object, values: Sequence[PersonalValue], *, seen_us: int) -> list[str]:
        del seen_us
        self.thrown += 1
        return [f"pii:{one.kind}:{self.thrown:032x}" for one in values]


def test_the_same_rows_give_the_same_tokens_whenever_and_wherever(harbour: Harbour) -> None:
    harbour.desk.log.append([batch([identify("a", {"phone": PHONE})])])
    lander = harbour.desk.lander()
    lander.catch_up()
    lander.close()
    table = harbour.desk.table()
    rows = table.read(table.files(MINE))

    def protected(vault: Any) -> pa.Table:
        return Protector(vault, HASHER, lambda _: DeclaredFields()).protect(MINE, rows)

    assert protected(harbour.vault()).equals(protected(harbour.vault()))
    dice = Dice()
    assert not protected(dice).equals(protected(dice)), "the wrong variant would be seen"


def test_while_the_keys_are_away_landing_waits_and_loses_nothing(harbour: Harbour) -> None:
    harbour.land(identify("a", {"phone": PHONE}))
    harbour.world.move_keys_away()
    harbour.desk.log.append([batch([identify("b", {"phone": PHONE}), call("c")])])
    with pytest.raises(KeysAway):
        harbour.lander()
    harbour.world.put_keys_back()
    lander = harbour.lander()
    harbour.world.move_keys_away()
    for _ in range(2):
        with pytest.raises(KeysAway):
            lander.catch_up()
    assert harbour.desk.landed() == ["a"]
    harbour.world.put_keys_back()
    assert lander.catch_up().accepted == 2
    lander.close()
    assert harbour.desk.landed() == ["a", "b", "c"]
    assert harbour.values(harbour.rows()[1]) == [("phone", PHONE)]


def test_events_of_who_was_forgotten_are_dropped_until_it_is_lifted(harbour: Harbour) -> None:
    harbour.land(identify("a", {"phone": PHONE}, userId="ann"))
    gone = [
        HASHER.subject(MINE, "user", "ann"), HASHER.subject(MINE, "anon", "dev-1"),
        HASHER.subject(MINE, "phone", "+8613812345678"),
    ]  # fmt: skip
    harbour.vault().shred(MINE, gone, at_us=1)
    phone = {"externalIds": [{"id": PHONE, "type": "phone"}]}
    calls: list[dict[str, object]] = [
        call("b", userId="ann"), call("c", userId="bob"),
        call("d", userId="bob", anonymousId="dev-1"),
        {"type": "track", "event": "x", "messageId": "e", "context": phone},
    ]  # fmt: skip
    report = harbour.land(*calls)
    assert (report.accepted, report.suppressed) == (2, 2)
    assert harbour.desk.landed() == ["a", "c", "d"]
    # Somebody new says the forgotten number: it is not kept, and joins them to nobody.
    harbour.land(identify("f", {"phone": PHONE}, userId="new"))
    row = harbour.rows()[-1]
    assert (parse_token(row["traits"]["phone"]).tag, harbour.values(row)) == (
        None,
        [("phone", None)],
    )
    harbour.world.ring().lift(MINE, gone, at_us=2)
    report = harbour.land(*calls)
    assert (report.accepted, report.duplicate, report.suppressed) == (2, 2, 0)


def test_two_workspaces_with_one_phone_share_nothing(harbour: Harbour) -> None:
    told = identify("a", {"phone": PHONE})
    harbour.desk.log.append([batch([told]), batch([told], THEIRS)])
    harbour.land()
    table = harbour.desk.table()
    tokens = {
        workspace: json.loads(table.read(table.files(workspace))["traits"][0].as_py())["phone"]
        for workspace in (MINE, THEIRS)
    }
    mine, theirs = (parse_token(one) for one in tokens.values())
    assert mine.id != theirs.id
    assert mine.tag != theirs.tag
    assert harbour.vault().open_for(THEIRS, [tokens[MINE]], ACCESS) == [None]


@pytest.mark.parametrize(
    "text", ["{", "[1", "null", '"13812345678"', f"call {PHONE}", "[" * 9_000, f'{{"a":{PHONE}'],
)  # fmt: skip
def test_properties_that_are_no_json_are_texts(harbour: Harbour, text: str) -> None:
    harbour.desk.log.append([batch([call("a")])])
    lander = harbour.desk.lander()
    lander.catch_up()
    lander.close()
    table = harbour.desk.table()
    told = table.read(table.files(MINE))
    place = told.schema.get_field_index("properties")
    told = told.set_column(place, told.schema.field(place), pa.array([text]))
    protector = Protector(harbour.vault(), HASHER, lambda _: DeclaredFields())
    after = protector.protect(MINE, told)["properties"][0].as_py()
    assert PHONE not in after
    if PHONE not in text:
        assert after == text


def test_the_first_look_holds_for_the_rows_that_are_left(harbour: Harbour) -> None:
    harbour.land(call("a"))
    told = [
        call("a", properties={"phone": PHONE}),
        call("b", properties={"x": 1}),
        call("c", properties={"memo": MAIL}, anonymousId=PHONE),
        call("d", properties={"x": 2}),
    ]
    harbour.land(*told)
    assert [len(harbour.values(row)) for row in harbour.rows()] == [0, 0, 2, 0]


def test_rules_that_came_after_the_look_hold(harbour: Harbour) -> None:
    rules = [DeclaredFields()]
    protector = Protector(harbour.vault(), HASHER, lambda _: rules[-1])
    harbour.land(call("a", properties={"memo": "blue"}))
    table = harbour.desk.table()
    rows = table.read(table.files(MINE))
    look = protector.look(MINE, rows)
    assert protector.protect(MINE, rows, look).equals(rows)
    rules.append(
        DeclaredFields(keys={"memo": DeclaredField("wechat", DataClass.IMPORTANT, Purpose.SERVICE)})
    )
    kept = protector.protect(MINE, rows, look)["properties"][0].as_py()
    assert "pii:wechat:" in kept


def test_what_is_made_for_every_value_is_nothing_to_the_collector_of_garbage() -> None:
    """Ten thousand of each at once would have it walk through all that the process holds."""
    known = DeclaredField("phone", DataClass.IMPORTANT, Purpose.SERVICE)
    name = KeyName("a" * 32, Purpose.SERVICE, DataClass.IMPORTANT)
    stored = StoredKey(1, b"wrapped")
    made = [
        Spot(known, "138"), Edit({}, "phone", 0), PersonalValue("a", "phone", "138"), name,
        PlainField(name, b"138", b"place"), stored, NamedKey(name, stored),
    ]  # fmt: skip
    assert [one for one in made if gc.is_tracked(one)] == []
    assert gc.is_tracked(known)  # as any other object with members
