"""What binding numbers and answering the exchange takes, put together once for a process."""

from collections.abc import Sequence
from dataclasses import dataclass

from catchment.kernel import Clock, IdMaker, WorkspaceId
from catchment.store import Database
from catchment.vault.parts import PrivacyParts
from catchment.vault.ports import Subjects
from catchment.vault.virtual_numbers.exchange import Exchange
from catchment.vault.virtual_numbers.number_pool import NumberPool
from catchment.vault.virtual_numbers.ports import VirtualNumbers
from catchment.vault.virtual_numbers.switchboard import Switchboard, SwitchboardParts


@dataclass(frozen=True, slots=True)
class NumberWorks:
    """The parts, each made once per process.

    Attributes:
        pool: the brand's own numbers.
        switchboard: binds numbers to people, the pool's or another provider's.
        exchange: says whom a caller is put through to.
    """

    pool: NumberPool
    switchboard: Switchboard
    exchange: Exchange


def number_works(
    database: Database,
    privacy: PrivacyParts,
    subjects: Subjects,
    *,
    clock: Clock,
    ids: IdMaker,
    provider: VirtualNumbers | None = None,
) -> NumberWorks:
    """The parts over these records and this vault.

    Args:
        database: the records.
        privacy: the vault and what reads from it.
        subjects: tell who calls.
        clock: tells the time.
        ids: makes ids.
        provider: who has the numbers; the brand's own pool, if nobody else.
    """
    pool = NumberPool(database, clock)
    switchboard = Switchboard(
        SwitchboardParts(
            database=database, provider=provider or pool, vault=privacy.vault, keys=privacy.keys,
            subjects=subjects, trail=privacy.trail, may_use=privacy.may_use, clock=clock, ids=ids,
        )
    )  # fmt: skip
    return NumberWorks(pool, switchboard, Exchange(switchboard, privacy.revealing, subjects))


def forget_numbers(
    switchboard: Switchboard, workspace_id: WorkspaceId, subjects: Sequence[str]
) -> int:
    """Ends and deletes every binding of these subjects; how many there were."""
    return switchboard.forget(workspace_id, subjects)
