"""Who is who comes out the same, whether events hold values or tokens that stand for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.desk import DeskEngine, table_of
from catchment.people import (
    DEFAULT_KINDS,
    PeopleWorks,
    RefusalReason,
    identity_fields,
)
from catchment.people.identifiers.read_rows import Found, RowReader, Sealed, Unfit
from catchment.store import Database
from catchment.testing.vault_world import make_vault_world
from catchment.vault import DeclaredFields, Protector, Vault, is_token
from people.registry_office import WORKSPACE, Office, Row

PHONES = ("138 1234 5670", "+8613812345671", "00000000", "not a phone")
MAILS = ("a@x.com", "B@X.com")
OPENIDS = (("wx1", "oAAAAAAAAAAAAAAA"), ("wx2", "oAAAAAAAAAAAAAAA"), (None, "oBBBBBBBBBBBBBBB"))


class SealedOffice(Office):
    """The same office behind a vault: its events hold tokens."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        world = make_vault_world(folder / "vault")
        self.vault = Vault(
            world.ring(), Database(f"sqlite:///{folder / 'vault.db'}"), clock=world.clock
        )
        self.protector = Protector(
            self.vault, self.hasher, lambda _: DeclaredFields(),
            identity_fields(self.works.database),
        )  # fmt: skip

    def land(self, *rows: Row) -> None:
        super().land(*rows)
        sealed = self.protector.protect(WORKSPACE, table_of(self.rows))
        works = self.works
        self.works = PeopleWorks(
            engine=DeskEngine(sealed, self.overlay.rows), overlay=self.overlay, book=works.book,
            subjects=self.hasher, database=works.database, clock=works.clock, ids=works.ids,
            vault=self.vault,
        )  # fmt: skip


def refused(office: Office) -> dict[tuple[str, RefusalReason], int]:
    return {(one.kind, one.reason): one.count for one in office.registrar.refusals(WORKSPACE)}


Told = tuple[str | None, str | None, str | None, str | None, int, bool]
tellings = st.lists(
    st.tuples(
        st.sampled_from([None, "ann", "bob", "13912345678"]),
        st.sampled_from([None, "d1", "d2"]),
        st.sampled_from([None, *PHONES]),
        st.sampled_from([None, *MAILS]),
        st.integers(0, len(OPENIDS)),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)


def row_of(office: Office, minute: int, told: Told) -> Row:
    user, device, phone, mail, openid, is_external = told
    ids: list[dict[str, str]] = [{"type": "device", "id": "ffff-0001"}]
    traits: dict[str, Any] = {}
    for kind, value in (("phone", phone), ("email", mail)):
        if value is not None and is_external:
            ids.append({"type": kind, "id": value})
        elif value is not None:
            traits[kind] = value
    if openid < len(OPENIDS):
        app, value = OPENIDS[openid]
        traits |= {"openid": value} | ({} if app is None else {"appid": app})
    return office.event(
        kind="identify", minute=minute, user=user, anon=device, message_id=f"m{minute}",
        traits=traits, context={"externalIds": ids},
    )  # fmt: skip


@settings(deadline=None, max_examples=10)
@given(told=tellings)
def test_tokens_join_whom_values_join(
    tmp_path_factory: pytest.TempPathFactory, told: Sequence[Told]
) -> None:
    plain, behind = (kind(tmp_path_factory.mktemp("office")) for kind in (Office, SealedOffice))
    for office in (plain, behind):
        office.catch_up(*[row_of(office, minute, one) for minute, one in enumerate(told)])
    assert behind.world() == plain.world()
    assert {reason for _, reason in refused(behind)} == {reason for _, reason in refused(plain)}
    # Kept examples are shown by their masks; nothing of them stands in the records.
    for one in behind.registrar.refusals(WORKSPACE):
        assert not one.example or is_token(one.example) or "*" in one.example


def test_values_and_tokens_of_one_number_are_one_person(tmp_path: Path) -> None:
    """What landed before there was a vault joins what landed since."""
    office = SealedOffice(tmp_path)
    old = office.event(kind="identify", user="ann", traits={"phone": PHONES[0]})
    Office.land(office, old)
    office.catch_up()
    new = office.event(kind="identify", user="bob", minute=1, anon="d1", traits={"city": "杭州"})
    office.catch_up(new, office.external(2, anon="d9", ids=[{"type": "phone", "id": PHONES[0]}]))
    assert office.is_one(("user", "ann"), ("phone", "+8613812345670"), ("anon", "d9"))


def test_reading_a_token_as_a_value_would_be_caught(tmp_path: Path) -> None:
    """The wrong variant: spelt like any text, a token of a phone is no phone and joins nobody."""
    office = SealedOffice(tmp_path)
    office.land(office.event(kind="identify", user="ann", traits={"phone": PHONES[0]}))
    table = office.works.engine.query(WORKSPACE, _traits())
    [row] = table.to_pylist()
    [found] = list(RowReader(DEFAULT_KINDS).read(row))
    assert isinstance(found, Found)
    assert found.subject == office.subject("phone", "+8613812345670")
    as_value = RowReader(DEFAULT_KINDS)._judged("phone", f" {found.value}", None)
    assert isinstance(as_value, Unfit)


def test_a_token_without_a_subject_is_handed_back_to_be_opened() -> None:
    reader = RowReader(DEFAULT_KINDS)
    token = f"pii:text:{'0' * 32}"
    [sealed] = list(reader.read({"traits": f'{{"phone": "{token}"}}'}))
    assert sealed == Sealed("phone", token, None)
    found = reader.opened(sealed, PHONES[0])
    assert isinstance(found, Found)
    assert (found.value, found.subject) == ("+8613812345670", None)
    assert reader.opened(sealed, None) is None, "it was forgotten"
    flawed = reader.opened(sealed, "not a phone")
    assert isinstance(flawed, Unfit)
    assert flawed == Unfit("phone", RefusalReason.MALFORMED, token)


def _traits() -> Any:
    from catchment.lake import EVENTS  # noqa: PLC0415  (Ibis is heavy)

    return EVENTS.select("traits", "properties", "context")
