"""An identifier in a request's body, by its subject; and letting one be known again."""

from collections.abc import Callable, Sequence

from catchment import people
from catchment.api.desk import Desk
from catchment.api.schemas.rights import IdentifierAsk
from catchment.events import IdentifierFlaw, spelling
from catchment.kernel import WorkspaceId


def let_back(desk: Desk, subject: str, reason: str) -> people.Suppression:
    """Lets an identifier be known again, for what lands from now on.

    Raises:
        NotSuppressed: nothing holds for it.
        KeysAway: the key store does not answer.
    """
    return people.lift_suppression(
        desk.work, desk.services.keys, desk.workspace_id, subject, reason=reason,
        let_back=_shown_again(desk), change=people.RightsChange(desk.actor, desk.clock, desk.ids),
    )  # fmt: skip


def let_all_back(desk: Desk, request_id: str, reason: str) -> people.DeletionLifted:
    """Lets all identifiers of a deletion be known again, for what lands from now on.

    Raises:
        RightsRequestUnknown: there is no such deletion.
        NotSuppressed: nothing holds for any of them.
        KeysAway: the key store does not answer.
    """
    return people.lift_deletion(
        desk.work, desk.services.keys, desk.workspace_id, request_id, reason=reason,
        let_back=_shown_again(desk), change=people.RightsChange(desk.actor, desk.clock, desk.ids),
    )  # fmt: skip


def _shown_again(desk: Desk) -> Callable[[WorkspaceId, Sequence[str]], None]:
    services = desk.services
    return lambda workspace_id, subjects: services.events.erasures.let_back(
        workspace_id, subjects, services.log.head()
    )


def subject_of(desk: Desk, ask: IdentifierAsk) -> str:
    """The subject of an identifier as somebody wrote it; `app:openid` for a kind with a scope.

    Raises:
        IdentifierMalformed: it cannot be one of its kind.
        KeysAway: the key store does not answer.
    """
    scope, colon, bare = ask.value.partition(":")
    written = spelling(ask.kind, ask.value)
    if isinstance(written, IdentifierFlaw) and colon:
        written = spelling(ask.kind, bare, scope)
    if isinstance(written, IdentifierFlaw):
        raise people.IdentifierMalformed(f"this is no {ask.kind}")
    subjects = desk.services.people.subjects
    return subjects.subject(desk.workspace_id, ask.kind, written)
