"""The tables of virtual numbers, and every statement that touches them.

No real number stands in them: a binding holds tokens and subjects.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    LargeBinary,
    String,
    Table,
    delete,
    func,
    or_,
    select,
    update,
)

from catchment.kernel import Page, WorkspaceId, instant_from_us
from catchment.store import (
    ID_LENGTH_MAX,
    Instant,
    UnitOfWork,
    id_column,
    insert_or_ignore,
    insert_or_update,
    metadata,
    page_of,
    workspace_column,
)
from catchment.vault.types import Purpose
from catchment.vault.virtual_numbers.types import (
    QUIET,
    Binding,
    BindingMode,
    BindingState,
    PoolNumber,
    PoolSummary,
)

if TYPE_CHECKING:
    from sqlalchemy import Row

NUMBER_LENGTH_MAX = 32
LABEL_LENGTH_MAX = 100
TOKEN_LENGTH_MAX = 128
PAIR_BYTES = 16
NEVER_US = 2**62
"""A number that stands for somebody is free at no time that is known."""

_QUIET_US = QUIET // timedelta(microseconds=1)

pool_numbers = Table(
    "pool_numbers",
    metadata,
    workspace_column(),
    Column("number", String(NUMBER_LENGTH_MAX), primary_key=True),
    Column("label", String(LABEL_LENGTH_MAX), nullable=False),
    # what it stands for, and the pair that it stood for last
    Column("binding_id", String(ID_LENGTH_MAX)),
    Column("pair", LargeBinary(PAIR_BYTES)),
    Column("until_us", BigInteger, nullable=False),
    # from when on it may stand for another pair
    Column("free_us", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(ID_LENGTH_MAX), nullable=False),
    Index("ix_pool_numbers_free", "workspace_id", "free_us"),
    Index("ix_pool_numbers_pair", "workspace_id", "pair"),
    Index("ix_pool_numbers_binding", "workspace_id", "binding_id"),
)

number_bindings = Table(
    "number_bindings",
    metadata,
    workspace_column(),
    id_column(),
    Column("number", String(NUMBER_LENGTH_MAX)),
    Column("mode", String(8), nullable=False),
    Column("subject", String(ID_LENGTH_MAX), nullable=False),
    Column("a", String(TOKEN_LENGTH_MAX), nullable=False),
    Column("b", String(TOKEN_LENGTH_MAX)),
    Column("b_subject", String(ID_LENGTH_MAX)),
    Column("pair", LargeBinary(PAIR_BYTES), nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("until_us", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(ID_LENGTH_MAX), nullable=False),
    Index("ix_number_bindings_pair", "workspace_id", "pair", "state"),
    Index("ix_number_bindings_due", "state", "until_us"),
    Index("ix_number_bindings_subject", "workspace_id", "subject"),
)

exchange_secrets = Table(
    "exchange_secrets",
    metadata,
    workspace_column(),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(ID_LENGTH_MAX), nullable=False),
)


def insert_numbers(uow: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> int:
    """Writes numbers that are not in the pool yet; how many were new."""
    start = {"binding_id": None, "pair": None, "until_us": 0, "free_us": 0}
    return insert_or_ignore(uow, pool_numbers, [{**start, **row} for row in rows])


def delete_number(uow: UnitOfWork, workspace_id: WorkspaceId, number: str) -> bool:
    """Takes a number that stands for nobody out of the pool."""
    statement = delete(pool_numbers).where(
        *_number(workspace_id, number), pool_numbers.c.binding_id.is_(None)
    )
    return uow.connection.execute(statement).rowcount == 1


def has_number(uow: UnitOfWork, workspace_id: WorkspaceId, number: str) -> bool:
    """Whether the pool has this number."""
    statement = select(pool_numbers.c.number).where(*_number(workspace_id, number))
    return uow.connection.execute(statement).first() is not None


def page_of_numbers(
    uow: UnitOfWork, workspace_id: WorkspaceId, *, limit: int | None, cursor: str | None
) -> Page[PoolNumber]:
    """The pool's numbers, in order."""
    statement = select(pool_numbers).where(pool_numbers.c.workspace_id == workspace_id)
    return page_of(
        uow, statement, pool_numbers.c.number, _pool_number,
        limit=limit, cursor=cursor, oldest_first=True,
    )  # fmt: skip


def pool_summary(uow: UnitOfWork, workspace_id: WorkspaceId, now_us: int) -> PoolSummary:
    """How many numbers there are, and how many may be had."""
    is_bound = pool_numbers.c.binding_id.is_not(None)
    numbers, bound, free = uow.connection.execute(
        select(
            func.count(),
            func.count().filter(is_bound),
            func.count().filter(~is_bound, pool_numbers.c.free_us <= now_us),
        ).where(pool_numbers.c.workspace_id == workspace_id)
    ).one()
    return PoolSummary(numbers, bound, numbers - bound - free, free)


def number_of_binding(
    uow: UnitOfWork, workspace_id: WorkspaceId, binding_id: str
) -> tuple[str, int] | None:
    """The number that stands for a binding, and until when."""
    row = uow.connection.execute(
        select(pool_numbers.c.number, pool_numbers.c.until_us).where(
            pool_numbers.c.workspace_id == workspace_id, pool_numbers.c.binding_id == binding_id
        )
    ).one_or_none()
    return None if row is None else (row.number, row.until_us)


def binding_of_number(
    uow: UnitOfWork, workspace_id: WorkspaceId, number: str, now_us: int
) -> str | None:
    """The binding that a number stands for at this moment."""
    found: str | None = uow.connection.execute(
        select(pool_numbers.c.binding_id).where(
            *_number(workspace_id, number), pool_numbers.c.until_us > now_us
        )
    ).scalar_one_or_none()
    return found


def take_number(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    *,
    binding_id: str,
    pair: bytes,
    until_us: int,
    now_us: int,
) -> str | None:
    """Has a number stand for a binding: the pair's own of before, else one that has rested.

    Returns:
        The number; none where none is to be had.
    """
    # Whoever asks at the same time looks past what we have taken, and waits for nobody.
    candidates = (
        select(pool_numbers.c.number)
        .where(pool_numbers.c.workspace_id == workspace_id, pool_numbers.c.binding_id.is_(None))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    own = candidates.where(pool_numbers.c.pair == pair)
    # In the index's own order: one word more, and every free number would be read and sorted.
    rested = candidates.where(pool_numbers.c.free_us <= now_us).order_by(pool_numbers.c.free_us)
    for wanted in (own, rested):
        found: str | None = uow.connection.execute(wanted).scalar_one_or_none()
        if found is not None:
            uow.connection.execute(
                update(pool_numbers)
                .where(*_number(workspace_id, found))
                .values(binding_id=binding_id, pair=pair, until_us=until_us, free_us=NEVER_US)
            )
            return found
    return None


def move_end(uow: UnitOfWork, workspace_id: WorkspaceId, binding_id: str, until_us: int) -> None:
    """Moves the end of what a number stands for."""
    uow.connection.execute(
        update(pool_numbers)
        .where(pool_numbers.c.workspace_id == workspace_id,
               pool_numbers.c.binding_id == binding_id)
        .values(until_us=until_us)
    )  # fmt: skip


def free_number(uow: UnitOfWork, workspace_id: WorkspaceId, binding_id: str, now_us: int) -> None:
    """Ends what a number stands for; it rests from now on."""
    uow.connection.execute(
        update(pool_numbers)
        .where(pool_numbers.c.workspace_id == workspace_id,
               pool_numbers.c.binding_id == binding_id)
        .values(binding_id=None, until_us=0, free_us=now_us + _QUIET_US)
    )  # fmt: skip


def bound_numbers(uow: UnitOfWork, workspace_id: WorkspaceId) -> Mapping[str, tuple[str, int]]:
    """Every number that stands for a binding, by binding."""
    rows = uow.connection.execute(
        select(pool_numbers).where(
            pool_numbers.c.workspace_id == workspace_id, pool_numbers.c.binding_id.is_not(None)
        )
    )
    return {row.binding_id: (row.number, row.until_us) for row in rows}


def insert_binding(uow: UnitOfWork, workspace_id: WorkspaceId, binding: Binding) -> None:
    """Writes a binding that is being asked for."""
    uow.connection.execute(
        number_bindings.insert().values(
            workspace_id=workspace_id, id=binding.id, number=binding.number,
            mode=binding.mode.value, subject=binding.subject, a=binding.a, b=binding.b,
            b_subject=binding.b_subject, pair=binding.pair, purpose=binding.purpose.value,
            state=binding.state.value, until_us=binding.until_us,
            created_at=binding.created_at, created_by=binding.created_by,
        )
    )  # fmt: skip


def find_binding(uow: UnitOfWork, workspace_id: WorkspaceId, binding_id: str) -> Binding | None:
    """One binding."""
    row = uow.connection.execute(
        select(number_bindings).where(*_binding(workspace_id, binding_id))
    ).one_or_none()
    return None if row is None else _as_binding(row)


def live_of_pair(
    uow: UnitOfWork, workspace_id: WorkspaceId, pair: bytes, now_us: int
) -> Binding | None:
    """The pair's binding that has not ended, if there is one."""
    # Its end is compared here: a range in the statement lures SQLite, which keeps no statistics,
    # away from the pair's index to that of ends, through every live binding there is.
    rows = uow.connection.execute(
        select(number_bindings).where(
            number_bindings.c.workspace_id == workspace_id,
            number_bindings.c.pair == pair,
            number_bindings.c.state == BindingState.LIVE.value,
        )
    )
    living = [row for row in rows if row.until_us > now_us]
    return _as_binding(max(living, key=lambda row: row.id)) if living else None


def change_binding(
    uow: UnitOfWork, workspace_id: WorkspaceId, binding_id: str, **values: Any
) -> None:
    """Writes to a binding that has not ended."""
    uow.connection.execute(
        update(number_bindings)
        .where(
            *_binding(workspace_id, binding_id),
            number_bindings.c.state != BindingState.ENDED.value,
        )
        .values(**values)
    )


def unended(
    uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Sequence[str] | None = None
) -> Sequence[Binding]:
    """Bindings that have not ended; with subjects, only where one of them is on either end."""
    statement = select(number_bindings).where(
        number_bindings.c.workspace_id == workspace_id,
        number_bindings.c.state != BindingState.ENDED.value,
    )
    if subjects is not None:
        wanted = list(subjects)
        statement = statement.where(
            or_(number_bindings.c.subject.in_(wanted), number_bindings.c.b_subject.in_(wanted))
        )
    return [_as_binding(row) for row in uow.connection.execute(statement)]


def bindings_of(
    uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Sequence[str]
) -> Sequence[Binding]:
    """Every binding of these subjects that is still written down, the newest first."""
    wanted = list(subjects)
    statement = (
        select(number_bindings)
        .where(
            number_bindings.c.workspace_id == workspace_id,
            or_(number_bindings.c.subject.in_(wanted), number_bindings.c.b_subject.in_(wanted)),
        )
        .order_by(number_bindings.c.id.desc())
    )
    return [_as_binding(row) for row in uow.connection.execute(statement)]


def due(
    uow: UnitOfWork, now_us: int, asked_before_us: int, limit: int
) -> Sequence[tuple[WorkspaceId, Binding]]:
    """Bindings of every workspace whose time has passed, and those never answered."""
    is_late = (number_bindings.c.state == BindingState.LIVE.value) & (
        number_bindings.c.until_us <= now_us
    )
    is_lost = (number_bindings.c.state == BindingState.ASKED.value) & (
        number_bindings.c.created_at < instant_from_us(asked_before_us)
    )
    rows = uow.connection.execute(
        select(number_bindings)
        .where(or_(is_late, is_lost))
        .order_by(number_bindings.c.workspace_id, number_bindings.c.id)
        .limit(limit)
    )
    return [(WorkspaceId(row.workspace_id), _as_binding(row)) for row in rows]


def delete_bindings(uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Sequence[str]) -> int:
    """Takes away every trace that a number once stood for these subjects."""
    wanted = list(subjects)
    statement = delete(number_bindings).where(
        number_bindings.c.workspace_id == workspace_id,
        or_(number_bindings.c.subject.in_(wanted), number_bindings.c.b_subject.in_(wanted)),
    )
    return int(uow.connection.execute(statement).rowcount)


def keep_secret(
    uow: UnitOfWork, workspace_id: WorkspaceId, sealed: bytes, at: datetime, by: str
) -> None:
    """Writes the exchange's secret in place of the one before."""
    values = {"sealed": sealed, "created_at": at, "created_by": by}
    insert_or_update(uow, exchange_secrets, {"workspace_id": workspace_id, **values}, values)


def find_secret(uow: UnitOfWork, workspace_id: WorkspaceId) -> bytes | None:
    """The exchange's secret, sealed."""
    asked = select(exchange_secrets.c.sealed)
    return uow.connection.scalar(asked.where(exchange_secrets.c.workspace_id == workspace_id))


def find_secret_maker(uow: UnitOfWork, workspace_id: WorkspaceId) -> str | None:
    """Who made the exchange's secret, and was shown it."""
    asked = select(exchange_secrets.c.created_by)
    return uow.connection.scalar(asked.where(exchange_secrets.c.workspace_id == workspace_id))


def _number(workspace_id: WorkspaceId, number: str) -> tuple[Any, Any]:
    return pool_numbers.c.workspace_id == workspace_id, pool_numbers.c.number == number


def _binding(workspace_id: WorkspaceId, binding_id: str) -> tuple[Any, Any]:
    return number_bindings.c.workspace_id == workspace_id, number_bindings.c.id == binding_id


def _pool_number(row: "Row[Any]") -> PoolNumber:
    is_bound = row.binding_id is not None
    rests = not is_bound and row.free_us > 0
    return PoolNumber(
        number=row.number, label=row.label, is_bound=is_bound,
        free_at=instant_from_us(row.free_us) if rests else None,
        created_at=row.created_at, created_by=row.created_by,
    )  # fmt: skip


def _as_binding(row: "Row[Any]") -> Binding:
    return Binding(
        id=row.id, number=row.number, mode=BindingMode(row.mode), subject=row.subject, a=row.a,
        b=row.b, b_subject=row.b_subject, pair=bytes(row.pair), purpose=Purpose(row.purpose),
        state=BindingState(row.state), until_us=row.until_us, created_at=row.created_at,
        created_by=row.created_by,
    )  # fmt: skip
