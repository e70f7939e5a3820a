"""A switchboard over a vault with people's phones in it, and a provider that can be away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from catchment.collect import SubjectHasher
from catchment.kernel import IdMaker, WorkspaceId
from catchment.store import Database
from catchment.testing.clock import ManualClock
from catchment.testing.privacy_desk import make_privacy
from catchment.vault import BindingMode, NumberProviderAway, PersonalValue, Purpose
from catchment.vault.virtual_numbers.ports import VirtualNumbers
from catchment.vault.virtual_numbers.switchboard import NumberWanted
from catchment.vault.virtual_numbers.types import BindAsk, Bound
from catchment.vault.virtual_numbers.works import number_works

OURS = WorkspaceId("wsp_ours")
__all__ = ["OURS", "BindingMode", "Moody", "NumberDesk", "phone_of"]


def phone_of(number: int) -> str:
    """The phone of the customer of this number."""
    return f"+86138{number:08d}"


@dataclass
class Moody:
    """A provider that answers, or does not, or does and is not heard."""

    real: VirtualNumbers
    is_away: bool = False
    loses_answers: bool = False

    def _maybe(self) -> None:
        if self.is_away:
            raise NumberProviderAway

    def bind(self, workspace_id: WorkspaceId, ask: BindAsk) -> Bound:
        """Asks the real one, and may lose its answer."""
        self._maybe()
        bound = self.real.bind(workspace_id, ask)
        if self.loses_answers:
            raise NumberProviderAway
        return bound

    def extend(self, workspace_id: WorkspaceId, binding_id: str, until_us: int) -> Bound:
        """Asks the real one."""
        self._maybe()
        return self.real.extend(workspace_id, binding_id, until_us)

    def unbind(self, workspace_id: WorkspaceId, binding_id: str) -> None:
        """Asks the real one."""
        self._maybe()
        self.real.unbind(workspace_id, binding_id)

    def lookup(self, workspace_id: WorkspaceId, number: str) -> str | None:
        """Asks the real one."""
        self._maybe()
        return self.real.lookup(workspace_id, number)

    def live(self, workspace_id: WorkspaceId) -> Mapping[str, Bound]:
        """Asks the real one."""
        self._maybe()
        return self.real.live(workspace_id)


@dataclass
class NumberDesk:
    """One workspace's numbers.

    Attributes:
        agreed: whether people agreed to marketing.
    """

    database: Database
    folder: Path
    agreed: bool = True
    clock: ManualClock = field(default_factory=ManualClock)

    def __post_init__(self) -> None:
        ids = IdMaker(self.clock)
        self.hasher = SubjectHasher(b"k" * 32)
        self.privacy = make_privacy(
            self.folder, self.database, self.clock, ids, may_use=lambda *_: self.agreed
        )
        plain = number_works(self.database, self.privacy, self.hasher, clock=self.clock, ids=ids)
        self.pool, self.provider = plain.pool, Moody(plain.pool)
        works = number_works(
            self.database, self.privacy, self.hasher, clock=self.clock, ids=ids,
            provider=self.provider,
        )  # fmt: skip
        self.switchboard, self.exchange = works.switchboard, works.exchange

    def subject(self, phone: str) -> str:
        """The subject of a phone."""
        return self.hasher.subject(OURS, "phone", phone)

    def know(self, *numbers: int) -> None:
        """Has the vault keep these customers' phones."""
        values = [
            PersonalValue(self.subject(phone_of(n)), "phone", phone_of(n),
                          tag=self.subject(phone_of(n)))
            for n in numbers
        ]  # fmt: skip
        self.privacy.vault.keep(OURS, values, seen_us=self.clock.now_us())

    def stock(self, count: int, first: int = 0) -> None:
        """Brings so many numbers into the pool."""
        for start in range(first, first + count, 1_000):
            end = min(start + 1_000, first + count)
            numbers = [f"+8621{n:08d}" for n in range(50_000_000 + start, 50_000_000 + end)]
            self.pool.add(OURS, numbers, label="desk", actor="opr_a")

    def wanted(
        self,
        number: int,
        *,
        minutes: int = 60,
        caller: str | None = None,
        purpose: Purpose = Purpose.SERVICE,
    ) -> NumberWanted:
        """What an operator asks for who wants to call this customer."""
        return NumberWanted(
            person=f"per_{number}", subjects=[self.subject(phone_of(number))], purpose=purpose,
            minutes=minutes, actor="opr_a", caller=caller, reason="a late parcel",
        )  # fmt: skip
