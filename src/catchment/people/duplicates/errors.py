"""The laws of duplicate suggestions."""

from catchment.kernel import Conflict, Missing


class SuggestionUnknown(Missing):
    """There is no such suggestion in this workspace."""


class SuggestionDecided(Conflict):
    """Somebody has decided on this suggestion already; look at it again."""
