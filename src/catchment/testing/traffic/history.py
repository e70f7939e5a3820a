"""History: days put one after the other, cut to what was asked, delivered as badly as in life.

Each batch is in the form that imports put into the log (format `columns`), of one source; which
one is said in the batch's schema metadata (`source_of`).
"""

from collections.abc import Iterator
from datetime import datetime

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from catchment.kernel import us_from_instant
from catchment.testing.traffic.browsing import browse_day
from catchment.testing.traffic.config import TrafficConfig
from catchment.testing.traffic.draft import Act, Draft
from catchment.testing.traffic.shows import shows_of_day
from catchment.testing.traffic.truth import GroundTruth
from catchment.testing.traffic.viewing import view_show
from catchment.testing.traffic.wording import NAMES, Wording, order_id
from catchment.testing.traffic.world import World, make_world

STREAMS = ("web", "mini", "live")
"""Where events come in: one source each."""

_SOURCE_KEY = b"catchment.traffic.source"
_SPILL_DAYS = 14  # refunds of orders as old as this still fall into the range
_DELIVERY_STREAM = 9
_INSTANT = pa.timestamp("us", tz="UTC")

COLUMNS = pa.schema(
    [
        pa.field("message_id", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("name", pa.string()),
        pa.field("user_id", pa.string()),
        pa.field("anonymous_id", pa.string()),
        pa.field("time", _INSTANT),
        pa.field("order_id", pa.string()),
        pa.field("product_id", pa.string()),
        pa.field("live_id", pa.string()),
        pa.field("offset_ms", pa.int64()),
        pa.field("amount_minor", pa.int64()),
        pa.field("currency", pa.string()),
        pa.field("properties", pa.string()),
        pa.field("traits", pa.string()),
        pa.field("context", pa.string()),
    ]
)
"""The columns of every batch."""


def source_of(batch: pa.RecordBatch) -> str:
    """Which of `STREAMS` a batch came in by."""
    return bytes(batch.schema.metadata[_SOURCE_KEY]).decode()


def generate_history(
    config: TrafficConfig,
    rng: np.random.Generator,
    since: datetime,
    until: datetime,
    truth: GroundTruth | None = None,
) -> Iterator[pa.RecordBatch]:
    """The events of `[since, until)`, day by day and source by source.

    The same configuration and seed give the same events with the same message ids, whichever
    range is asked for: a range can be generated again, or in parts, and nothing counts twice.

    Args:
        config: the world's rates.
        rng: the only source of chance.
        since: from this instant on.
        until: before this instant.
        truth: is filled in while batches are taken, when given.
    """
    yield from history_of(make_world(config, rng), since, until, truth)


def history_of(
    world: World, since: datetime, until: datetime, truth: GroundTruth | None = None
) -> Iterator[pa.RecordBatch]:
    """As `generate_history`, in a world that exists already."""
    since_us, until_us = us_from_instant(since), us_from_instant(until)
    held: dict[str, pa.RecordBatch] = {}
    first, last = world.day_of(since_us) - _SPILL_DAYS, world.day_of(until_us - 1)
    for day in range(first, last + 1):
        for draft in drafts_of_day(world, day):
            inside = (draft.time_us >= since_us) & (draft.time_us < until_us)
            kept = np.flatnonzero(inside)
            if not len(kept):
                continue
            kept = kept[np.argsort(draft.time_us[kept], kind="stable")]
            if truth is not None:
                truth.count(draft, kept, world.population.user_id)
            batch = write_batch(world, draft, kept)
            chance = world.chance(_DELIVERY_STREAM * 10 + STREAMS.index(draft.stream), day)
            yield _deliver(world, batch, held, chance, truth)
    yield from held.values()


def drafts_of_day(world: World, day: int) -> Iterator[Draft]:
    """Everything that begins on a local day."""
    yield browse_day(world, "web", day)
    yield browse_day(world, "mini", day)
    for show in shows_of_day(world, day):
        yield view_show(world, show, day)


def write_batch(world: World, draft: Draft, kept: NDArray[np.int64]) -> pa.RecordBatch:
    """The kept rows of a draft in words."""
    acts = draft.act[kept].tolist()
    visits = draft.visit[kept]
    properties = Wording(world, draft).properties(kept)
    people = [int(p) for p in draft.visitors.person]
    users = np.where(draft.is_signed[kept], draft.visitors.person[visits], -1).tolist()
    orders = draft.order[kept].tolist()
    products = draft.product[kept]
    product_ids = pa.array([p.product_id for p in world.catalogue.products])
    amount = draft.amount_fen[kept]
    has_amount = amount > 0
    user_id = world.population.user_id
    page = "screen" if draft.stream == "mini" else "page"
    names = dict(NAMES) | ({Act.PAGE_VIEWED: "Screen Viewed"} if page == "screen" else {})
    kinds = {Act.IDENTIFIED: "identify", Act.PAGE_VIEWED: page}
    traits = [
        world.population.traits_json(people[v]) if act == Act.IDENTIFIED else "{}"
        for act, v in zip(acts, visits.tolist(), strict=True)
    ]
    is_live = draft.show is not None
    started_us = draft.show.started_us if draft.show else 0
    columns = [
        pa.array([f"sim-{draft.label}-{row}" for row in kept.tolist()]),
        pa.array([kinds.get(act, "track") for act in acts]),
        pa.array([names[act] for act in acts]),
        pa.array([user_id(u) if u >= 0 else None for u in users], pa.string()),
        pa.array(draft.visitors.anonymous_id).take(pa.array(visits)),
        pa.array(draft.time_us[kept], pa.int64()).cast(_INSTANT),
        pa.array([order_id(draft, o) if o >= 0 else None for o in orders], pa.string()),
        product_ids.take(pa.array(products, mask=products < 0)),
        pa.array([draft.show.live_id] * len(kept))
        if draft.show
        else pa.nulls(len(kept), pa.string()),
        pa.array((draft.time_us[kept] - started_us) // 1_000)
        if is_live
        else pa.nulls(len(kept), pa.int64()),
        pa.array(amount, mask=~has_amount),
        pa.array(np.where(has_amount, world.config.currency, ""), mask=~has_amount),
        pa.array(properties),
        pa.array(traits),
        pa.array(draft.contexts).take(pa.array(visits)),
    ]
    schema = COLUMNS.with_metadata({_SOURCE_KEY: draft.stream.encode()})
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _deliver(
    world: World,
    batch: pa.RecordBatch,
    held: dict[str, pa.RecordBatch],
    rng: np.random.Generator,
    truth: GroundTruth | None,
) -> pa.RecordBatch:
    """What arrives: some rows are held for the next batch of the source, some come twice."""
    config = world.config.delivery
    source = source_of(batch)
    is_late = rng.random(batch.num_rows) < config.late_rate
    again = np.flatnonzero(rng.random(batch.num_rows) < config.duplicate_rate)
    if truth is not None:
        truth.late += int(is_late.sum())
        truth.duplicates += len(again)
    parts = [batch.filter(pa.array(~is_late)), batch.take(pa.array(again))]
    if source in held:
        parts.insert(0, held.pop(source))
    if is_late.any():
        held[source] = batch.filter(pa.array(is_late))
    return pa.concat_batches(parts)
