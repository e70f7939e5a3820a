"""The nouns of consent: an entry of the ledger, where somebody stands, and what may be wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from catchment.kernel import Clock, Conflict, IdMaker, Invalid, WorkspaceId

WORD_LENGTH_MAX = 64
PROOF_LENGTH_MAX = 2_000
ENTRIES_SHOWN_MAX = 500
"""Entries of one person that are shown, the newest first."""

SUBJECTS_AT_ONCE_MAX = 500


class ConsentState(StrEnum):
    """What was said."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"


class Basis(StrEnum):
    """On what ground the data may be used for the purpose (PIPL, article 13)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_DUTY = "legal_duty"
    EMERGENCY = "emergency"
    PUBLIC_INTEREST = "public_interest"
    DISCLOSED = "disclosed"


class ConsentMalformed(Invalid):
    """A purpose and a channel are words of lower-case letters, digits, `_` and `-`, up to 64."""


class ConsentOfForgotten(Conflict):
    """This identifier was forgotten: grant consent for it by kind and value, or lift it first."""


@dataclass(frozen=True, slots=True)
class ConsentWord:
    """What somebody says about one purpose on one channel.

    Attributes:
        subject: of the address that it holds for, or of the person.
        purpose, channel: for what, and how they may be reached; `*` is every channel.
        state: granted or withdrawn.
        basis: the ground.
        notice_version: of the text that they were shown.
        notice_hash: SHA-256 of that text, where it is known.
        separate: asked for by itself, as sensitive data and sharing demand (单独同意).
        source: where it was said: `api`, `console`, `cli`, or a source's id.
        noticed_at: when they were shown the notice; none if that is not known.
        said_at: when they said it.
        received_at: when it reached us.
        proof: what shows it: a link, a form's number, a recording.
    """

    subject: str
    purpose: str
    channel: str
    state: ConsentState
    source: str
    said_at: datetime
    received_at: datetime
    basis: Basis = Basis.CONSENT
    notice_version: str = ""
    notice_hash: str = ""
    separate: bool = False
    noticed_at: datetime | None = None
    proof: str = ""


@dataclass(frozen=True, slots=True)
class ConsentEntry:
    """A line of the ledger, for ever.

    Attributes:
        id: `con_…`; later lines have greater ids.
        word: what was said; its proof is empty where nobody can read it any more.
        recorded_at: when it was written down.
        actor: who wrote it down.
        event_key: of the event that told it, hex; none for an operator's.
    """

    id: str
    word: ConsentWord
    recorded_at: datetime
    actor: str
    event_key: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentStanding:
    """How a person stands with one purpose on one channel: by their newest word."""

    purpose: str
    channel: str
    state: ConsentState
    at: datetime
    basis: Basis
    notice_version: str = ""


class ProofKeeper(Protocol):
    """Seals the proofs of consent under the person's own key, so that they are forgotten too."""

    def seal(self, workspace_id: WorkspaceId, subject: str, entry_id: str, text: str) -> bytes:
        """The text, sealed; nothing for somebody who is to be forgotten."""

    def open_all(
        self, workspace_id: WorkspaceId, sealed: Sequence[tuple[str, str, bytes]]
    ) -> Sequence[str]:
        """Each text by subject, entry and seal; empty where the key is gone."""


@dataclass(frozen=True, slots=True)
class ConsentChange:
    """Who writes a line, with what.

    Attributes:
        actor: as the audit trail names them.
        clock, ids: the house's own.
        proofs: seals proofs; without it none is kept.
    """

    actor: str
    clock: Clock
    ids: IdMaker
    proofs: ProofKeeper | None = None


StandingOf = Mapping[tuple[str, str], ConsentStanding]
