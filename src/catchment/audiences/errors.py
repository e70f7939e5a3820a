"""The laws of choosing: what is refused, and where the mistake stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from catchment.kernel import Conflict, Invalid, Missing, Refused, Unavailable

PROBLEMS_SHOWN_MAX = 50


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """One wrong place in a rule.

    Attributes:
        pointer: where, as a JSON pointer (RFC 6901) into the rule; empty for the rule itself.
        code: what is wrong, for machines; `docs/reference/audience-rules.md` lists them.
        message: what is wrong and what to do, in plain words.
    """

    pointer: str
    code: str
    message: str


class RuleRefused(Invalid):
    """The rule cannot be used as it stands; every wrong place is marked."""

    def __init__(self, problems: Sequence[RuleProblem]) -> None:
        shown = tuple(problems[:PROBLEMS_SHOWN_MAX])
        first = shown[0]
        rest = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(
            f"{first.message}{rest}",
            pointer=first.pointer,
            problems=[
                {"pointer": one.pointer, "code": one.code, "message": one.message} for one in shown
            ],
        )
        self.problems = shown


class AudienceUnknown(Missing):
    """There is no such audience in this workspace."""


class AudienceNameTaken(Conflict):
    """Another audience goes by this name."""


class AudienceChanged(Conflict):
    """Somebody else has changed the rule since; look at it again."""


class AudienceArchived(Conflict):
    """The audience is archived; restore it first."""


class AudienceInUse(Refused):
    """Other audiences read the members of this one."""


class TooManyAudiences(Refused):
    """The workspace has as many audiences as it may have."""


class MembersBehind(Unavailable):
    """People were numbered anew, and who is in is being found out again; ask once more."""


class AudienceNotFilled(Conflict):
    """The audience is being filled for the first time; its members are not known yet."""


class OverlapRefused(Invalid):
    """From two to six different audiences can be laid over each other."""


class ListUnknown(Missing):
    """There is no such list in this workspace."""


class ListUnfit(Invalid):
    """The file is no list of identifiers."""


class ListInUse(Refused):
    """Audiences read this list."""


class AudienceExportUnknown(Missing):
    """There is no such file, or it has expired."""
