"""What the vault refuses, and why."""

from catchment.kernel import Conflict, Denied, Invalid, Missing, Refused, Unavailable


class KeysAway(Unavailable):
    """The key store does not answer: personal data stays closed, everything else goes on."""

    retry_after_seconds = 30


class KeysWrong(Unavailable):
    """The keys are not those that this data was written under: put the right ones back."""

    retry_after_seconds = 300


class KeyDestroyed(Refused):
    """The key to this was destroyed; nobody can read it any more."""


class KeyUnknown(Missing):
    """There is no such version of this key."""


class KeyStillNeeded(Refused):
    """Something readable hangs on this key; rotate it first."""


class TooManyVersions(Refused):
    """This key was rotated as often as a ciphertext can tell versions apart."""


class DestructionUnknown(Missing):
    """Nobody asked for this key to be destroyed."""


class DestructionSettled(Conflict):
    """Its destruction was asked for, or approved, already."""


class SecondPersonNeeded(Denied):
    """Who asks for a key to be destroyed cannot approve it."""


class CiphertextRefused(Refused):
    """What is stored there was not sealed for this place: it was moved, changed or cut."""


class TokenMalformed(Invalid):
    """This is no token of the vault."""


class GrantNeeded(Denied):
    """Reading personal data takes a grant for this purpose; ask for one."""


class GrantRefused(Denied):
    """The grant does not cover this; the details name the rule that refused it."""


class GrantUnknown(Missing):
    """There is no such grant in this workspace."""


class GrantSettled(Conflict):
    """The grant was answered already."""
