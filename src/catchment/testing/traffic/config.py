"""Every rate of the simulated world, each with its meaning; nothing is hidden in the code.

The defaults make a middling Chinese brand: a web shop and a mini program of some 1,500 visits a
day, and one live room that opens each evening. The rates are *planted*: what a metric computes
over the generated events must come back to them, within the error of the sample.
"""

from dataclasses import dataclass, field

# Shares of a day's visits per hour of the workspace's zone: quiet nights, a lunch hump, evenings.
_HOURLY = (
    1.6, 0.9, 0.5, 0.3, 0.3, 0.5, 1.2, 2.4, 3.8, 4.6, 5.0, 5.0,
    6.2, 5.6, 4.6, 4.4, 4.4, 4.6, 5.4, 6.8, 8.6, 9.4, 8.0, 4.6,
)  # fmt: skip
# Monday to Sunday, against an even week.
_WEEKLY = (0.92, 0.9, 0.92, 0.95, 1.04, 1.18, 1.14)
# How arrivals spread over the twelfths of a show.
_ENTERING = (1.9, 1.4, 1.1, 1.0, 1.0, 1.1, 1.2, 1.0, 0.9, 0.7, 0.5, 0.2)


@dataclass(frozen=True, slots=True)
class TrafficSource:
    """Where visits come from.

    Attributes:
        source, medium, campaign: the utm parameters; empty strings for direct visits.
        weight: its share of the visits, against the others' weights.
        adding_factor: multiplies `WebConfig.add_rate` for its visits.
    """

    source: str
    medium: str
    campaign: str
    weight: float
    adding_factor: float = 1.0


TRAFFIC_SOURCES = (
    TrafficSource("", "", "", 0.30, 1.15),
    TrafficSource("baidu", "organic", "", 0.18, 0.95),
    TrafficSource("wechat", "social", "moments-autumn", 0.20, 1.10),
    TrafficSource("xiaohongshu", "social", "notes-seeding", 0.14, 1.05),
    TrafficSource("douyin", "cpc", "feed-autumn", 0.12, 0.70),
    TrafficSource("edm", "email", "members-weekly", 0.06, 1.40),
)


@dataclass(frozen=True, slots=True)
class PeopleConfig:
    """Who there is.

    Attributes:
        count: people who may come.
        taste_concentration: Dirichlet parameter of tastes over categories; small is choosy.
        activity_shape: gamma shape of how often people come; small is uneven.
        cookie_days: a device's anonymous id lives so long, then a new one is made.
        sign_in_rate: share of such lives in which the person signs in.
        second_device_rate: share of visits made on the person's second device.
        tablet_rate: share of the web shop's signing-in visits made on the store's one tablet.
    """

    count: int = 20_000
    taste_concentration: float = 0.35
    activity_shape: float = 0.7
    cookie_days: int = 45
    sign_in_rate: float = 0.45
    second_device_rate: float = 0.2
    tablet_rate: float = 0.01


@dataclass(frozen=True, slots=True)
class WebConfig:
    """Visits of the web shop and the mini program, and their way to an order.

    Attributes:
        visits_per_day: on an average weekday.
        mini_share: share of the visits made in the mini program.
        hourly, weekly: the rhythm, in the workspace's zone.
        sources: where visits come from.
        scan_rate: share of the mini program's visits that begin with a scanned QR code.
        search_rate: share of visits that search.
        view_rate: share of visits that view a product.
        views_more: mean number of further products viewed by those.
        add_rate: share of viewing visits that put something in the cart (times the source's
            factor).
        adds_more_rate: share of adding visits with a second product in the cart.
        checkout_rate: share of adding visits that start the checkout.
        pay_rate: share of those that pay.
        refund_rate, refund_days: share of orders refunded, and the mean delay.
        cancel_rate, cancel_hours: share of orders cancelled, and the mean delay.
        think_seconds: median pause between two steps.
    """

    visits_per_day: float = 1_500.0
    mini_share: float = 0.4
    hourly: tuple[float, ...] = _HOURLY
    weekly: tuple[float, ...] = _WEEKLY
    sources: tuple[TrafficSource, ...] = TRAFFIC_SOURCES
    scan_rate: float = 0.08
    search_rate: float = 0.28
    view_rate: float = 0.62
    views_more: float = 1.1
    add_rate: float = 0.26
    adds_more_rate: float = 0.25
    checkout_rate: float = 0.62
    pay_rate: float = 0.74
    refund_rate: float = 0.09
    refund_days: float = 4.0
    cancel_rate: float = 0.04
    cancel_hours: float = 3.0
    think_seconds: float = 14.0


@dataclass(frozen=True, slots=True)
class LiveConfig:
    """Shows, and what viewers do in them.

    Attributes:
        start_hours: a show starts at each of these hours every day, in the workspace's zone.
        duration_minutes: how long it runs.
        viewers_per_show: people entering on an average weekday.
        entering: how arrivals spread over equal parts of the show.
        glance_rate, glance_seconds: share that only glances, and for how long on average.
        stay_seconds: mean stay of the others (a constant hazard of leaving).
        products_per_show: items on the run-sheet, explained one after the other.
        explained_share: share of clicks on the product being explained; others are of the sheet.
        clicks_per_minute: product clicks of a viewer with an average taste for the product.
        add_rate: share of clicks that put the product in the cart.
        order_rate: share of clicks that end in an order.
        refund_rate: share of those orders refunded.
        likes_per_minute, comments_per_minute, gifts_per_minute: per viewer.
        follow_rate, fan_club_rate, share_rate, coupon_rate: share of staying viewers.
    """

    start_hours: tuple[int, ...] = (20,)
    duration_minutes: int = 120
    viewers_per_show: float = 1_200.0
    entering: tuple[float, ...] = _ENTERING
    glance_rate: float = 0.38
    glance_seconds: float = 12.0
    stay_seconds: float = 330.0
    products_per_show: int = 18
    explained_share: float = 0.8
    clicks_per_minute: float = 0.16
    add_rate: float = 0.18
    order_rate: float = 0.09
    refund_rate: float = 0.14
    likes_per_minute: float = 0.30
    comments_per_minute: float = 0.11
    gifts_per_minute: float = 0.008
    follow_rate: float = 0.06
    fan_club_rate: float = 0.015
    share_rate: float = 0.02
    coupon_rate: float = 0.12


@dataclass(frozen=True, slots=True)
class BotConfig:
    """Visitors that are no people. The events never say so; the ground truth does.

    Attributes:
        scrapers_per_day: visits that walk through the catalogue at a steady pace.
        scraper_views: products viewed in each.
        scraper_seconds: their pace.
        flooders_per_show: viewers that post the same comment over and over.
        flood_comments: comments of each.
        flood_seconds: their pace.
    """

    scrapers_per_day: int = 2
    scraper_views: int = 60
    scraper_seconds: float = 1.0
    flooders_per_show: int = 3
    flood_comments: int = 40
    flood_seconds: float = 3.0


@dataclass(frozen=True, slots=True)
class DeliveryConfig:
    """How the world fails to deliver neatly.

    Attributes:
        duplicate_rate: share of events delivered twice, with the same message id.
        late_rate: share of events delivered a batch later than they should be.
    """

    duplicate_rate: float = 0.01
    late_rate: float = 0.01


@dataclass(frozen=True, slots=True)
class TrafficConfig:
    """The whole simulated world.

    Attributes:
        zone: IANA name of the workspace's zone; days and hours are its.
        currency: of every amount.
        products: size of the catalogue.
        popularity_exponent: Zipf exponent of products within their category.
        people, web, live, bots, delivery: see there.
    """

    zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    products: int = 240
    popularity_exponent: float = 1.05
    people: PeopleConfig = field(default_factory=PeopleConfig)
    web: WebConfig = field(default_factory=WebConfig)
    live: LiveConfig = field(default_factory=LiveConfig)
    bots: BotConfig = field(default_factory=BotConfig)
    delivery: DeliveryConfig = field(default_factory=DeliveryConfig)
