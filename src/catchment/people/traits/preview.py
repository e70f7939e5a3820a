"""Looking at a trait before it is kept: how many have it, how it lies over them, and examples."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from catchment.kernel import WorkspaceId
from catchment.people.facts import FactBook, MeasureAnswer
from catchment.people.traits.reading import Value, trait_values
from catchment.people.traits.types import TraitSpec

SAMPLE_MAX = 10
VALUES_MAX = 20
QUANTILES = (0.0, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0)


@dataclass(frozen=True, slots=True)
class TraitPreview:
    """How a trait lies over the people.

    Attributes:
        people: how many there are.
        with_value: of how many something is known.
        quantiles: of numbers: shares and the values at them.
        values: of text and lists: the most frequent, and of how many people.
        sample: a few people's nodes and what is known of them.
    """

    people: int
    with_value: int
    quantiles: Sequence[tuple[float, float]] = ()
    values: Sequence[tuple[str, int]] = ()
    sample: Mapping[int, Value] = field(default_factory=dict)


def preview_trait(
    book: FactBook, workspace_id: WorkspaceId, spec: TraitSpec, *, at_us: int
) -> TraitPreview:
    """How a trait would lie over all people now.

    Args:
        book: the facts.
        workspace_id: whose.
        spec: the trait.
        at_us: now, microseconds since 1970.
    """
    answer = book.evaluate(workspace_id, spec.measure, at_us=at_us)
    if answer.texts is not None:
        return _of_texts(spec, answer, answer.texts)
    numbers = np.zeros(0) if answer.numbers is None else answer.numbers
    known = numbers[~np.isnan(numbers)]
    at = np.quantile(known, QUANTILES, method="inverted_cdf").tolist() if len(known) else []
    return TraitPreview(
        people=len(numbers),
        with_value=len(known),
        quantiles=tuple(zip(QUANTILES, at, strict=False)),
        sample=_sample(spec, answer, ~np.isnan(numbers)),
    )


def _of_texts(spec: TraitSpec, answer: MeasureAnswer, texts: pa.Array) -> TraitPreview:
    is_list = pa.types.is_list(texts.type)
    has_any = pc.list_value_length(texts) if is_list else pc.is_valid(texts).cast(pa.int32())
    has_value = np.asarray(has_any.to_numpy(zero_copy_only=False) > 0)
    counted = pc.value_counts(pc.list_flatten(texts) if is_list else texts.drop_null())
    often = Counter({row["values"]: row["counts"] for row in counted.to_pylist()})
    values = sorted(often.items(), key=lambda pair: (-pair[1], pair[0]))[:VALUES_MAX]
    return TraitPreview(
        people=len(texts),
        with_value=int(has_value.sum()),
        values=tuple(values),
        sample=_sample(spec, answer, has_value),
    )


def _sample(
    spec: TraitSpec, answer: MeasureAnswer, has_value: npt.NDArray[np.bool_]
) -> dict[int, Value]:
    rows = np.flatnonzero(has_value)[:SAMPLE_MAX]
    some = MeasureAnswer(
        answer.persons[rows],
        None if answer.numbers is None else answer.numbers[rows],
        None if answer.texts is None else answer.texts.take(pa.array(rows)),
        answer.changes_us[rows],
    )
    return dict(zip(some.persons.tolist(), trait_values(spec, some), strict=True))
