"""Signing rules, sealed secrets, and the requests that were taken in already, as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    String,
    Table,
    delete,
    func,
    select,
    update,
)

from catchment.collect.signing.signature import NONCE_BYTES, Nonce
from catchment.collect.signing.types import SignatureRule, SigningRule, SigningSecret
from catchment.kernel import WorkspaceId
from catchment.store import (
    ID_LENGTH_MAX,
    Instant,
    UnitOfWork,
    id_column,
    insert_or_ignore,
    insert_or_update,
    metadata,
    workspace_column,
)

if TYPE_CHECKING:
    from sqlalchemy import Row

HINT_LENGTH_MAX = 8

source_rules = Table(
    "source_rules",
    metadata,
    workspace_column(),
    Column("source_id", String(ID_LENGTH_MAX), primary_key=True),
    Column("signature", String(16), nullable=False),
    Column("settles", Boolean, nullable=False),
)

signing_secrets = Table(
    "signing_secrets",
    metadata,
    workspace_column(),
    id_column(),
    Column("source_id", String(ID_LENGTH_MAX), nullable=False),
    Column("hint", String(HINT_LENGTH_MAX), nullable=False),
    # under the workspace's key; nobody is shown it a second time
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(ID_LENGTH_MAX), nullable=False),
    Index("ix_signing_secrets_source", "workspace_id", "source_id"),
)

signed_requests = Table(
    "signed_requests",
    metadata,
    workspace_column(),
    Column("source_id", String(ID_LENGTH_MAX), primary_key=True),
    # a hash of the request's id, kept for as long as its time stamp could be believed
    Column("nonce", LargeBinary(NONCE_BYTES), primary_key=True),
    Column("until_us", BigInteger, nullable=False),
    # while it is on its way to the log: a hash of its body, and since when; nothing once it is kept
    Column("body", LargeBinary(NONCE_BYTES)),
    Column("pending_us", BigInteger),
    Index("ix_signed_requests_until", "until_us"),
)


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """A secret as it is kept."""

    workspace_id: WorkspaceId
    source_id: str
    id: str
    sealed: bytes


def rule_of(uow: UnitOfWork, workspace_id: WorkspaceId, source_id: str) -> SigningRule:
    """What a source asks of its senders."""
    row = uow.connection.execute(
        select(source_rules).where(
            source_rules.c.workspace_id == workspace_id, source_rules.c.source_id == source_id
        )
    ).one_or_none()
    return SigningRule() if row is None else _rule(row)


def rules_of(uow: UnitOfWork, workspace_id: WorkspaceId) -> Mapping[str, SigningRule]:
    """The rules of the workspace's sources, where one was ever set."""
    statement = select(source_rules).where(source_rules.c.workspace_id == workspace_id)
    return {row.source_id: _rule(row) for row in uow.connection.execute(statement)}


def all_rules(uow: UnitOfWork) -> Mapping[tuple[str, str], SigningRule]:
    """Every workspace's rules, for the collector, by workspace and source."""
    found = uow.connection.execute(select(source_rules))
    return {(row.workspace_id, row.source_id): _rule(row) for row in found}


def keep_rule(
    uow: UnitOfWork, workspace_id: WorkspaceId, source_id: str, rule: SigningRule
) -> None:
    """Writes what a source asks from now on."""
    values = {"signature": rule.signature.value, "settles": rule.settles}
    key = {"workspace_id": workspace_id, "source_id": source_id}
    insert_or_update(uow, source_rules, {**key, **values}, values)


def insert_secret(
    uow: UnitOfWork, workspace_id: WorkspaceId, secret: SigningSecret, sealed: bytes
) -> None:
    """Writes a new secret."""
    row = {
        "workspace_id": workspace_id, "id": secret.id, "source_id": secret.source_id,
        "hint": secret.hint, "sealed": sealed, "created_at": secret.created_at,
        "created_by": secret.created_by,
    }  # fmt: skip
    uow.connection.execute(signing_secrets.insert().values(row))


def secrets_of(
    uow: UnitOfWork, workspace_id: WorkspaceId, source_id: str
) -> Sequence[SigningSecret]:
    """A source's secrets, oldest first; not what they are."""
    statement = (
        select(signing_secrets).where(*_source(workspace_id, source_id)).order_by(
            signing_secrets.c.id
        )
    )  # fmt: skip
    return [
        SigningSecret(row.id, row.source_id, row.hint, row.created_at, row.created_by)
        for row in uow.connection.execute(statement)
    ]


def delete_secret(
    uow: UnitOfWork, workspace_id: WorkspaceId, source_id: str, secret_id: str
) -> bool:
    """Takes a secret away; false when there is none."""
    statement = delete(signing_secrets).where(
        *_source(workspace_id, source_id), signing_secrets.c.id == secret_id
    )
    return uow.connection.execute(statement).rowcount == 1


def delete_signing(uow: UnitOfWork, workspace_id: WorkspaceId, source_id: str) -> None:
    """Takes away all that is kept of a source's signing."""
    uow.connection.execute(delete(signing_secrets).where(*_source(workspace_id, source_id)))
    uow.connection.execute(
        delete(source_rules).where(
            source_rules.c.workspace_id == workspace_id, source_rules.c.source_id == source_id
        )
    )


def all_secrets(uow: UnitOfWork) -> Sequence[SealedSecret]:
    """Every workspace's secrets, sealed, oldest first, for the collector."""
    statement = select(signing_secrets).order_by(
        signing_secrets.c.workspace_id, signing_secrets.c.id
    )
    return [
        SealedSecret(WorkspaceId(row.workspace_id), row.source_id, row.id, bytes(row.sealed))
        for row in uow.connection.execute(statement)
    ]


class Claim(StrEnum):
    """What is known of a request's id when it comes."""

    FIRST = "first"
    UNDER_WAY = "under_way"
    SEEN = "seen"


def remember(
    uow: UnitOfWork, nonces: Sequence[Nonce], *, now_us: int, given_up_us: int
) -> list[Claim]:
    """Writes the ids of requests as pending; for each, what is known of it.

    Args:
        uow: the unit of work.
        nonces: the requests.
        now_us: our clock.
        given_up_us: what is pending since before this was cut short, and may come again.
    """
    return [_remember(uow, one, now_us, given_up_us) for one in nonces]


def _remember(uow: UnitOfWork, one: Nonce, now_us: int, given_up_us: int) -> Claim:
    row = {
        "workspace_id": one.workspace_id, "source_id": one.source_id, "nonce": one.nonce,
        "until_us": one.until_us, "body": one.body, "pending_us": now_us,
    }  # fmt: skip
    if insert_or_ignore(uow, signed_requests, [row]) == 1:
        return Claim.FIRST
    kept = signed_requests.c
    same = (*_request(one), kept.body == one.body)
    # Whoever changes the row is the one who takes it up again; another finds it under way.
    taken = uow.connection.execute(
        update(signed_requests)
        .where(*same, kept.pending_us <= given_up_us)
        .values(pending_us=now_us, until_us=one.until_us)
    )
    if taken.rowcount == 1:
        return Claim.FIRST
    is_pending = select(kept.nonce).where(*same)
    if uow.connection.execute(is_pending).one_or_none() is not None:
        return Claim.UNDER_WAY
    return Claim.SEEN


def keep_for_good(uow: UnitOfWork, nonces: Sequence[Nonce]) -> None:
    """Notes that these requests are in the log: nothing with their ids may come again."""
    for one in nonces:
        uow.connection.execute(
            update(signed_requests).where(*_request(one)).values(body=None, pending_us=None)
        )


def let_go(uow: UnitOfWork, one: Nonce) -> None:
    """Forgets the id of a request that was not taken in after all."""
    uow.connection.execute(delete(signed_requests).where(*_request(one)))


def sweep(uow: UnitOfWork, before_us: int) -> int:
    """Forgets the ids of requests whose time stamps nobody would believe any more."""
    statement = delete(signed_requests).where(signed_requests.c.until_us < before_us)
    return int(uow.connection.execute(statement).rowcount)


def count_remembered(uow: UnitOfWork) -> int:
    """How many requests are remembered."""
    statement = select(func.count()).select_from(signed_requests)
    return int(uow.connection.execute(statement).scalar_one())


def _request(one: Nonce) -> tuple[Any, Any, Any]:
    kept = signed_requests.c
    return (
        kept.workspace_id == one.workspace_id,
        kept.source_id == one.source_id,
        kept.nonce == one.nonce,
    )


def _source(workspace_id: WorkspaceId, source_id: str) -> tuple[Any, Any]:
    return (
        signing_secrets.c.workspace_id == workspace_id,
        signing_secrets.c.source_id == source_id,
    )


def _rule(row: "Row[Any]") -> SigningRule:
    return SigningRule(SignatureRule(row.signature), settles=row.settles)
