"""A whole show at once: viewers enter along a curve, stay by a hazard, and act at rates per minute.

Tastes show in what is clicked (a click is kept with a chance that grows with the viewer's taste
for the product's category); what a click then leads to is the planted rate alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catchment.testing.traffic.aftermath import signed_rows, with_aftermath
from catchment.testing.traffic.catalogue import CATEGORIES
from catchment.testing.traffic.config import LiveConfig
from catchment.testing.traffic.draft import Act, Draft, Ints, Rows
from catchment.testing.traffic.population import SIGNED_IN, Visitors, joined, the_host
from catchment.testing.traffic.shows import LiveShow
from catchment.testing.traffic.wording import show_contexts
from catchment.testing.traffic.world import World

Floats = NDArray[np.float64]

_STREAM_NUMBER = 4
_COMMENTS = 24
_GIFTS = 5
_LIKES_MEAN = 6.0
AFFINITY_FLOOR = 0.25
"""Someone without any taste for a category still clicks at this share of the average rate."""
AFFINITY_CEILING = 3.0
_TO_CART_SECONDS, _TO_ORDER_SECONDS = 6.0, 35.0


@dataclass(frozen=True)
class _Presence:
    """Who was in the room, and from when to when, in seconds from the show's start."""

    people: Visitors
    entry_s: Floats
    leave_s: Floats


def view_show(world: World, show: LiveShow, day: int) -> Draft:
    """Everything that happens in one show, the host's run-sheet included."""
    config = world.config.live
    rng = world.chance(_STREAM_NUMBER, show.started_us // 1_000_000)
    count = int(rng.poisson(config.viewers_per_show * world.weekday_factor(day)))
    people = world.population.draw(count, day, rng)
    bots = world.population.draw_bots(
        world.config.bots.flooders_per_show, f"flooder-{show.live_id}"
    )
    visitors = joined(people, bots, the_host(show.host_id))
    rows = Rows()
    entry_s = _entries(config.entering, show, count, rng)
    stay_s = draw_stays(config, count, rng)
    leave_s = np.minimum(entry_s + stay_s, show.duration_ms / 1_000)
    stay_ms = ((leave_s - entry_s) * 1_000).astype(np.int64)
    everyone = np.arange(count)
    rows.add(Act.ROOM_ENTERED, everyone, entry_s)
    rows.add(Act.ROOM_LEFT, everyone, leave_s, number=stay_ms)
    _chat(world, rows, entry_s, leave_s, rng)
    _shop(world, show, rows, _Presence(people, entry_s, leave_s), rng)
    _flood(world, show, rows, np.arange(count, count + len(bots)), rng)
    _host(show, rows, count + len(bots))
    return _draft(world, show, visitors, rows, rng)


def draw_stays(config: LiveConfig, count: int, rng: np.random.Generator) -> Floats:
    """How long viewers stay: some only glance, the others leave at a constant hazard."""
    glances = rng.random(count) < config.glance_rate
    mean = np.where(glances, config.glance_seconds, config.stay_seconds)
    stays: Floats = rng.exponential(1.0, count) * mean
    return stays


def affinity(world: World, person: Ints, product: Ints) -> Floats:
    """How much likelier than average each person clicks each product, by taste."""
    likes = world.population.taste[
        np.clip(person, 0, world.config.people.count - 1), world.catalogue.category[product]
    ]
    relative: Floats = AFFINITY_FLOOR + (1.0 - AFFINITY_FLOOR) * likes * len(CATEGORIES)
    return np.minimum(relative, AFFINITY_CEILING)


def _entries(
    entering: tuple[float, ...], show: LiveShow, count: int, rng: np.random.Generator
) -> Floats:
    weights = np.array(entering)
    part = rng.choice(len(weights), count, p=weights / weights.sum())
    entries: Floats = (part + rng.random(count)) / len(weights) * (show.duration_ms / 1_000)
    return entries


def _chat(
    world: World, rows: Rows, entry_s: Floats, leave_s: Floats, rng: np.random.Generator
) -> None:
    """Likes, comments and gifts at their rates; one-off acts of those who stay."""
    config = world.config.live
    everyone = np.arange(len(entry_s))
    stay_s = leave_s - entry_s
    for act, per_minute in (
        (Act.LIKED, config.likes_per_minute),
        (Act.COMMENTED, config.comments_per_minute),
        (Act.GIFT_SENT, config.gifts_per_minute),
    ):
        who = np.repeat(everyone, rng.poisson(per_minute * stay_s / 60))
        when = entry_s[who] + rng.random(len(who)) * stay_s[who]
        if act is Act.LIKED:
            number = rng.geometric(1.0 / _LIKES_MEAN, len(who))
        else:
            number = rng.integers(0, _COMMENTS if act is Act.COMMENTED else _GIFTS, len(who))
        rows.add(act, who, when, number=number)
    stays = everyone[stay_s > config.glance_seconds]
    for act, rate in (
        (Act.HOST_FOLLOWED, config.follow_rate),
        (Act.FAN_CLUB_JOINED, config.fan_club_rate),
        (Act.SHARED, config.share_rate),
        (Act.COUPON_CLAIMED, config.coupon_rate),
    ):
        who = stays[rng.random(len(stays)) < rate]
        rows.add(act, who, entry_s[who] + rng.random(len(who)) * stay_s[who])


def _shop(
    world: World,
    show: LiveShow,
    rows: Rows,
    presence: _Presence,
    rng: np.random.Generator,
) -> None:
    """Clicks by taste; carts and orders by the planted rates."""
    config = world.config.live
    people, entry_s, leave_s = presence.people, presence.entry_s, presence.leave_s
    stay_s = leave_s - entry_s
    tries = rng.poisson(config.clicks_per_minute * AFFINITY_CEILING * stay_s / 60)
    who = np.repeat(np.arange(len(entry_s)), tries)
    when = entry_s[who] + rng.random(len(who)) * stay_s[who]
    sheet = np.array([item.product for item in show.run_sheet], dtype=np.int64)
    product = np.where(
        rng.random(len(who)) < config.explained_share,
        show.explained_at(when * 1_000),
        sheet[rng.integers(0, len(sheet), len(who))],
    )
    liked = affinity(world, people.person[who], product) / AFFINITY_CEILING
    kept = rng.random(len(who)) < liked
    who, when, product = who[kept], when[kept], product[kept]
    rows.add(Act.LIVE_CLICKED, who, when, product=product)
    orders = rng.random(len(who)) < config.order_rate
    adds = orders | (rng.random(len(who)) < _adds_besides(config))
    rows.add(Act.PRODUCT_ADDED, who[adds], when[adds] + _TO_CART_SECONDS, product=product[adds])
    buyer, bought_s = who[orders], when[orders] + _TO_ORDER_SECONDS
    number = np.arange(len(buyer), dtype=np.int64)
    rows.add(Act.ORDER_COMPLETED, buyer, bought_s, product=product[orders], order=number)
    # An order signs its buyer in, once.
    sort = np.lexsort((bought_s, buyer))
    buyer, bought_s = buyer[sort], bought_s[sort]
    first = np.flatnonzero(np.r_[True, buyer[1:] != buyer[:-1]]) if len(buyer) else number
    first = first[people.known[buyer[first]] != SIGNED_IN]
    rows.add(Act.IDENTIFIED, buyer[first], bought_s[first] - 1.0)
    signed_in = np.flatnonzero(people.known == SIGNED_IN)
    rows.add(Act.IDENTIFIED, signed_in, entry_s[signed_in] + 0.2)


def _adds_besides(config: LiveConfig) -> float:
    """The chance that makes adds come to `add_rate`, since every order is an add as well."""
    return max(0.0, (config.add_rate - config.order_rate) / (1.0 - config.order_rate))


def _flood(world: World, show: LiveShow, rows: Rows, bots: Ints, rng: np.random.Generator) -> None:
    config = world.config.bots
    show_s = show.duration_ms / 1_000
    start_s = rng.random(len(bots)) * show_s * 0.6
    length_s = config.flood_comments * config.flood_seconds
    who = np.repeat(bots, config.flood_comments)
    step = np.tile(np.arange(config.flood_comments), len(bots)) * config.flood_seconds
    when = np.minimum(np.repeat(start_s, config.flood_comments) + 1.0 + step, show_s)
    comment = np.repeat(rng.integers(0, _COMMENTS, len(bots)), config.flood_comments)
    rows.add(Act.ROOM_ENTERED, bots, start_s)
    rows.add(Act.COMMENTED, who, when, number=comment)
    left_s = np.minimum(start_s + length_s + 2.0, show_s)
    stay_ms = ((left_s - start_s) * 1_000).astype(np.int64)
    rows.add(Act.ROOM_LEFT, bots, left_s, number=stay_ms)


def _host(show: LiveShow, rows: Rows, host: int) -> None:
    sheet = show.run_sheet
    who = np.full(len(sheet), host)
    product = np.array([item.product for item in sheet], dtype=np.int64)
    starts = np.array([item.start_ms for item in sheet]) / 1_000
    ends = np.array([item.end_ms for item in sheet]) / 1_000
    rows.add(Act.EXPLAINED_STARTED, who, starts, product=product)
    rows.add(Act.EXPLAINED_ENDED, who, ends, product=product)


def _draft(
    world: World, show: LiveShow, visitors: Visitors, rows: Rows, rng: np.random.Generator
) -> Draft:
    visit, act, when, product, number, order = rows.columns()
    sort = np.lexsort((when, visit))
    visit, act, product, number, order = (a[sort] for a in (visit, act, product, number, order))
    when = when[sort]
    price = np.where(product >= 0, world.catalogue.price_fen[product], 0)
    draft = Draft(
        label=show.live_id,
        stream="live",
        visitors=visitors,
        contexts=show_contexts(visitors),
        visit=visit,
        act=act,
        time_us=show.started_us + (when * 1_000_000).astype(np.int64),
        product=product,
        number=number,
        order=order,
        is_signed=signed_rows(visit, act, visitors.known),
        amount_fen=np.where(act == Act.ORDER_COMPLETED, price * number, 0),
        show=show,
    )
    return with_aftermath(draft, world.config.live.refund_rate, world, rng)
