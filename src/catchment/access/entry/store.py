"""The tables of sign-ins and of failed attempts, and every statement that touches them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, delete, select, update

from catchment.store import ID_LENGTH_MAX, Instant, UnitOfWork, insert_or_ignore, metadata

_HASH_LENGTH = 64

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("token_hash", String(_HASH_LENGTH), primary_key=True),
    Column("operator_id", String(ID_LENGTH_MAX), ForeignKey("operators.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("ix_sign_ins_operator", "operator_id"),
    info={"key": "an operator signs in once for all workspaces"},
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    # a hash of the e-mail or of the address: neither need be kept to be recognised
    Column("subject_hash", String(_HASH_LENGTH), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    info={"key": "whoever fails to sign in has no workspace"},
)


@dataclass(frozen=True, slots=True)
class KeptSignIn:
    """A sign-in as it lies in the table."""

    operator_id: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Failures:
    """How often someone failed, and when last."""

    count: int
    last_at: datetime


def insert_sign_in(
    uow: UnitOfWork, token_hash: str, operator_id: str, now: datetime, expires_at: datetime
) -> None:
    """Writes a new sign-in."""
    row = {
        "token_hash": token_hash, "operator_id": operator_id, "created_at": now,
        "last_used_at": now, "expires_at": expires_at,
    }  # fmt: skip
    insert_or_ignore(uow, sign_ins, [row])


def find_sign_in(uow: UnitOfWork, token_hash: str) -> KeptSignIn | None:
    """The sign-in of this token, expired or not."""
    row = uow.connection.execute(
        select(sign_ins).where(sign_ins.c.token_hash == token_hash)
    ).one_or_none()
    if row is None:
        return None
    return KeptSignIn(row.operator_id, row.created_at, row.last_used_at, row.expires_at)


def touch_sign_in(uow: UnitOfWork, token_hash: str, now: datetime) -> None:
    """Notes that a sign-in was used."""
    uow.connection.execute(
        update(sign_ins).where(sign_ins.c.token_hash == token_hash).values(last_used_at=now)
    )


def delete_sign_in(uow: UnitOfWork, token_hash: str) -> None:
    """Ends one sign-in."""
    uow.connection.execute(delete(sign_ins).where(sign_ins.c.token_hash == token_hash))


def delete_sign_ins_of(uow: UnitOfWork, operator_id: str) -> int:
    """Ends all of an operator's sign-ins; returns how many."""
    statement = delete(sign_ins).where(sign_ins.c.operator_id == operator_id)
    return uow.connection.execute(statement).rowcount


def delete_expired(uow: UnitOfWork, now: datetime, idle_since: datetime) -> int:
    """Deletes sign-ins that no longer hold."""
    statement = delete(sign_ins).where(
        (sign_ins.c.expires_at <= now) | (sign_ins.c.last_used_at <= idle_since)
    )
    return uow.connection.execute(statement).rowcount


def lock_failures(uow: UnitOfWork, subject_hash: str, now: datetime) -> Failures:
    """The failures of one subject, held until the end of this transaction."""
    row = {"subject_hash": subject_hash, "failures": 0, "last_at": now}
    insert_or_ignore(uow, sign_in_failures, [row])
    found = uow.connection.execute(
        select(sign_in_failures)
        .where(sign_in_failures.c.subject_hash == subject_hash)
        .with_for_update()
    ).one()
    return Failures(found.failures, found.last_at)


def write_failures(uow: UnitOfWork, subject_hash: str, count: int, now: datetime) -> None:
    """Notes another number of failures."""
    uow.connection.execute(
        update(sign_in_failures)
        .where(sign_in_failures.c.subject_hash == subject_hash)
        .values(failures=count, last_at=now)
    )


def forgive(uow: UnitOfWork, subject_hash: str) -> None:
    """Wipes a subject's slate."""
    uow.connection.execute(
        delete(sign_in_failures).where(sign_in_failures.c.subject_hash == subject_hash)
    )


def lower_failures(uow: UnitOfWork, subject_hash: str) -> None:
    """Takes back one failure that turned out to be none."""
    uow.connection.execute(
        update(sign_in_failures)
        .where(sign_in_failures.c.subject_hash == subject_hash, sign_in_failures.c.failures > 0)
        .values(failures=sign_in_failures.c.failures - 1)
    )


def delete_old_failures(uow: UnitOfWork, before: datetime) -> int:
    """Deletes slates that nobody has written on since."""
    statement = delete(sign_in_failures).where(sign_in_failures.c.last_at < before)
    return uow.connection.execute(statement).rowcount
