"""Writing consent down, and asking how somebody stands.

A withdrawal is a line like any other and holds from the moment it is written: whoever asks whether
a person may be contacted reads the ledger itself. Of all that was said by any of a person's
identifiers the newest word counts; said at the same instant, withdrawing wins.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from catchment.access import record
from catchment.events import notices
from catchment.kernel import WorkspaceId
from catchment.people.consent import store
from catchment.people.consent.types import (
    PROOF_LENGTH_MAX,
    WORD_LENGTH_MAX,
    ConsentChange,
    ConsentEntry,
    ConsentMalformed,
    ConsentStanding,
    ConsentState,
    ConsentWord,
    ProofKeeper,
)
from catchment.store import UnitOfWork, announce

EVERY_CHANNEL = "*"
FORGOTTEN = "forgotten"
"""Where the words come from that end all consent of somebody who was forgotten."""

_WORD = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_HASH = re.compile(r"[0-9a-f]{64}|")


def write_consent(
    uow: UnitOfWork, workspace_id: WorkspaceId, word: ConsentWord, *, change: ConsentChange
) -> ConsentEntry:
    """Adds what somebody said; it holds when the unit of work does.

    Args:
        uow: the unit of work.
        workspace_id: whose.
        word: what was said.
        change: who writes it down.

    Raises:
        ConsentMalformed: the purpose or the channel is no word, or the proof is too long.
        KeysAway: there is a proof to be sealed and the key store does not answer.
    """
    checked = _at_once(uow, workspace_id, check_word(word))
    entry = ConsentEntry(
        change.ids.make("con"), replace(checked, proof=""), change.clock.now(), change.actor
    )
    proof = None
    if checked.proof and change.proofs is not None:
        proof = change.proofs.seal(workspace_id, checked.subject, entry.id, checked.proof)
    store.insert_lines(uow, workspace_id, [(entry, proof)])
    record(
        uow, workspace_id, change.actor, f"consent.{checked.state.value}", checked.subject,
        clock=change.clock, ids=change.ids,
        detail={"purpose": checked.purpose, "channel": checked.channel, "entry": entry.id},
    )  # fmt: skip
    tell_of_consent(uow, workspace_id, [checked.subject], change)
    return replace(entry, word=checked)


def lapse_consent(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    subjects: Sequence[str],
    *,
    change: ConsentChange,
) -> int:
    """Ends every consent of somebody who is forgotten; returns how many lines that took.

    Whoever comes to be known again was asked nothing yet. Done again, it finds nothing more.
    """
    now, lines = change.clock.now(), list[store.Line]()
    for subject in subjects:
        for one in consent_standing(uow, workspace_id, [subject]):
            if one.state is ConsentState.GRANTED:
                word = ConsentWord(
                    subject=subject, purpose=one.purpose, channel=one.channel,
                    state=ConsentState.WITHDRAWN, source=FORGOTTEN,
                    said_at=max(now, one.at), received_at=now,
                )  # fmt: skip
                lines.append((ConsentEntry(change.ids.make("con"), word, now, FORGOTTEN), None))
    return store.insert_lines(uow, workspace_id, lines)


def tell_of_consent(
    uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Iterable[str], change: ConsentChange
) -> None:
    """Announces that these subjects stand otherwise now, so that audiences look at them."""
    every = list(dict.fromkeys(subjects))
    for start in range(0, len(every), notices.SUBJECTS_AT_ONCE_MAX):
        some = tuple(every[start : start + notices.SUBJECTS_AT_ONCE_MAX])
        body = notices.ConsentChanged(workspace_id, some)
        announce(uow, body, clock=change.clock, ids=change.ids)


def check_word(word: ConsentWord) -> ConsentWord:
    """The word as it is kept: purpose and channel in lower case.

    Raises:
        ConsentMalformed: it cannot be kept so.
    """
    purpose, channel = word.purpose.strip().lower(), word.channel.strip().lower()
    if not _WORD.fullmatch(purpose) or not (channel == EVERY_CHANNEL or _WORD.fullmatch(channel)):
        raise ConsentMalformed(f"{word.purpose[:64]!r} on {word.channel[:64]!r} cannot be named so")
    if not _HASH.fullmatch(word.notice_hash.lower()) or len(word.notice_version) > WORD_LENGTH_MAX:
        raise ConsentMalformed("a notice is named by a version and by a SHA-256 in hex")
    if len(word.proof) > PROOF_LENGTH_MAX:
        raise ConsentMalformed(f"a proof has at most {PROOF_LENGTH_MAX} characters")
    return replace(word, purpose=purpose, channel=channel, notice_hash=word.notice_hash.lower())


def consent_entries_of(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    subjects: Sequence[str],
    proofs: ProofKeeper | None = None,
) -> Sequence[ConsentEntry]:
    """The lines about a person, newest first, with their proofs where they can be opened.

    Args:
        uow: the unit of work.
        workspace_id: whose.
        subjects: all that the person goes by.
        proofs: opens proofs; without it they stay closed.
    """
    lines = store.lines_of(uow, workspace_id, subjects)
    if proofs is None:
        return [entry for entry, _ in lines]
    sealed = [(e.word.subject, e.id, proof) for e, proof in lines if proof is not None]
    names = [entry_id for _, entry_id, _ in sealed]
    opened = dict(zip(names, proofs.open_all(workspace_id, sealed), strict=True))
    return [
        replace(entry, word=replace(entry.word, proof=opened.get(entry.id, "")))
        for entry, _ in lines
    ]


def consent_standing(
    uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Sequence[str]
) -> Sequence[ConsentStanding]:
    """How a person stands with every purpose and channel that was ever spoken of.

    A word about every channel (`*`) counts like one about each of them, as in `may_contact`.
    """
    found: dict[tuple[str, str], ConsentStanding] = {}
    for entry, _ in store.said_of(uow, workspace_id, subjects):
        word = entry.word
        said = ConsentStanding(
            word.purpose, word.channel, word.state, word.said_at, word.basis, word.notice_version
        )
        _keep_newer(found, said)
    for purpose, channel in list(found):
        if channel != EVERY_CHANNEL and (every := found.get((purpose, EVERY_CHANNEL))) is not None:
            _keep_newer(found, replace(every, channel=channel))
    return [found[key] for key in sorted(found)]


def may_contact(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    subjects: Sequence[str],
    *,
    purpose: str,
    channel: str,
) -> bool:
    """Whether a person may be contacted for a purpose by a channel, as the ledger has it now.

    A word about every channel (`*`) counts like one about this channel. Who never said anything
    may not be contacted.

    Args:
        uow: the unit of work.
        workspace_id: whose.
        subjects: all that the person goes by.
        purpose: for what.
        channel: how.
    """
    newest: tuple[ConsentState, datetime] | None = None
    words = store.newest_words(
        uow, workspace_id, purpose.lower(), (channel.lower(), EVERY_CHANNEL), subjects
    )
    for _, _, said, at in words:
        state = ConsentState(said)
        if newest is None or _is_newer(state, at, *newest):
            newest = (state, at)
    return newest is not None and newest[0] is ConsentState.GRANTED


def _keep_newer(found: dict[tuple[str, str], ConsentStanding], said: ConsentStanding) -> None:
    key = (said.purpose, said.channel)
    known = found.get(key)
    if known is None or _is_newer(said.state, said.at, known.state, known.at):
        found[key] = said


def _at_once(uow: UnitOfWork, workspace_id: WorkspaceId, word: ConsentWord) -> ConsentWord:
    """A withdrawal that is said now, so that it is the newest word whatever other clocks said.

    A grant may have been written by a machine whose clock runs ahead of ours.
    """
    if word.state is not ConsentState.WITHDRAWN or word.said_at != word.received_at:
        return word
    granted = [
        entry.word.said_at
        for entry, _ in store.said_of(uow, workspace_id, [word.subject])
        if entry.word.purpose == word.purpose
        and (word.channel == EVERY_CHANNEL or entry.word.channel in (word.channel, EVERY_CHANNEL))
    ]
    return replace(word, said_at=max([word.said_at, *granted]))


def _is_newer(state: ConsentState, at: datetime, than: ConsentState, then: datetime) -> bool:
    if at != then:
        return at > then
    return state is ConsentState.WITHDRAWN and than is ConsentState.GRANTED
