"""What a provider of virtual numbers must do, whoever has the numbers.

Subclass `VirtualNumbersConformance` and give it `open_provider`, which opens the same provider as
often as it is called, as several processes would, with `numbers` numbers in workspace `OURS` and
none in `THEIRS`.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from catchment.kernel import WorkspaceId
from catchment.testing.clock import ManualClock
from catchment.vault.tokens import Token
from catchment.vault.virtual_numbers.ports import VirtualNumbers
from catchment.vault.virtual_numbers.types import (
    QUIET,
    BindAsk,
    BindingMode,
    BindingUnknown,
    NoNumberProvider,
    NumbersExhausted,
)

OURS = WorkspaceId("wsp_ours")
THEIRS = WorkspaceId("wsp_theirs")
_MINUTE_US = 60_000_000


class VirtualNumbersConformance:
    """A number stands for one pair at a time, until its time has passed, and rests afterwards."""

    @pytest.fixture(autouse=True)
    def _time(self) -> None:
        self.clock = ManualClock()

    def open_provider(self, numbers: int) -> VirtualNumbers:
        """The provider, with so many numbers; called again, the same one once more."""
        raise NotImplementedError

    def ask(self, name: str, *, pair: str | None = None, minutes: int = 60) -> BindAsk:
        """What a switchboard would ask for."""
        told = (pair or name).encode().ljust(16, b"\0")
        token = str(Token("phone", told.hex()))
        until_us = self.clock.now_us() + minutes * _MINUTE_US
        return BindAsk(f"bnd_{name}", BindingMode.AX, token, None, told, until_us)

    def test_a_number_stands_for_its_binding(self) -> None:
        """What is bound is found by its number, here and in another process."""
        provider, other = self.open_provider(2), self.open_provider(2)
        bound = provider.bind(OURS, self.ask("a"))
        assert provider.lookup(OURS, bound.number) == "bnd_a"
        assert other.lookup(OURS, bound.number) == "bnd_a"
        assert dict(other.live(OURS)) == {"bnd_a": bound}
        assert provider.lookup(THEIRS, bound.number) is None
        assert provider.live(THEIRS) == {}

    def test_asked_for_twice_it_is_one(self) -> None:
        """An answer that got lost is asked for again, and is the same."""
        provider = self.open_provider(2)
        ask = self.ask("a")
        assert provider.bind(OURS, ask) == provider.bind(OURS, ask)
        assert len(provider.live(OURS)) == 1

    def test_two_pairs_never_share_a_number(self) -> None:
        """Not even when they ask at once."""
        provider = self.open_provider(20)
        others = [provider, self.open_provider(20)]
        with ThreadPoolExecutor(8) as pool:
            bound = list(pool.map(lambda n: others[n % 2].bind(OURS, self.ask(f"p{n}")), range(20)))
        assert len({one.number for one in bound}) == 20
        assert len(provider.live(OURS)) == 20

    def test_a_number_is_dead_when_its_time_has_passed(self) -> None:
        """To the instant, whether or not anybody tidied up."""
        provider = self.open_provider(1)
        bound = provider.bind(OURS, self.ask("a", minutes=5))
        self.clock.advance(timedelta(minutes=5) - timedelta(seconds=1))
        assert provider.lookup(OURS, bound.number) == "bnd_a"
        self.clock.advance(timedelta(seconds=1))
        assert provider.lookup(OURS, bound.number) is None
        with pytest.raises(BindingUnknown):
            provider.extend(OURS, "bnd_a", self.clock.now_us() + _MINUTE_US)

    def test_its_end_is_moved(self) -> None:
        """A binding lasts as long as it was last told to."""
        provider = self.open_provider(1)
        bound = provider.bind(OURS, self.ask("a", minutes=5))
        later = bound.until_us + 60 * _MINUTE_US
        assert provider.extend(OURS, "bnd_a", later).until_us == later
        self.clock.advance(timedelta(minutes=30))
        assert provider.lookup(OURS, bound.number) == "bnd_a"
        with pytest.raises(BindingUnknown):
            provider.extend(OURS, "bnd_none", later)

    def test_a_number_rests_before_it_stands_for_another_pair(self) -> None:
        """Thirty days; the same pair may have it again at once."""
        provider = self.open_provider(1)
        bound = provider.bind(OURS, self.ask("a"))
        provider.unbind(OURS, "bnd_a")
        provider.unbind(OURS, "bnd_a")
        provider.unbind(OURS, "bnd_never")
        assert provider.lookup(OURS, bound.number) is None
        with pytest.raises(NumbersExhausted):
            provider.bind(OURS, self.ask("b"))
        again = provider.bind(OURS, self.ask("a2", pair="a"))
        assert again.number == bound.number
        provider.unbind(OURS, "bnd_a2")
        self.clock.advance(QUIET - timedelta(seconds=1))
        with pytest.raises(NumbersExhausted):
            provider.bind(OURS, self.ask("b"))
        self.clock.advance(timedelta(seconds=2))
        assert provider.bind(OURS, self.ask("b")).number == bound.number

    def test_without_numbers_there_is_no_provider(self) -> None:
        """That is told apart from numbers that are all taken."""
        provider = self.open_provider(1)
        with pytest.raises(NoNumberProvider):
            provider.bind(THEIRS, self.ask("a"))
