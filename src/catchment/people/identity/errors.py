"""What the identity book says no to."""

from catchment.kernel import Invalid, Refused, Unavailable


class RulesUnsound(Invalid):
    """These identity rules cannot be followed; the message says which one and why."""


class SubjectMalformed(Invalid):
    """A subject is not 32 hexadecimal digits, or a link's columns differ in length."""


class KindConflict(Invalid):
    """A subject is known as another kind: its hash holds the kind, so one of the two is wrong."""


class BookFull(Refused):
    """The book has no number left for another identifier or link; see `NODES_MAX`, `LINKS_MAX`."""


class BookDamaged(Unavailable):
    """The book's files are shorter than its head says; delete the folder to derive it again."""


class BookRemade(Unavailable):
    """The book was erased and derived anew meanwhile, with other numbers; ask once more."""


class BookBusy(Unavailable):
    """Another process is still writing; try again shortly."""
