"""The exchange's question: somebody calls this number; whom are they put through to?

The one place where a bound number is opened. The brand's exchange asks with a signed request, each
answer is a line in the trail before it is given, and a caller who has no part in the binding gets
no answer at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from catchment.events import IdentifierFlaw, spelling
from catchment.kernel import Clock, Denied, Entropy, Missing, WorkspaceId
from catchment.store import UnitOfWork
from catchment.vault.keys.boxes import Box
from catchment.vault.ports import Subjects
from catchment.vault.types import Purpose
from catchment.vault.vault import Access
from catchment.vault.virtual_numbers import store
from catchment.vault.virtual_numbers.switchboard import Switchboard
from catchment.vault.virtual_numbers.types import Binding, BindingMode, NumberUnknown

EXCHANGE = "exchange"
"""How the trail names the brand's telephone exchange."""

SECRET_BYTES = 32
_USE = "exchange"


class ExchangeSecretMissing(Missing):
    """The exchange has no secret yet, so nothing that it asks can be believed."""


class MakerBinds(Denied):
    """Whoever was shown the exchange's secret binds no number: with both they could read anybody's.

    Let somebody else bind it, or make the secret.
    """


class Boxes(Protocol):
    """Has a box for each workspace and use. `KeyRing` is one."""

    def box(self, workspace_id: WorkspaceId, use: str) -> Box:
        """The workspace's box for this use."""


class Opens(Protocol):
    """Opens values for the house's own work. `Revealing` is one."""

    def open_many(
        self, workspace_id: WorkspaceId, tokens: Sequence[str], access: Access
    ) -> list[str | None]:
        """The values, with a line in the trail."""


@dataclass(frozen=True, slots=True)
class PutThrough:
    """Whom a caller is put through to; said to the exchange and to nobody else."""

    number: str
    until_us: int


class Exchange:
    """Answers the brand's exchange.

    Args:
        switchboard: knows what numbers stand for.
        opens: opens the one number that is needed.
        subjects: tell who calls.
    """

    def __init__(self, switchboard: Switchboard, opens: Opens, subjects: Subjects) -> None:
        self._switchboard, self._opens, self._subjects = switchboard, opens, subjects

    def put_through(
        self,
        workspace_id: WorkspaceId,
        number: str,
        caller: str,
        *,
        refuses: Callable[[Binding], bool] = lambda _binding: False,
    ) -> PutThrough:
        """The number that a caller reaches by calling this one.

        Args:
            workspace_id: whose number.
            number: the one that is called.
            caller: who calls.
            refuses: bindings that nobody is put through by.

        Raises:
            NumberUnknown: it stands for nobody, or not for this caller.
            KeysAway: it cannot be opened now.
        """
        spelt, calling = spelling("phone", number), spelling("phone", caller)
        if isinstance(spelt, IdentifierFlaw) or isinstance(calling, IdentifierFlaw):
            raise NumberUnknown
        binding = self._switchboard.lookup(workspace_id, spelt)
        if binding is None or refuses(binding):
            raise NumberUnknown
        token = _other_end(binding, self._subjects.subject(workspace_id, "phone", calling))
        if token is None:
            raise NumberUnknown
        access = Access(EXCHANGE, Purpose.SERVICE, f"a call through {binding.id}")
        real = self._opens.open_many(workspace_id, [token], access)[0]
        if real is None:
            raise NumberUnknown
        spelt = spelling("phone", real)
        # As exchanges dial it, however it was once told us.
        return PutThrough(real if isinstance(spelt, IdentifierFlaw) else spelt, binding.until_us)


def make_exchange_secret(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    boxes: Boxes,
    *,
    actor: str,
    clock: Clock,
    entropy: Entropy,
) -> bytes:
    """Gives the exchange a secret in place of the one before; it is shown this once."""
    secret = entropy(SECRET_BYTES)
    sealed = boxes.box(workspace_id, _USE).seal(secret, workspace_id.encode())
    store.keep_secret(uow, workspace_id, sealed, clock.now(), actor)
    return secret


def exchange_secret(uow: UnitOfWork, workspace_id: WorkspaceId, boxes: Boxes) -> bytes:
    """The secret that the exchange signs with.

    Raises:
        ExchangeSecretMissing: it has none.
        KeysAway, KeysWrong: it cannot be opened.
    """
    sealed = store.find_secret(uow, workspace_id)
    if sealed is None:
        raise ExchangeSecretMissing
    return boxes.box(workspace_id, _USE).open(sealed, workspace_id.encode())


def exchange_secret_maker(uow: UnitOfWork, workspace_id: WorkspaceId) -> str | None:
    """Who made the secret that the exchange has now; nobody, where it has none."""
    return store.find_secret_maker(uow, workspace_id)


def _other_end(binding: Binding, caller: str) -> str | None:
    if binding.mode is BindingMode.AX:
        return binding.a if caller != binding.subject else None
    if caller == binding.b_subject:
        return binding.a
    return binding.b if caller == binding.subject else None
