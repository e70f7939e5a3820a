"""What cannot be done about a right, and why."""

from catchment.kernel import Conflict, Denied, Invalid, Missing, Refused


class RightsRequestUnknown(Missing):
    """There is no such request in this workspace."""


class RightsRequestOver(Conflict):
    """The request is over, or not as far; the details name its state."""


class ReceiptNotYet(Conflict):
    """The request is still open; its receipt comes with its last step."""


class CorrectionMissing(Invalid):
    """A correction names the trait that is wrong, and what it should be."""


class FileNotApproved(Denied):
    """The file is let out by an operator's approval, and stands there for seven days."""


class FileNeedsAnother(Conflict):
    """Somebody else lets the file out than who took the request down."""


class FileGone(Missing):
    """The file was deleted: it is kept for seven days. Ask anew."""


class SystemUnknown(Missing):
    """There is no such connected system in this workspace."""


class SystemsFull(Conflict):
    """A workspace has at most 50 connected systems; take one off first."""


class SystemAddressRefused(Invalid):
    """A connected system is told over https at a public address, on port 443 or above 1023."""


class NotSuppressed(Missing):
    """Nobody of this identifier is suppressed here."""


class ReceiptRefused(Refused):
    """The receipt was not signed by this installation, or was changed since."""


class IdentifierMalformed(Invalid):
    """This cannot be an identifier of its kind; the message says which."""
