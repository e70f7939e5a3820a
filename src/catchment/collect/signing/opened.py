"""Secrets, opened once and then kept in memory: a key store that goes away stops no server."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import structlog

from catchment.collect.signing.store import SealedSecret
from catchment.collect.signing.types import SecretsClosed
from catchment.kernel import CatchmentError, Unavailable, WorkspaceId

SECRETS_USE = "signing"
"""What the workspace's key is asked for."""

_log = structlog.get_logger(__name__)


class SecretBox(Protocol):
    """Seals and opens small things for one place each."""

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """The sealed bytes."""

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """What was sealed for this place."""


class Boxes(Protocol):
    """Has a box for each workspace and use. `catchment.vault.KeyRing` is one."""

    def box(self, workspace_id: WorkspaceId, use: str) -> SecretBox:
        """The workspace's box for this use."""


def place_of(workspace_id: WorkspaceId, source_id: str, secret_id: str) -> bytes:
    """What a sealed secret is bound to: put anywhere else, it does not open."""
    return f"signing_secret|{workspace_id}|{source_id}|{secret_id}".encode()


class OpenedSecrets:
    """Every source's secrets, opened as far as the key store let us.

    Args:
        boxes: where they are opened; without, none can be.
    """

    def __init__(self, boxes: Boxes | None) -> None:
        self._boxes = boxes
        self._opened: dict[str, bytes] = {}
        self._waiting: list[SealedSecret] = []
        self._spoiled: set[str] = set()
        self._is_away = False

    @property
    def are_waiting(self) -> bool:
        """Whether some could not be opened yet."""
        return bool(self._waiting)

    def open(self, sealed: Sequence[SealedSecret]) -> None:
        """Takes what is kept now, and opens what was not open yet."""
        present = {one.id for one in sealed}
        self._opened = {id_: secret for id_, secret in self._opened.items() if id_ in present}
        self._spoiled &= present
        self._waiting = [
            one for one in sealed if one.id not in self._opened and one.id not in self._spoiled
        ]
        self.try_again()

    def try_again(self) -> None:
        """Opens what could not be opened before, if the key store is back."""
        waiting, self._waiting = self._waiting, []
        for place, one in enumerate(waiting):
            try:
                self._opened[one.id] = self._open(one)
            except Unavailable as away:
                if not self._is_away:
                    _log.warning("signing_secrets_closed", reason=away.message)
                self._is_away = True
                self._waiting = waiting[place:]
                return
            except CatchmentError as refused:
                # Moved, changed, or its key destroyed: it will never open, and signs nothing.
                _log.warning("signing_secret_refused", secret=one.id, reason=refused.message)
                self._spoiled.add(one.id)
        self._is_away = False

    def by_source(
        self, sealed: Sequence[SealedSecret]
    ) -> Mapping[tuple[str, str], tuple[tuple[bytes, ...], bool]]:
        """The open secrets of each source, and whether there are none besides."""
        closed = {one.id for one in self._waiting}
        found: dict[tuple[str, str], tuple[tuple[bytes, ...], bool]] = {}
        for one in sealed:
            key = (one.workspace_id, one.source_id)
            known, are_all = found.get(key, ((), True))
            secret = self._opened.get(one.id)
            if secret is not None:
                known = (*known, secret)
            found[key] = (known, are_all and one.id not in closed)
        return found

    def _open(self, one: SealedSecret) -> bytes:
        if self._boxes is None:
            raise SecretsClosed("this process was given no key store")
        box = self._boxes.box(one.workspace_id, SECRETS_USE)
        return box.open(one.sealed, place_of(one.workspace_id, one.source_id, one.id))
