"""Levels and stages as others ask for them: by workspace, under the settings that hold there."""

from catchment.access import get_workspace
from catchment.kernel import Clock, IdMaker, WorkspaceId, us_from_instant
from catchment.lake import EVENTS, Engine
from catchment.people.levels import store
from catchment.people.levels.rfm import rfm_numbers, thresholds_of
from catchment.people.levels.settings import (
    frequency_settings,
    life_cycle_rules,
    newest_thresholds,
    rfm_settings,
)
from catchment.people.levels.standing import Facts, Persons, frequency_of, rfm_of, stage_of
from catchment.people.levels.types import (
    RfmSettings,
    RfmThresholds,
    Scheme,
    SchemeUnknown,
    Standing,
    ThresholdsMissing,
)
from catchment.store import Database, UnitOfWork

CURRENCIES_MAX = 200


class LevelBook:
    """Where people stand, by the scheme's name.

    Args:
        database: the settings and thresholds.
        facts: what people did.
    """

    def __init__(self, database: Database, facts: Facts) -> None:
        self._database = database
        self._facts = facts

    def level_of(
        self,
        workspace_id: WorkspaceId,
        scheme: str,
        *,
        at_us: int,
        persons: Persons | None = None,
    ) -> Standing:
        """On which level of a scheme people stand.

        Args:
            workspace_id: whose people.
            scheme: a value of `Scheme`.
            at_us: the instant, microseconds since 1970.
            persons: nodes that name people; all when not given.

        Raises:
            SchemeUnknown: there is no such scheme.
            ThresholdsMissing: value is asked for, and no thresholds were taken yet.
        """
        if scheme not in set(Scheme):
            raise SchemeUnknown(f"{scheme!r} is none of {', '.join(Scheme)}")
        asked = Scheme(scheme)
        with UnitOfWork(self._database, reads_only=True) as uow:
            often = frequency_settings(uow, workspace_id)
            thresholds = newest_thresholds(uow, workspace_id)
        if asked is Scheme.FREQUENCY:
            return frequency_of(self._facts, workspace_id, often, at_us=at_us, persons=persons)
        if thresholds is None:
            raise ThresholdsMissing
        return rfm_of(self._facts, workspace_id, thresholds, asked, at_us=at_us, persons=persons)

    def stage_of(
        self, workspace_id: WorkspaceId, *, at_us: int, persons: Persons | None = None
    ) -> Standing:
        """In which stage of the life-cycle people are; see `standing.stage_of`."""
        with UnitOfWork(self._database, reads_only=True) as uow:
            rules = life_cycle_rules(uow, workspace_id)
        return stage_of(self._facts, workspace_id, rules, at_us=at_us, persons=persons)


def order_currency(
    uow: UnitOfWork, engine: Engine, workspace_id: WorkspaceId, settings: RfmSettings
) -> str:
    """The money value is measured in: the one that is set, else the workspace's, else the orders'.

    Where no order at all is in the workspace's own, the one that most orders are in is taken: a
    zero that means "elsewhere" says nothing.
    """
    if settings.currency is not None:
        return settings.currency
    own = get_workspace(uow, workspace_id).currency
    priced = EVENTS.filter(EVENTS.amount_minor.notnull(), EVENTS.currency.notnull())
    counted = priced.group_by("currency").aggregate(events=priced.count())
    ordered = counted.order_by([counted.events.desc(), counted.currency]).limit(CURRENCIES_MAX)
    found = engine.query(workspace_id, ordered).column("currency").to_pylist()
    return own if own in found or not found else str(found[0])


def take_thresholds(
    database: Database,
    engine: Engine,
    workspace_id: WorkspaceId,
    *,
    clock: Clock,
    ids: IdMaker,
) -> RfmThresholds | None:
    """Cuts the population of now into fifths and keeps where; `None` where nobody ordered lately.

    Args:
        database: keeps them.
        engine: measures everyone.
        workspace_id: whose people.
        clock: tells of which instant.
        ids: makes ids.
    """
    now = clock.now()
    with UnitOfWork(database, reads_only=True) as uow:
        settings = rfm_settings(uow, workspace_id)
        currency = order_currency(uow, engine, workspace_id, settings)
    taken = measure_thresholds(engine, workspace_id, settings, currency, us_from_instant(now))
    if not taken.population:
        return None
    with UnitOfWork(database) as uow:
        store.add_thresholds(uow, workspace_id, ids.make("thr"), taken)
    return taken


def measure_thresholds(
    engine: Engine, workspace_id: WorkspaceId, settings: RfmSettings, currency: str, at_us: int
) -> RfmThresholds:
    """Where the fifths of the population of an instant are; nothing is kept."""
    numbers = rfm_numbers(
        engine, workspace_id, at_us=at_us, window_days=settings.window_days, currency=currency
    )
    return thresholds_of(
        numbers, taken_at_us=at_us, window_days=settings.window_days, currency=currency
    )
