"""The vault itself: what is kept in it, and the few ways in which something comes out again.

An entry's id is a keyed hash of whose value it is, what it is and how it was sent: the same again
is the same entry, so what keeps may be cut short and done again. An entry is sealed for its place,
which is all of that and its workspace: moved anywhere else, it does not open.
"""

import hmac
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from catchment.kernel import CatchmentError, Clock, WorkspaceId
from catchment.store import Database, UnitOfWork
from catchment.vault.entries import store
from catchment.vault.entries.types import US_A_DAY, Entry, place_of
from catchment.vault.errors import CiphertextRefused
from catchment.vault.hiding import hide_text
from catchment.vault.masking import HIDDEN, mask
from catchment.vault.ports import Keys, Sealer
from catchment.vault.showing import shown_json, shown_texts
from catchment.vault.tokens import ID_BYTES, TOKEN_MARK, Token, parse_token
from catchment.vault.types import DataClass, KeyName, PersonalValue, PlainField, Purpose

INDEXED = frozenset({"name"})
"""Kinds without a subject of their own that are found by a blind index all the same."""

INDEX = "index"
"""The use of the secret that blind indexes are made with."""

REMEMBERED_MAX = 1 << 18
"""So many entries that are known to be kept are remembered; then it begins anew."""


@dataclass(frozen=True, slots=True)
class Access:
    """Why personal data is read.

    Attributes:
        actor: who reads.
        purpose: what for.
        reason: in their words.
        grant_id: the grant that allows it, if a person reads.
        person: whose, where all that is read is of one person.
    """

    actor: str
    purpose: Purpose
    reason: str
    grant_id: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class ShredReport:
    """What was destroyed: keys, and entries."""

    keys: int
    entries: int


class Vault:
    """Keeps personal values and gives tokens for them.

    Args:
        ring: the keys.
        database: the vault's own.
        clock: the house's.
    """

    def __init__(self, ring: Keys, database: Database, *, clock: Clock) -> None:
        self._ring, self._database, self._clock = ring, database, clock
        self._remembered: dict[WorkspaceId, dict[bytes, int]] = {}
        self._generation = -1
        store.prepare(database)

    def keep(
        self, workspace_id: WorkspaceId, values: Sequence[PersonalValue], *, seen_us: int
    ) -> list[str]:
        """Tokens for the values, in their order; all is on disk when it returns.

        Of who was forgotten nothing is kept: their tokens lead nowhere, and carry no subject.

        Raises:
            KeysAway, KeysWrong: the keys are not there; nothing was kept.
            RecordsUnavailable: the vault's database is away; nothing was kept.
        """
        if not values:
            return []
        self._forget_if_keys_changed()
        ids = self._ids(workspace_id, values)
        stones = self._ring.tombstones(workspace_id)
        barred = {subject for subject, stone in stones.items() if stone.bars}
        remembered = self._remembered.get(workspace_id, {})
        wanted: dict[bytes, PersonalValue] = {}
        tokens = []
        day = seen_us // US_A_DAY
        for entry_id, value in zip(ids, values, strict=True):
            token = f"{TOKEN_MARK}{value.kind}:{entry_id.hex()}"
            if value.owner in barred or value.tag in barred:
                tokens.append(token)
                continue
            tokens.append(token if value.tag is None else f"{token}:{value.tag}")
            if remembered.get(entry_id, -1) < day:
                wanted[entry_id] = value
        if wanted:
            self._keep_new(workspace_id, wanted, seen_us)
        return tokens

    def open_for(
        self, workspace_id: WorkspaceId, tokens: Sequence[str], access: Access
    ) -> list[str | None]:
        """The values behind tokens; none where it was forgotten or is unknown.

        Whoever calls this has checked the grant and written the line in the trail.

        Raises:
            KeysAway, KeysWrong: the keys are not there.
            CiphertextRefused: an entry was moved or changed.
            TokenMalformed: that is no token.
        """
        if not access.reason or not access.actor:
            raise ValueError("reading personal data takes somebody and a reason")
        parsed = [parse_token(token) for token in tokens]
        return self._opened(workspace_id, parsed)

    def masked(self, workspace_id: WorkspaceId, tokens: Sequence[str]) -> list[str]:
        """What may be shown of the values behind tokens; `••••` where nothing can be read."""
        return self.masks(workspace_id, [parse_token(token) for token in tokens])

    def masks(
        self, workspace_id: WorkspaceId, tokens: Sequence[Token], *, shows_common: bool = False
    ) -> list[str]:
        """The masks of tokens; with `shows_common`, values of the common class as they are.

        But for what looks important in them: a phone that stands in a remark is masked there.
        """
        try:
            entries = self._entries(workspace_id, tokens)
            values = self._values(workspace_id, list(entries.values()), is_strict=False)
        except CatchmentError:
            return [HIDDEN] * len(tokens)
        shown = {}
        for entry, value in zip(entries.values(), values, strict=True):
            if value is None:
                continue
            is_common = shows_common and entry.data_class is DataClass.COMMON
            shown[entry.id.hex()] = hide_text(value) if is_common else mask(entry.kind, value)
        return [shown.get(token.id, HIDDEN) for token in tokens]

    def show_many(
        self, workspace_id: WorkspaceId, texts: Sequence[str], *, shows_common: bool = False
    ) -> list[str]:
        """The texts with a mask in the place of every token; it never fails for want of keys."""
        return shown_texts(
            texts, lambda tokens: self.masks(workspace_id, tokens, shows_common=shows_common)
        )

    def show(self, workspace_id: WorkspaceId, text: str) -> str:
        """One text with masks in the place of tokens."""
        return self.show_many(workspace_id, [text])[0]

    def show_json(self, workspace_id: WorkspaceId, value: Any) -> Any:
        """A value that is JSON, with masks in the place of tokens, in keys as well."""
        return shown_json(value, lambda tokens: self.masks(workspace_id, tokens))

    def tokens_tagged(self, workspace_id: WorkspaceId, tags: Sequence[str]) -> Mapping[str, str]:
        """For subjects of identifiers, a token each that holds the identifier, if it is known."""
        lookups = [bytes.fromhex(tag) for tag in dict.fromkeys(tags)]
        with UnitOfWork(self._database, reads_only=True) as uow:
            found = store.find_by_lookup(uow, workspace_id, lookups)
        newest = sorted(found, key=lambda one: (one.last_day, one.first_us, one.id))
        return {
            one.lookup.hex(): str(_token_of(one))
            for one in newest
            if one.lookup is not None and one.kind not in INDEXED
        }

    def tokens_of(self, workspace_id: WorkspaceId, owners: Sequence[str]) -> Sequence[str]:
        """The tokens of everything that is kept of these subjects, the oldest first."""
        with UnitOfWork(self._database, reads_only=True) as uow:
            return [str(_token_of(one)) for one in store.of_owners(uow, workspace_id, owners)]

    def owners_named(
        self, workspace_id: WorkspaceId, kind: str, value: str, *, limit: int
    ) -> list[str]:
        """Subjects of whom a name was told, by the blind index, which never leaves the vault."""
        lookup = blind(self._ring.secret(workspace_id, INDEX), kind, value)
        with UnitOfWork(self._database, reads_only=True) as uow:
            return list(store.owners_by_lookup(uow, workspace_id, kind, lookup, limit))

    def tokens_named(
        self, workspace_id: WorkspaceId, kind: str, value: str, *, limit: int
    ) -> Mapping[str, str]:
        """The tokens of a name, by the blind index, and of whom each was told."""
        lookup = blind(self._ring.secret(workspace_id, INDEX), kind, value)
        with UnitOfWork(self._database, reads_only=True) as uow:
            found = store.ids_by_lookup(uow, workspace_id, kind, lookup, limit)
        return {str(Token(kind, entry_id.hex())): owner for entry_id, owner in found}

    def shred(
        self, workspace_id: WorkspaceId, subjects: Sequence[str], *, at_us: int
    ) -> ShredReport:
        """Destroys the keys of subjects, and deletes what is theirs or names them.

        Done again, it does the rest. Once the keys are gone nothing of theirs opens, here or in a
        copy; what is deleted after that is no more than tidiness.
        """
        keys = self._ring.destroy(workspace_id, subjects, at_us=at_us)
        self._remembered = {}
        tags = [bytes.fromhex(one) for one in subjects if _is_subject(one)]
        with UnitOfWork(self._database) as uow:
            gone = store.delete_of(uow, workspace_id, subjects, tags)
        store.scrub(self._database)
        return ShredReport(keys, gone)

    def counts(
        self, workspace_id: WorkspaceId
    ) -> Sequence[tuple[str, DataClass, Purpose, int, int]]:
        """By kind, class and purpose: how many values there are, and the last day of one."""
        with UnitOfWork(self._database, reads_only=True) as uow:
            return [
                (kind, DataClass(data_class), Purpose(purpose), count, day)
                for kind, data_class, purpose, count, day in store.counts(uow, workspace_id)
            ]

    def kinds(self, workspace_id: WorkspaceId) -> list[str]:
        """The kinds that values are kept of."""
        return sorted({kind for kind, *_ in self.counts(workspace_id)})

    def expire(
        self, workspace_id: WorkspaceId, kind: str, data_class: DataClass, *, before_day: int,
        limit: int = 10_000,
    ) -> int:  # fmt: skip
        """Deletes values that were last sent before a day (since 1970); how many, at most."""
        with UnitOfWork(self._database) as uow:
            return store.delete_unseen(uow, workspace_id, (kind, data_class), before_day, limit)

    def class_of(self, workspace_id: WorkspaceId, token: str) -> DataClass | None:
        """How closely the value behind a token is kept; none where there is no such value."""
        parsed = parse_token(token)
        found = self._entries(workspace_id, [parsed]).get(parsed.id)
        return None if found is None else found.data_class

    def check(self) -> None:
        """Asks the database for a sign of life."""
        self._database.check()

    def close(self) -> None:
        """Lets go of the database."""
        self._database.close()

    def _forget_if_keys_changed(self) -> None:
        generation = self._ring.generation()
        count = sum(map(len, self._remembered.values()))
        if generation != self._generation or count > REMEMBERED_MAX:
            self._remembered, self._generation = {}, generation

    def _ids(self, workspace_id: WorkspaceId, values: Sequence[PersonalValue]) -> list[bytes]:
        start = blake2b(
            digest_size=ID_BYTES, key=self._ring.secret(workspace_id, "tokens"), person=b"token"
        ).copy
        ids = []
        for value in values:
            state = start()
            told = f"{value.owner}\0{value.kind}\0{value.value}"
            state.update(told.encode("utf-8", "surrogatepass"))
            ids.append(state.digest())
        return ids

    def _keep_new(
        self, workspace_id: WorkspaceId, wanted: Mapping[bytes, PersonalValue], seen_us: int
    ) -> None:
        day = seen_us // US_A_DAY
        with UnitOfWork(self._database, reads_only=True) as uow:
            known = store.days_seen(uow, workspace_id, list(wanted))
        fresh = {entry_id: value for entry_id, value in wanted.items() if entry_id not in known}
        new = self._sealed(workspace_id, fresh, seen_us)
        older = [entry_id for entry_id, seen in known.items() if seen < day]
        if new or older:
            with UnitOfWork(self._database) as uow:
                store.insert(uow, new)
                store.touch(uow, workspace_id, older, day)
        self._remembered.setdefault(workspace_id, {}).update(dict.fromkeys(wanted, day))

    def _sealed(
        self, workspace_id: WorkspaceId, fresh: Mapping[bytes, PersonalValue], seen_us: int
    ) -> list[store.Row]:
        fields = _fields(workspace_id, fresh)
        index = self._ring.secret(workspace_id, INDEX)
        day = seen_us // US_A_DAY
        return [
            (workspace_id, entry_id, one.owner, one.kind, str(one.purpose), str(one.data_class),
             sealed, _lookup_of(one, index), seen_us, day)
            for (entry_id, one), sealed in zip(
                fresh.items(), self._ring.sealed(workspace_id, fields), strict=True
            )
            if sealed is not None  # else forgotten a moment ago: nothing of theirs is kept
        ]  # fmt: skip

    def _ciphers(
        self, workspace_id: WorkspaceId, names: Sequence[KeyName], *, make: bool
    ) -> Mapping[KeyName, Sealer | None]:
        distinct = list(dict.fromkeys(names))
        found = self._ring.sealers(workspace_id, distinct, make=make)
        return dict(zip(distinct, found, strict=True))

    def _entries(self, workspace_id: WorkspaceId, tokens: Sequence[Token]) -> Mapping[str, Entry]:
        """By their ids, the entries that these tokens truly stand for."""
        told = {token.id: token for token in tokens}
        with UnitOfWork(self._database, reads_only=True) as uow:
            found = store.find(uow, workspace_id, [bytes.fromhex(one) for one in told])
        return {one.id.hex(): one for one in found if told[one.id.hex()].kind == one.kind}

    def _opened(self, workspace_id: WorkspaceId, tokens: Sequence[Token]) -> list[str | None]:
        entries = self._entries(workspace_id, tokens)
        values = self._values(workspace_id, list(entries.values()), is_strict=True)
        by_id = dict(zip(entries, values, strict=True))
        return [by_id.get(token.id) for token in tokens]

    def _values(
        self, workspace_id: WorkspaceId, entries: Sequence[Entry], *, is_strict: bool
    ) -> list[str | None]:
        ciphers = self._ciphers(workspace_id, [one.key_name for one in entries], make=False)
        values: list[str | None] = []
        for one in entries:
            cipher = ciphers[one.key_name]
            place = place_of(
                workspace_id, (one.owner, one.kind, one.purpose, one.data_class), one.id
            )
            try:
                plain = None if cipher is None else cipher.open(one.sealed, place)
            except CiphertextRefused:
                if is_strict:
                    raise
                plain = None
            values.append(None if plain is None else plain.decode("utf-8", "surrogatepass"))
        return values


def _fields(workspace_id: WorkspaceId, told: Mapping[bytes, PersonalValue]) -> list[PlainField]:
    """Entries by their ids, to be sealed; one name for what is told of somebody in a row."""
    name: KeyName | None = None
    fields = []
    for entry_id, one in told.items():
        if name is None or (name.owner, name.purpose, name.data_class) != (
            one.owner, one.purpose, one.data_class
        ):  # fmt: skip
            name = KeyName(one.owner, one.purpose, one.data_class)
        place = place_of(workspace_id, (one.owner, one.kind, one.purpose, one.data_class), entry_id)
        fields.append(PlainField(name, one.value.encode("utf-8", "surrogatepass"), place))
    return fields


def _lookup_of(one: PersonalValue, secret: bytes) -> bytes | None:
    """What finds an entry: an identifier's own subject, or the blind index of a name."""
    if one.tag is not None:
        return bytes.fromhex(one.tag)
    return blind(secret, one.kind, one.value) if one.kind in INDEXED else None


def blind(secret: bytes, kind: str, value: str) -> bytes:
    """The blind index of a value: equal for names that are written alike, and says nothing."""
    # ASCII is in normal form as it is.
    plain = value.lower() if value.isascii() else unicodedata.normalize("NFKC", value).casefold()
    folded = "".join(plain.split())
    told = f"{kind}\0{folded}".encode("utf-8", "surrogatepass")
    return hmac.digest(secret, told, "sha256")[:ID_BYTES]


def _token_of(entry: Entry) -> Token:
    tag = entry.lookup if entry.kind not in INDEXED else None
    return Token(entry.kind, entry.id.hex(), None if tag is None else tag.hex())


def _is_subject(text: str) -> bool:
    return len(text) == 2 * ID_BYTES and all(one in "0123456789abcdef" for one in text)
