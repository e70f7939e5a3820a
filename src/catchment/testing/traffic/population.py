"""Who comes: people with tastes, on devices whose anonymous ids outlive no cookie.

Nothing here has a memory that runs from day to day. Whether a person is signed in on a given day
is a function of (person, device, the age of its cookie), so any day can be made by itself and
comes out the same whichever days were made before it.
"""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from catchment.testing.traffic.catalogue import CATEGORIES
from catchment.testing.traffic.config import PeopleConfig
from catchment.testing.traffic.persona import Persona, persona_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ANONYMOUS, SIGNING_IN, SIGNED_IN = 0, 1, 2
"""How known a visitor is: not, from somewhere within this day's visits, or from their start."""

_SIGN_IN_WITHIN = 0.5  # those who sign in do so in the first half of the cookie's life
_DEVICES = 2


@dataclass(frozen=True)
class Visitors:
    """The people behind some visits, one row per visit.

    Attributes:
        person: index of the person; bots have indexes behind the last person's.
        anonymous_id: the device's id.
        known: `ANONYMOUS`, `SIGNING_IN` or `SIGNED_IN`.
        is_bot: it is no person. Only the ground truth may look.
    """

    person: Ints
    anonymous_id: list[str]
    known: Ints
    is_bot: NDArray[np.bool_]

    def __len__(self) -> int:
        """How many visits."""
        return len(self.person)


def joined(*groups: Visitors) -> Visitors:
    """The groups one after the other."""
    return Visitors(
        person=np.concatenate([group.person for group in groups]),
        anonymous_id=[one for group in groups for one in group.anonymous_id],
        known=np.concatenate([group.known for group in groups]),
        is_bot=np.concatenate([group.is_bot for group in groups]),
    )


def the_host(host_id: str) -> Visitors:
    """The host of a show, who is a person and comes as itself."""
    nobody = np.full(1, -1, dtype=np.int64)
    return Visitors(nobody, [f"host-{host_id}"], nobody * 0, np.zeros(1, dtype=np.bool_))


@dataclass(frozen=True)
class Population:
    """Everyone who may come.

    Attributes:
        taste: people x categories; each row sums to 1.
    """

    config: PeopleConfig
    seed: int
    taste: Floats
    _taste_cumulative: Floats
    _activity_cumulative: Floats
    _phase: Ints

    def draw(self, count: int, day: int, rng: np.random.Generator) -> Visitors:
        """Visitors of a day; the same person may come several times."""
        person = np.searchsorted(self._activity_cumulative, rng.random(count), side="right")
        person = np.minimum(person, self.config.count - 1).astype(np.int64)
        device = (rng.random(count) < self.config.second_device_rate).astype(np.int64)
        age_and_life = day + self._phase[person, device]
        life, age = np.divmod(age_and_life, self.config.cookie_days)
        chance = _uniform(self.seed, person, device, life)
        signs_in = chance < self.config.sign_in_rate
        share = chance / max(self.config.sign_in_rate, 1e-12)
        sign_in_age = np.floor(share * self.config.cookie_days * _SIGN_IN_WITHIN)
        known = np.where(
            signs_in & (age > sign_in_age),
            SIGNED_IN,
            np.where(signs_in & (age == sign_in_age), SIGNING_IN, ANONYMOUS),
        )
        ids = [
            self._anonymous_id(f"{p}-{d}-{n}")
            for p, d, n in zip(person.tolist(), device.tolist(), life.tolist(), strict=True)
        ]
        return Visitors(person, ids, known.astype(np.int64), np.zeros(count, dtype=np.bool_))

    def draw_bots(self, count: int, label: str) -> Visitors:
        """Visitors that are no people: never signed in, a new id each."""
        person = np.arange(self.config.count, self.config.count + count, dtype=np.int64)
        ids = [self._anonymous_id(f"{label}-{number}") for number in range(count)]
        return Visitors(
            person, ids, np.zeros(count, dtype=np.int64), np.ones(count, dtype=np.bool_)
        )

    def draw_categories(self, person: Ints, rng: np.random.Generator) -> Ints:
        """A category for each person, by taste; bots like everything alike."""
        rows = self._taste_cumulative[np.minimum(person, self.config.count - 1)]
        by_taste = (rng.random(len(person))[:, None] > rows).sum(axis=1)
        evenly = rng.integers(0, len(CATEGORIES), len(person))
        chosen: Ints = np.where(person < self.config.count, by_taste, evenly)
        return np.minimum(chosen, len(CATEGORIES) - 1)

    def user_id(self, person: int) -> str:
        """The shop's own id of a person."""
        return f"u{100_000 + person}"

    def persona(self, person: int) -> Persona:
        """What the shop's records hold of a person."""
        return persona_of(self.seed, person)

    def traits_json(self, person: int) -> str:
        """What the shop knows of a person, as an identify call tells it."""
        known = self.persona(person)
        favourite = CATEGORIES[int(np.argmax(self.taste[person]))]
        mail = f'"email":"{known.email}",' if known.email else ""
        wechat = f'"unionid":"{known.unionid}",' if known.unionid else ""
        return (
            f'{{"name":"{known.name}","city":"{known.city}","street":"{known.street}",'
            f'"birthday":"{known.birthday}",{mail}{wechat}"member_level":"{known.member_level}",'
            f'"favourite_category":"{favourite}"}}'
        )

    def _anonymous_id(self, what: str) -> str:
        return "a" + blake2b(f"{self.seed}-{what}".encode(), digest_size=10).hexdigest()


def make_population(config: PeopleConfig, rng: np.random.Generator) -> Population:
    """People with tastes and habits."""
    categories = len(CATEGORIES)
    taste = rng.dirichlet(np.full(categories, config.taste_concentration), config.count)
    activity = rng.gamma(config.activity_shape, 1.0, config.count)
    return Population(
        config=config,
        seed=int(rng.integers(1 << 62)),
        taste=taste,
        _taste_cumulative=np.cumsum(taste, axis=1),
        _activity_cumulative=np.cumsum(activity / activity.sum()),
        _phase=rng.integers(0, config.cookie_days, (config.count, _DEVICES)),
    )


def _uniform(seed: int, person: Ints, device: Ints, life: Ints) -> Floats:
    """A number in [0, 1) that belongs to (person, device, life) for ever: splitmix64."""
    packed = (person * _DEVICES + device) * 1_000_003 + life
    mixed = packed.astype(np.uint64) + np.uint64(seed & 0xFFFF_FFFF_FFFF_FFFF)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    uniform: Floats = (mixed >> np.uint64(11)).astype(np.float64) / float(1 << 53)
    return uniform
