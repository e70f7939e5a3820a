"""Consent: who may be used for what and reached how, by whose word, said when, shown by what.

A ledger that only grows. Each line holds for one address (or one person) and one purpose on one
channel. How a person stands is read from it whenever it is asked, never kept beside it: so a
withdrawal counts at once, everywhere.
"""

from catchment.people.consent.from_events import ConsentKeeper
from catchment.people.consent.ledger import (
    EVERY_CHANNEL,
    FORGOTTEN,
    consent_entries_of,
    consent_standing,
    lapse_consent,
    may_contact,
    tell_of_consent,
    write_consent,
)
from catchment.people.consent.standing import consent_of_each
from catchment.people.consent.types import (
    Basis,
    ConsentChange,
    ConsentEntry,
    ConsentMalformed,
    ConsentOfForgotten,
    ConsentStanding,
    ConsentState,
    ConsentWord,
    ProofKeeper,
)

__all__ = [
    "EVERY_CHANNEL",
    "FORGOTTEN",
    "Basis",
    "ConsentChange",
    "ConsentEntry",
    "ConsentKeeper",
    "ConsentMalformed",
    "ConsentOfForgotten",
    "ConsentStanding",
    "ConsentState",
    "ConsentWord",
    "ProofKeeper",
    "consent_entries_of",
    "consent_of_each",
    "consent_standing",
    "lapse_consent",
    "may_contact",
    "tell_of_consent",
    "write_consent",
]
