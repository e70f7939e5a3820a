"""The inner loops of "all" and "any", compiled: a further part joined to what is joined so far.

Each part comes with the instant before which time alone does not turn it; the whole gets one that
is as late as can be said from that. Compiled code is cached beside this file.
"""

from catchment.audiences.deed_walk import Column, compiled


@compiled
def join_all(is_in: Column, changes: Column, part: Column, part_changes: Column) -> None:
    """Joins a further rule to "all of them", in place.

    As long as one part fails, all of them fail: that lasts at least until the last of the failing
    ones may turn. If none fails, until the first of them may.
    """
    for person in range(is_in.shape[0]):
        if is_in[person]:
            if part[person]:
                changes[person] = min(changes[person], part_changes[person])
            else:
                is_in[person] = False
                changes[person] = part_changes[person]
        elif not part[person]:
            changes[person] = max(changes[person], part_changes[person])


@compiled
def join_any(is_in: Column, changes: Column, part: Column, part_changes: Column) -> None:
    """Joins a further rule to "any of them", in place: the mirror of `join_all`."""
    for person in range(is_in.shape[0]):
        if not is_in[person]:
            if not part[person]:
                changes[person] = min(changes[person], part_changes[person])
            else:
                is_in[person] = True
                changes[person] = part_changes[person]
        elif part[person]:
            changes[person] = max(changes[person], part_changes[person])
