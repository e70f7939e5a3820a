"""History is the same whenever and however it is asked for, and quickly made."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from catchment.testing.traffic import PeopleConfig, TrafficConfig, generate_history
from catchment.testing.traffic.browsing import STORE_TABLET

UNTIL = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)
SMALL = TrafficConfig(people=PeopleConfig(count=2_000))


def rows_between(since: datetime, until: datetime, seed: int = 3) -> dict[str, object]:
    batches = generate_history(SMALL, np.random.default_rng(seed), since, until)
    return {row["message_id"]: row for batch in batches for row in batch.to_pylist()}


def test_the_same_seed_gives_the_same_bytes() -> None:
    since = UNTIL - timedelta(days=3)
    first, second = (
        list(generate_history(SMALL, np.random.default_rng(5), since, UNTIL)) for _ in range(2)
    )
    assert first == second


def test_another_seed_gives_another_world() -> None:
    since = UNTIL - timedelta(days=1)
    first, second = rows_between(since, UNTIL, 5), rows_between(since, UNTIL, 6)
    assert list(first.values())[:50] != list(second.values())[:50]


def test_parts_make_the_whole_with_the_same_message_ids() -> None:
    since, middle = UNTIL - timedelta(days=3), UNTIL - timedelta(hours=31)
    whole = rows_between(since, UNTIL)
    earlier, later = rows_between(since, middle), rows_between(middle, UNTIL)
    assert earlier.keys().isdisjoint(later.keys())
    assert earlier | later == whole


def test_a_world_that_counts_its_days_from_the_range_would_be_caught() -> None:
    # The deliberately wrong variant: chance drawn once for the range, not for each day.
    def wrong(since: datetime) -> dict[str, object]:
        seed = int(since.timestamp())
        return rows_between(since, UNTIL, seed)

    since, middle = UNTIL - timedelta(days=3), UNTIL - timedelta(hours=31)
    whole = wrong(since)
    later = wrong(middle)
    assert any(whole.get(key) != row for key, row in later.items())


def test_every_event_lies_in_the_range_and_has_an_identity() -> None:
    since = UNTIL - timedelta(days=2)
    batches = generate_history(SMALL, np.random.default_rng(3), since, UNTIL)
    table = pa.Table.from_batches([b.replace_schema_metadata(None) for b in batches])
    times = table["time"].cast(pa.int64()).to_numpy()
    assert times.min() >= since.timestamp() * 1e6
    assert times.max() < UNTIL.timestamp() * 1e6
    assert table["anonymous_id"].null_count == 0
    assert table["message_id"].null_count == 0


def test_identify_joins_an_anonymous_id_to_one_person_but_for_the_store_tablet() -> None:
    rows = rows_between(UNTIL - timedelta(days=10), UNTIL).values()
    joined: dict[str, set[str]] = {}
    for row in rows:
        assert isinstance(row, dict)
        if row["kind"] == "identify":
            assert row["user_id"]
            joined.setdefault(row["anonymous_id"], set()).add(row["user_id"])
    assert len(joined) > 100
    assert len(joined.pop(STORE_TABLET)) > 5
    assert {len(users) for users in joined.values()} == {1}


def test_a_person_comes_back_anonymous_after_the_cookie_has_gone() -> None:
    short = replace(SMALL, people=replace(SMALL.people, cookie_days=3, count=50))
    batches = generate_history(short, np.random.default_rng(1), UNTIL - timedelta(days=9), UNTIL)
    rows = [row for batch in batches for row in batch.to_pylist() if row["user_id"]]
    per_person: dict[str, set[str]] = {}
    for row in rows:
        per_person.setdefault(row["user_id"], set()).add(row["anonymous_id"])
    assert max(len(ids) for ids in per_person.values()) >= 3


def test_thirty_days_are_as_many_events_as_a_demo_wants() -> None:
    batches = generate_history(
        TrafficConfig(), np.random.default_rng(7), UNTIL - timedelta(days=30), UNTIL
    )
    events = sum(batch.num_rows for batch in batches)
    assert 300_000 <= events <= 600_000
