"""What a key database says and is told: the rows behind every method of a key store."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple
from typing import Any

from catchment.kernel import WorkspaceId
from catchment.vault.keys.key_tables import MASTERS_TABLE
from catchment.vault.keys.types import (
    Destruction,
    KeyState,
    LoneKey,
    NamedKey,
    StoredKey,
    StoredMaster,
    StoredRoot,
    StoredVersion,
    Tombstone,
)
from catchment.vault.types import Cipher, DataClass, KeyName, Purpose

GENERATION = "SELECT value FROM meta WHERE name = 'generation'"

_Scope = tuple[DataClass, Purpose]


class KeyRows:
    """The statements. Who inherits it says how one is run."""

    def _ask(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """The rows that a question finds."""
        raise NotImplementedError

    def _tell(self, statement: str, values: Sequence[object] = ()) -> int:
        """Changes rows, in a turn; how many."""
        raise NotImplementedError

    def _tell_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Changes rows by one statement, in a turn."""
        raise NotImplementedError

    def generation(self) -> int:
        """A number that grows with every destruction, rotation and lifting, by any process."""
        return int(self._ask(GENERATION)[0][0])

    def bump(self) -> None:
        """In a turn: makes every other process forget what it has cached."""
        self._tell("UPDATE meta SET value = value + 1 WHERE name = 'generation'")

    def find_root(self, workspace_id: WorkspaceId) -> StoredRoot | None:
        """A workspace's root."""
        rows = self._ask("SELECT wrapped, cipher FROM roots WHERE workspace_id = ?", [workspace_id])
        return StoredRoot(rows[0][0], Cipher(rows[0][1])) if rows else None

    def put_root(self, workspace_id: WorkspaceId, root: StoredRoot) -> None:
        """In a turn: keeps a workspace's root, in place of an older one."""
        self._tell(
            "INSERT OR REPLACE INTO roots VALUES (?, ?, ?)",
            (workspace_id, root.wrapped, root.cipher),
        )

    def list_workspaces(self) -> Sequence[WorkspaceId]:
        """The workspaces that have a root."""
        rows = self._ask("SELECT workspace_id FROM roots ORDER BY workspace_id")
        return [WorkspaceId(workspace_id) for (workspace_id,) in rows]

    def list_versions(self, workspace_id: WorkspaceId) -> Sequence[StoredVersion]:
        """All versions of a workspace's keys, by class and version; destroyed ones too."""
        rows = self._ask(
            "SELECT data_class, version, state, cipher, wrapped, created_us, destroyed_us, is_moved"
            " FROM workspace_keys WHERE workspace_id = ? ORDER BY data_class, version",
            [workspace_id],
        )
        return [_version(*row) for row in rows]

    def put_version(self, workspace_id: WorkspaceId, version: StoredVersion) -> None:
        """In a turn: keeps a version, in place of what was known of it."""
        self._tell(
            "INSERT OR REPLACE INTO workspace_keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                workspace_id, version.data_class, version.version, version.state, version.cipher,
                version.wrapped, version.created_us, version.destroyed_us, version.is_moved,
            ),
        )  # fmt: skip

    def find_subject_keys(
        self, workspace_id: WorkspaceId, names: Sequence[KeyName]
    ) -> Sequence[StoredKey | None]:
        """The keys of these names, in their order."""
        by_scope: dict[_Scope, list[str]] = {}
        for name in names:
            by_scope.setdefault((name.data_class, name.purpose), []).append(name.owner)
        found: dict[_Scope, dict[str, StoredKey]] = {}
        scopes = self._scopes(workspace_id)
        for scope, owners in by_scope.items():
            rows = self._ask(
                "SELECT owner, version, wrapped FROM subject_keys"
                " WHERE scope = ? AND owner IN (SELECT value FROM json_each(?))",
                (scopes.get(scope), json.dumps(owners)),
            )
            found[scope] = {owner: StoredKey(version, key) for owner, version, key in rows}
        return [found[name.data_class, name.purpose].get(name.owner) for name in names]

    def put_subject_keys(self, workspace_id: WorkspaceId, keys: Sequence[NamedKey]) -> None:
        """In a turn: keeps keys, in place of older ones of the same names."""
        scopes = self._scopes(workspace_id)
        for scope in {(key.name.data_class, key.name.purpose) for key in keys} - scopes.keys():
            self._tell(
                "INSERT INTO scopes (workspace_id, data_class, purpose) VALUES (?, ?, ?)",
                (workspace_id, *scope),
            )
            scopes = self._scopes(workspace_id)
        self._tell_many(
            "INSERT OR REPLACE INTO subject_keys VALUES (?, ?, ?, ?)",
            (
                (scopes[key.name.data_class, key.name.purpose], key.name.owner, key.key.version,
                 key.key.wrapped)
                for key in keys
            ),
        )  # fmt: skip

    def list_subject_keys(
        self,
        workspace_id: WorkspaceId,
        data_class: DataClass,
        *,
        after: KeyName | None,
        limit: int,
    ) -> Sequence[NamedKey]:
        """A page of a class's keys in an order of the store's own, behind `after`."""
        scopes = self._scopes(workspace_id)
        past = (-1, "") if after is None else (scopes[data_class, after.purpose], after.owner)
        page: list[NamedKey] = []
        for (its_class, purpose), scope in sorted(scopes.items(), key=lambda item: item[1]):
            if its_class is not data_class or scope < past[0] or len(page) == limit:
                continue
            rows = self._ask(
                "SELECT owner, version, wrapped FROM subject_keys WHERE scope = ? AND owner > ?"
                " ORDER BY owner LIMIT ?",
                (scope, past[1] if scope == past[0] else "", limit - len(page)),
            )
            page += [
                NamedKey(KeyName(owner, purpose, data_class), StoredKey(version, wrapped))
                for owner, version, wrapped in rows
            ]
        return page

    def count_subject_keys(self, workspace_id: WorkspaceId) -> Mapping[tuple[DataClass, int], int]:
        """How many keys hang on each version."""
        rows = self._ask(
            "SELECT data_class, version, count(*) FROM scopes JOIN subject_keys USING (scope)"
            " WHERE workspace_id = ? GROUP BY data_class, version",
            [workspace_id],
        )
        return {(DataClass(data_class), version): count for data_class, version, count in rows}

    def delete_subject_keys(self, workspace_id: WorkspaceId, owners: Sequence[str]) -> int:
        """In a turn: deletes every key of these owners; how many there were."""
        return sum(
            self._tell(
                "DELETE FROM subject_keys"
                " WHERE scope = ? AND owner IN (SELECT value FROM json_each(?))",
                (scope, json.dumps(list(owners))),
            )
            for scope in self._scopes(workspace_id).values()
        )

    def tombstones(self, workspace_id: WorkspaceId) -> Mapping[str, Tombstone]:
        """Whose keys were destroyed, lifted ones too."""
        rows = self._ask(
            "SELECT subject, at_us, lifted_us FROM tombstones WHERE workspace_id = ?",
            [workspace_id],
        )
        return {subject: Tombstone(at_us, lifted_us) for subject, at_us, lifted_us in rows}

    def find_barred(self, workspace_id: WorkspaceId, owners: Sequence[str]) -> frozenset[str]:
        """Those of these owners whose tombstone bars new keys."""
        rows = self._ask(
            "SELECT subject FROM tombstones WHERE workspace_id = ? AND lifted_us IS NULL"
            " AND subject IN (SELECT value FROM json_each(?))",
            (workspace_id, json.dumps(list(owners))),
        )
        return frozenset(subject for (subject,) in rows)

    def put_tombstones(self, workspace_id: WorkspaceId, stones: Mapping[str, Tombstone]) -> None:
        """In a turn: keeps tombstones, in place of older ones of the same subjects."""
        self._tell_many(
            "INSERT OR REPLACE INTO tombstones VALUES (?, ?, ?, ?)",
            ((workspace_id, subject, s.at_us, s.lifted_us) for subject, s in stones.items()),
        )

    def list_destructions(
        self, workspace_id: WorkspaceId
    ) -> Mapping[tuple[DataClass, int], Destruction]:
        """The asked-for destructions that are not done."""
        rows = self._ask(
            "SELECT data_class, version, asked_by, asked_us, reason, approved_by, due_us"
            " FROM destructions WHERE workspace_id = ?",
            [workspace_id],
        )
        return {(DataClass(row[0]), row[1]): Destruction(*row[2:]) for row in rows}

    def put_destruction(
        self,
        workspace_id: WorkspaceId,
        data_class: DataClass,
        version: int,
        destruction: Destruction | None,
    ) -> None:
        """In a turn: keeps what was asked for, or forgets it."""
        self._tell(
            "DELETE FROM destructions WHERE workspace_id = ? AND data_class = ? AND version = ?",
            (workspace_id, data_class, version),
        )
        if destruction is not None:
            asked = destruction
            self._tell(
                "INSERT INTO destructions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (workspace_id, data_class, version, asked.asked_by, asked.asked_us, asked.reason,
                 asked.approved_by, asked.due_us),
            )  # fmt: skip

    def put_master(self, master: StoredMaster) -> None:
        """In a turn: keeps what is known of a version, in place of what was."""
        asked = master.destruction
        self._tell(MASTERS_TABLE)
        self._tell(
            "INSERT OR REPLACE INTO masters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                master.version, master.state, master.fingerprint, master.created_us,
                master.destroyed_us, master.is_moved,
                *(astuple(asked) if asked else (None,) * 5), master.asked_in,
            ),
        )  # fmt: skip

    def list_lone_uses(self) -> Sequence[str]:
        """The uses that there are key pairs of."""
        return [use for (use,) in self._ask("SELECT DISTINCT use FROM lone_keys ORDER BY use")]

    def list_lone_keys(self, use: str) -> Sequence[LoneKey]:
        """The installation's own key pairs of one use, by number."""
        rows = self._ask(
            "SELECT number, public, wrapped FROM lone_keys WHERE use = ? ORDER BY number", [use]
        )
        return [LoneKey(*row) for row in rows]

    def put_lone_key(self, use: str, key: LoneKey) -> None:
        """In a turn: keeps a key pair."""
        self._tell(
            "INSERT OR REPLACE INTO lone_keys VALUES (?, ?, ?, ?)",
            (use, key.number, key.public, key.wrapped),
        )

    def delete_lone_keys(self, use: str, before: int) -> int:
        """In a turn: deletes the pairs of one use with a smaller number; how many there were."""
        return self._tell("DELETE FROM lone_keys WHERE use = ? AND number < ?", (use, before))

    def _scopes(self, workspace_id: WorkspaceId) -> dict[_Scope, int]:
        rows = self._ask(
            "SELECT data_class, purpose, scope FROM scopes WHERE workspace_id = ?", [workspace_id]
        )
        return {(DataClass(row[0]), Purpose(row[1])): row[2] for row in rows}


def read_masters(ask: Callable[[str], Sequence[Any]]) -> list[StoredMaster]:
    """The versions of the master key that a database tells; none while there is but the first."""
    if not ask("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'masters'"):
        return []
    rows = ask(
        "SELECT version, state, fingerprint, created_us, destroyed_us, is_moved, asked_by,"
        " asked_us, reason, approved_by, due_us, asked_in FROM masters ORDER BY version"
    )
    return [
        StoredMaster(
            row[0], KeyState(row[1]), row[2], row[3], row[4], bool(row[5]),
            None if row[6] is None else Destruction(*row[6:11]), row[11],
        )
        for row in rows
    ]  # fmt: skip


def _version(  # noqa: PLR0917  (a row, as it stands)
    data_class: str, version: int, state: str, cipher: str, wrapped: bytes | None,
    created_us: int, destroyed_us: int | None, is_moved: int,
) -> StoredVersion:  # fmt: skip
    return StoredVersion(
        DataClass(data_class), version, KeyState(state), Cipher(cipher), wrapped, created_us,
        destroyed_us, is_moved=bool(is_moved),
    )  # fmt: skip
