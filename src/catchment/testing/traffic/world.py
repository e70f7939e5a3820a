"""The world that stands still while days pass: its people, its goods, its chance and its zone.

Chance is split once from the generator that was handed in; each (stream, day) then has its own,
so a day comes out the same whichever range it is asked for in.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from catchment.kernel import instant_from_us, us_from_instant
from catchment.testing.traffic.catalogue import Catalogue, make_catalogue
from catchment.testing.traffic.config import TrafficConfig
from catchment.testing.traffic.population import Population, make_population

_EPOCH_DAY = date(1970, 1, 1)


@dataclass(frozen=True)
class World:
    """What every day shares."""

    config: TrafficConfig
    seed: int
    population: Population
    catalogue: Catalogue
    zone: ZoneInfo

    def chance(self, stream: int, day: int) -> np.random.Generator:
        """The generator of one stream on one day."""
        return np.random.default_rng([self.seed, stream, day])

    def day_of(self, us: int) -> int:
        """The local day, counted from 1970-01-01, that an instant falls on."""
        return (instant_from_us(us).astimezone(self.zone).date() - _EPOCH_DAY).days

    def midnight_us(self, day: int) -> int:
        """The instant at which a local day begins."""
        local = _EPOCH_DAY + timedelta(days=day)
        return us_from_instant(datetime(local.year, local.month, local.day, tzinfo=self.zone))

    def weekday_factor(self, day: int) -> float:
        """How busy that day of the week is, against an even week."""
        return self.config.web.weekly[(_EPOCH_DAY + timedelta(days=day)).weekday()]


def make_world(config: TrafficConfig, rng: np.random.Generator) -> World:
    """A world; the same one for the same configuration and seed."""
    seed = int(rng.integers(1 << 62))
    return World(
        config=config,
        seed=seed,
        population=make_population(config.people, rng),
        catalogue=make_catalogue(config.products, config.popularity_exponent, rng),
        zone=ZoneInfo(config.zone),
    )
