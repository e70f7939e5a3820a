"""Levels: how often people come, what they are worth, the Pareto view and the life-cycle."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal

import numpy as np
import pyarrow as pa
from fastapi import APIRouter, Query

from catchment import access, analytics, people
from catchment.api.at_the_desk import DeskRoute
from catchment.api.desk import Desk
from catchment.api.rendering import job_shape
from catchment.api.routes.paths import (
    WORKSPACE,
    AnalyticsReader,
    PathId,
    PeopleReader,
    PeopleWriter,
)
from catchment.api.schemas import levels as shapes
from catchment.api.schemas.analytics import Passport
from catchment.api.schemas.events import Job
from catchment.api.schemas.shapes import Currency, Instant
from catchment.kernel import MetricDefinition, instant_from_us, us_from_instant

router = APIRouter(tags=["people"], route_class=DeskRoute)
LEVELS = f"{WORKSPACE}/levels"
LIFE_CYCLE = f"{WORKSPACE}/life-cycle"
PERIOD_DEFAULT = timedelta(days=365)
DAY_US = 86_400_000_000

AsOf = Annotated[Instant | None, Query(description="Of which instant; now, when left out.")]
Since = Annotated[Instant | None, Query(description="A year before the end, when left out.")]
Until = Annotated[Instant | None, Query(description="Now, when left out.")]


@router.get(f"{LEVELS}/frequency", operation_id="read_frequency_levels")
def read_frequency_levels(desk: AnalyticsReader, at: AsOf = None) -> shapes.FrequencyAnswer:
    """How many people come how often."""
    settings = people.frequency_settings(desk.reading, desk.workspace_id)
    as_of = at or desk.now
    found = people.frequency_of(
        desk.services.people.facts, desk.workspace_id, settings, at_us=us_from_instant(as_of)
    )
    counts = np.bincount(found.codes, minlength=len(found.words)).tolist()
    return shapes.FrequencyAnswer(
        as_of=as_of,
        settings=_frequency(settings),
        levels=[
            shapes.FrequencyLevel(level=word, people=count, share=_share(count, sum(counts)))  # type: ignore[arg-type]
            for word, count in zip(found.words, counts, strict=True)
        ],
        passport=_passport(people.LEVEL_PEOPLE),
    )


@router.put(f"{LEVELS}/frequency", operation_id="change_frequency_levels")
def change_frequency_levels(
    ask: shapes.FrequencySettingsAsk, desk: PeopleWriter
) -> shapes.FrequencySettings:
    """Says how often is often, from now on."""
    bounds = (ask.low_from, ask.medium_from, ask.high_from)
    settings = people.FrequencySettings(ask.window_days, bounds)
    people.change_frequency(
        desk.work, desk.workspace_id, settings, actor=desk.actor, clock=desk.clock, ids=desk.ids
    )
    return _frequency(settings)


@router.get(f"{LEVELS}/rfm", operation_id="read_rfm")
def read_rfm(desk: AnalyticsReader, at: AsOf = None) -> shapes.RfmAnswer:
    """What people are worth, by the thresholds that hold.

    Of another instant than now, or before any were kept, thresholds are taken from the people of
    that instant for this answer alone.
    """
    engine, workspace_id = desk.services.engine, desk.workspace_id
    settings = people.rfm_settings(desk.reading, workspace_id)
    kept = people.newest_thresholds(desk.reading, workspace_id) if at is None else None
    as_of = at or desk.now
    at_us = us_from_instant(as_of)
    if kept is None:
        currency = people.order_currency(desk.reading, engine, workspace_id, settings)
        thresholds = people.measure_thresholds(engine, workspace_id, settings, currency, at_us)
    else:
        thresholds = kept
    numbers = people.rfm_numbers(
        engine, workspace_id, at_us=at_us,
        window_days=thresholds.window_days, currency=thresholds.currency,
    )  # fmt: skip
    recency, frequency, money = people.scores_of(numbers, thresholds)
    segments = people.segments_of(recency, frequency, money)
    passports = (people.LEVEL_PEOPLE, people.NET_VALUE, people.VALUE_SHARE)
    return shapes.RfmAnswer(
        as_of=as_of,
        settings=shapes.RfmSettings.model_validate(settings),
        thresholds=_thresholds(thresholds, is_kept=kept is not None),
        population=len(numbers),
        cells=_cells(numbers, recency, frequency),
        segments=_segments(numbers, segments),
        passports=[_passport(one) for one in passports],
    )


@router.put(f"{LEVELS}/rfm", operation_id="change_rfm")
def change_rfm(ask: shapes.RfmSettingsAsk, desk: PeopleWriter) -> shapes.RfmSettings:
    """Says over which time value is measured; it holds from the next thresholds on."""
    settings = people.RfmSettings(ask.window_days, ask.currency)
    people.change_rfm(
        desk.work, desk.workspace_id, settings, actor=desk.actor, clock=desk.clock, ids=desk.ids
    )
    return shapes.RfmSettings.model_validate(settings)


@router.post(f"{LEVELS}/rfm/thresholds", operation_id="take_rfm_thresholds", status_code=202)
def take_rfm_thresholds(desk: PeopleWriter) -> Job:
    """Takes new thresholds from the people of now, in the background."""
    job = people.order_thresholds(
        desk.work, desk.workspace_id, clock=desk.clock, ids=desk.ids, requested_by=desk.actor
    )
    return job_shape(job)


@router.get(f"{LEVELS}/pareto", operation_id="read_pareto")
def read_pareto(
    desk: AnalyticsReader,
    of: Annotated[Literal["people", "products"], Query(description="Whose share.")] = "people",
    since: Since = None,
    until: Until = None,
    currency: Annotated[Currency | None, Query(description="Which money.")] = None,
) -> shapes.ParetoAnswer:
    """How few people or products bring most of the net value of a period."""
    engine, workspace_id = desk.services.engine, desk.workspace_id
    since, until = _period(desk, since, until)
    found = analytics.currencies_between(engine, workspace_id, since, until)
    own = access.get_workspace(desk.reading, workspace_id).currency
    chosen = currency or analytics.fitting_currency(found, own)
    spread = people.pareto(
        engine, workspace_id, people.ParetoOf(of), since=since, until=until, currency=chosen
    )
    return shapes.ParetoAnswer(
        of=of, since=since, until=until, currency=chosen, currencies=sorted(found),
        population=spread.population,
        total_minor=spread.total_minor,
        below_zero_minor=spread.below_zero_minor,
        most=_point(spread.most),
        top_fifth=_point(spread.top_fifth),
        gini=spread.gini,
        points=[shapes.ParetoPoint.model_validate(point) for point in spread.points],
        passports=[_passport(people.NET_VALUE), _passport(people.VALUE_SHARE)],
    )  # fmt: skip


@router.get(LIFE_CYCLE, operation_id="read_life_cycle")
def read_life_cycle(
    desk: AnalyticsReader,
    since: Since = None,
    until: Until = None,
    begin: Annotated[
        people.Stage | Literal["seen"], Query(description="Where a conversion begins.")
    ] = "seen",
    end: Annotated[people.Stage, Query(description="Where it ends.")] = people.Stage.FIRST_ORDER,
) -> shapes.LifeCycleAnswer:
    """Who stands where, who went where in a period, and how fast from one stage to another.

    A period that ends ahead ends now: what only time will bring has not happened yet.
    """
    since, until = _period(desk, since, min(until or desk.now, desk.now))
    workspace = access.get_workspace(desk.reading, desk.workspace_id)
    rules = people.life_cycle_rules(desk.reading, desk.workspace_id)
    changes = people.fold_life_cycle(desk.services.engine, workspace.id, rules)
    report = people.life_report(
        people.read_transitions(changes),
        since_us=us_from_instant(since), until_us=us_from_instant(until),
        zone=analytics.zone_of(workspace.time_zone), begin=begin, end=end,
    )  # fmt: skip
    everyone = sum(one.people for one in report.stages)
    passports = (people.LEVEL_PEOPLE, people.STAGE_CONVERSION, people.STAGE_SPEED)
    return shapes.LifeCycleAnswer(
        since=since,
        until=until,
        time_zone=workspace.time_zone,
        rules=_rules(rules),
        stages=[
            shapes.StageCount(
                stage=one.stage, people=one.people, share=_share(one.people, everyone)
            )
            for one in report.stages
        ],
        flows=[shapes.StageFlow.model_validate(flow) for flow in report.flows],
        conversion=shapes.StageConversion(
            begin=begin,
            end=end,
            total=_cohort(report.total),
            cohorts=[_cohort(one) for one in report.cohorts],
        ),
        passports=[_passport(one) for one in passports],
    )


@router.put(f"{LIFE_CYCLE}/rules", operation_id="change_life_cycle")
def change_life_cycle(ask: shapes.LifeCycleRulesAsk, desk: PeopleWriter) -> shapes.LifeCycleRules:
    """Says what makes whom what; it holds of the past as well."""
    rules = people.LifeCycleRules(
        reader=_deeds(ask.reader),
        follower=_deeds(ask.follower),
        lead=_deeds(ask.lead),
        advocate=_deeds(ask.advocate),
        lapsing_days=ask.lapsing_days,
        lost_days=ask.lost_days,
    )
    people.change_life_cycle(
        desk.work, desk.workspace_id, rules, actor=desk.actor, clock=desk.clock, ids=desk.ids
    )
    return _rules(rules)


@router.get(f"{WORKSPACE}/people/{{person_id}}/levels", operation_id="read_person_levels")
def read_person_levels(person_id: PathId, desk: PeopleReader) -> shapes.PersonLevels:
    """Where one person stands, and every change of stage that brought them there."""
    facts, workspace_id = desk.services.people.facts, desk.workspace_id
    identity = desk.services.people.identity.reading(workspace_id)
    members = people.members_of_each(identity, [person_id])[0]
    person = identity.owners_of(identity.nodes_of(pa.array(members[:1], pa.string())))
    if not people.is_automation_allowed(desk.reading, workspace_id, members):
        return shapes.PersonLevels(
            stage=None, stage_since=None, stage_until=None, stages=[], frequency=None, rfm=None
        )
    at_us = desk.clock.now_us()
    rules = people.life_cycle_rules(desk.reading, workspace_id)
    often = people.frequency_settings(desk.reading, workspace_id)
    thresholds = people.newest_thresholds(desk.reading, workspace_id)
    stage = people.stage_of(facts, workspace_id, rules, at_us=at_us, persons=person)
    life, _ = people.life_of(facts, workspace_id, rules, persons=person)
    frequency = people.frequency_of(facts, workspace_id, often, at_us=at_us, persons=person)
    code, ahead = int(stage.codes[0]), int(stage.changes_us[0])
    return shapes.PersonLevels(
        stage=people.STAGES[code] if code >= 0 else None,
        stage_since=instant_from_us(int(since)) if code >= 0 and (since := _since(stage)) else None,
        stage_until=instant_from_us(ahead) if ahead < people.NEVER else None,
        stages=[
            shapes.PersonStage(stage=people.STAGES[after], at=instant_from_us(at))
            for at, after in zip(life.at_us.tolist(), life.after.tolist(), strict=True)
            if at <= at_us
        ],
        frequency=frequency.words[int(frequency.codes[0])],  # type: ignore[arg-type]
        rfm=_person_rfm(desk, thresholds, person, at_us),
    )


def _since(stage: people.Standing) -> int:
    return 0 if stage.since_us is None else int(stage.since_us[0])


def _person_rfm(
    desk: Desk,
    thresholds: people.RfmThresholds | None,
    person: np.ndarray[tuple[int], np.dtype[np.int32]],
    at_us: int,
) -> shapes.PersonRfm | None:
    if thresholds is None:
        return None
    facts, workspace_id = desk.services.people.facts, desk.workspace_id
    codes = [
        int(
            people.rfm_of(
                facts, workspace_id, thresholds, scheme, at_us=at_us, persons=person
            ).codes[0]
        )
        for scheme in (
            people.Scheme.RFM_RECENCY, people.Scheme.RFM_FREQUENCY, people.Scheme.RFM_VALUE,
            people.Scheme.RFM,
        )
    ]  # fmt: skip
    if codes[-1] < 0:
        return None
    segment = people.SEGMENTS[codes[-1]]
    name_en, name_zh = people.SEGMENT_NAMES[segment]
    return shapes.PersonRfm(
        recency=codes[0] + 1, frequency=codes[1] + 1, money=codes[2] + 1,
        segment=segment, name_en=name_en, name_zh=name_zh,
        thresholds_taken_at=thresholds.taken_at,
    )  # fmt: skip


def _period(
    desk: Desk, since: datetime | None, until: datetime | None
) -> tuple[datetime, datetime]:
    end = until or desk.now
    begin = since or end - PERIOD_DEFAULT
    if begin >= end:
        raise analytics.EmptyPeriod
    return begin, end


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _passport(definition: MetricDefinition) -> Passport:
    return Passport.model_validate(definition)


def _frequency(settings: people.FrequencySettings) -> shapes.FrequencySettings:
    low, medium, high = settings.at_least
    return shapes.FrequencySettings(
        window_days=settings.window_days, low_from=low, medium_from=medium, high_from=high
    )


def _thresholds(taken: people.RfmThresholds, *, is_kept: bool) -> shapes.RfmThresholds:
    return shapes.RfmThresholds(
        taken_at=taken.taken_at,
        is_kept=is_kept,
        population=taken.population,
        window_days=taken.window_days,
        currency=taken.currency,
        recency_days=[one / DAY_US for one in taken.recency_us],
        orders=list(taken.orders),
        net_minor=list(taken.net_minor),
    )


def _cells(
    numbers: people.RfmNumbers, recency: people.Codes, frequency: people.Codes
) -> list[shapes.RfmCell]:
    if not len(numbers):
        return []
    return [
        shapes.RfmCell(
            recency=r, frequency=f, people=int(these.sum()),
            orders=int(numbers.orders[these].sum()), net_minor=int(numbers.net_minor[these].sum()),
        )
        for r in range(1, 6)
        for f in range(1, 6)
        for these in [(recency == r) & (frequency == f)]
    ]  # fmt: skip


def _segments(numbers: people.RfmNumbers, segments: people.Codes) -> list[shapes.RfmSegment]:
    total = int(numbers.net_minor.sum())
    made = []
    for code, segment in enumerate(people.SEGMENTS):
        these = segments == code
        net = int(numbers.net_minor[these].sum())
        name_en, name_zh = people.SEGMENT_NAMES[segment]
        made.append(
            shapes.RfmSegment(
                segment=segment, name_en=name_en, name_zh=name_zh, people=int(these.sum()),
                share=_share(int(these.sum()), len(numbers)),
                orders=int(numbers.orders[these].sum()), net_minor=net,
                value_share=_share(net, total),
            )
        )  # fmt: skip
    return made


def _point(point: people.ParetoPoint | None) -> shapes.ParetoPoint | None:
    return None if point is None else shapes.ParetoPoint.model_validate(point)


def _cohort(cohort: people.StageCohort) -> shapes.StageCohort:
    return shapes.StageCohort(
        month=None if cohort.month is None else cohort.month.strftime("%Y-%m"),
        people=cohort.people, converted=cohort.converted, share=cohort.share,
        speed=shapes.StageSpeed.model_validate(cohort.speed),
    )  # fmt: skip


def _deeds(asked: Sequence[shapes.StageDeedAsk]) -> tuple[people.Condition, ...]:
    return tuple(
        people.Condition(
            deed.event,
            deed.kind,
            tuple(
                analytics.Filter(
                    one.field,
                    analytics.Operator(one.operator),
                    tuple(one.value) if isinstance(one.value, list) else one.value,
                )
                for one in deed.filters
            ),
        )
        for deed in asked
    )


def _rules(rules: people.LifeCycleRules) -> shapes.LifeCycleRules:
    deeds = {
        stage: [
            shapes.StageDeed.model_validate(people.plain_condition(deed))
            for deed in getattr(rules, stage)
        ]
        for stage in ("reader", "follower", "lead", "advocate")
    }
    return shapes.LifeCycleRules(
        **deeds, lapsing_days=rules.lapsing_days, lost_days=rules.lost_days
    )
