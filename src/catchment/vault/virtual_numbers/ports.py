"""What a provider of virtual numbers must be able to do.

`catchment.testing.virtual_numbers` is its exam. A provider is asked with tokens; one that must tell
a carrier the real numbers is handed what opens them, and opens them nowhere else.
"""

from collections.abc import Mapping
from typing import Protocol

from catchment.kernel import WorkspaceId
from catchment.vault.virtual_numbers.types import BindAsk, Bound


class VirtualNumbers(Protocol):
    """Binds numbers to pairs of people.

    Every method may raise `NumberProviderAway`; then nothing can be told of what it did, and asking
    again with the same binding does no more than asking once.
    """

    def bind(self, workspace_id: WorkspaceId, ask: BindAsk) -> Bound:
        """Has a number stand for this pair.

        The same binding gives the same number again. A number that stood for another pair rests
        for `QUIET` first.

        Raises:
            NoNumberProvider: there are no numbers at all.
            NumbersExhausted: there are, but none may stand for this pair now.
        """

    def extend(self, workspace_id: WorkspaceId, binding_id: str, until_us: int) -> Bound:
        """Moves a live binding's end.

        Raises:
            BindingUnknown: it is not bound, or has ended.
        """

    def unbind(self, workspace_id: WorkspaceId, binding_id: str) -> None:
        """Ends a binding at once; one that is unknown or has ended is left as it is."""

    def lookup(self, workspace_id: WorkspaceId, number: str) -> str | None:
        """The binding that a number stands for at this moment; none once its time has passed."""

    def live(self, workspace_id: WorkspaceId) -> Mapping[str, Bound]:
        """Every binding that it holds, for setting right what does not agree."""
