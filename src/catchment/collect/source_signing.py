"""What a source asks of its senders: secrets, signatures, and whose word settles matters.

Whoever knows a settling source's secret can say what money moves, so that a source settles, and
everything about the secrets of one that does, is the owner's alone.
"""

from collections.abc import Mapping, Sequence

from catchment.access import Action, Caller
from catchment.collect.signing import store
from catchment.collect.signing.opened import SECRETS_USE, Boxes, place_of
from catchment.collect.signing.signature import SECRET_BYTES, secret_text
from catchment.collect.signing.types import (
    SECRETS_MAX,
    NewSigningSecret,
    SettlingIsTheOwners,
    SettlingNeedsSignature,
    SignatureRule,
    SigningRule,
    SigningSecret,
    SigningSecretUnknown,
    TooManySigningSecrets,
)
from catchment.collect.source_types import Source
from catchment.collect.sources import Change, get_source, write_down
from catchment.events import notices
from catchment.kernel import WorkspaceId
from catchment.store import UnitOfWork

_HINT_LENGTH = 4


def signing_rule(uow: UnitOfWork, workspace_id: WorkspaceId, source_id: str) -> SigningRule:
    """What a source asks of its senders."""
    return store.rule_of(uow, workspace_id, source_id)


def signing_rules(uow: UnitOfWork, workspace_id: WorkspaceId) -> Mapping[str, SigningRule]:
    """What each source of the workspace asks, where that was ever set."""
    return store.rules_of(uow, workspace_id)


def change_signing(
    uow: UnitOfWork,
    source: Source,
    *,
    change: Change,
    caller: Caller,
    signature: SignatureRule | None = None,
    settles: bool | None = None,
) -> SigningRule:
    """Sets what a source asks of its senders; what is left out stays.

    Raises:
        SettlingIsTheOwners: whether it settles is not this caller's to say.
        SettlingNeedsSignature: it cannot settle and take what is not signed.
    """
    before = store.rule_of(uow, source.workspace_id, source.id)
    after = SigningRule(
        before.signature if signature is None else signature,
        before.settles if settles is None else settles,
    )
    if after == before:
        return before
    if after.settles != before.settles:
        _require_owner(caller)
    if after.settles and after.signature is not SignatureRule.REQUIRED:
        raise SettlingNeedsSignature
    store.keep_rule(uow, source.workspace_id, source.id, after)
    _tell(uow, source, "sources.change_signing", change,
          signature=after.signature.value, settles=after.settles)  # fmt: skip
    return after


def make_signing_secret(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    source_id: str,
    *,
    boxes: Boxes,
    change: Change,
    caller: Caller,
) -> NewSigningSecret:
    """Gives a source's servers another secret; it is shown this once.

    Raises:
        SourceUnknown: there is no such source.
        SettlingIsTheOwners: its word settles matters, and the caller is not the owner.
        TooManySigningSecrets: it has `SECRETS_MAX`.
        KeysAway, KeysWrong: it could not be sealed, and is not made.
    """
    source = _guarded(uow, workspace_id, source_id, caller)
    if len(store.secrets_of(uow, workspace_id, source_id)) >= SECRETS_MAX:
        raise TooManySigningSecrets
    secret = change.entropy(SECRET_BYTES)
    text = secret_text(secret)
    kept = SigningSecret(
        id=change.ids.make("sgn"),
        source_id=source.id,
        hint=text.rstrip("=")[-_HINT_LENGTH:],
        created_at=change.clock.now(),
        created_by=change.actor,
    )
    place = place_of(workspace_id, source.id, kept.id)
    sealed = boxes.box(workspace_id, SECRETS_USE).seal(secret, place)
    store.insert_secret(uow, workspace_id, kept, sealed)
    _tell(uow, source, "sources.make_signing_secret", change, secret=kept.id)
    return NewSigningSecret(kept, text)


def list_signing_secrets(
    uow: UnitOfWork, workspace_id: WorkspaceId, source_id: str
) -> Sequence[SigningSecret]:
    """A source's secrets, oldest first; not what they are.

    Raises:
        SourceUnknown: there is no such source.
    """
    get_source(uow, workspace_id, source_id)
    return store.secrets_of(uow, workspace_id, source_id)


def revoke_signing_secret(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    source_id: str,
    secret_id: str,
    *,
    change: Change,
    caller: Caller,
) -> None:
    """Takes a secret away; what is signed with it is refused from now on.

    Raises:
        SourceUnknown, SigningSecretUnknown, SettlingIsTheOwners: as they say.
    """
    source = _guarded(uow, workspace_id, source_id, caller)
    if not store.delete_secret(uow, workspace_id, source_id, secret_id):
        raise SigningSecretUnknown
    _tell(uow, source, "sources.revoke_signing_secret", change, secret=secret_id)


def _guarded(uow: UnitOfWork, workspace_id: WorkspaceId, source_id: str, caller: Caller) -> Source:
    source = get_source(uow, workspace_id, source_id)
    if store.rule_of(uow, workspace_id, source_id).settles:
        _require_owner(caller)
    return source


def _require_owner(caller: Caller) -> None:
    if not caller.may(Action.WORKSPACE_MANAGE):
        raise SettlingIsTheOwners(action=Action.WORKSPACE_MANAGE.value)


def _tell(
    uow: UnitOfWork, source: Source, action: str, change: Change, **detail: str | bool
) -> None:
    changed = notices.SourceChanged(source.workspace_id, source.id, source.is_enabled)
    write_down(uow, source, action, changed, change, **detail)
