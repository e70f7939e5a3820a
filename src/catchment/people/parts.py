"""What looking at people takes: the engine, the books, and the hasher of identifiers."""

from dataclasses import dataclass, field

from catchment.lake import Engine
from catchment.people.facts import FactBook
from catchment.people.identity import IdentityBook
from catchment.people.ports import ClosedVault, PersonalValues, Subjects


@dataclass(frozen=True, slots=True)
class PeopleParts:
    """The parts, each made once per process.

    Attributes:
        engine: reads events.
        facts: measures people.
        identity: who is who.
        subjects: turns an identifier into its subject.
        vault: what stands behind tokens.
    """

    engine: Engine
    facts: FactBook
    identity: IdentityBook
    subjects: Subjects
    vault: PersonalValues = field(default_factory=ClosedVault)
