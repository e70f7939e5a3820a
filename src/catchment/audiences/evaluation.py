"""Evaluating rules: of each person whether they are in, and when time alone may turn that.

A pass takes people in long runs, asks every question of the plan once for a run, and joins the
answers audience by audience in blocks that stay in the processor's cache. The instants are joined
so that they are never too late: "all of them" that fails cannot hold before the last of its failing
parts may turn, "any of them" that holds cannot fail before the last of its holding parts may, and
otherwise the first part that turns may turn the whole. At such an instant the rule is evaluated
again; before it, nobody has to look.

Where a question says nothing of somebody (see `undecided`), it is answered against the rule: no
where it stands plainly, yes where it stands under an odd number of "not". Nothing but what is
certain then makes a rule hold. That is logic of three values, with "undecided" told as "no" at the
root alone.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from catchment.audiences.asking import Answered, Run
from catchment.audiences.parts import Flags, Micros, Parts, Persons
from catchment.audiences.plan import Join, Joined, Plan, Tree, plan_of
from catchment.audiences.ports import NEVER, Judged
from catchment.audiences.rules import Rule
from catchment.kernel import WorkspaceId

RUN_LENGTH = 1 << 21
"""So many people are asked about at once: it bounds the memory of a pass."""

BLOCK_LENGTH = 1 << 15
"""So many are joined at once: their flags and instants stay in the processor's cache."""

_NEVERS = np.full(BLOCK_LENGTH, NEVER)
_Found = tuple[Flags, Micros | None]
"""Answers of a block, and instants unless there are none."""


def evaluate(
    parts: Parts,
    workspace_id: WorkspaceId,
    rule: Rule,
    *,
    at_us: int,
    persons: Persons | None = None,
) -> Judged:
    """One rule's answer at an instant.

    Args:
        parts: whom to ask.
        workspace_id: whose people.
        rule: checked already.
        at_us: the instant, in microseconds since 1970.
        persons: nodes that name a person; everyone when not given.
    """
    found = [
        judged
        for _, judged in evaluate_each(
            parts, workspace_id, plan_of({"": rule}), at_us=at_us, persons=persons
        )
    ]
    if len(found) == 1:
        return found[0]
    return Judged(
        np.concatenate([one.persons for one in found] or [np.zeros(0, np.int32)]),
        np.concatenate([one.is_in for one in found] or [np.zeros(0, bool)]),
        np.concatenate([one.changes_us for one in found] or [np.zeros(0, np.int64)]),
    )


def evaluate_each(
    parts: Parts,
    workspace_id: WorkspaceId,
    plan: Plan,
    *,
    at_us: int,
    persons: Persons | None = None,
) -> Iterator[tuple[str, Judged]]:
    """Many rules' answers at an instant, run by run, so that no more is held than one run needs.

    Args:
        parts: whom to ask.
        workspace_id: whose people.
        plan: the rules; make it once and keep it.
        at_us: the instant.
        persons: nodes that name a person; everyone when not given.

    Yields:
        A rule's id and its answer for a run of people; every rule for the first `RUN_LENGTH`
        people, then every rule for the next. The members of an audience are asked for only when a
        rule that reads them has its turn: in a plan where each audience stands behind those that
        it reads, it sees what the taker of these answers made of them in the meantime.
    """
    view = parts.people.reading(workspace_id)
    everyone = view.persons() if persons is None else np.unique(persons)
    for start in range(0, len(everyone), RUN_LENGTH):
        run = everyone[start : start + RUN_LENGTH]
        asked = Run(parts, workspace_id, at_us, run, view)
        answers = asked.ask(plan)
        for name, tree in plan.trees.items():
            yield name, _join(tree, asked.with_members(plan, tree, answers), run)


def _join(tree: Tree, answers: Sequence[Answered], run: Persons) -> Judged:
    is_in = np.empty(len(run), bool)
    changes = np.empty(len(run), np.int64)
    for start in range(0, len(run), BLOCK_LENGTH):
        end = min(start + BLOCK_LENGTH, len(run))
        flags, instants = _found(tree, answers, (start, end), is_negated=False)
        is_in[start:end] = flags
        changes[start:end] = NEVER if instants is None else instants
    return Judged(run, is_in, changes)


def _found(
    tree: Tree, answers: Sequence[Answered], block: tuple[int, int], *, is_negated: bool
) -> _Found:
    if isinstance(tree, int):
        return _block(answers[tree], *block, is_negated=is_negated)
    if tree.join is Join.NOT:
        flags, instants = _found(tree.parts[0], answers, block, is_negated=not is_negated)
        return ~flags, instants
    return _joined(tree, answers, block, is_negated=is_negated)


def _joined(
    tree: Joined, answers: Sequence[Answered], block: tuple[int, int], *, is_negated: bool
) -> _Found:
    from catchment.audiences.join_walk import join_all, join_any  # noqa: PLC0415  (compiled: heavy)

    is_all, length = tree.join is Join.ALL, block[1] - block[0]
    flags: Flags = np.full(length, is_all)
    instants: Micros | None = None
    for part in tree.parts:
        part_flags, part_instants = _found(part, answers, block, is_negated=is_negated)
        if instants is None and part_instants is None:
            flags = flags & part_flags if is_all else flags | part_flags
            continue
        # Both are arrays of this block alone, and changed in place.
        instants = _NEVERS[:length].copy() if instants is None else instants
        join = join_all if is_all else join_any
        join(flags, instants, part_flags, _instants(part_instants, length))
    return flags, instants


def _instants(instants: Micros | None, length: int) -> Micros:
    return _NEVERS[:length] if instants is None else instants


def _block(answer: Answered, start: int, end: int, *, is_negated: bool) -> _Found:
    """An answer for a block of the run."""
    flags = answer.is_in[start:end]
    if answer.undecided is not None:
        nothing = answer.undecided[start:end]
        flags = flags | nothing if is_negated else flags & ~nothing
    first, last = _bounds(answer.places, start, end)
    if first == last:
        return flags, None
    instants = _NEVERS[: end - start].copy()
    instants[answer.places[first:last] - start] = answer.changes_us[first:last]
    return flags, instants


def _bounds(places: npt.NDArray[np.int64], start: int, end: int) -> tuple[int, int]:
    first, last = np.searchsorted(places, [start, end])
    return int(first), int(last)
