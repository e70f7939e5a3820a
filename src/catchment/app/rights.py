"""What people's rights take, put together: deletion, the file of what is kept, putting right."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import structlog

from catchment import audiences, collect, people
from catchment.app.rights_parts import Parts
from catchment.app.rights_telling import Neighbours
from catchment.app.traced_vault import TracedVault
from catchment.kernel import WorkspaceId
from catchment.lake import EventTable, still_on_disk
from catchment.lake.event_erasure import SETTLE_US
from catchment.people import Deletions, Forgetting, Gathering, SealedProofs
from catchment.people.rights import Identifier
from catchment.people.rights.identifying import identifier_values
from catchment.people.rights.namesakes import NamesakeSearch
from catchment.people.rights.ports import Namesake
from catchment.vault import Access, CiphertextRefused, Purpose, Vault, forget_numbers

_log = structlog.get_logger(__name__)

HOUSE = "house"
"""How the trail names what the house does by itself."""


class RightsVault(TracedVault):
    """The vault as rights read it: everything of a person, each reading in the trail."""

    def tokens_of(self, workspace_id: WorkspaceId, owners: Sequence[str]) -> Sequence[str]:
        """The tokens of everything that is kept of these subjects."""
        return self.vault.tokens_of(workspace_id, owners)


@dataclass(frozen=True)
class HouseParting:
    """What is done to the vault and the lake the moment somebody is to be forgotten.

    Attributes:
        vault: keeps their values.
        events: keeps what they did.
        tells: what they go by, in clear.
        finds: what else is the same number or address.
    """

    vault: Vault
    events: EventTable
    tells: Callable[[WorkspaceId, Sequence[str]], Sequence[Identifier]]
    finds: Callable[[WorkspaceId, Sequence[str]], Sequence[Namesake]] = lambda *_: ()

    def identifiers(
        self, workspace_id: WorkspaceId, subjects: Sequence[str]
    ) -> Sequence[Identifier]:
        """What they go by, while it can still be read; for connected systems."""
        return self.tells(workspace_id, subjects)

    def namesakes(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> Sequence[Namesake]:
        """Identifiers of other kinds that are the same phone or address as one of theirs."""
        return self.finds(workspace_id, subjects)

    def suppress(self, workspace_id: WorkspaceId, subjects: Sequence[str], *, at_us: int) -> str:
        """Destroys their keys and entries and leaves tombstones; says what that came to."""
        done = self.vault.shred(workspace_id, subjects, at_us=at_us)
        return f"{done.keys} keys, {done.entries} values"

    def hide(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> None:
        """From now on no question finds rows of these subjects."""
        self.events.forget(workspace_id, subjects)


@dataclass(frozen=True)
class HouseErased:
    """How far the lake is with people who are to be erased.

    Attributes:
        events: the event table.
        home: uploads and exports lie below it.
    """

    events: EventTable
    home: Path

    def is_hidden(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> bool:
        """Whether any of them is yet to be erased from some file."""
        return not self.events.erasures.read(workspace_id).hidden.keys().isdisjoint(subjects)

    def settled_us(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> int | None:
        """Before this instant none of them is struck off: a landing may be under way."""
        hidden = self.events.erasures.read(workspace_id).hidden
        since = [hidden[one].since_us for one in subjects if one in hidden]
        return max(since) + SETTLE_US if since else None

    def still_on_disk(self, workspace_id: WorkspaceId) -> int:
        """How many files that held somebody are yet to be deleted."""
        return still_on_disk(self.events, workspace_id)

    def files_before(self, workspace_id: WorkspaceId, before_us: int) -> int:
        """How many files, brought in or taken out before an instant, are yet to be swept."""
        folders = [self.home / part / workspace_id for part in ("uploads", "exports")]
        return sum(
            path.is_file() and path.stat().st_mtime_ns // 1000 < before_us
            for folder in folders
            for path in (folder.rglob("*") if folder.is_dir() else ())
        )


class HouseRights:
    """The parts for people's rights, each made when first asked for.

    Args:
        home: everything else.
        reached: told the points of a deletion; a test may stop there.
    """

    def __init__(self, home: Parts, reached: Callable[[str], None] = lambda _point: None) -> None:
        self._home = home
        self._reached = reached

    @cached_property
    def vault(self) -> RightsVault:
        """The vault, each reading in the trail."""
        return RightsVault(self._home.vault, self._home.privacy.revealing)

    @cached_property
    def proofs(self) -> SealedProofs:
        """Seals proofs of consent."""
        return SealedProofs(self._home.keys)

    @cached_property
    def consent(self) -> people.ConsentKeeper:
        """Keeps the ledger of consent up with the events."""
        home = self._home
        return people.ConsentKeeper(
            home.engine, home.database, home.clock, home.ids, self._suppressed
        )

    def _suppressed(self, workspace_id: WorkspaceId) -> Collection[str]:
        stones = self._home.keys.tombstones(workspace_id)
        return {one for one, stone in stones.items() if stone.lifted_us is None}

    @cached_property
    def deletions(self) -> Deletions:
        """Carries deletions out."""
        home = self._home
        return Deletions(
            home.database, home.keys,
            HouseParting(home.vault, home.events, self._identifiers, self.namesakes.of),
            HouseErased(home.events, home.settings.home), home.clock, home.ids, self._reached,
        )  # fmt: skip

    @cached_property
    def namesakes(self) -> NamesakeSearch:
        """Finds ids that are somebody's phone or address."""
        home = self._home
        return NamesakeSearch(home.engine, home.identity_book, home.hasher, self._numbers)

    @cached_property
    def forgetting(self) -> Forgetting:
        """What forgetting somebody beside the events takes."""
        home = self._home
        return Forgetting(
            home.database, home.facts, home.interest_edges,
            {
                "exports": lambda ws, gone: audiences.forget_in_files(home.audiences, ws, gone),
                "collected": lambda ws, gone: collect.forget(
                    home.database, home.hasher, ws, gone, clock=home.clock, keys=home.keys
                ),
                "numbers": lambda ws, gone: forget_numbers(home.numbers.switchboard, ws, gone),
                "answers": lambda ws, gone: people.forget_access_files(
                    home.database, home.settings.home, ws, [f"per_{one}" for one in gone]
                ),
            },
            home.clock, home.ids,
        )  # fmt: skip

    @cached_property
    def access(self) -> people.AccessWorks:
        """Makes the files of access requests."""
        home = self._home
        gathering = Gathering(
            home.people_parts, home.database, self.vault, home.clock, self.proofs,
            Neighbours(home).tellers,
        )  # fmt: skip
        return people.AccessWorks(gathering, home.keys, home.settings.home)

    @cached_property
    def correcting(self) -> people.CorrectionWorks:
        """Puts right what is known."""
        home = self._home
        return people.CorrectionWorks(
            home.people_parts, home.database, self.vault, home.keys, home.log, home.clock
        )

    def _numbers(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> Mapping[str, str]:
        home = self._home
        access = Access(HOUSE, Purpose.RIGHTS, "finding ids that are the number of one to delete")
        try:
            return identifier_values(
                home.engine, home.hasher, self.vault, workspace_id, subjects, access=access
            )
        except CiphertextRefused:
            # Nobody stays for an entry that was changed; their phone's own subject still tells.
            _log.warning("numbers_unreadable", workspace=workspace_id)
            return {}

    def _identifiers(
        self, workspace_id: WorkspaceId, subjects: Sequence[str]
    ) -> Sequence[Identifier]:
        home = self._home
        access = Access(HOUSE, Purpose.RIGHTS, "telling connected systems of a deletion")
        values = identifier_values(
            home.engine, home.hasher, self.vault, workspace_id, subjects, access=access
        )
        view = home.identity_book.reading(workspace_id)
        names = {rule.code: rule.kind for rule in view.rules.kinds}
        known = list(values)
        nodes = view.nodes_of(_texts(known))
        kinds = [names[code] for code in view.kinds_of(np.maximum(nodes, 0)).tolist()]
        return [
            Identifier(kind, values[subject])
            for subject, kind, node in zip(known, kinds, nodes.tolist(), strict=True)
            if node >= 0
        ]


def _texts(values: Sequence[str]) -> Any:
    import pyarrow as pa  # noqa: PLC0415  (heavy)

    return pa.array(list(values), pa.string())
