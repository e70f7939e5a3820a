"""Duplicate suggestions: a million people searched, and quality beside Splink's own default.

Run `python benchmarks/duplicates.py --people 1000000`. The people are made up: a tenth of them are
second records of others, each field of which is mistyped or missing at a fifth. The peer is Splink
with the settings of its own example for the Febrl people, on the Febrl files where they are at
hand (`--febrl`), our runs and its interleaved.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import splink

from catchment.people.duplicates import FieldKind, MatchField
from catchment.people.duplicates.matching import match

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from people.duplicates.febrl import (
    FIELDS,
    f1,
    pairs_of,
    people_of,
    splink_by_its_own_default,
)

SEED = 20_261_122
SECOND_RECORDS = 0.1
MISTAKES = 0.2
PERSON = (
    MatchField("name", FieldKind.NAME),
    MatchField("city", FieldKind.PLACE),
    MatchField("street", FieldKind.TEXT),
    MatchField("postcode", FieldKind.CODE),
    MatchField("birthday", FieldKind.DATE),
    MatchField("phone_end", FieldKind.CODE),
)
_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "子涵欣怡梓萱雨桐思远浩然佳宁晓彤一诺若曦明轩书瑶俊杰嘉懿婉清志强秀英海燕丽娜建国雪梅"
_STREETS = 4_000
_CITIES = 60


def made_up(people: int, rng: np.random.Generator) -> tuple[pa.Table, set[tuple[int, int]]]:
    """Records in no order, and the pairs that are one person."""
    first = int(people * (1 - SECOND_RECORDS))
    columns = _particulars(first, rng)
    source = rng.choice(first, people - first, replace=False)
    again = {name: values[source].copy() for name, values in columns.items()}
    for values in again.values():
        for row in np.flatnonzero(rng.random(len(values)) < MISTAKES).tolist():
            values[row] = _mistaken(values[row], rng)
    order = rng.permutation(people)
    place = np.empty(people, np.int64)
    place[order] = np.arange(people)
    table = pa.table(
        {
            name: pa.array(np.concatenate([values, again[name]])[order], pa.string())
            for name, values in columns.items()
        }
    )
    ends = zip(place[source].tolist(), place[first + np.arange(len(source))].tolist(), strict=True)
    return table, {(min(pair), max(pair)) for pair in ends}


def _particulars(count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    family = rng.choice(list(_FAMILY), count, p=_falling(len(_FAMILY)))
    one, two = (rng.choice(list(_GIVEN), count) for _ in range(2))
    streets = np.array([f"{a}{b}路" for a in _GIVEN for b in _GIVEN][:_STREETS], object)
    number = rng.integers(1, 400, count)
    birthday = np.datetime64("1950-01-01") + rng.integers(0, 21_000, count).astype("m8[D]")
    return {
        "name": (family.astype(object) + one + two).astype(object),
        "city": rng.choice(np.array([f"市{n}" for n in range(_CITIES)], object), count),
        "street": rng.choice(streets, count) + np.array([f"{n}号" for n in number], object),
        "postcode": rng.integers(100_000, 860_000, count).astype(str).astype(object),
        "birthday": birthday.astype(str).astype(object),
        "phone_end": np.array([f"{n:04d}" for n in rng.integers(0, 10_000, count)], object),
    }


def _falling(count: int) -> np.ndarray:
    weights = 1 / np.arange(1, count + 1) ** 0.9
    return np.asarray(weights / weights.sum())


def _mistaken(text: str, rng: np.random.Generator) -> str | None:
    if rng.random() < 0.25:
        return None
    at = int(rng.integers(0, len(text)))
    return text[:at] + str(rng.integers(0, 10)) + text[at + 1 :]


def _quality(folder: Path, runs: int) -> None:
    print(f"\nFebrl, pairwise F1 at probability 0.5 (Splink {splink.__version__})")
    print(f"{'file':14} {'ours':>8} {'Splink default':>15} {'seconds':>9} {'Splink s':>9}")
    for file in ("dataset1.csv", "dataset2.csv", "dataset3.csv"):
        people, truth = people_of(folder / file)
        took: dict[str, list[float]] = {"ours": [], "peer": []}
        for _ in range(runs):
            began = time.perf_counter()
            ours = pairs_of(match(people, FIELDS, threshold=0.5, seed=1))
            took["ours"].append(time.perf_counter() - began)
            began = time.perf_counter()
            peer = splink_by_its_own_default(people)
            took["peer"].append(time.perf_counter() - began)
        print(
            f"{file:14} {f1(ours, truth):8.4f} {f1(peer, truth):15.4f} "
            f"{statistics.median(took['ours']):9.1f} {statistics.median(took['peer']):9.1f}"
        )


def main() -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    default = Path(__file__).parents[2] / "shared" / "data" / "febrl"
    parser.add_argument("--febrl", type=Path, default=default)
    given = parser.parse_args()
    if given.febrl.exists():
        _quality(given.febrl, given.runs)
    else:
        print(f"no Febrl files at {given.febrl}: quality is not measured")
    table, truth = made_up(given.people, np.random.default_rng(SEED))
    seconds = []
    for _ in range(given.runs):
        began = time.perf_counter()
        found = match(table, PERSON, threshold=0.9, seed=1)
        seconds.append(time.perf_counter() - began)
    quality = f1(pairs_of(found), truth)
    print(f"\n{given.people:,} people, {len(truth):,} true pairs (seed {SEED})")
    print(f"seconds {statistics.median(seconds):.1f} of {[round(s, 1) for s in seconds]}")
    print(f"pairwise F1 at probability 0.9: {quality:.4f}")


if __name__ == "__main__":
    main()
