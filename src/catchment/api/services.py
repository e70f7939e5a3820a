"""What the API is handed: the parts that its routes ask, assembled by `catchment.app`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from catchment.access import Passwords
from catchment.audiences import AudienceWorks
from catchment.kernel import Clock, Entropy, IdMaker, WorkspaceId, system_entropy
from catchment.lake import Engine, EventLog, EventTable
from catchment.people import FactBook, Interests, PeopleParts, Registrar
from catchment.store import Database
from catchment.vault import KeyRing, NumberWorks, PrivacyParts, Vault, VirtualNumbers, number_works


class LandingCounts(Protocol):
    """What became of events."""

    @property
    def accepted(self) -> int:
        """Counted."""

    @property
    def duplicate(self) -> int:
        """Sent again, and not counted again."""

    @property
    def quarantined(self) -> int:
        """Held back, to be mended."""

    @property
    def forgotten(self) -> int:
        """Of people who were forgotten, and dropped."""

    @property
    def last_seen_us(self) -> int:
        """When the newest reached us; 0 for never."""


class Landing(Protocol):
    """What landing knows. `Lander.state` is one."""

    def position(self) -> int:
        """The log position up to which everything has landed."""

    def counts(self, workspace_id: WorkspaceId, source_id: str | None = None) -> LandingCounts:
        """What became of one source's events, or of a workspace's altogether."""

    def counts_by_source(self, workspace_id: WorkspaceId) -> Mapping[str, LandingCounts]:
        """What became of each source's events."""

    def forgotten_between(
        self, workspace_id: WorkspaceId, source_id: str, first: int, last: int
    ) -> int | None:
        """The same between two positions; none while not all has landed."""

    def volume_by_hour(
        self, workspace_id: WorkspaceId, source_id: str, *, until_us: int, hours: int = 24
    ) -> Sequence[int]:
        """Accepted events per hour of reception, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The parts, each made once per process.

    Attributes:
        database: the records.
        log: the event log.
        events: the lake's event table.
        engine: answers questions over the lake.
        landing: what landing knows.
        registrar: says who is who.
        interests: who cares about what.
        people: who is who, and measures of what they did.
        audiences: what keeping audiences up takes.
        privacy: the vault and its keys, and what reading from it takes.
        number_provider: who has virtual numbers; without, the brand's own pool.
        clock: tells the time.
        ids: makes ids.
        home: where uploads and exports lie.
        entropy: gives secrets.
        passwords: makes and checks password hashes.
        static: the built console.
        private_webhooks: connected systems may listen inside the house.
    """

    database: Database
    log: EventLog
    events: EventTable
    engine: Engine
    landing: Landing
    registrar: Registrar
    interests: Interests
    people: PeopleParts
    audiences: AudienceWorks
    privacy: PrivacyParts
    clock: Clock
    ids: IdMaker
    home: Path
    entropy: Entropy = system_entropy
    number_provider: VirtualNumbers | None = None
    passwords: Passwords = field(default_factory=Passwords)
    static: Path = Path(__file__).parent / "static"
    private_webhooks: bool = False

    @property
    def facts(self) -> FactBook:
        """Measures of people."""
        return self.people.facts

    @property
    def vault(self) -> Vault:
        """Personal values, sealed."""
        return self.privacy.vault

    @property
    def keys(self) -> KeyRing:
        """What seals and opens."""
        return self.privacy.keys

    @property
    def numbers(self) -> NumberWorks:
        """What binding virtual numbers takes; light enough to be put together when asked for."""
        return number_works(
            self.database, self.privacy, self.people.subjects,
            clock=self.clock, ids=self.ids, provider=self.number_provider,
        )  # fmt: skip
