"""How the quarantine lies in the records: sealed, what was sent and what is said of it alike.

What came in is opened to be released, and for nothing else. What is shown of it has every personal
value masked; while the keys are away nothing of it is shown, and nothing new is put in.
"""

import base64
import json
from dataclasses import replace
from typing import Protocol

from catchment.collect.source_types import Quarantined
from catchment.kernel import WorkspaceId
from catchment.vault import HIDDEN, CiphertextRefused, KeyDestroyed, KeysAway, KeysWrong, hide_text
from catchment.vault import hide_json as hidden

MARK = "sealed:"
"""What a sealed detail begins with; items from before there was a vault have none."""

USE = "quarantine"
_CLOSED = (KeysAway, KeysWrong, KeyDestroyed, CiphertextRefused)


class Seal(Protocol):
    """Seals blobs of one workspace; the vault's `Box` is one."""

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """A blob, sealed for its place."""

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """A sealed blob."""


class Seals(Protocol):
    """Gives each workspace its seal; the vault's `KeyRing` does."""

    def box(self, workspace_id: WorkspaceId, use: str) -> Seal:
        """The seal of one use."""


def sealed_item(seals: Seals, item: Quarantined) -> Quarantined:
    """An item as it is kept."""
    box = seals.box(item.workspace_id, USE)
    told = json.dumps([item.detail, item.pointer]).encode()
    return replace(
        item,
        payload=box.seal(item.payload, _place(item, "payload")),
        detail=MARK + base64.b64encode(box.seal(told, _place(item, "detail"))).decode(),
        pointer="",
    )


def opened_item(seals: Seals, item: Quarantined) -> Quarantined:
    """An item as it came in.

    Raises:
        KeysAway, KeysWrong: the keys are not there.
        KeyDestroyed, CiphertextRefused: nobody can open it any more.
    """
    if not item.detail.startswith(MARK):
        return item
    box = seals.box(item.workspace_id, USE)
    told = base64.b64decode(item.detail.removeprefix(MARK))
    detail, pointer = json.loads(box.open(told, _place(item, "detail")))
    payload = box.open(item.payload, _place(item, "payload")) if item.payload else b""
    return replace(item, payload=payload, detail=detail, pointer=pointer)


def shown_item(seals: Seals, item: Quarantined) -> Quarantined:
    """An item as it may be looked at: every personal value in it is masked."""
    try:
        opened = opened_item(seals, item)
    except _CLOSED:
        return replace(item, payload=HIDDEN.encode(), detail=HIDDEN, pointer="")
    return replace(
        opened,
        payload=hidden(opened.payload),
        detail=hide_text(opened.detail),
        pointer=hide_text(opened.pointer),
    )


def sealed_body(seals: Seals, item: Quarantined, body: bytes) -> bytes:
    """What a release is about to put into the log, as it is kept meanwhile."""
    if not item.detail.startswith(MARK):
        return body
    return seals.box(item.workspace_id, USE).seal(body, _place(item, "release"))


def opened_body(seals: Seals, item: Quarantined, body: bytes) -> bytes:
    """What a release that was begun was about to put into the log."""
    if not item.detail.startswith(MARK):
        return body
    return seals.box(item.workspace_id, USE).open(body, _place(item, "release"))


def _place(item: Quarantined, part: str) -> bytes:
    return f"{item.workspace_id}\0quarantine\0{item.id}\0{part}".encode()
