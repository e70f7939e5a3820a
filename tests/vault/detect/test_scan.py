"""The first look may suspect too many, and misses none that the close look finds."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catchment.vault.detect.findings import Findings
from catchment.vault.detect.names import BY_NAME, PERSON_NAMES
from catchment.vault.detect.rows import RowScanner, suspects_in
from catchment.vault.detect.walk import IdentityPlace, Walker
from catchment.vault.fields.types import DeclaredField, DeclaredFields
from catchment.vault.json_text import decode_tree
from catchment.vault.types import DataClass, Purpose
from vault.detect.writings import CARD_GAPS, WIDTHS, mobiles_written, written

WXID = DeclaredField("wechat", DataClass.IMPORTANT, Purpose.SERVICE)
FIELDS = DeclaredFields(
    keys={"memo": WXID, "\u5907\u6ce8": WXID}, paths={("properties", "a", "wxid2"): WXID}
)
PLACES = (IdentityPlace("buyer", ("properties", "buyer_id"), (("properties", "platform"),)),)
SCANNER = RowScanner(FIELDS, PLACES)
WALKER = Walker(FIELDS, PLACES)

CARDS = st.builds(
    lambda number, gap, width: written(number, [4, 4, 4], gap, width),
    st.sampled_from(["11010519491231002X", "310115200002291235", "4111111111111111",
                     "6222021234567890128"]),
    CARD_GAPS, WIDTHS,
)  # fmt: skip
PIECES = st.one_of(
    st.text(max_size=12),
    mobiles_written().map(lambda told: told[1]),
    CARDS,
    st.sampled_from(
        ["lin@example.com", "\u6797\uff20example.cn", "lin%40example.com", "+852 9123 4567",
         "\uff0b8529123 4567", "pii:phone:" + "0" * 32, "2026-03-01", "12", ".", "-", " ", "1",
         "86", "00", "+", "%20", "%2B", "%2520", "%40", "137", "1234", "5678"]
    ),
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=4).map("".join)
NAMES = st.one_of(
    st.text(max_size=8),
    st.sampled_from([*BY_NAME, *PERSON_NAMES, *FIELDS.keys, "wxid2", "buyer_id", "traits", "$set",
                     "externalIds", "type", "id"]),
    st.sampled_from(sorted(BY_NAME)).map(lambda name: "_".join(name).upper() + "\uff1a"),
)  # fmt: skip
TREES = st.recursive(
    st.one_of(TEXTS, st.integers(-(2**63), 2**63), st.floats(allow_nan=False, allow_infinity=False),
              st.decimals(-(10**12), 10**12, places=1).map(float), st.none(), st.booleans(),
              st.from_regex(r"\A1[3-9][0-9]{9}\Z").map(int)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)
    ),
    max_leaves=8,
).filter(lambda tree: isinstance(tree, dict))  # fmt: skip


def is_suspect(column: str, text: str) -> bool:
    names = SCANNER._names.get(column, np.zeros(1, np.uint64))
    return bool(suspects_in(pa.chunked_array([pa.array(["", text], pa.string())]), names)[1])


def findings(column: str, text: str) -> Findings:
    found = Findings()
    WALKER.walk(decode_tree(text), (column,), found, is_person=column == "traits")
    return found


def encodable(tree: object) -> bool:
    try:
        json.dumps(tree, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


@settings(max_examples=400)
@given(
    tree=TREES.filter(encodable),
    column=st.sampled_from(["properties", "traits", "context"]),
    is_ascii=st.booleans(),
    gap=st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", " :\t")]),
)
def test_what_the_close_look_finds_is_suspected(
    tree: Any,
    column: str,
    gap: tuple[str, str],
    *,
    is_ascii: bool,
) -> None:
    text = json.dumps(tree, ensure_ascii=is_ascii, separators=gap)
    if findings(column, text).edits:
        assert is_suspect(column, text)


@settings(max_examples=400)
@given(TEXTS.filter(encodable))
def test_plain_texts_are_suspected_as_well(text: str) -> None:
    found = Findings()
    WALKER.text(text, [text], 0, found)
    if found.edits:
        assert is_suspect("user_id", text)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":"\\u0031\\u0033812345678"}', '{"a":"138\\/1234\\/5678"}', '{"a":"lin\\u0040x.com"}',
        '{"ph\\u006fne":"5"}', '{"\\u624b\\u673a":"5"}', '{"PHONE ":"5"}',
        '{"a":"\\uff11\\uff1381234 5678"}',
    ],
)  # fmt: skip
def test_a_disguise_is_suspected(text: str) -> None:
    assert findings("properties", text).edits
    assert is_suspect("properties", text)


def test_what_says_nothing_is_not_suspected() -> None:
    for text in ('{"phone":null}', '{"phone": ""}', '{"name":"shirt"}', "{}"):
        assert not is_suspect("properties", text)


def test_ordinary_events_are_hardly_ever_suspected() -> None:
    """A first look that suspects everything would be right, and of no use."""
    chance = random.Random(3)
    texts = [
        json.dumps(
            {
                "product_id": f"sku-{chance.randrange(5_000)}", "price": chance.random() * 100,
                "score": chance.random(), "at": "2026-03-01T12:30:59.123Z",
                "ts": 1_772_323_200_000 + chance.randrange(10**9), "name": "\u8fd0\u52a8\u978b",
                "url": "https://shop.example.com/p/12345?ref=home",
                "trace": f"{chance.getrandbits(128):032x}",
                "ua": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/120.0.0.0",
            },
            ensure_ascii=bool(chance.randrange(2)),
        )
        for _ in range(5_000)
    ]  # fmt: skip
    verdicts = suspects_in(pa.chunked_array([pa.array(texts)]), SCANNER._names["properties"])
    assert verdicts.mean() < 0.02
