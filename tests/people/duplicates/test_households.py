"""Who shares a home and not the name is of one household; who shares a parcel locker is not."""

from __future__ import annotations

import pyarrow as pa

from catchment.people.duplicates.households import HOUSEHOLD_PEOPLE_MAX, find_households

HOME = ("city", "street")


def living(*people: tuple[str | None, str | None, str | None]) -> pa.Table:
    names, cities, streets = zip(*people, strict=True)
    return pa.table(
        {
            "name": pa.array(names, pa.string()),
            "city": pa.array(cities, pa.string()),
            "street": pa.array(streets, pa.string()),
        }
    )


def households(table: pa.Table) -> list[tuple[int, int]]:
    found = find_households(table, HOME, apart="name")
    return list(zip(found["left"].to_pylist(), found["right"].to_pylist(), strict=True))


def test_two_names_under_one_roof_are_a_household() -> None:
    assert households(
        living(
            ("王芳", "杭州", "湖滨路1号"),
            ("李强", "杭州", "湖滨路1号"),
            ("陈静", "上海", "湖滨路1号"),
        )
    ) == [(0, 1)]


def test_one_name_twice_is_no_household_but_perhaps_a_duplicate() -> None:
    assert households(living(("王芳", "杭州", "湖滨路1号"), ("王芳", "杭州", "湖滨路1号"))) == []


def test_half_an_address_says_nothing() -> None:
    assert households(living(("王芳", "杭州", None), ("李强", "杭州", None))) == []
    assert households(living((None, "杭州", "湖滨路1号"), ("李强", "杭州", "湖滨路1号"))) == []


def test_an_address_of_too_many_people_is_no_home() -> None:
    crowd = [(f"人{number}", "杭州", "菜鸟驿站") for number in range(HOUSEHOLD_PEOPLE_MAX + 1)]
    assert households(living(*crowd)) == []
    assert len(households(living(*crowd[:-1]))) == HOUSEHOLD_PEOPLE_MAX * 7 // 2
