"""The parts of a home that people's rights are put together from."""

from typing import TYPE_CHECKING, Protocol

from catchment.lake import EventTable
from catchment.vault import Vault

if TYPE_CHECKING:
    from catchment.app.settings import Settings
    from catchment.audiences import AudienceWorks
    from catchment.collect import SubjectHasher
    from catchment.kernel import Clock, IdMaker
    from catchment.lake import Engine, InterestTable, SQLiteEventLog
    from catchment.people import FactBook, IdentityBook, Interests, PeopleParts
    from catchment.store import Database
    from catchment.vault import KeyRing, NumberWorks, PrivacyParts


class Parts(Protocol):
    """What of a home is needed here; `Home` has it all."""

    @property
    def settings(self) -> "Settings":
        """Where everything is."""

    @property
    def clock(self) -> "Clock":
        """Tells the time."""

    @property
    def ids(self) -> "IdMaker":
        """Makes ids."""

    @property
    def database(self) -> "Database":
        """The records."""

    @property
    def log(self) -> "SQLiteEventLog":
        """The event log."""

    @property
    def events(self) -> EventTable:
        """The event table."""

    @property
    def engine(self) -> "Engine":
        """Answers questions."""

    @property
    def hasher(self) -> "SubjectHasher":
        """Makes subjects."""

    @property
    def keys(self) -> "KeyRing":
        """The keys."""

    @property
    def vault(self) -> Vault:
        """Personal values."""

    @property
    def privacy(self) -> "PrivacyParts":
        """What reads them."""

    @property
    def numbers(self) -> "NumberWorks":
        """Numbers that stand for people's own."""

    @property
    def identity_book(self) -> "IdentityBook":
        """Who is who."""

    @property
    def facts(self) -> "FactBook":
        """What they did."""

    @property
    def people_parts(self) -> "PeopleParts":
        """What looking at people takes."""

    @property
    def interest_edges(self) -> "InterestTable":
        """What they care about."""

    @property
    def interests(self) -> "Interests":
        """Answers who cares about what."""

    @property
    def audiences(self) -> "AudienceWorks":
        """Which audiences they are in."""
