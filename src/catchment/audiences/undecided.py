"""What is undecided: a question that rests on a machine's judgement, of somebody who refused that.

Of whoever refused to be judged by machines, a level, a stage and a score say nothing: neither that
it is so nor that it is not. The same of not being in an audience that such a question decides, and
of not carrying a tag that such an audience keeps: their absence is the judgement, the other way
round. Being in, or carrying it, they owe to something else.

What is undecided stays so through "not"; "all" fails with any part that fails, "any" holds with any
part that holds, and a rule that is undecided as a whole chooses nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from catchment.audiences.parts import Flags
from catchment.audiences.ports import Resting
from catchment.audiences.rules import InAudience, Leaf, LevelIs, Rule, ScoreIs, StageIs, TagIs, walk

JUDGEMENTS = (LevelIs, StageIs, ScoreIs)
"""Questions that a machine answers by judging people."""


@dataclass(frozen=True, slots=True)
class Defined:
    """An audience, as far as it matters here: its id, its rule, and the tags that it keeps."""

    audience_id: str
    rule: Rule
    tags: tuple[str, ...] = ()


def resting(defined: Iterable[Defined]) -> Resting:
    """The audiences that a machine's judgement decides, by themselves or by what they read.

    Args:
        defined: every audience that is kept up.
    """
    left, audiences, tags = list(defined), set[str](), set[str]()
    while found := [one for one in left if rests(one.rule, Resting(audiences, tags))]:
        left = [one for one in left if one not in found]
        audiences.update(one.audience_id for one in found)
        tags.update(tag for one in found for tag in one.tags)
    return Resting(frozenset(audiences), frozenset(tags))


def rests(rule: Rule, known: Resting) -> bool:
    """Whether a machine's judgement decides a rule, given which audiences and tags it decides."""
    return any(
        isinstance(part, JUDGEMENTS)
        or (isinstance(part, InAudience) and part.audience_id in known.audiences)
        or (isinstance(part, TagIs) and part.tag_id in known.tags)
        for part in walk(rule)
    )


def undecided(leaf: Leaf, is_in: Flags, refusing: Flags, known: Resting) -> Flags | None:
    """Of whom a question says nothing; `None` where it is answered of everybody.

    Args:
        leaf: the question.
        is_in: its answer, taken as it stands.
        refusing: who refused to be judged by machines.
        known: which audiences and tags a judgement decides.
    """
    if isinstance(leaf, JUDGEMENTS):
        return refusing
    if isinstance(leaf, InAudience) and leaf.audience_id in known.audiences:
        is_there: Flags = is_in == leaf.is_in
    elif isinstance(leaf, TagIs) and leaf.tag_id in known.tags:
        is_there = is_in == leaf.is_held
    else:
        return None
    found: Flags = refusing & ~is_there
    return found
