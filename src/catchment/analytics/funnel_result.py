"""From the fold's histogram to the funnel's figures: counts, shares, medians.

Percentiles are exact to the millisecond: the nearest-rank percentile `p` is the smallest duration
within which at least a share `p` of the people made it.
"""

from collections import defaultdict
from collections.abc import Sequence

import pyarrow as pa

from catchment.analytics.funnel import FunnelBranch, FunnelResult, FunnelSpec, StepResult
from catchment.kernel import Base, ChineseWords, MetricDefinition, Unit

Histogram = dict[int, int]
"""People by milliseconds."""

FUNNEL_PASSPORT = MetricDefinition(
    id="funnel",
    name_en="Funnel",
    name_zh="漏斗",
    description=(
        "People by the furthest step of their best attempt; an attempt starts at the first step "
        "and its later steps lie within the window after it."
    ),
    numerator="people who reached the step",
    denominator="people who reached the first step (or the step before)",
    base=Base.PEOPLE,
    unit=Unit.PEOPLE,
    zh=ChineseWords(
        "按每位客户走得最远的一次尝试计；尝试从第一步开始，后续步骤须落在其后的转化窗口内。",
        "到达该步骤的客户数",
        "到达第一步（或上一步）的客户数",
    ),
)


def percentile(histogram: Histogram, percent: int) -> float | None:
    """The nearest-rank percentile in seconds; `None` of nobody."""
    rank = -(-sum(histogram.values()) * percent // 100)
    passed = 0
    for milliseconds in sorted(histogram):
        passed += histogram[milliseconds]
        if passed >= rank:
            return milliseconds / 1_000
    return None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


class _Tally:
    """Histograms of one branch, by step and by where the time is measured from."""

    def __init__(self) -> None:
        self._by_step: defaultdict[tuple[int, bool], Histogram] = defaultdict(dict)

    def add(self, step: int, people: int, milliseconds: int, *, from_start: bool) -> None:
        histogram = self._by_step[step, from_start]
        histogram[milliseconds] = histogram.get(milliseconds, 0) + people

    def steps(self, spec: FunnelSpec) -> tuple[StepResult, ...]:
        people = [sum(self._by_step[number, True].values()) for number in range(len(spec.steps))]
        return tuple(self._step(spec, number, people) for number in range(len(spec.steps)))

    def _step(self, spec: FunnelSpec, number: int, people: Sequence[int]) -> StepResult:
        before = self._by_step[number, False] if number else {}
        start = self._by_step[number, True] if number else {}
        return StepResult(
            event=spec.steps[number].event,
            people=people[number],
            conversion_from_start=_share(people[number], people[0]),
            conversion_from_previous=_share(people[number], people[number - 1]) if number else None,
            median_seconds=percentile(before, 50),
            p90_seconds=percentile(before, 90),
            median_seconds_from_start=percentile(start, 50),
            p90_seconds_from_start=percentile(start, 90),
        )


def result_of(
    spec: FunnelSpec, histogram: pa.Table, branches: Sequence[str | None] = ()
) -> FunnelResult:
    """The answer that the merged histogram holds.

    Args:
        spec: what was asked.
        histogram: the fold's merged result.
        branches: the breakdown's values by number; the number behind the last means the rest.
    """
    whole = _Tally()
    parts: defaultdict[int, _Tally] = defaultdict(_Tally)
    columns = [histogram.column(name).to_pylist() for name in histogram.column_names]
    for branch, step, from_start, milliseconds, people in zip(*columns, strict=True):
        whole.add(step, people, milliseconds, from_start=from_start)
        if spec.breakdown is not None:
            parts[branch].add(step, people, milliseconds, from_start=from_start)
    found = [
        FunnelBranch(
            value=branches[number] if number < len(branches) else None,
            is_other=number >= len(branches),
            steps=tally.steps(spec),
        )
        for number, tally in parts.items()
    ]
    found.sort(key=lambda one: (one.is_other, -one.steps[0].people, one.value or ""))
    return FunnelResult(whole.steps(spec), tuple(found), FUNNEL_PASSPORT)
