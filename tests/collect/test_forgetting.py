"""Forgetting somebody in what could not become an event: in whatever spelling they stand there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from catchment import collect
from catchment.collect import (
    QuarantinedEvent,
    QuarantineFilter,
    QuarantineState,
    QuarantineStore,
    ReasonCode,
    SubjectHasher,
    quarantine_id,
)
from catchment.collect.forgetting import cells_of, values_in
from catchment.collect.held import store
from catchment.collect.imports import store as imports_store
from catchment.collect.imports.store import import_errors
from catchment.collect.quarantine_seals import opened_item
from catchment.kernel import WorkspaceId
from catchment.store import Database, UnitOfWork
from catchment.testing.clock import ManualClock
from catchment.testing.vault_world import make_vault_world
from catchment.vault import KeyRing

OURS, THEIRS = WorkspaceId("wsp_ours"), WorkspaceId("wsp_theirs")
HASHER = SubjectHasher(b"k" * 32)
ANN = [
    HASHER.subject(OURS, kind, value)
    for kind, value in (
        ("user", "ann"), ("phone", "+8613812345678"), ("email", "ann@example.com"),
        ("openid", "wx1:o-ann"),
    )
]  # fmt: skip
NAMING = (
    b'{"type":"track","userId":"ann"}',
    b'{"traits":{"mobile":"138 1234 5678"}}',
    b'{"batch":[{"properties":{"deep":[{"mail":"Ann@Example.com"}]}}]}',
    b'{"context":{"externalIds":[{"type":"openid","id":"o-ann","app":"wx1"}]}}',
    b'{"traits":{"phone":13812345678}}',
    b"distinct_id=ann&broken",
    b'{"cut":"ann@example.com","and no end',
)
OTHERS = (
    b'{"type":"track","userId":"anna"}',
    b'{"traits":{"mobile":"13812345679"}}',
    b'{"context":{"externalIds":[{"type":"openid","id":"o-ann","app":"wx2"}]}}',
)


@pytest.fixture
def keys(tmp_path: Path) -> KeyRing:
    return make_vault_world(tmp_path).ring()


def held(
    database: Database, keys: KeyRing, payloads: Sequence[bytes], workspace_id: WorkspaceId = OURS
) -> None:
    QuarantineStore(database, keys).put(
        [
            QuarantinedEvent(
                quarantine_id(workspace_id, place, 0), workspace_id, "src_1", "segment/track",
                ReasonCode.MISSING_EVENT_NAME, f"no name in {payload!r}", "", payload, place,
            )
            for place, payload in enumerate(payloads)
        ]
    )  # fmt: skip


def payloads(
    database: Database, keys: KeyRing, state: QuarantineState, of: WorkspaceId = OURS
) -> set[bytes]:
    with UnitOfWork(database, reads_only=True) as uow:
        page = store.page_of_quarantined(
            uow, of, QuarantineFilter(state=state), limit=100, cursor=None
        )
    items = [opened_item(keys, one) for one in page.items]
    for one in items:
        assert one.payload or not one.detail
    return {one.payload for one in items}


def forget(database: Database, keys: KeyRing) -> int:
    return collect.forget(database, HASHER, OURS, ANN, clock=ManualClock(), keys=keys)


@pytest.mark.parametrize("at_once", [2, 500])
def test_what_names_them_is_struck_out_and_nothing_else(
    database: Database, keys: KeyRing, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("catchment.collect.forgetting.LOOKED_AT_ONCE", at_once)
    held(database, keys, [*NAMING, *OTHERS])
    held(database, keys, NAMING, THEIRS)
    assert forget(database, keys) == len(NAMING)
    assert payloads(database, keys, QuarantineState.HELD) == set(OTHERS)
    assert payloads(database, keys, QuarantineState.DISCARDED) == {b""}
    assert payloads(database, keys, QuarantineState.HELD, THEIRS) == set(NAMING)
    assert forget(database, keys) == 0


def test_rows_of_imports_say_nothing_more_of_them(database: Database, keys: KeyRing) -> None:
    rows = ["ann,5", 'x;"ann@example.com";1', '{"phone":"+86 138-1234-5678"}', "anna,5", "bob\tx"]
    with UnitOfWork(database) as uow:
        uow.connection.execute(
            import_errors.insert(),
            [
                {"workspace_id": OURS, "import_id": "imp_1", "number": number,
                 "reason": "time_malformed", "row": row}
                for number, row in enumerate(rows)
            ],
        )  # fmt: skip
    assert forget(database, keys) == 3
    with UnitOfWork(database, reads_only=True) as uow:
        left = imports_store.errors_after(uow, OURS, ("", -1), 100)
    assert [row for _, _, row in left] == ["", "", "", "anna,5", "bob\tx"]
    assert forget(database, keys) == 0


def test_words_alone_would_miss_a_number_with_spaces() -> None:
    """The wrong variant: looking for the text as it was sent finds other spellings of it never."""
    assert b"+8613812345678" not in NAMING[1]
    assert any(value == "138 1234 5678" for _, value, _ in values_in(NAMING[1]))
    assert "ann@example.com" in {value for _, value, _ in cells_of('x;"ann@example.com";1')}
