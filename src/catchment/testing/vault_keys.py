"""The exam of a key store: inherit it, say how a store is opened, and run pytest."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from catchment.kernel import WorkspaceId
from catchment.vault import (
    Cipher,
    DataClass,
    Destruction,
    KeyDestroyed,
    KeyName,
    KeyStore,
    Purpose,
    Tombstone,
)
from catchment.vault.keys.types import (
    KeyState,
    LoneKey,
    NamedKey,
    StoredKey,
    StoredMaster,
    StoredRoot,
    StoredVersion,
)

MINE = WorkspaceId("wsp_mine")
THEIRS = WorkspaceId("wsp_theirs")
ROOT = StoredRoot(b"root", Cipher.AES_256_GCM)
FIRST = StoredVersion(DataClass.COMMON, 1, KeyState.ACTIVE, Cipher.AES_256_GCM, b"one", 10)
MANY = 1_500


class Halt(Exception):
    """What cuts a turn short."""


def name(
    owner: str, purpose: Purpose = Purpose.SERVICE, data_class: DataClass = DataClass.COMMON
) -> KeyName:
    """A key's name."""
    return KeyName(owner, purpose, data_class)


def named(owner: KeyName, version: int = 1, wrapped: bytes = b"w") -> NamedKey:
    """A wrapped key of that name."""
    return NamedKey(owner, StoredKey(version, wrapped))


class KeyStoreConformance:
    """What every `KeyStore` must do. `open_store` opens the same store each time it is called."""

    def open_store(self) -> KeyStore:
        """Opens the store under test, as another process would; the same one within a test."""
        raise NotImplementedError

    @pytest.fixture
    def store(self) -> Iterator[KeyStore]:
        """The store under test, established and empty."""
        store = self.open_store()
        yield store
        store.close()

    def test_the_master_key_is_there_and_the_same_for_everybody(self, store: KeyStore) -> None:
        """Thirty-two bytes, that another holder of the store gets too."""
        store.check()
        assert len(store.master()) == 32
        assert self.open_store().master() == store.master()

    def test_a_new_version_of_the_master_key_stands_beside_the_old_one(
        self, store: KeyStore
    ) -> None:
        """Both are given out, to every holder, until one is dropped."""
        other = self.open_store()
        (first,) = store.list_masters()
        old = other.master()
        assert (first.version, first.state, first.is_moved) == (1, KeyState.ACTIVE, True)
        with store.turn():
            made = store.make_master(2)
            assert store.make_master(2) == made != first.fingerprint
            store.put_master(replace(first, state=KeyState.DECRYPT_ONLY))
            second = StoredMaster(2, KeyState.ACTIVE, made, 7, is_moved=False)
            store.put_master(second)
            store.bump()
        other.generation()
        for holder in (store, other, self.open_store()):
            holder.generation()
            assert holder.master() == holder.master(2) != old
            assert holder.master(1) == old
            assert list(holder.list_masters()) == [
                replace(first, state=KeyState.DECRYPT_ONLY), second,
            ]  # fmt: skip

    def test_a_version_of_the_master_key_cut_short_was_never_there(self, store: KeyStore) -> None:
        """A turn that failed leaves the old one in use, and can be begun again."""
        old = store.master()
        with suppress(Halt), store.turn():
            made = store.make_master(2)
            store.put_master(StoredMaster(2, KeyState.ACTIVE, made, 7))
            raise Halt
        for holder in (store, self.open_store()):
            assert [one.version for one in holder.list_masters()] == [1]
            assert holder.master() == old

    def test_a_dropped_master_key_is_given_to_nobody(self, store: KeyStore) -> None:
        """Who holds it in memory lets it go, what is asked for it is refused, all else goes on."""
        other = self.open_store()
        (first,) = store.list_masters()
        other.master(1)
        asked = Destruction("opr_1", 5, "leaked", "opr_2", 9)
        with store.turn():
            made = store.make_master(2)
            store.put_master(
                replace(
                    first,
                    state=KeyState.DESTROYED,
                    destroyed_us=8,
                    destruction=asked,
                    asked_in=MINE,
                )
            )
            store.put_master(StoredMaster(2, KeyState.ACTIVE, made, 7))
            store.bump()
        for _ in range(2):
            store.drop_master(1)
        for holder in (store, other, self.open_store()):
            holder.check()
            holder.generation()
            told = holder.list_masters()[0]
            assert (told.destruction, told.asked_in) == (asked, MINE)
            holder.master(2)
            with pytest.raises(KeyDestroyed):
                holder.master(1)

    def test_roots_are_kept_by_workspace_and_replaced(self, store: KeyStore) -> None:
        """What was put last counts, for its own workspace alone."""
        assert store.find_root(MINE) is None
        with store.turn():
            store.put_root(MINE, ROOT)
            store.put_root(MINE, replace(ROOT, cipher=Cipher.SM4_GCM))
        assert store.find_root(MINE) == replace(ROOT, cipher=Cipher.SM4_GCM)
        assert store.find_root(THEIRS) is None
        assert list(store.list_workspaces()) == [MINE]

    def test_versions_come_back_as_they_were_put(self, store: KeyStore) -> None:
        """Every field, destroyed ones too, by class and version."""
        gone = replace(
            FIRST, state=KeyState.DESTROYED, wrapped=None, destroyed_us=99, is_moved=False
        )
        versions = [gone, replace(FIRST, version=2), replace(FIRST, data_class=DataClass.GENERAL)]
        with store.turn():
            for version in (FIRST, *versions):
                store.put_version(MINE, version)
        assert list(store.list_versions(MINE)) == versions
        assert list(store.list_versions(THEIRS)) == []

    def test_subject_keys_are_found_by_their_whole_name(self, store: KeyStore) -> None:
        """Owner, purpose, class and workspace: where one differs, it is another key."""
        wanted = name("a")
        with store.turn():
            store.put_subject_keys(MINE, [named(wanted, wrapped=b"mine")])
        others = [name("b"), name("a", Purpose.LEGAL), name("a", data_class=DataClass.IMPORTANT)]
        assert list(store.find_subject_keys(MINE, [*others, wanted, wanted])) == [
            None, None, None, StoredKey(1, b"mine"), StoredKey(1, b"mine"),
        ]  # fmt: skip
        assert list(store.find_subject_keys(THEIRS, [wanted])) == [None]
        assert list(store.find_subject_keys(MINE, [])) == []

    def test_many_keys_are_put_found_counted_and_walked(self, store: KeyStore) -> None:
        """Pages of a class meet every key once, in whatever order the store has."""
        names = [
            name(f"{i:032x}", p) for i in range(MANY) for p in (Purpose.SERVICE, Purpose.LEGAL)
        ]
        with store.turn():
            store.put_subject_keys(
                MINE, [named(one, 1 + i % 2, b"%d" % i) for i, one in enumerate(names)]
            )
            store.put_subject_keys(MINE, [named(name("x", data_class=DataClass.IMPORTANT))])
            store.put_subject_keys(THEIRS, [named(name("x"))])
        found = store.find_subject_keys(MINE, names)
        assert [key.wrapped for key in found if key] == [b"%d" % i for i in range(len(names))]
        assert store.count_subject_keys(MINE) == {
            (DataClass.COMMON, 1): MANY, (DataClass.COMMON, 2): MANY, (DataClass.IMPORTANT, 1): 1,
        }  # fmt: skip
        walked: list[NamedKey] = []
        while page := store.list_subject_keys(
            MINE, DataClass.COMMON, after=walked[-1].name if walked else None, limit=700
        ):
            walked += page
        assert len(walked) == len(names)
        assert {key.name for key in walked} == set(names)

    def test_owners_are_deleted_whole_and_nobody_else(self, store: KeyStore) -> None:
        """Every purpose and class of an owner goes, in one workspace alone."""
        with store.turn():
            for workspace_id in (MINE, THEIRS):
                store.put_subject_keys(
                    workspace_id,
                    [
                        named(name(o, p))
                        for o in ("a", "b")
                        for p in (Purpose.SERVICE, Purpose.LEGAL)
                    ],
                )
        with store.turn():
            assert store.delete_subject_keys(MINE, ["a", "nobody"]) == 2
        assert list(store.find_subject_keys(MINE, [name("a"), name("b")])) == [
            None, StoredKey(1, b"w"),
        ]  # fmt: skip
        assert None not in store.find_subject_keys(THEIRS, [name("a"), name("b")])
        store.scrub()

    def test_tombstones_bar_until_they_are_lifted(self, store: KeyStore) -> None:
        """All of them are told; those that bar can be asked for."""
        with store.turn():
            store.put_tombstones(MINE, {"a": Tombstone(5), "b": Tombstone(6, lifted_us=7)})
        assert store.tombstones(MINE) == {"a": Tombstone(5), "b": Tombstone(6, 7)}
        assert store.find_barred(MINE, ["a", "b", "c"]) == {"a"}
        assert store.find_barred(THEIRS, ["a"]) == frozenset()

    def test_destructions_are_kept_replaced_and_forgotten(self, store: KeyStore) -> None:
        """By class and version."""
        asked = Destruction("opr_1", 5, "old")
        approved = replace(asked, approved_by="opr_2", due_us=9)
        with store.turn():
            store.put_destruction(MINE, DataClass.COMMON, 1, asked)
            store.put_destruction(MINE, DataClass.COMMON, 2, asked)
            store.put_destruction(MINE, DataClass.COMMON, 2, approved)
            store.put_destruction(MINE, DataClass.COMMON, 1, None)
        assert store.list_destructions(MINE) == {(DataClass.COMMON, 2): approved}
        assert store.list_destructions(THEIRS) == {}

    def test_lone_keys_are_listed_by_number_and_deleted_from_below(self, store: KeyStore) -> None:
        """Of their own use alone."""
        pairs = [LoneKey(number, b"public", b"wrapped") for number in (1, 2, 30)]
        with store.turn():
            for pair in reversed(pairs):
                store.put_lone_key("log", pair)
            store.put_lone_key("sign:trail", pairs[0])
            assert store.delete_lone_keys("log", 30) == 2
        assert list(store.list_lone_keys("log")) == [pairs[2]]
        assert list(store.list_lone_keys("sign:trail")) == [pairs[0]]
        assert list(store.list_lone_uses()) == ["log", "sign:trail"]

    def test_a_turn_is_whole_or_nothing(self, store: KeyStore) -> None:
        """What was cut short never happened; what is read within is what was written."""
        with suppress(Halt), store.turn():
            store.put_root(MINE, ROOT)
            store.put_subject_keys(MINE, [named(name("a"))])
            assert store.find_root(MINE) == ROOT
            assert store.find_subject_keys(MINE, [name("a")]) == [StoredKey(1, b"w")]
            with store.turn():  # a turn within is part of it
                store.put_tombstones(MINE, {"a": Tombstone(1)})
            raise Halt
        assert store.find_root(MINE) is None
        assert store.tombstones(MINE) == {}
        assert store.find_subject_keys(MINE, [name("a")]) == [None]

    def test_nothing_is_written_outside_of_a_turn(self, store: KeyStore) -> None:
        """A change that nobody commits would be lost without a word."""
        with pytest.raises(RuntimeError, match="turn"):
            store.put_root(MINE, ROOT)

    def test_others_see_a_turn_when_it_has_ended_and_not_before(self, store: KeyStore) -> None:
        """Other threads and other holders of the same store alike."""
        other = self.open_store()
        seen: list[object] = []
        with store.turn():
            store.put_root(MINE, ROOT)
            asking = threading.Thread(target=lambda: seen.append(store.find_root(MINE)))
            asking.start()
            asking.join()
            assert other.find_root(MINE) is None
        assert seen == [None]
        assert other.find_root(MINE) == ROOT
        other.close()

    def test_generations_grow_for_everybody(self, store: KeyStore) -> None:
        """A bump by one holder is seen by the other."""
        other = self.open_store()
        before = other.generation()
        with store.turn():
            store.bump()
        assert other.generation() == store.generation() > before
        other.close()

    def test_turns_take_turns(self, store: KeyStore) -> None:
        """Many threads with two holders add up; no count is lost."""
        other = self.open_store()
        start = store.generation()

        def bump(holder: KeyStore) -> None:
            for _ in range(20):
                with holder.turn():
                    holder.bump()

        threads = [threading.Thread(target=bump, args=[h]) for h in (store, other, store, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert store.generation() == start + 80
        other.close()
