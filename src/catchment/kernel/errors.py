"""One root and six families: every error of the house says which kind of "no" it is.

A context subclasses a family and names the class after the broken law; the docstring is the
message unless a more exact one is given. Nobody raises a family itself, and nothing here has heard
of HTTP or exit codes: each edge keeps one table for that.
"""

from inspect import cleandoc


class CatchmentError(Exception):
    """Something the house knows how to name went wrong."""

    def __init__(self, message: str | None = None, **details: object) -> None:
        self.message = message or cleandoc(self.__doc__ or type(self).__name__).split("\n")[0]
        self.details = details
        super().__init__(self.message)

    @property
    def code(self) -> str:
        """A stable snake_case name of the law that was broken, for machines."""
        name = type(self).__name__
        parts = ["_" + c.lower() if c.isupper() else c for c in name]
        return "".join(parts).lstrip("_")


class Invalid(CatchmentError):
    """The input is malformed."""


class Refused(CatchmentError):
    """A rule of the business says no."""


class Missing(CatchmentError):
    """What was asked for does not exist here."""


class Denied(CatchmentError):
    """The caller has no right to this."""


class Conflict(CatchmentError):
    """Someone was faster, or it exists already."""


class Unavailable(CatchmentError):
    """A part that is needed is away; try again later."""

    retry_after_seconds: int = 1
