"""What keeping people together takes: the parts, handed in by `app`."""

from dataclasses import dataclass, field

from catchment.kernel import Clock, IdMaker
from catchment.lake import Engine
from catchment.people.identity import IdentityBook
from catchment.people.ports import ClosedVault, OverlayTable, PersonalValues, Subjects
from catchment.people.rights.ports import Deleting
from catchment.store import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleWorks:
    """The parts.

    Attributes:
        engine: reads the events.
        overlay: shows the book to whoever asks in SQL or Ibis.
        book: who is who.
        subjects: hashes identifiers.
        database: the records: kinds, refusals, decisions.
        clock, ids: the house's own.
        vault: what stands behind tokens.
        deletions: carries deletions out; without it, forgetting is a matter of the book alone.
    """

    engine: Engine
    overlay: OverlayTable
    book: IdentityBook
    subjects: Subjects
    database: Database
    clock: Clock
    ids: IdMaker
    vault: PersonalValues = field(default_factory=ClosedVault)
    deletions: Deleting | None = None
