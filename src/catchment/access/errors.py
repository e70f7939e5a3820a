"""What can go wrong with who may do what, by name."""

from catchment.kernel import Conflict, Denied, Invalid, Missing, Refused


class NotPermitted(Denied):
    """The caller's role or scopes do not allow this."""


class NotSignedIn(Denied):
    """Sign in first, or send a valid API key."""


class WrongCredentials(Denied):
    """The e-mail or the password is wrong."""


class SetupLinkSpent(Denied):
    """This set-up link was used, has expired, or was replaced by a newer one."""


class InvitationSpent(Denied):
    """This invitation was used, has expired, or was withdrawn."""


class TooManyAttempts(Refused):
    """Too many failed sign-ins; wait a little.

    Attributes:
        retry_after_seconds: how long.
    """

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(retry_after_seconds=retry_after_seconds)
        self.retry_after_seconds = retry_after_seconds


class PasswordTooWeak(Invalid):
    """A password has 10 to 200 characters, at least 5 different ones, and is not the e-mail."""


class EmailMalformed(Invalid):
    """This is not an e-mail address."""


class NameMalformed(Invalid):
    """A name has 1 to 100 characters."""


class TimeZoneUnknown(Invalid):
    """A time zone goes by its IANA name, as Asia/Shanghai."""


class LocaleUnknown(Invalid):
    """The interface speaks zh-CN and en."""


class ScopeUnknown(Invalid):
    """There is no such scope, or none was given."""


class ScopesApart(Invalid):
    """One key does not both use personal data and manage it: make two, held by two."""


class ExpiryPassed(Invalid):
    """A key's expiry lies in the future."""


class WorkspaceUnknown(Missing):
    """There is no such workspace, or the caller is no member of it."""


class OperatorUnknown(Missing):
    """There is no such operator in this workspace."""


class ApiKeyUnknown(Missing):
    """There is no such API key in this workspace."""


class AlreadyMember(Conflict):
    """This operator is a member of the workspace already."""


class AlreadySetUp(Conflict):
    """Catchment has its first operator already; sign in, or ask for an invitation."""


class LastOwner(Refused):
    """A workspace keeps at least one owner; name another first."""


class IdempotencyKeyReused(Refused):
    """This Idempotency-Key was used for another request; a key belongs to one request only."""


class RequestInFlight(Conflict):
    """A request with this Idempotency-Key is still being worked on; try again shortly."""


class IdempotencyKeyMalformed(Invalid):
    """An Idempotency-Key has 1 to 255 printable ASCII characters."""
