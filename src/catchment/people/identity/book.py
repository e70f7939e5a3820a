"""The identity book of every workspace: files beside the lake, one writer, many readers."""

import fcntl
import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from catchment.kernel import WorkspaceId
from catchment.people.identity.pages import IdentityPages
from catchment.people.identity.rules import DEFAULT_RULES, IdentityRules
from catchment.people.identity.view import IdentityView

_FOLDER = "identity"


class IdentityBook:
    """Who is who, by workspace.

    Args:
        folder: where each workspace has a folder of its own, made by its first use.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def reading(self, workspace_id: WorkspaceId) -> IdentityView:
        """The newest commit, for any process; cheap enough to ask for each question."""
        return IdentityView(self._load(workspace_id))

    @contextmanager
    def writing(self, workspace_id: WorkspaceId, rules: IdentityRules) -> Iterator[IdentityPages]:
        """The open book: one writer over all processes; whoever comes second waits.

        Args:
            workspace_id: whose.
            rules: what the first change resolves everything under, if it is not already.
        """
        path = self._path(workspace_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        with (path.parent / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)

            def save(state: dict[str, Any]) -> None:
                new = path.with_suffix(".new")
                with new.open("wb") as file:
                    pickle.dump(state, file)
                    file.flush()
                    os.fsync(file.fileno())
                new.replace(path)

            yield IdentityPages(self._load(workspace_id), rules, save)

    def erase(self, workspace_id: WorkspaceId) -> None:
        """Drops a workspace's book, to be derived anew."""
        self._path(workspace_id).unlink(missing_ok=True)

    def _path(self, workspace_id: WorkspaceId) -> Path:
        return self._folder / workspace_id / _FOLDER / "book"

    def _load(self, workspace_id: WorkspaceId) -> dict[str, Any]:
        try:
            state: dict[str, Any] = pickle.loads(self._path(workspace_id).read_bytes())  # noqa: S301
        except FileNotFoundError:
            return {
                "version": 0, "position": 0, "rules": DEFAULT_RULES, "nodes": [], "index": {},
                "edges": {}, "withdrawn": set(), "owners": [], "verdicts": [],
            }  # fmt: skip
        return state
