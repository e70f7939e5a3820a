"""The vault: what is kept comes out from its own place, and never again once it is shredded."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from catchment.kernel import WorkspaceId
from catchment.store import Database, UnitOfWork
from catchment.testing.clock import ManualClock
from catchment.testing.vault_world import VaultWorld, make_vault_world
from catchment.vault import (
    HIDDEN,
    Access,
    CiphertextRefused,
    DataClass,
    KeyName,
    KeysAway,
    PersonalValue,
    Purpose,
    TokenMalformed,
    Vault,
    parse_token,
)
from catchment.vault.entries import store
from catchment.vault.entries.types import US_A_DAY, place_of
from catchment.vault.vault import blind

OURS, THEIRS = WorkspaceId("wsp_ours"), WorkspaceId("wsp_theirs")
ANN, BOB = "a" * 32, "b" * 32
TAG = "c" * 32
ACCESS = Access("opr_a", Purpose.SERVICE, "a test")
PHONE = PersonalValue(ANN, "phone", "138 1234 5678", TAG)
NAME = PersonalValue(ANN, "name", "\u5f20\u4e09\u4e30")
MAIL = PersonalValue(BOB, "email", "bob@example.com", "d" * 32)
US = 1_767_614_400_000_000


@dataclass
class Strongroom:
    world: VaultWorld
    database: Database

    def vault(self) -> Vault:
        """The vault opened anew, as another process would."""
        return Vault(self.world.ring(), self.database, clock=self.world.clock)


@pytest.fixture
def room(database: Database, tmp_path: Path) -> Iterator[Strongroom]:
    yield Strongroom(make_vault_world(tmp_path, ManualClock()), database)
    with UnitOfWork(database) as uow:
        store.entries.drop(uow.connection, checkfirst=True)


def test_what_is_kept_comes_out_whole(room: Strongroom) -> None:
    vault = room.vault()
    tokens = vault.keep(OURS, [PHONE, NAME, MAIL], seen_us=US)
    assert [parse_token(one).kind for one in tokens] == ["phone", "name", "email"]
    assert [parse_token(one).tag for one in tokens] == [TAG, None, "d" * 32]
    opened = room.vault().open_for(OURS, tokens, ACCESS)
    assert opened == ["138 1234 5678", "\u5f20\u4e09\u4e30", "bob@example.com"]
    assert vault.masked(OURS, tokens) == ["138****5678", "\u5f20**", "b****@example.com"]


def test_a_token_depends_on_the_value_and_on_nothing_else(room: Strongroom) -> None:
    """The wrong variant draws it by lot: a landing done again would give other rows."""
    first = room.vault().keep(OURS, [PHONE, NAME], seen_us=US)
    assert room.vault().keep(OURS, [NAME, PHONE], seen_us=US + 5 * US_A_DAY) == first[::-1]
    assert vaulted(room) == 2
    others = [
        replace(PHONE, owner=BOB), replace(PHONE, kind="qq"), replace(PHONE, value="138"),
    ]  # fmt: skip
    tokens = room.vault().keep(OURS, others, seen_us=US)
    ids = {parse_token(one).id for one in [*first, *tokens]}
    assert len(ids) == 5
    theirs = room.vault().keep(THEIRS, [PHONE], seen_us=US)
    assert parse_token(theirs[0]).id not in ids


def vaulted(room: Strongroom) -> int:
    return sum(count for *_, count, _ in room.vault().counts(OURS))


def move(room: Strongroom, token: str, **changes: object) -> None:
    """Somebody with the database in hand changes an entry."""
    with UnitOfWork(room.database) as uow:
        entry_id = bytes.fromhex(parse_token(token).id)
        uow.connection.execute(
            store.entries.update().where(store.entries.c.id == entry_id).values(**changes)
        )


def test_an_entry_moved_to_another_owner_is_refused(room: Strongroom) -> None:
    """The wrong variant binds a ciphertext to its key alone."""
    (token, other) = room.vault().keep(OURS, [PHONE, MAIL], seen_us=US)
    with UnitOfWork(room.database, reads_only=True) as uow:
        (entry,) = store.find(uow, OURS, [bytes.fromhex(parse_token(token).id)])
    for changes in (
        {"owner": BOB}, {"purpose": "marketing"}, {"data_class": "common"},
    ):  # fmt: skip
        move(room, token, **changes)
        opened: list[str | None] = [None]
        with suppress(CiphertextRefused):
            opened = room.vault().open_for(OURS, [token], ACCESS)
        assert opened == [None]
        assert room.vault().masked(OURS, [token]) == [HIDDEN]
    move(room, token, owner=ANN, purpose="service", data_class="important")
    assert room.vault().open_for(OURS, [token], ACCESS) == ["138 1234 5678"]
    move(room, other, sealed=entry.sealed, owner=ANN)
    with pytest.raises(CiphertextRefused):
        room.vault().open_for(OURS, [other], ACCESS)


def test_a_ciphertext_bound_to_less_would_open_elsewhere(room: Strongroom) -> None:
    """The wrong variant at work: the same key opens what is not bound to its entry."""
    ring = room.world.ring()
    (cipher,) = ring.sealers(OURS, [KeyName(ANN, Purpose.SERVICE, DataClass.IMPORTANT)], make=True)
    assert cipher is not None
    told = (ANN, "phone", Purpose.SERVICE, DataClass.IMPORTANT)
    loose = cipher.seal(b"x", b"")
    assert cipher.open(loose, b"") == b"x"
    bound = cipher.seal(b"x", place_of(OURS, told, b"1" * 16))
    for place in (
        place_of(OURS, told, b"2" * 16), place_of(THEIRS, told, b"1" * 16),
        place_of(OURS, (ANN, "qq", *told[2:]), b"1" * 16), b"",
    ):  # fmt: skip
        with pytest.raises(CiphertextRefused):
            cipher.open(bound, place)


def test_a_token_with_another_kind_leads_nowhere(room: Strongroom) -> None:
    """Else a phone would be shown as loosely as the loosest kind is."""
    (token,) = room.vault().keep(OURS, [PHONE], seen_us=US)
    forged = token.replace("pii:phone:", "pii:user:")
    assert room.vault().open_for(OURS, [forged], ACCESS) == [None]
    assert room.vault().masked(OURS, [forged]) == [HIDDEN]
    with pytest.raises(TokenMalformed):
        room.vault().open_for(OURS, ["13812345678"], ACCESS)


def test_an_identifier_finds_a_token_and_a_name_its_owners(room: Strongroom) -> None:
    vault = room.vault()
    tokens = vault.keep(OURS, [PHONE, NAME, replace(NAME, owner=BOB)], seen_us=US)
    assert vault.tokens_tagged(OURS, [TAG, "e" * 32]) == {TAG: tokens[0]}
    assert vault.tokens_tagged(THEIRS, [TAG]) == {}
    assert vault.owners_named(OURS, "name", " \u5f20\u4e09 \u4e30", limit=9) == [ANN, BOB]
    assert vault.owners_named(OURS, "name", "\u5f20\u4e09", limit=9) == []
    assert vault.owners_named(THEIRS, "name", "\u5f20\u4e09\u4e30", limit=9) == []
    assert vault.tokens_of(OURS, [ANN]) == sorted(tokens[:2], key=lambda one: parse_token(one).id)


def test_a_blind_index_is_one_workspaces_own(room: Strongroom) -> None:
    ring = room.world.ring()
    tags = {blind(ring.secret(one, "index"), "name", "\u5f20\u4e09") for one in (OURS, THEIRS)}
    assert len(tags) == 2


def test_nothing_opens_after_shredding_and_nothing_is_kept_again(room: Strongroom) -> None:
    vault, elsewhere = room.vault(), room.vault()
    about_ann = replace(PHONE, owner=BOB)
    tokens = vault.keep(OURS, [PHONE, NAME, MAIL, about_ann], seen_us=US)
    elsewhere.masked(OURS, tokens)
    report = vault.shred(OURS, [ANN, TAG], at_us=US)
    assert (report.keys, report.entries) == (1, 3)
    assert vault.shred(OURS, [ANN, TAG], at_us=US).entries == 0
    for one in (vault, elsewhere, room.vault()):
        opened = one.open_for(OURS, tokens, ACCESS)
        assert opened == [None, None, "bob@example.com", None]
        assert one.masked(OURS, tokens)[:2] == [HIDDEN, HIDDEN]
    again = elsewhere.keep(OURS, [PHONE, about_ann], seen_us=US)
    assert [parse_token(one).tag for one in again] == [None, None]
    assert vaulted(room) == 1


def test_what_was_lifted_is_kept_again(room: Strongroom) -> None:
    vault = room.vault()
    tokens = vault.keep(OURS, [PHONE], seen_us=US)
    vault.shred(OURS, [ANN, TAG], at_us=US)
    room.world.ring().lift(OURS, [ANN, TAG], at_us=US + 1)
    assert vault.keep(OURS, [PHONE], seen_us=US) == tokens
    assert vault.open_for(OURS, tokens, ACCESS) == ["138 1234 5678"]


def test_without_keys_nothing_is_kept_or_opened_and_masks_say_so(room: Strongroom) -> None:
    vault = room.vault()
    tokens = vault.keep(OURS, [PHONE], seen_us=US)
    room.world.move_keys_away()
    with pytest.raises(KeysAway):
        vault.open_for(OURS, tokens, ACCESS)
    with pytest.raises(KeysAway):
        vault.keep(OURS, [NAME], seen_us=US)
    assert vault.show(OURS, f"call {tokens[0]}!") == f"call {HIDDEN}!"
    room.world.put_keys_back()
    assert vault.show(OURS, f"call {tokens[0]}!") == "call 138****5678!"


def test_json_is_shown_with_masks_in_names_as_well(room: Strongroom) -> None:
    vault = room.vault()
    (token,) = vault.keep(OURS, [PHONE], seen_us=US)
    told = {"a": [1, token, {token: None}], "b": f"{token}, {token}"}
    mask = "138****5678"
    assert vault.show_json(OURS, told) == {"a": [1, mask, {mask: None}], "b": f"{mask}, {mask}"}
    unknown = f"pii:phone:{'0' * 32}"
    assert vault.show_many(OURS, ["x", unknown]) == ["x", HIDDEN]
    common = replace(NAME, data_class=DataClass.COMMON)
    (open_token,) = vault.keep(OURS, [common], seen_us=US)
    assert vault.show_many(OURS, [open_token]) == ["\u5f20**"]
    assert vault.show_many(OURS, [open_token], shows_common=True) == ["\u5f20\u4e09\u4e30"]
    remark = replace(common, kind="remark", value=f"wants {PHONE.value}")
    (remark_token,) = vault.keep(OURS, [remark], seen_us=US)
    (shown,) = vault.show_many(OURS, [remark_token], shows_common=True)
    assert shown == "wants 138****5678"


def test_what_is_sent_no_more_expires(room: Strongroom) -> None:
    vault = room.vault()
    vault.keep(OURS, [PHONE, NAME], seen_us=US)
    room.vault().keep(OURS, [PHONE], seen_us=US + 9 * US_A_DAY)
    day = US // US_A_DAY + 5
    assert vault.expire(OURS, "phone", DataClass.IMPORTANT, before_day=day) == 0
    assert vault.expire(OURS, "name", DataClass.IMPORTANT, before_day=day) == 1


def test_nothing_of_a_value_stands_in_the_files(tmp_path: Path) -> None:
    world = make_vault_world(tmp_path, ManualClock())
    database = Database(f"sqlite:///{tmp_path / 'vault' / 'vault.db'}")
    vault = Vault(world.ring(), database, clock=world.clock)
    vault.keep(OURS, [PHONE, NAME, MAIL], seen_us=US)
    sealed = sqlite3.connect(tmp_path / "vault" / "vault.db").execute("SELECT sealed FROM entries")
    bodies = [bytes(row[0]) for row in sealed]
    vault.shred(OURS, [ANN, TAG], at_us=US)
    files = [one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()]
    for value in (PHONE.value, NAME.value, MAIL.value, "13812345678"):
        assert not any(value.encode() in one for one in files)
    kept = [any(body in one for one in files) for body in bodies]
    assert sorted(kept) == [False, False, True], "what is deleted is wiped, and not only unlinked"
    database.close()


@given(st.lists(st.tuples(st.sampled_from([ANN, BOB]), st.text(max_size=40)), max_size=8))
def test_any_text_comes_back(values: list[tuple[str, str]]) -> None:
    room = _SHARED
    told = [PersonalValue(owner, "text", value) for owner, value in values]
    vault = room.vault()
    tokens = vault.keep(OURS, told, seen_us=US)
    assert vault.open_for(OURS, tokens, ACCESS) == [value for _, value in values]


@pytest.fixture(scope="module", autouse=True)
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    global _SHARED  # noqa: PLW0603  (hypothesis takes no fixture of a function's own)
    folder = tmp_path_factory.mktemp("vault")
    database = Database(f"sqlite:///{folder / 'vault.db'}")
    _SHARED = Strongroom(make_vault_world(folder, ManualClock()), database)
    yield
    database.close()


_SHARED: Strongroom
