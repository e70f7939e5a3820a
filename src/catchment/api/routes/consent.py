"""Consent: the ledger about a person, and writing into it."""

from datetime import datetime

from fastapi import APIRouter

from catchment import people
from catchment.api.at_the_desk import DeskRoute
from catchment.api.desk import Desk
from catchment.api.routes.identified import let_back, subject_of
from catchment.api.routes.paths import WORKSPACE, PathId, PeopleReader, RightsKeeper
from catchment.api.schemas import rights as shapes
from catchment.kernel import us_from_instant

router = APIRouter(tags=["people"], route_class=DeskRoute)
CONSENT = f"{WORKSPACE}/people/{{person_id}}/consent"


@router.get(CONSENT, operation_id="read_consent")
def read_consent(person_id: PathId, desk: PeopleReader) -> shapes.PersonConsent:
    """What a person said about consent, and how they stand by it."""
    _, subjects = people.subjects_of_person(desk.services.people, desk.workspace_id, person_id)
    return _consent(desk, subjects)


@router.post(CONSENT, operation_id="write_consent", status_code=201)
def write_consent(
    person_id: PathId, ask: shapes.PersonConsentAsk, desk: RightsKeeper
) -> shapes.PersonConsent:
    """Writes down what a person says; a withdrawal holds at once."""
    person, subjects = people.subjects_of_person(desk.services.people, desk.workspace_id, person_id)
    subject = ask.subject or person.removeprefix("per_")
    if subject not in subjects:
        raise people.NobodyThere("the identifier is none of this person's")
    _write(desk, subject, ask)
    return _consent(desk, subjects)


@router.post(f"{WORKSPACE}/consent", operation_id="write_address_consent", status_code=201)
def write_address_consent(
    ask: shapes.AddressConsentAsk, desk: RightsKeeper
) -> shapes.PersonConsent:
    """Writes down what the owner of an address says, whoever that is.

    Consent granted anew lets an address be known again that stayed forgotten.
    """
    subject = subject_of(desk, ask.identifier)
    keys = desk.services.keys
    if ask.state == "granted" and people.is_suppressed(keys, desk.workspace_id, subject):
        let_back(desk, subject, "consent granted anew")
    _write(desk, subject, ask)
    return _consent(desk, [subject])


def _write(desk: Desk, subject: str, ask: shapes.ConsentAsk) -> None:
    now: datetime = desk.now
    word = people.ConsentWord(
        subject=subject, purpose=ask.purpose, channel=ask.channel,
        state=people.ConsentState(ask.state), basis=people.Basis(ask.basis),
        notice_version=ask.notice_version, notice_hash=ask.notice_hash, separate=ask.separate,
        source="api" if desk.key is not None else "console",
        # What is yet to be said would silence every later word.
        said_at=min(ask.said_at or now, now, key=us_from_instant), received_at=now,
        noticed_at=ask.noticed_at, proof=ask.proof,
    )  # fmt: skip
    people.write_consent(
        desk.work, desk.workspace_id, word,
        change=people.ConsentChange(desk.actor, desk.clock, desk.ids, _proofs(desk)),
    )  # fmt: skip


def _consent(desk: Desk, subjects: people.Members) -> shapes.PersonConsent:
    entries = people.consent_entries_of(desk.reading, desk.workspace_id, subjects, _proofs(desk))
    standing = people.consent_standing(desk.reading, desk.workspace_id, subjects)
    return shapes.PersonConsent(
        entries=[_entry(one) for one in entries],
        standing=[shapes.ConsentStanding.model_validate(one) for one in standing],
    )


def _entry(one: people.ConsentEntry) -> shapes.ConsentEntry:
    word = one.word
    return shapes.ConsentEntry(
        id=one.id, subject=word.subject, purpose=word.purpose, channel=word.channel,
        state=word.state.value, basis=word.basis.value, notice_version=word.notice_version,
        notice_hash=word.notice_hash, separate=word.separate, source=word.source,
        noticed_at=word.noticed_at, said_at=word.said_at, received_at=word.received_at,
        recorded_at=one.recorded_at, actor=one.actor, proof=word.proof, event_key=one.event_key,
    )  # fmt: skip


def _proofs(desk: Desk) -> people.SealedProofs:
    return people.SealedProofs(desk.services.keys)
