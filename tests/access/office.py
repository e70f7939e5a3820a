"""A first owner in a first workspace, with cheap passwords and a clock to wind."""

from __future__ import annotations

from dataclasses import dataclass, field

from catchment.access import (
    FirstOwner,
    Member,
    Operator,
    Passwords,
    Role,
    Workspace,
    accept_invitation,
    get_member,
    invite,
    new_setup_link,
    set_up,
)
from catchment.kernel import IdMaker
from catchment.store import Database, UnitOfWork
from catchment.testing.clock import ManualClock

PASSWORD = "correct horse battery"


@dataclass
class Office:
    """Where operators work, in these tests."""

    database: Database
    clock: ManualClock = field(default_factory=ManualClock)
    passwords: Passwords = field(default_factory=lambda: Passwords(time_cost=1, memory_kib=64))

    def __post_init__(self) -> None:
        self.ids = IdMaker(self.clock)
        self.owner, self.workspace = self.found("ann@example.com")

    def found(self, email: str) -> tuple[Operator, Workspace]:
        """Sets up: possible once."""
        with UnitOfWork(self.database) as uow:
            token = new_setup_link(uow, clock=self.clock)
        first = FirstOwner("Ann", email, PASSWORD, "Shop")
        return set_up(
            self.database, self.passwords, token or "", first, clock=self.clock, ids=self.ids
        )

    def hire(self, email: str, role: Role) -> Member:
        """Invites someone, who comes."""
        with UnitOfWork(self.database) as uow:
            invited = invite(
                uow, self.workspace.id, email, "New", role,
                actor=self.owner.id, clock=self.clock, ids=self.ids,
            )  # fmt: skip
        accept_invitation(
            self.database, self.passwords, invited.token, PASSWORD,
            clock=self.clock, ids=self.ids,
        )  # fmt: skip
        with UnitOfWork(self.database, reads_only=True) as uow:
            return get_member(uow, self.workspace.id, invited.member.operator.id)
