"""Rows that landed before: what is found in them now, and what of it is left alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from catchment.collect import SubjectHasher
from catchment.events import EVENT_SCHEMA
from catchment.kernel import WorkspaceId
from catchment.testing.lake_rows import event_rows
from catchment.testing.vault_world import make_vault_world
from catchment.vault import (
    Access,
    DataClass,
    DeclaredFields,
    FieldSpec,
    PersonalValue,
    PrivacyField,
    Protector,
    Purpose,
    Sweeper,
    Vault,
    is_token,
    sweep_rules,
    tokens_in,
)
from catchment.vault.sweeping import LOT_ROWS

MINE = WorkspaceId("wsp_mine")
HASHER = SubjectHasher(b"k" * 32)
ACCESS = Access("opr_a", Purpose.SERVICE, "a test")
PHONE = "13812345678"


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    made = make_vault_world(tmp_path).vault()
    yield made
    made.close()


def rows_of(*properties: object, subject: str = "ab" * 16) -> pa.Table:
    rows = event_rows(MINE, [(subject, "Noted", 1_700_000_000)] * len(properties))
    place = rows.schema.get_field_index("properties")
    texts = pa.array([json.dumps(one, ensure_ascii=False) for one in properties])
    return rows.set_column(place, EVENT_SCHEMA.field("properties"), texts)


def declared(
    place: str, kind: str, data_class: DataClass = DataClass.IMPORTANT, name: str = "fld_1"
) -> PrivacyField:
    return PrivacyField(name, FieldSpec(place, kind, kind, kind, data_class))


class Counted:
    """A vault that says how many values it was handed at once."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.lots: list[int] = []

    def keep(
        self, workspace_id: WorkspaceId, values: Sequence[PersonalValue], *, seen_us: int
    ) -> Sequence[str]:
        self.lots.append(len(values))
        return self._vault.keep(workspace_id, values, seen_us=seen_us)


def sweeper(keeper: Any, vault: Vault, *fields: PrivacyField, **how: Any) -> Sweeper:
    return Sweeper(
        keeper, HASHER, fields, (),
        opened=lambda of, tokens: vault.open_for(of, tokens, ACCESS), **how,
    )  # fmt: skip


def after(rows: pa.Table, one: Sweeper) -> list[Any]:
    """The properties as they are once they were swept."""
    found = one.sweep(MINE, rows)
    told = rows["properties"].to_pylist()
    if found is not None:
        texts = found.amendment.columns["properties"].to_pylist()
        for place, text in zip(found.amendment.rows.tolist(), texts, strict=True):
            told[place] = text
    return [json.loads(one) for one in told]


def test_a_token_is_not_wrapped_into_another(vault: Vault) -> None:
    rows = rows_of({"tel": PHONE, "note": f"ring {PHONE}"})
    landing = Protector(vault, HASHER, lambda _: DeclaredFields())
    landed = landing.protect(MINE, rows)
    assert sweeper(vault, vault).sweep(MINE, landed) is None
    # Nor where the whole field is declared now: the value is in the vault already.
    told = after(landed, sweeper(vault, vault, declared("*.tel", "hotline")))
    assert told == [json.loads(landed["properties"][0].as_py())]
    # The wrong variant: to landing a token is a text that somebody sent.
    again = landing.protect(MINE, landed)["properties"][0].as_py()
    wrapped = vault.open_for(MINE, [str(one) for one in tokens_in(again)], ACCESS)
    assert all(value is not None and is_token(value) for value in wrapped)


def test_a_text_that_held_a_token_goes_whole_and_what_was_forgotten_stays_a_token(
    vault: Vault,
) -> None:
    remark = f"ring {PHONE} or plnt"
    landing = Protector(vault, HASHER, lambda _: DeclaredFields())
    landed = landing.protect(MINE, rows_of({"remark": remark}))
    (inner,) = tokens_in(landed["properties"][0].as_py())
    (told,) = after(landed, sweeper(vault, vault, declared("*.remark", "remark")))
    assert vault.open_for(MINE, [told["remark"]], ACCESS) == [remark]
    vault.expire(MINE, "phone", DataClass.IMPORTANT, before_day=10**6)
    (told,) = after(landed, sweeper(vault, vault, declared("*.remark", "remark")))
    assert vault.open_for(MINE, [told["remark"]], ACCESS) == [f"ring {inner} or plnt"]


def test_of_who_was_forgotten_nothing_is_kept_again(vault: Vault) -> None:
    gone = "cd" * 16
    vault.shred(MINE, [gone], at_us=1)
    (told,) = after(rows_of({"tel": PHONE}, subject=gone), sweeper(vault, vault))
    assert PHONE not in json.dumps(told)
    assert vault.counts(MINE) == []


def test_many_rows_go_to_the_vault_lot_by_lot_and_keep_their_places(vault: Vault) -> None:
    count = LOT_ROWS + 500
    rows = rows_of(*({"tel": f"138{number:08d}", "n": number} for number in range(count)))
    kept, between = Counted(vault), list[int]()
    one = sweeper(kept, vault, between=lambda: between.append(1))
    told = after(rows, one)
    assert kept.lots == [LOT_ROWS, 500]
    assert len(between) == 2
    assert [row["n"] for row in told] == list(range(count))
    some = [told[place]["tel"] for place in (0, LOT_ROWS, count - 1)]
    opened = vault.open_for(MINE, some, ACCESS)
    assert opened == [f"138{number:08d}" for number in (0, LOT_ROWS, count - 1)]


def test_nothing_is_kept_by_who_only_counts(vault: Vault) -> None:
    found = sweeper(None, vault).sweep(MINE, rows_of({"tel": PHONE}, {"n": 1}))
    assert found is not None
    assert (found.amendment.rows.tolist(), dict(found.values)) == ([0], {"phone": 1})
    assert vault.counts(MINE) == []


def test_what_is_declared_as_general_is_left_and_its_end_asks_for_another_look() -> None:
    field = declared("kind:phone", "phone", DataClass.GENERAL)
    with_it, without = sweep_rules([field]), sweep_rules([])
    assert without.covers(with_it)
    assert not with_it.covers(without)
    more = sweep_rules([declared("*.nick", "nickname")])
    assert more.covers(without)
    assert not without.covers(more)
    # Declared a second time it is another: what landed between was not looked at.
    again = sweep_rules([declared("*.nick", "nickname", name="fld_2")])
    assert not more.covers(again)
