"""A second, independent funnel for real files: from each entry, the next step each time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta


def people_by_step(
    deeds: Iterable[tuple[str, datetime, str]], steps: Sequence[str], window: timedelta
) -> list[int]:
    """How many people reached each step.

    Args:
        deeds: who, when, what; in the order in which they stand in the file.
        steps: names in order.
        window: from the entry.
    """
    lines: dict[str, list[tuple[datetime, str]]] = {}
    for who, when, what in deeds:
        lines.setdefault(who, []).append((when, what))
    reached = [0] * len(steps)
    for line in lines.values():
        line.sort(key=lambda deed: deed[0])
        best = 0
        for start, (entered, what) in enumerate(line):
            if what != steps[0]:
                continue
            level = 1
            for when, name in line[start + 1 :]:
                if level < len(steps) and name == steps[level] and when - entered <= window:
                    level += 1
            best = max(best, level)
        for step in range(best):
            reached[step] += 1
    return reached
