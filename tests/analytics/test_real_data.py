"""Figures that others have published for real files, through the whole of the house.

Each file goes in by `catchment events import` and comes back by `catchment analytics`, as a user's
would; the truth is counted here from the file itself, by the standard library alone.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import pytest

from oracles.funnel_greedy import people_by_step

pytestmark = [pytest.mark.data, pytest.mark.timeout(240)]

Ask = Callable[..., Any]
REES46 = {"view": "Product Viewed", "cart": "Product Added", "purchase": "Order Completed"}


def home_with(file: Path, kind: str, folder: Path) -> Ask:
    """A home into which one file was imported; gives a way to ask the command line."""
    settings = {
        **os.environ, "CATCHMENT_HOME": str(folder / "home"), "CATCHMENT_KEYS": str(folder / "keys")
    }  # fmt: skip

    def ask(*words: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", "catchment.cli", *words, "--json"],
            env=settings, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    ask("sources", "create", "File", "--kind", "import")
    ask("events", "import", str(file), "--format", kind, "--source", "File")
    return ask


@pytest.fixture(scope="module")
def retail_file(real_data: Path) -> Path:
    return real_data / "online_retail" / "online_retail.csv.gz"


@pytest.fixture(scope="module")
def retail(retail_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    return home_with(retail_file, "online-retail", tmp_path_factory.mktemp("retail"))


@pytest.fixture(scope="module")
def rees46_file(real_data: Path) -> Path:
    return real_data / "rees46_sample" / "2019-Oct_first_17434.csv"


@pytest.fixture(scope="module")
def rees46(rees46_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    return home_with(rees46_file, "rees46", tmp_path_factory.mktemp("rees46"))


def test_online_retail_has_its_published_figures(retail: Ask, retail_file: Path) -> None:
    """25,900 invoices, 9,288 cancelled lines, 4,372 customers, 9,747,747.934 in all.

    Money is whole pence here, each line rounded half to even, so the sum is 9,747,747.93; what is
    printed as one figure is GMV less what was cancelled.
    """
    sold = cancelled = lines = 0
    with gzip.open(retail_file, "rt", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            amount = Decimal(row["Quantity"]) * Decimal(row["UnitPrice"]) * 100
            pence = int(amount.to_integral_value(ROUND_HALF_EVEN))
            if row["InvoiceNo"].startswith("C"):
                lines += 1
                cancelled += pence
            else:
                sold += pence

    def value(metric: str, *more: str) -> int:
        (row,) = retail("analytics", "metric", metric, *more)["rows"]
        return int(row["value"])

    assert value("events") == 541_909
    assert value("gmv") == sold
    assert value("net_sales") == sold + cancelled == 974_774_793
    assert value("events", "--where", "event=Order Cancelled") == lines == 9_288
    # 25,900 invoices are 22,064 orders and 3,836 cancellations of orders.
    assert value("orders") == 22_064
    assert value("people", "--where", "user_id>=0") == 4_372


def test_rees46_has_its_published_figures(rees46: Ask) -> None:
    rows = rees46("analytics", "metric", "events", "--breakdown", "event")["rows"]
    assert {row["breakdown"]: row["value"] for row in rows} == {
        "Product Viewed": 17_055, "Product Added": 165, "Order Completed": 214,
    }  # fmt: skip


@pytest.mark.parametrize("minutes", [2, 60])
def test_a_funnel_over_rees46_is_the_one_counted_by_hand(
    rees46: Ask, rees46_file: Path, minutes: int
) -> None:
    with rees46_file.open(encoding="utf-8") as file:
        deeds = [
            (row["user_id"], datetime.fromisoformat(row["event_time"].removesuffix(" UTC")),
             REES46[row["event_type"]])
            for row in csv.DictReader(file)
        ]  # fmt: skip
    for steps in (list(REES46.values()), ["Product Viewed", "Order Completed"]):
        answer = rees46(
            "analytics", "funnel", "--steps", ",".join(steps), "--window", f"{minutes}m"
        )
        truth = people_by_step(deeds, steps, timedelta(minutes=minutes))
        assert [step["people"] for step in answer["steps"]] == truth
