"""The settings of levels: read and written as plain JSON, defaults where nobody changed any."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from catchment.access import record
from catchment.kernel import Clock, IdMaker, WorkspaceId, currency_exponent
from catchment.lake import Filter, FilterGroup, FilterTree, Match, Operator
from catchment.people.facts import Condition, plain_filter
from catchment.people.levels import store
from catchment.people.levels.types import (
    FrequencySettings,
    LifeCycleRules,
    RfmSettings,
    RfmThresholds,
)
from catchment.store import UnitOfWork

_FREQUENCY, _RFM, _LIFE_CYCLE = "frequency", "rfm", "life_cycle"
_STAGES_OF_DEEDS = ("reader", "follower", "lead", "advocate")


def frequency_settings(uow: UnitOfWork, workspace_id: WorkspaceId) -> FrequencySettings:
    """How often is often, in this workspace."""
    kept = store.find_settings(uow, workspace_id, _FREQUENCY)
    if kept is None:
        return FrequencySettings()
    low, medium, high = kept["at_least"]
    return FrequencySettings(kept["window_days"], (low, medium, high))


def rfm_settings(uow: UnitOfWork, workspace_id: WorkspaceId) -> RfmSettings:
    """Over which time value is measured, in this workspace."""
    kept = store.find_settings(uow, workspace_id, _RFM)
    return RfmSettings() if kept is None else RfmSettings(**kept)


def life_cycle_rules(uow: UnitOfWork, workspace_id: WorkspaceId) -> LifeCycleRules:
    """What makes whom what, in this workspace."""
    kept = store.find_settings(uow, workspace_id, _LIFE_CYCLE)
    if kept is None:
        return LifeCycleRules()
    deeds = {stage: tuple(map(_condition, kept[stage])) for stage in _STAGES_OF_DEEDS}
    return LifeCycleRules(**deeds, lapsing_days=kept["lapsing_days"], lost_days=kept["lost_days"])


def newest_thresholds(uow: UnitOfWork, workspace_id: WorkspaceId) -> RfmThresholds | None:
    """The thresholds that hold now; `None` before the first were taken."""
    return store.newest_thresholds(uow, workspace_id)


def change_frequency(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    settings: FrequencySettings,
    *,
    actor: str,
    clock: Clock,
    ids: IdMaker,
) -> None:
    """Says from now on how often is often."""
    _put(uow, workspace_id, _FREQUENCY, asdict(settings), (actor, clock, ids))


def change_rfm(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    settings: RfmSettings,
    *,
    actor: str,
    clock: Clock,
    ids: IdMaker,
) -> None:
    """Says over which time value is measured; it holds from the next thresholds on.

    Raises:
        UnknownCurrency: the currency is none.
    """
    if settings.currency is not None:
        currency_exponent(settings.currency)
    _put(uow, workspace_id, _RFM, asdict(settings), (actor, clock, ids))


def change_life_cycle(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    rules: LifeCycleRules,
    *,
    actor: str,
    clock: Clock,
    ids: IdMaker,
) -> None:
    """Says from now on, and of the past as well, what makes whom what."""
    plain: dict[str, Any] = {
        stage: [plain_condition(deed) for deed in getattr(rules, stage)]
        for stage in _STAGES_OF_DEEDS
    }
    plain |= {"lapsing_days": rules.lapsing_days, "lost_days": rules.lost_days}
    _put(uow, workspace_id, _LIFE_CYCLE, plain, (actor, clock, ids))


def plain_condition(condition: Condition) -> dict[str, Any]:
    """A condition as plain JSON."""
    return {
        "event": condition.event,
        "kind": condition.kind,
        "filters": [plain_filter(one) for one in condition.filters],
    }


def _condition(plain: Mapping[str, Any]) -> Condition:
    return Condition(plain["event"], plain["kind"], tuple(map(_filter, plain["filters"])))


def _filter(plain: Mapping[str, Any]) -> FilterTree:
    if "match" in plain:
        parts: Sequence[Any] = plain["filters"]
        return FilterGroup(Match(plain["match"]), tuple(map(_filter, parts)))
    value = plain["value"]
    return Filter(
        plain["field"],
        Operator(plain["operator"]),
        tuple(value) if isinstance(value, list) else value,
    )


def _put(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    scheme: str,
    settings: Any,
    by: tuple[str, Clock, IdMaker],
) -> None:
    actor, clock, ids = by
    store.put_settings(uow, workspace_id, scheme, settings, at=clock.now(), by=actor)
    record(
        uow, workspace_id, actor, "levels.change", scheme,
        clock=clock, ids=ids, detail={"settings": settings},
    )  # fmt: skip
