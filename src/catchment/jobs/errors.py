"""What can go wrong with jobs, by name."""

from catchment.kernel import Conflict, Invalid, Missing


class JobUnknown(Missing):
    """There is no such job in this workspace."""


class JobCancelled(Conflict):
    """The job was cancelled while it ran; its handler stops here."""


class LeaseLost(Conflict):
    """Another worker has taken this job over; what this one did last must not be kept."""


class JobOver(Conflict):
    """The job is over already."""


class PayloadTooLarge(Invalid):
    """A job's payload holds ids and small settings; put large things in a file and name it."""
