"""Duplicates are found at least as well as Splink finds them by its own default."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from catchment.people.duplicates import PERSON_FIELDS, FieldKind, Likeness, MatchField
from catchment.people.duplicates.matching import PEOPLE_MIN, match
from catchment.testing.traffic.persona import is_twin, persona_of
from people.duplicates.febrl import FIELDS, f1, pairs_of, people_of, splink_by_its_own_default

pytestmark = [pytest.mark.timeout(240)]

FILES = ("dataset1.csv", "dataset2.csv", "dataset3.csv")


@pytest.mark.data
@pytest.mark.parametrize("file", FILES)
def test_febrl_duplicates_are_found_no_worse_than_by_splinks_default(
    real_data: Path, file: str
) -> None:
    people, truth = people_of(real_data / "febrl" / file)
    ours = pairs_of(match(people, FIELDS, threshold=0.5, seed=1))
    assert f1(ours, truth) >= f1(splink_by_its_own_default(people), truth)
    assert f1(ours, truth) > 0.99


@pytest.mark.data
def test_a_matcher_that_goes_by_the_name_alone_would_be_caught(real_data: Path) -> None:
    people, truth = people_of(real_data / "febrl" / FILES[0])
    by_name: dict[tuple[str, str], list[int]] = {}
    names = zip(people["given_name"].to_pylist(), people["surname"].to_pylist(), strict=True)
    for row, name in enumerate(names):
        by_name.setdefault(name, []).append(row)
    found = {(one, two) for rows in by_name.values() for one in rows for two in rows if one < two}
    assert f1(found, truth) < 0.9


@pytest.mark.data
def test_the_same_people_give_the_same_pairs_in_whatever_order(real_data: Path) -> None:
    people, _ = people_of(real_data / "febrl" / FILES[0])
    forward = match(people, FIELDS, threshold=0.9, seed=1)
    backward = match(people.take(list(reversed(range(people.num_rows)))), FIELDS,
                     threshold=0.9, seed=1)  # fmt: skip
    last = people.num_rows - 1
    turned = {(last - right, last - left) for left, right in pairs_of(backward)}
    assert len(pairs_of(forward) ^ turned) <= 2  # pairs at the very threshold may fall either way
    assert match(people, FIELDS, threshold=0.9, seed=1).equals(forward)


def test_a_handful_of_people_is_left_to_the_eye() -> None:
    few = pa.table({"name": ["王芳"] * (PEOPLE_MIN - 1), "city": ["上海"] * (PEOPLE_MIN - 1)})
    fields = (MatchField("name", FieldKind.NAME), MatchField("city", FieldKind.PLACE))
    assert match(few, fields, threshold=0.5, seed=1).num_rows == 0


@pytest.mark.parametrize("count", [0, 1, PEOPLE_MIN, 100])
def test_people_of_whom_nothing_is_known_are_nobodys_duplicates(count: int) -> None:
    fields = (MatchField("name", FieldKind.NAME), MatchField("birthday", FieldKind.DATE))
    nobody = pa.table({field.name: pa.nulls(count, pa.string()) for field in fields})
    assert match(nobody, fields, threshold=0.1, seed=1).num_rows == 0


def test_what_is_not_known_of_anyone_is_told_as_unknown() -> None:
    names = [
        f"{family}{given}" for family in "王李张刘陈杨赵黄" for given in ("芳", "敏", "静", "强")
    ]
    days = [f"19{60 + number}-0{1 + number % 9}-1{number % 9}" for number in range(len(names))]
    people = pa.table(
        {
            "name": [*names, *names[:5]],
            "birthday": [*days, *days[:5]],
            "street": pa.nulls(len(names) + 5, pa.string()),
        }
    )
    fields = (
        MatchField("name", FieldKind.NAME),
        MatchField("birthday", FieldKind.DATE),
        MatchField("street", FieldKind.TEXT),
    )
    found = match(people, fields, threshold=0.5, seed=1)
    assert pairs_of(found) == {(row, len(names) + row) for row in range(5)}
    assert set(found["street"].to_pylist()) == {Likeness.UNKNOWN}
    assert set(found["name"].to_pylist()) == {Likeness.SAME}


def test_few_particulars_are_enough_where_they_agree() -> None:
    """What learning from the pairs themselves got wrong: it found nobody here."""
    people = [persona_of(7, number) for number in range(6_000)]
    table = pa.table(
        {
            "name": [one.name for one in people],
            "city": [one.city for one in people],
            "street": [one.street.removesuffix("号") for one in people],
            "birthday": [one.birthday for one in people],
        }
    )
    fields = [field for field in PERSON_FIELDS if field.name in table.column_names]
    truth = {(number - 1, number) for number in range(6_000) if is_twin(7, number)}
    assert f1(pairs_of(match(table, fields, threshold=0.9, seed=1)), truth) > 0.95
