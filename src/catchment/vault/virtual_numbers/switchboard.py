"""The switchboard: who may be called by which number, and until when.

A binding is written down before the provider is asked and called live after it has answered, so
that what is cut short between the two is known and put right. Nothing here opens a real number,
and where no number stands in for it, the mask is all that is told.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

import structlog

from catchment.events import IdentifierFlaw, spelling
from catchment.kernel import CatchmentError, Clock, IdMaker, WorkspaceId
from catchment.store import Database, UnitOfWork
from catchment.vault.grants.reveal import MayUse
from catchment.vault.ports import Keys, Subjects
from catchment.vault.tokens import parse_token
from catchment.vault.trail.chain import Trail
from catchment.vault.trail.types import Act
from catchment.vault.types import PersonalValue, Purpose
from catchment.vault.vault import Vault
from catchment.vault.virtual_numbers import store
from catchment.vault.virtual_numbers.ports import VirtualNumbers
from catchment.vault.virtual_numbers.types import (
    EXPIRE_BATCH,
    MINUTES_MAX,
    BindAsk,
    Binding,
    BindingMode,
    BindingState,
    Bound,
    MinutesMalformed,
    NoNumberProvider,
    NoPhoneKnown,
    NumberProviderAway,
    NumbersExhausted,
    PhoneMalformed,
    PurposeNotAgreed,
    Reconciled,
)

ASKED_AT_MOST = timedelta(minutes=10)
"""A provider that has not answered for so long never will: what it did is put right then."""

_MINUTE_US = 60_000_000
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class NumberWanted:
    """Who is to be called, and why.

    Attributes:
        person: whose number, as the trail names them.
        subjects: the person's subjects, in the order in which their phones are tried.
        purpose: what for.
        minutes: for how long.
        actor: who asks.
        caller: the phone of who will call; without, anybody may.
        reason: in their words.
    """

    person: str
    subjects: Sequence[str]
    purpose: Purpose
    minutes: int
    actor: str
    caller: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchboardParts:
    """What a switchboard works with.

    Attributes:
        database: the records.
        provider: who has the numbers.
        vault: where the real ones are.
        keys: make one hash of a pair.
        subjects: turn a caller's number into its subject.
        trail: where every binding is written.
        may_use: whether somebody agreed to a purpose.
        clock, ids: the house's.
    """

    database: Database
    provider: VirtualNumbers
    vault: Vault
    keys: Keys
    subjects: Subjects
    trail: Trail
    may_use: MayUse
    clock: Clock
    ids: IdMaker


class Switchboard:
    """Binds numbers to people.

    Args:
        parts: what it works with.
    """

    def __init__(self, parts: SwitchboardParts) -> None:
        self._parts = parts

    def bind(self, workspace_id: WorkspaceId, wanted: NumberWanted) -> Binding:
        """A number by which this person can be called; the one they have already, made longer.

        Raises:
            MinutesMalformed, PhoneMalformed, NoPhoneKnown, PurposeNotAgreed: as they say.
            NoNumberProvider, NumbersExhausted, NumberProviderAway: no number stands in; the
                message has the mask.
        """
        parts, now_us = self._parts, self._parts.clock.now_us()
        if not 1 <= wanted.minutes <= MINUTES_MAX:
            raise MinutesMalformed(pointer="/minutes")
        if wanted.purpose is Purpose.MARKETING and not parts.may_use(
            workspace_id, wanted.subjects, wanted.purpose, "phone"
        ):
            raise PurposeNotAgreed
        subject, phone = self._phone_of(workspace_id, wanted.subjects)
        b_subject, b = self._caller_of(workspace_id, wanted.caller, now_us)
        pair = self._pair(workspace_id, subject, b_subject)
        until_us = now_us + wanted.minutes * _MINUTE_US
        with UnitOfWork(parts.database) as uow:
            known = store.live_of_pair(uow, workspace_id, pair, now_us)
            asked = known or Binding(
                id=parts.ids.make("bnd"), number=None, subject=subject, a=phone, b=b,
                mode=BindingMode.AX if b is None else BindingMode.AXB, b_subject=b_subject,
                pair=pair, purpose=wanted.purpose, state=BindingState.ASKED, until_us=until_us,
                created_at=parts.clock.now(), created_by=wanted.actor,
            )  # fmt: skip
            if known is None:
                store.insert_binding(uow, workspace_id, asked)
        until_us = max(until_us, asked.until_us)
        bound = self._ask_provider(workspace_id, asked, until_us)
        return self._note(workspace_id, asked, bound, wanted)

    def unbind(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> int:
        """Ends every binding of these subjects, on either end; how many there were."""
        with UnitOfWork(self._parts.database, reads_only=True) as uow:
            found = store.unended(uow, workspace_id, subjects)
        for one in found:
            self._end(workspace_id, one.id)
        return len(found)

    def lookup(self, workspace_id: WorkspaceId, number: str) -> Binding | None:
        """The binding that a number stands for at this moment."""
        binding_id = self._parts.provider.lookup(workspace_id, number)
        if binding_id is None:
            return None
        with UnitOfWork(self._parts.database, reads_only=True) as uow:
            found = store.find_binding(uow, workspace_id, binding_id)
        is_live = (
            found is not None
            and found.state is BindingState.LIVE
            and found.until_us > self._parts.clock.now_us()
        )
        return found if is_live else None

    def expire(self) -> int:
        """Ends what has had its time, in every workspace, and what was never answered."""
        now_us = self._parts.clock.now_us()
        asked_before_us = now_us - ASKED_AT_MOST // timedelta(microseconds=1)
        ended = 0
        while True:
            with UnitOfWork(self._parts.database, reads_only=True) as uow:
                found = store.due(uow, now_us, asked_before_us, EXPIRE_BATCH)
            for workspace_id, one in found:
                self._end(workspace_id, one.id)
            ended += len(found)
            if len(found) < EXPIRE_BATCH:
                return ended

    def reconcile(self, workspace_id: WorkspaceId) -> Reconciled:
        """Puts right what the provider and the bindings do not agree on."""
        provider, now = self._parts.provider, self._parts.clock.now()
        there = provider.live(workspace_id)
        with UnitOfWork(self._parts.database, reads_only=True) as uow:
            here = {one.id: one for one in store.unended(uow, workspace_id)}
        orphans = [binding_id for binding_id in there if binding_id not in here]
        for binding_id in orphans:
            provider.unbind(workspace_id, binding_id)
        lost = [
            one
            for one in here.values()
            if one.id not in there
            and (one.state is BindingState.LIVE or one.created_at < now - ASKED_AT_MOST)
        ]
        for one in lost:
            self._end(workspace_id, one.id)
        return Reconciled(len(orphans), len(lost))

    def forget(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> int:
        """Ends and deletes all bindings of these subjects; how many there were."""
        self.unbind(workspace_id, subjects)
        with UnitOfWork(self._parts.database) as uow:
            return store.delete_bindings(uow, workspace_id, subjects)

    def _ask_provider(self, workspace_id: WorkspaceId, asked: Binding, until_us: int) -> Bound:
        provider = self._parts.provider
        try:
            if asked.state is BindingState.LIVE:
                return provider.extend(workspace_id, asked.id, until_us)
            ask = BindAsk(asked.id, asked.mode, asked.a, asked.b, asked.pair, until_us)
            return provider.bind(workspace_id, ask)
        except (NoNumberProvider, NumbersExhausted) as none:
            self._mark_ended(workspace_id, asked.id)
            raise type(none)(f"{none.message} {self._masked(workspace_id, asked)}") from none
        except CatchmentError as away:
            _log.warning("number_provider_away", reason=away.message)
            raise NumberProviderAway(
                f"The provider of virtual numbers does not answer. "
                f"{self._masked(workspace_id, asked)}"
            ) from away

    def _note(
        self, workspace_id: WorkspaceId, asked: Binding, bound: Bound, wanted: NumberWanted
    ) -> Binding:
        act = Act(
            wanted.actor, "number.bind", wanted.purpose, None, wanted.person, ("phone",), 1,
            wanted.reason,
        )  # fmt: skip
        with UnitOfWork(self._parts.database) as uow:
            store.change_binding(
                uow, workspace_id, asked.id, number=bound.number, until_us=bound.until_us,
                state=BindingState.LIVE.value,
            )  # fmt: skip
            self._parts.trail.add(uow, workspace_id, [act])
        self._parts.trail.note_end(workspace_id)
        return replace(asked, number=bound.number, until_us=bound.until_us, state=BindingState.LIVE)

    def _end(self, workspace_id: WorkspaceId, binding_id: str) -> None:
        # First there, then here: cut short between, it is found again and done again.
        self._parts.provider.unbind(workspace_id, binding_id)
        self._mark_ended(workspace_id, binding_id)

    def _mark_ended(self, workspace_id: WorkspaceId, binding_id: str) -> None:
        with UnitOfWork(self._parts.database) as uow:
            store.change_binding(uow, workspace_id, binding_id, state=BindingState.ENDED.value)

    def _masked(self, workspace_id: WorkspaceId, asked: Binding) -> str:
        mask = self._parts.vault.masked(workspace_id, [asked.a])[0]
        return f"The number is {mask}."

    def _phone_of(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> tuple[str, str]:
        tokens = self._parts.vault.tokens_tagged(workspace_id, subjects)
        for subject in subjects:
            token = tokens.get(subject)
            if token is not None and parse_token(token).kind == "phone":
                return subject, token
        raise NoPhoneKnown

    def _caller_of(
        self, workspace_id: WorkspaceId, caller: str | None, now_us: int
    ) -> tuple[str | None, str | None]:
        if caller is None:
            return None, None
        spelt = spelling("phone", caller)
        if isinstance(spelt, IdentifierFlaw):
            raise PhoneMalformed(pointer="/caller")
        subject = self._parts.subjects.subject(workspace_id, "phone", spelt)
        value = PersonalValue(subject, "phone", spelt, tag=subject)
        return subject, self._parts.vault.keep(workspace_id, [value], seen_us=now_us)[0]

    def _pair(self, workspace_id: WorkspaceId, a: str, b: str | None) -> bytes:
        secret = self._parts.keys.secret(workspace_id, "numbers")
        return hmac.digest(secret, f"{a}|{b or ''}".encode(), sha256)[: store.PAIR_BYTES]
