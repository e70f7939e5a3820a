"""Levels: how often people come, what they are worth, and where in their life with us they stand.

Three ways to look. *Frequency* counts active days. *Value* cuts recency, orders and money into
fifths (RFM) at thresholds that are kept with their date. The *life-cycle* is a fold over each
timeline, from stranger to lost, every change dated. For one person, for all, at any instant: pure
functions of what they did, the settings and that instant. Beside them stands the Pareto view: how
few bring most.
"""

from catchment.people.levels.jobs import (
    THRESHOLDS_EVERY,
    THRESHOLDS_JOB,
    order_thresholds,
    run_thresholds_job,
)
from catchment.people.levels.level_book import (
    LevelBook,
    measure_thresholds,
    order_currency,
    take_thresholds,
)
from catchment.people.levels.life_cycle import (
    TRANSITIONS,
    LifeCycleFold,
    Transitions,
    fold_life_cycle,
    life_events,
)
from catchment.people.levels.passports import (
    LEVEL_PEOPLE,
    NET_VALUE,
    STAGE_CONVERSION,
    STAGE_SPEED,
    VALUE_SHARE,
)
from catchment.people.levels.rfm import RfmFold, RfmNumbers, rfm_numbers, scores_of, segments_of
from catchment.people.levels.settings import (
    change_frequency,
    change_life_cycle,
    change_rfm,
    frequency_settings,
    life_cycle_rules,
    newest_thresholds,
    plain_condition,
    rfm_settings,
)
from catchment.people.levels.share_curve import POINTS_MAX, Pareto, ParetoOf, ParetoPoint, pareto
from catchment.people.levels.stage_report import (
    SEEN,
    LifeReport,
    StageCohort,
    StageCount,
    StageFlow,
    StageSpeed,
    life_report,
    read_transitions,
)
from catchment.people.levels.standing import (
    facts_of_levels,
    frequency_of,
    life_of,
    rfm_of,
    stage_of,
)
from catchment.people.levels.types import (
    FREQUENCIES,
    SEGMENT_NAMES,
    SEGMENTS,
    STAGES,
    Codes,
    FrequencySettings,
    LevelSettingsMalformed,
    LifeCycleRules,
    RfmSettings,
    RfmThresholds,
    Scheme,
    SchemeUnknown,
    Segment,
    Stage,
    Standing,
    ThresholdsMissing,
)

__all__ = [
    "FREQUENCIES",
    "LEVEL_PEOPLE",
    "NET_VALUE",
    "POINTS_MAX",
    "SEEN",
    "SEGMENTS",
    "SEGMENT_NAMES",
    "STAGES",
    "STAGE_CONVERSION",
    "STAGE_SPEED",
    "THRESHOLDS_EVERY",
    "THRESHOLDS_JOB",
    "TRANSITIONS",
    "VALUE_SHARE",
    "Codes",
    "FrequencySettings",
    "LevelBook",
    "LevelSettingsMalformed",
    "LifeCycleFold",
    "LifeCycleRules",
    "LifeReport",
    "Pareto",
    "ParetoOf",
    "ParetoPoint",
    "RfmFold",
    "RfmNumbers",
    "RfmSettings",
    "RfmThresholds",
    "Scheme",
    "SchemeUnknown",
    "Segment",
    "Stage",
    "StageCohort",
    "StageCount",
    "StageFlow",
    "StageSpeed",
    "Standing",
    "ThresholdsMissing",
    "Transitions",
    "change_frequency",
    "change_life_cycle",
    "change_rfm",
    "facts_of_levels",
    "fold_life_cycle",
    "frequency_of",
    "frequency_settings",
    "life_cycle_rules",
    "life_events",
    "life_of",
    "life_report",
    "measure_thresholds",
    "newest_thresholds",
    "order_currency",
    "order_thresholds",
    "pareto",
    "plain_condition",
    "read_transitions",
    "rfm_numbers",
    "rfm_of",
    "rfm_settings",
    "run_thresholds_job",
    "scores_of",
    "segments_of",
    "stage_of",
    "take_thresholds",
]
