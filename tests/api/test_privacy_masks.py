"""One value, seen through every address there is: what all its masks show together is not enough.

A telephone number, an id card, a bank card and an e-mail address are planted wherever a sender can
put one. Then every address is asked as whoever sees most there, and the digits that its answers
show are laid over one another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from api.api_house import House, close, settle
from api.furniture import Furniture, ask, furnish
from api.marked import CANARY, PERSON
from api.operations import Operation, operations
from api.test_every_address import whoever_may

APART = {"stream_events"}
"""It never ends; it is masked line by line, which `test_live` looks at."""

CLEAR = {"reveal_value"}
HIDDEN_MIN = 4
RUN_MIN = 5
"""A shorter run of digits may stand in any id or instant by chance."""

PHONE, IDCARD, BANKCARD = "13957846291", "440524198607153625", "6222021937465108290"
EMAIL = "meihua.zhuang@planted.example"
SPELLINGS = (
    PHONE,
    "+86 139-5784-6291",
    "139 5784 6291",
    "\uff11\uff13\uff19\uff15\uff17\uff18\uff14\uff16\uff12\uff19\uff11",
)


@dataclass
class Seen:
    """The digits of a number that answers showed.

    Attributes:
        number: the number.
        shown: places of it that stood somewhere.
        by: which address showed them first.
    """

    number: str
    shown: set[int] = field(default_factory=set)
    by: dict[int, str] = field(default_factory=dict)

    def look(self, text: str, where: str) -> None:
        """Lays what stands in an answer over what was seen before."""
        for run in range(len(self.number), RUN_MIN - 1, -1):
            for start in range(len(self.number) - run + 1):
                if re.search(rf"(?<![0-9a-f]){self.number[start : start + run]}(?![0-9a-f])", text):
                    self._show(range(start, start + run), where)
        for head, tail in re.findall(r"(\d*)[*\u2022]{2,}(\d*)", text):
            bare = head.removeprefix("86") if head.startswith("861") else head
            if bare and self.number.startswith(bare) and (not tail or self.number.endswith(tail)):
                self._show(range(len(bare)), where)
            if tail and self.number.endswith(tail) and self.number.startswith(bare):
                self._show(range(len(self.number) - len(tail), len(self.number)), where)

    def _show(self, places: range, where: str) -> None:
        self.shown.update(places)
        for place in places:
            self.by.setdefault(place, where)

    @property
    def hidden(self) -> int:
        """How many digits nothing showed."""
        return len(self.number) - len(self.shown)


def plant(house: House, ours: Furniture) -> None:
    """Puts the values wherever a sender can put them."""
    every = " / ".join([*SPELLINGS, IDCARD, BANKCARD, EMAIL])
    told = {
        "phone": PHONE, "email": EMAIL, "idcard": IDCARD, "bankcard": BANKCARD,
        "note": every, "name": "\u5e84\u6885\u534e",
        "address": {"city": "\u5e7f\u5dde", "detail": f"\u4e2d\u5c71\u8def 7 {PHONE}"},
    }  # fmt: skip
    deep = {"receiver_phone": PHONE, "list": [{"tel": SPELLINGS[1]}], "text": every, PHONE: "key"}
    house.send(
        [
            {"type": "identify", "user_id": PERSON, "message_id": "p-1", "traits": told},
            {"type": "identify", "user_id": PHONE, "message_id": f"p-{PHONE}", "traits": told},
            {"event": CANARY, "user_id": PERSON, "anonymous_id": PHONE, "message_id": "p-2",
             "properties": deep, "context": {"externalIds": [{"id": PHONE, "type": "phone"}]}},
            {"event": CANARY, "user_id": EMAIL, "message_id": "p-3",
             "properties": {"order_id": f"+86{PHONE}", "product_id": f"a {PHONE}", **deep}},
            # these two are nobody's, and quarantined
            {"event": CANARY, "properties": deep},
            {"event": PHONE, "message_id": every},
        ],
        ours.ids["source_id"],
    )  # fmt: skip
    house.keep_people()
    house.keep_interests()


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Furniture]]:
    house = settle(tmp_path_factory.mktemp("masks"))
    ours = furnish(house)
    plant(house, ours)
    yield house, ours
    close(house)


def answers(house: House, ours: Furniture) -> Iterator[tuple[Operation, str]]:
    """Every answer there is, of the person who sees most; reading before writing."""
    found = [one for one in operations(house.app) if one.is_scoped and not one.is_public]
    for one in sorted(found, key=lambda one: (one.method != "GET", one.method == "DELETE")):
        if one.name not in APART | CLEAR:
            yield one, ask(house.client(whoever_may(one)), one, ours).text


def test_all_masks_of_one_value_together_hide_enough(planted: tuple[House, Furniture]) -> None:
    house, ours = planted
    numbers = [Seen(one) for one in (PHONE, IDCARD, BANKCARD)]
    mails, asked = [], 0
    for operation, text in answers(house, ours):
        asked += 1
        for one in numbers:
            one.look(text, operation.name)
        if EMAIL in text or EMAIL.partition("@")[0] in text:
            mails.append(operation.name)
        assert "pii:" not in text, f"a token left by {operation.name}"
    assert asked > 130
    assert mails == []
    for one in numbers:
        assert one.hidden >= HIDDEN_MIN, (one.number, one.by)
    assert numbers[0].shown, "some mask was seen, or nothing was looked at"


def test_what_is_typed_is_not_told_back_in_a_refusal(planted: tuple[House, Furniture]) -> None:
    house, ours = planted
    owner = house.client("owner")
    for answer in (
        owner.get(house.at("/people/lookup"), params={"kind": "phone", "value": "10" + PHONE}),
        owner.get(house.at("/people"), params={"cursor": PHONE}),
        owner.post(house.at("/sources"), json={"name": PHONE, "kind": PHONE}),
        owner.post(house.at("/audiences"), json={"name": "x", "rule": {PHONE: EMAIL}}),
        owner.get(house.at(f"/people/{PHONE}")),
        owner.post(house.at("/metrics/query"), json={"metric": EMAIL}),
        owner.post(house.at(f"/imports/{ours.ids['import_id']}/cancel"), json={"because": PHONE}),
    ):
        assert PHONE not in answer.text, answer.text
        assert EMAIL not in answer.text, answer.text


def test_with_the_keys_away_nothing_is_shown_at_all(tmp_path: Path) -> None:
    house = settle(tmp_path)
    told = {"phone": PHONE, "city": "Guangzhou"}
    house.send([{"type": "identify", "user_id": "u", "message_id": "m", "traits": told}])
    house.keep_people()
    owner = house.client("owner")
    found = owner.get(house.at("/people/lookup"), params={"kind": "user", "value": "u"}).json()
    keys = tmp_path / "privacy" / "home.keys"
    keys.rename(keys.with_name("elsewhere"))
    try:
        page = owner.get(house.at(f"/people/{found['person']}"))
        assert page.status_code == 200, page.text
        traits = {one["name"]: one["value"] for one in page.json()["traits"]}
        assert (traits["phone"], traits["city"]) == ("\u2022\u2022\u2022\u2022", "Guangzhou")
    finally:
        keys.with_name("elsewhere").rename(keys)
        close(house)


def test_a_mask_that_hides_other_digits_is_caught() -> None:
    seen = Seen(PHONE)
    seen.look('{"a": "139****6291"}', "one")
    assert seen.hidden == 4
    seen.look('{"b": "13957846***"}', "another")
    assert seen.hidden < HIDDEN_MIN
    again = Seen(IDCARD)
    again.look("x 198607153 y", "a third")
    assert len(again.shown) == 9
