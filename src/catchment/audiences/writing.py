"""Rules as JSON: what `reading` reads, written so that it reads back as the same rule."""

from datetime import UTC, datetime, timedelta
from typing import Any

from catchment.audiences.rules import (
    AllOf,
    AnyOf,
    ConsentIs,
    Deed,
    Did,
    DidInOrder,
    DidNot,
    InAudience,
    InList,
    LevelIs,
    Not,
    Period,
    RandomSample,
    Rule,
    ScoreIs,
    StageIs,
    TagIs,
    Total,
    TraitIs,
)

Json = dict[str, Any]


def span_text(span: timedelta) -> str:
    """A span as it is read, in its largest whole unit: `7d`."""
    seconds = span // timedelta(seconds=1)
    for letter, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{letter}"
    return f"{seconds}s"


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _number(number: float) -> float:
    """Whole numbers without a point."""
    return int(number) if number == int(number) else number


def _deed(deed: Deed) -> Json:
    written: Json = {"event": deed.event}
    if deed.where:
        written["where"] = [
            {
                "field": one.field,
                "operator": one.operator.value,
                "value": list(one.value) if isinstance(one.value, tuple) else one.value,
            }
            for one in deed.where
        ]
    return written


def _period(period: Period, rolling: str) -> Json:
    written: Json = {}
    if period.within is not None:
        written[rolling] = span_text(period.within)
    if period.since is not None:
        written["since"] = _instant(period.since)
    if period.until is not None:
        written["until"] = _instant(period.until)
    return written


def _did(rule: Did) -> Json:
    written = _deed(rule.deed)
    if rule.total is not Total.COUNT:
        written |= {"total": rule.total.value, "field": rule.field}
    if rule.at_least is not None and rule.at_least == rule.at_most:
        written["exactly"] = _number(rule.at_least)
    else:
        bounds = {"at_least": rule.at_least, "at_most": rule.at_most}
        written |= {key: _number(one) for key, one in bounds.items() if one is not None}
        if rule.total is Total.COUNT and rule.at_least is None and rule.at_most is None:
            # Left out, it would be read as once.
            written["at_least"] = 0
    return written | _period(rule.period, "within")


def _sequence(rule: DidInOrder) -> Json:
    written: Json = {"steps": [_deed(step) for step in rule.steps]}
    if rule.within is not None:
        written["within"] = span_text(rule.within)
    return written | _period(rule.period, "in_last")


def _known(rule: Rule) -> Json:  # noqa: PLR0911  (one line per kind)
    match rule:
        case TraitIs(name, operator, value):
            several = list(value) if isinstance(value, tuple) else value
            return {"trait": {"name": name, "operator": operator.value, "value": several}}
        case TagIs(tag_id, is_held):
            return {"tag": {"id": tag_id, "is_held": is_held}}
        case LevelIs(scheme, any_of):
            return {"level": {"scheme": scheme, "any_of": list(any_of)}}
        case StageIs(any_of):
            return {"stage": {"any_of": list(any_of)}}
        case ScoreIs(model, operator, value):
            return {"score": {"model": model, "operator": operator.value, "value": value}}
        case ConsentIs(purpose, channel, state):
            return {"consent": {"purpose": purpose, "channel": channel, "state": state.value}}
        case InAudience(audience_id, is_in):
            return {"audience": {"id": audience_id, "is_in": is_in}}
        case InList(list_id, is_in):
            return {"list": {"id": list_id, "is_in": is_in}}
        case RandomSample(percent, seed):
            return {"sample": {"percent": percent, "seed": seed}}
    raise TypeError(f"{type(rule).__name__} is no rule")


def write_rule(rule: Rule) -> Json:  # noqa: PLR0911  (one line per kind)
    """The rule as JSON that reads back as the same rule."""
    match rule:
        case AllOf(rules):
            return {"all": [write_rule(one) for one in rules]}
        case AnyOf(rules):
            return {"any": [write_rule(one) for one in rules]}
        case Not(inner):
            return {"not": write_rule(inner)}
        case Did():
            return {"did": _did(rule)}
        case DidNot(deed, period):
            return {"did_not": _deed(deed) | _period(period, "within")}
        case DidInOrder():
            return {"sequence": _sequence(rule)}
    return _known(rule)
