"""What is kept of a source's signing, as it crosses the door, and what is refused about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catchment.events import Trust
from catchment.kernel import Denied, Missing, Refused, Unavailable

SECRETS_MAX = 5
"""A source has no more signing secrets at once; two are enough to replace one."""


class SignatureRule(StrEnum):
    """Whether a source takes requests that are not signed."""

    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class SigningRule:
    """What a source asks of its senders, and what their word is worth.

    Attributes:
        signature: whether what is not signed is let in.
        settles: what it signs settles matters of money and rights; the owner says so.
    """

    signature: SignatureRule = SignatureRule.OPTIONAL
    settles: bool = False

    @property
    def trust(self) -> Trust:
        """What everything that comes by this source is worth at the least."""
        if self.settles:
            return Trust.SETTLED
        is_signed = self.signature is SignatureRule.REQUIRED
        return Trust.ATTESTED if is_signed else Trust.CLAIM


NO_RULE = SigningRule()


@dataclass(frozen=True, slots=True)
class SigningSecret:
    """A secret that a source's servers sign with; what it is was shown once.

    Attributes:
        id: `sgn_…`.
        source_id: whose servers have it.
        hint: its last characters, to tell it from the others.
        created_at, created_by: since when, and who was shown it.
    """

    id: str
    source_id: str
    hint: str
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class NewSigningSecret:
    """A fresh secret, with what is shown this once."""

    kept: SigningSecret
    text: str


class SigningSecretUnknown(Missing):
    """There is no such signing secret of this source."""


class TooManySigningSecrets(Refused):
    """A source has at most 5 signing secrets at once: revoke one that is no longer used."""


class SettlingNeedsSignature(Refused):
    """A source settles matters only while it requires a signature."""


class SecretsClosed(Unavailable):
    """The key store is away, so whether this signature holds cannot be told; come again."""

    retry_after_seconds = 30


class SettlingIsTheOwners(Denied):
    """What a source's word settles, and who can sign it, is the owner's to say."""
