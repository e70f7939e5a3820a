"""Signing in: each attempt is counted before the password is looked at.

Counting first means that a thousand guesses sent at once meet the same patience as a thousand sent
one by one. The password is checked outside any transaction, because Argon2 is slow on purpose and
would hold everyone else's writes up.
"""

from datetime import datetime, timedelta

from catchment.access import audit
from catchment.access import store as roster
from catchment.access.entry import store, throttle
from catchment.access.errors import (
    NotSignedIn,
    OperatorUnknown,
    TooManyAttempts,
    WrongCredentials,
)
from catchment.access.passwords import Passwords, check_strength
from catchment.access.secrets import new_secret, secret_hash
from catchment.access.types import NewSignIn, Operator, SignIn
from catchment.kernel import Clock, Entropy, IdMaker, system_entropy
from catchment.store import Database, UnitOfWork

SIGN_IN_LASTS = timedelta(days=30)
SIGN_IN_IDLE_MAX = timedelta(days=3)
TOUCHED_EVERY = timedelta(minutes=5)
"""Use is noted this often, so that reading a page does not cost a write."""


def sign_in(
    database: Database,
    passwords: Passwords,
    email: str,
    password: str,
    *,
    address: str,
    clock: Clock,
    ids: IdMaker,
    entropy: Entropy = system_entropy,
) -> NewSignIn:
    """Signs an operator in.

    Args:
        database: the records.
        passwords: checks them.
        email: as typed.
        password: as typed.
        address: where the request came from; counted against, not kept.
        clock: tells the time.
        ids: makes ids.
        entropy: makes the token.

    Raises:
        WrongCredentials: e-mail or password; it does not say which, and takes as long for either.
        TooManyAttempts: says how long to wait, whether or not the account exists.
    """
    email = email.strip().casefold()
    account = secret_hash(f"account:{email}")
    place = secret_hash(f"address:{address}")
    with UnitOfWork(database) as uow:
        # Always in this order, so that two attempts never wait for each other.
        _count(uow, place, throttle.ADDRESS, clock.now())
        _count(uow, account, throttle.ACCOUNT, clock.now())
        # No e-mail of ours holds what cannot be printed, and not every database could look for it.
        found = roster.find_by_email(uow, email) if email.isprintable() else None
    operator, kept = found or (None, None)
    if not passwords.verify(kept, password) or operator is None:
        raise WrongCredentials
    with UnitOfWork(database) as uow:
        store.forgive(uow, account)
        store.lower_failures(uow, place)
        if kept is not None and passwords.is_outdated(kept):
            roster.change_operator(uow, operator.id, password_hash=passwords.hash(password))
        new = sign_in_known(uow, operator, clock=clock, entropy=entropy)
        for membership in roster.memberships_of(uow, operator.id):
            audit.record(
                uow, membership.workspace.id, operator.id, "access.sign_in", operator.id,
                clock=clock, ids=ids,
            )  # fmt: skip
    return new


def sign_in_known(
    uow: UnitOfWork, operator: Operator, *, clock: Clock, entropy: Entropy = system_entropy
) -> NewSignIn:
    """Signs in an operator who has just proved who they are, as by a set-up link."""
    token = new_secret("sin", entropy)
    now = clock.now()
    expires_at = now + SIGN_IN_LASTS
    store.insert_sign_in(uow, secret_hash(token), operator.id, now, expires_at)
    return NewSignIn(token, SignIn(operator, now, expires_at))


def check_sign_in(database: Database, token: str, *, clock: Clock) -> SignIn:
    """Who a token's sign-in is of.

    Raises:
        NotSignedIn: there is none, it ended, expired, or lay idle too long.
    """
    hashed, now = secret_hash(token), clock.now()
    with UnitOfWork(database, reads_only=True) as uow:
        kept = store.find_sign_in(uow, hashed)
        if kept is None or kept.expires_at <= now or kept.last_used_at + SIGN_IN_IDLE_MAX <= now:
            raise NotSignedIn
        operator = roster.find_operator(uow, kept.operator_id)
    if operator is None:
        raise NotSignedIn
    if now - kept.last_used_at >= TOUCHED_EVERY:
        with UnitOfWork(database) as uow:
            store.touch_sign_in(uow, hashed, now)
    return SignIn(operator, kept.created_at, kept.expires_at)


def sign_out(uow: UnitOfWork, token: str) -> None:
    """Ends a sign-in; ending one that is over is no error."""
    store.delete_sign_in(uow, secret_hash(token))


def sign_out_everywhere(uow: UnitOfWork, operator_id: str) -> int:
    """Ends all of an operator's sign-ins; returns how many there were."""
    return store.delete_sign_ins_of(uow, operator_id)


def change_password(
    database: Database,
    passwords: Passwords,
    operator_id: str,
    current: str,
    new: str,
    *,
    clock: Clock,
    ids: IdMaker,
    entropy: Entropy = system_entropy,
) -> NewSignIn:
    """Changes the password and signs out everywhere; returns a fresh sign-in for here.

    Raises:
        WrongCredentials: `current` is not the present password.
        TooManyAttempts: it was guessed at too often.
        PasswordTooWeak: `new` is too easy to guess.
    """
    with UnitOfWork(database) as uow:
        operator = roster.find_operator(uow, operator_id)
        if operator is None:
            raise OperatorUnknown
        account = secret_hash(f"account:{operator.email}")
        check_strength(new, operator.email)
        _count(uow, account, throttle.ACCOUNT, clock.now())
        kept = roster.password_hash_of(uow, operator_id)
    if not passwords.verify(kept, current):
        raise WrongCredentials
    password_hash = passwords.hash(new)
    with UnitOfWork(database) as uow:
        store.forgive(uow, account)
        roster.change_operator(uow, operator_id, password_hash=password_hash)
        sign_out_everywhere(uow, operator_id)
        for membership in roster.memberships_of(uow, operator_id):
            audit.record(
                uow, membership.workspace.id, operator_id, "access.change_password", operator_id,
                clock=clock, ids=ids,
            )  # fmt: skip
        return sign_in_known(uow, operator, clock=clock, entropy=entropy)


def forget_old_entries(uow: UnitOfWork, *, clock: Clock) -> int:
    """Deletes sign-ins that no longer hold and slates that are forgotten; returns how many."""
    now = clock.now()
    forgotten = now - max(throttle.ACCOUNT.forgets_after, throttle.ADDRESS.forgets_after)
    return store.delete_expired(uow, now, now - SIGN_IN_IDLE_MAX) + store.delete_old_failures(
        uow, forgotten
    )


def _count(uow: UnitOfWork, subject: str, limit: throttle.Limit, now: datetime) -> None:
    failures = store.lock_failures(uow, subject, now)
    count = failures.count if now - failures.last_at < limit.forgets_after else 0
    left = failures.last_at + throttle.wait_after(count, limit) - now
    if left > timedelta(0):
        raise TooManyAttempts(retry_after_seconds=max(1, -(-left // timedelta(seconds=1))))
    # Counted as failed until the password has proved otherwise.
    store.write_failures(uow, subject, count + 1, now)
