"""Value, its spread and repeat buying on real buyers, against figures counted from the files.

Online Retail goes in as a user's file would; the truth is counted here from the file itself, with
the standard library and NumPy. Of CDNOW's sample others have published how many bought again.
"""

from __future__ import annotations

import csv
import gzip
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from analytics.desk import WORKSPACE, DeskEngine, event, table_of
from catchment.app import Home, read_settings
from catchment.kernel import WorkspaceId, us_from_instant
from catchment.people.levels import (
    LifeCycleRules,
    ParetoOf,
    RfmSettings,
    fold_life_cycle,
    life_report,
    measure_thresholds,
    pareto,
    read_transitions,
    rfm_numbers,
    scores_of,
)

pytestmark = [pytest.mark.data, pytest.mark.timeout(600)]

LONDON = ZoneInfo("Europe/London")
SINCE = datetime(2010, 12, 1, tzinfo=LONDON).astimezone(UTC)
UNTIL = datetime(2011, 12, 10, tzinfo=LONDON).astimezone(UTC)
DAYS = 400


@dataclass
class Buyer:
    """What the file says of one customer, or of one invoice without any."""

    orders: set[str] = field(default_factory=set)
    last: datetime = SINCE
    net: int = 0


@dataclass
class Shop:
    """The file counted by hand, and the house that took it in."""

    home: Home
    workspace: WorkspaceId
    buyers: dict[str, Buyer]
    products: dict[str, int]


def counted(file: Path) -> tuple[dict[str, Buyer], dict[str, int]]:
    buyers: dict[str, Buyer] = defaultdict(Buyer)
    sold: dict[str, int] = defaultdict(int)
    ordered = set()
    with gzip.open(file, "rt", encoding="utf-8-sig") as stream:
        for row in csv.DictReader(stream):
            amount = Decimal(row["Quantity"]) * Decimal(row["UnitPrice"]) * 100
            pence = int(amount.to_integral_value(ROUND_HALF_EVEN))
            is_back = row["InvoiceNo"].startswith("C")
            buyer = buyers[row["CustomerID"] or "invoice:" + row["InvoiceNo"]]
            gain = -abs(pence) if is_back else pence
            buyer.net += gain
            sold[row["StockCode"]] += gain
            if not is_back:
                when = datetime.fromisoformat(row["InvoiceDate"]).replace(tzinfo=LONDON)
                buyer.orders.add(row["InvoiceNo"])
                buyer.last = max(buyer.last, when)
                ordered.add(row["StockCode"])
    return (
        {name: buyer for name, buyer in buyers.items() if buyer.orders},
        {code: sold[code] for code in ordered},
    )


@pytest.fixture(scope="module")
def shop(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    file = real_data / "online_retail" / "online_retail.csv.gz"
    folder = tmp_path_factory.mktemp("shop")
    names = {"CATCHMENT_HOME": str(folder / "home"), "CATCHMENT_KEYS": str(folder / "keys")}
    for words in (
        ("sources", "create", "File", "--kind", "import"),
        ("events", "import", str(file), "--format", "online-retail", "--source", "File"),
        ("events", "count", "--wait"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "catchment.cli", *words, "--json"],
            env={**os.environ, **names}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    with Home(read_settings(names)) as home:
        workspace = WorkspaceId(home.workspace().id)
        home.catch_up()
        yield Shop(home, workspace, *counted(file))


def fifths(values: list[int], ranked: list[int], *, is_less_better: bool = False) -> list[int]:
    """Scores by their definition: how many of the four cuts each value is above."""
    array = np.array(ranked)
    cuts = [np.percentile(array, 20 * k, method="inverted_cdf") for k in range(1, 5)]
    above = [sum(value > cut for cut in cuts) for value in values]
    return [5 - one if is_less_better else 1 + one for one in above]


def test_online_retail_is_cut_into_the_fifths_counted_by_hand(shop: Shop) -> None:
    at_us = us_from_instant(UNTIL)
    asked = (shop.home.engine, shop.workspace)
    numbers = rfm_numbers(*asked, at_us=at_us, window_days=DAYS, currency="GBP")
    recency = [at_us - us_from_instant(one.last) for one in shop.buyers.values()]
    orders = [len(one.orders) for one in shop.buyers.values()]
    net = [one.net for one in shop.buyers.values()]
    assert sorted(zip(recency, orders, net, strict=True)) == sorted(
        zip(
            numbers.recency_us.tolist(), numbers.orders.tolist(), numbers.net_minor.tolist(),
            strict=True,
        )
    )  # fmt: skip
    taken = measure_thresholds(*asked, RfmSettings(DAYS), "GBP", at_us)
    assert taken.population == len(shop.buyers)
    scores = [one.tolist() for one in scores_of(numbers, taken)]
    assert scores[0] == fifths(numbers.recency_us.tolist(), recency, is_less_better=True)
    assert scores[1] == fifths(numbers.orders.tolist(), orders)
    assert scores[2] == fifths(numbers.net_minor.tolist(), net)


@pytest.mark.parametrize("of", list(ParetoOf))
def test_online_retails_curve_is_the_one_counted_by_hand(shop: Shop, of: ParetoOf) -> None:
    found = pareto(
        shop.home.engine,
        shop.workspace,
        of,
        since=SINCE,
        until=UNTIL,
        currency="GBP",
    )
    nets = [one.net for one in shop.buyers.values()]
    values = np.array(nets if of is ParetoOf.PEOPLE else list(shop.products.values()))
    falling = np.sort(np.maximum(values, 0))[::-1]
    running = np.cumsum(falling)
    assert (found.population, found.total_minor) == (len(values), int(running[-1]))
    assert found.below_zero_minor == int(values[values < 0].sum())
    assert found.most is not None
    assert found.top_fifth is not None
    assert found.most.count == int(np.argmax(running >= 0.8 * running[-1])) + 1
    fifth = -(-len(values) // 5)
    assert found.top_fifth.value_minor == int(running[fifth - 1])
    rising = falling[::-1] / running[-1]
    ranks = np.arange(1, len(rising) + 1)
    gini = float(2 * (ranks * rising).sum() / len(rising) - (len(rising) + 1) / len(rising))
    assert found.gini == pytest.approx(gini, abs=1e-9)
    # Few bring most: the top fifth of people brings nearly four fifths, of products more.
    assert found.top_fifth.share_of_value > (0.7 if of is ParetoOf.PEOPLE else 0.75)


def test_of_cdnows_sample_946_buy_again_within_39_weeks(real_data: Path) -> None:
    rows = []
    with (real_data / "cdnow" / "CDNOW_sample.txt").open() as file:
        for line in file:
            _, customer, day, _, dollars = line.split()
            when = datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC)
            # As its publishers count: all that is bought on one day is one purchase.
            rows.append(
                event(customer, "Order Completed", when, order_id=f"{customer}-{day}",
                      amount_minor=int(Decimal(dollars) * 100), currency="USD")
            )  # fmt: skip
    engine = DeskEngine(table_of(rows))
    life = read_transitions(fold_life_cycle(engine, WORKSPACE, LifeCycleRules()))
    report = life_report(
        life,
        since_us=us_from_instant(datetime(1997, 1, 1, tzinfo=UTC)),
        until_us=us_from_instant(datetime(1997, 10, 1, tzinfo=UTC)),
        zone=ZoneInfo("UTC"), begin="first_order", end="repeat",
    )  # fmt: skip
    assert (report.total.people, report.total.converted) == (2_357, 946)
    assert sum(one.people for one in report.stages) == 2_357
