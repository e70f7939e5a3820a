"""A day of the web shop or the mini program: visits, and how far each gets towards an order.

How far is decided first, by the planted rates alone; places in the visit, pauses and products
follow. A visit that reaches the checkout signs in there at the latest.
"""

import numpy as np
from numpy.typing import NDArray

from catchment.testing.traffic.aftermath import signed_rows, with_aftermath
from catchment.testing.traffic.draft import Act, Draft, Ints, Rows
from catchment.testing.traffic.population import ANONYMOUS, SIGNED_IN, SIGNING_IN, Visitors, joined
from catchment.testing.traffic.wording import visit_contexts
from catchment.testing.traffic.world import World

Floats = NDArray[np.float64]

_STREAM_NUMBER = {"web": 1, "mini": 2}
_THINK_SPREAD = 0.9
_PIECES = np.array([1, 1, 1, 1, 2, 2, 3], dtype=np.int64)
_NIGHT_SECONDS = 6 * 3_600
_SEARCHES = 12
_QR_CODES = 4
STORE_TABLET = "tablet-store-hangzhou-01"
"""The anonymous id of a device that many people sign in on."""
# Places in a visit; what happens later has a higher one.
_AT_START, _AT_SEARCH, _AT_PRODUCTS, _AT_CART, _AT_CHECKOUT = 0.0, 1.0, 10.0, 1_000.0, 2_000.0
_AT_SCAN = -1.0


def browse_day(world: World, stream: str, day: int) -> Draft:
    """Every visit that starts on this day, with all its events (refunds come days later)."""
    config = world.config.web
    rng = world.chance(_STREAM_NUMBER[stream], day)
    share = config.mini_share if stream == "mini" else 1.0 - config.mini_share
    count = int(rng.poisson(config.visits_per_day * share * world.weekday_factor(day)))
    people = world.population.draw(count, day, rng)
    if stream == "web":
        _lend_the_tablet(world, people, rng)
    bots = _scrapers(world, stream, day)
    visitors = joined(people, bots)
    start_s = np.concatenate(
        [_starts(config.hourly, count, rng), rng.random(len(bots)) * _NIGHT_SECONDS]
    )
    weights = np.array([source.weight for source in config.sources])
    source = rng.choice(len(weights), len(visitors), p=weights / weights.sum())
    factor = np.array([s.adding_factor for s in config.sources])[source]

    known = visitors.known.copy()
    rows = _walk(world, factor[:count], known, visitors, rng)
    if stream == "mini":
        _scan(rows, np.flatnonzero(rng.random(count) < config.scan_rate), rng)
    _scrape(world, rows, np.arange(count, count + len(bots)), rng)
    visit, act, place, product, number, order = rows.columns()
    sort = np.lexsort((place, visit))
    visit, act, product, number, order = (a[sort] for a in (visit, act, product, number, order))
    pause = np.exp(rng.normal(np.log(config.think_seconds), _THINK_SPREAD, len(visit)))
    pause[visit >= count] = world.config.bots.scraper_seconds
    time_us = world.midnight_us(day) + (
        (start_s[visit] + _running(pause, visit)) * 1_000_000
    ).astype(np.int64)
    draft = Draft(
        label=f"{stream}-{day}",
        stream=stream,
        visitors=visitors,
        contexts=visit_contexts(world, stream, visitors, [config.sources[i] for i in source], rng),
        visit=visit,
        act=act,
        time_us=time_us,
        product=product,
        number=number,
        order=order,
        is_signed=signed_rows(visit, act, known),
        amount_fen=_totals(world, visit, act, product, number),
    )
    return with_aftermath(draft, config.refund_rate, world, rng)


def _lend_the_tablet(world: World, people: Visitors, rng: np.random.Generator) -> None:
    """Some of those who sign in do so on the device at the store's counter, one after another."""
    lent = (rng.random(len(people)) < world.config.people.tablet_rate) & (people.known > ANONYMOUS)
    for visit in np.flatnonzero(lent).tolist():
        people.anonymous_id[visit] = STORE_TABLET


def _walk(
    world: World,
    factor: Floats,
    known: Ints,
    visitors: Visitors,
    rng: np.random.Generator,
) -> Rows:
    """Decides how far each visit gets. Updates `known`: the checkout signs people in."""
    config = world.config.web
    count = len(factor)
    everyone = np.arange(count)
    searches = rng.random(count) < config.search_rate
    views = rng.random(count) < config.view_rate
    adds = views & (rng.random(count) < np.minimum(1.0, config.add_rate * factor))
    checks_out = adds & (rng.random(count) < config.checkout_rate)
    pays = checks_out & (rng.random(count) < config.pay_rate)

    rows = Rows()
    rows.add(Act.PAGE_VIEWED, everyone, _AT_START)
    who = everyone[searches]
    rows.add(Act.PAGE_VIEWED, who, _AT_SEARCH)
    term = rng.integers(0, _SEARCHES, len(who))
    rows.add(Act.PRODUCTS_SEARCHED, who, _AT_SEARCH + 0.5, number=term)
    viewer = np.repeat(everyone[views], 1 + rng.poisson(config.views_more, int(views.sum())))
    place = _AT_PRODUCTS + rng.random(len(viewer))
    category = world.population.draw_categories(visitors.person[viewer], rng)
    product = world.catalogue.draw(category, rng)
    rows.add(Act.PAGE_VIEWED, viewer, place, product=product)
    rows.add(Act.PRODUCT_VIEWED, viewer, place + 1e-6, product=product)

    # The cart takes products that were looked at, right after looking.
    first = np.flatnonzero(np.r_[True, viewer[1:] != viewer[:-1]]) if len(viewer) else viewer
    cart = first[adds[viewer[first]]]
    second = cart[(rng.random(len(cart)) < config.adds_more_rate)] + 1
    second = second[second < len(viewer)]
    second = second[viewer[second] == viewer[second - 1]]
    for chosen in (cart, second):
        pieces = _PIECES[rng.integers(0, len(_PIECES), len(chosen))]
        rows.add(
            Act.PRODUCT_ADDED, viewer[chosen], _AT_CART + place[chosen],
            product=product[chosen], number=pieces,
        )  # fmt: skip
    rows.add(Act.CHECKOUT_STARTED, everyone[checks_out], _AT_CHECKOUT)
    buyers = everyone[pays]
    rows.add(Act.ORDER_COMPLETED, buyers, _AT_CHECKOUT + 1, order=buyers)

    at_checkout = checks_out & (known[:count] != SIGNED_IN)
    midway = (known[:count] == SIGNING_IN) & ~checks_out
    rows.add(Act.IDENTIFIED, everyone[known[:count] == SIGNED_IN], _AT_START + 0.1)
    rows.add(Act.IDENTIFIED, everyone[midway], _AT_SEARCH + 1)
    rows.add(Act.IDENTIFIED, everyone[at_checkout], _AT_CHECKOUT - 1)
    known[:count][at_checkout] = SIGNING_IN
    return rows


def _scan(rows: Rows, visits: Ints, rng: np.random.Generator) -> None:
    """These visits began with a code: on a parcel's card, the counter, a poster or a box."""
    rows.add(Act.QR_SCANNED, visits, _AT_SCAN, number=rng.integers(0, _QR_CODES, len(visits)))


def _scrape(world: World, rows: Rows, bots: Ints, rng: np.random.Generator) -> None:
    views = world.config.bots.scraper_views
    visit = np.repeat(bots, views)
    product = rng.integers(0, len(world.catalogue.products), len(visit))
    rows.add(Act.PRODUCT_VIEWED, visit, np.tile(np.arange(views), len(bots)), product=product)


def _scrapers(world: World, stream: str, day: int) -> Visitors:
    count = world.config.bots.scrapers_per_day if stream == "web" else 0
    return world.population.draw_bots(count, f"scraper-{day}")


def _starts(hourly: tuple[float, ...], count: int, rng: np.random.Generator) -> Floats:
    weights = np.array(hourly)
    hour = rng.choice(len(weights), count, p=weights / weights.sum())
    starts: Floats = (hour + rng.random(count)) * (86_400 / len(weights))
    return starts


def _running(pause: Floats, visit: Ints) -> Floats:
    """Pauses summed up within each visit; the first event of a visit waits for nothing."""
    first = np.r_[True, visit[1:] != visit[:-1]]
    waited = np.where(first, 0.0, pause)
    total = np.cumsum(waited)
    start = np.flatnonzero(first)
    running: Floats = total - np.repeat(total[start], np.diff(np.r_[start, len(visit)]))
    return running


def _totals(world: World, visit: Ints, act: Ints, product: Ints, number: Ints) -> Ints:
    """What each order comes to: all that the visit put in the cart."""
    cart = act == Act.PRODUCT_ADDED
    total = np.zeros(int(visit.max(initial=-1)) + 1, dtype=np.int64)
    np.add.at(total, visit[cart], world.catalogue.price_fen[product[cart]] * number[cart])
    amount: Ints = np.where(act == Act.ORDER_COMPLETED, total[visit], 0)
    return amount
