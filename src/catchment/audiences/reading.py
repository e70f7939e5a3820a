"""Rules from JSON; every wrong place is told by its pointer and in plain words.

The shape is `docs/reference/audience-rules.md`. What is read here is only whether a rule is well
formed; whether its traits, tags and audiences exist is for `check`.
"""

from collections.abc import Callable, Mapping

from catchment.audiences.errors import RuleRefused
from catchment.audiences.places import Findings, Place, is_writable, shown
from catchment.audiences.rules import (
    DEPTH_MAX,
    NAME_LENGTH_MAX,
    NUMBER_MAX,
    PERCENT_MAX,
    RULE_SIZE_MAX,
    SPAN_MAX,
    STEPS_MAX,
    STEPS_MIN,
    TIMES_MAX,
    VALUES_MAX,
    WHERE_MAX,
    AllOf,
    AnyOf,
    Consent,
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
from catchment.kernel import CatchmentError
from catchment.lake import Filter, Operator, parse_field

OPERATORS = tuple(one.value for one in Operator)
ORDERINGS = ("gt", "gte", "lt", "lte")
TOTALS = tuple(one.value for one in Total)
CONSENTS = tuple(one.value for one in Consent)
INTEGER_MAX = 2**53

Values = str | float | bool | tuple[str | float | bool, ...] | None


def read_rule(document: object) -> Rule:
    """The rule that a JSON document (as Python values) says.

    Raises:
        RuleRefused: it says none; all wrong places are told.
    """
    findings = Findings()
    reader = _Reader()
    rule = reader.rule(Place(document, "", findings), 1)
    if findings.problems or rule is None:
        raise RuleRefused(findings.problems)
    return rule


def _scalar(place: Place) -> str | float | bool | None:
    if isinstance(place.value, bool):
        return place.value
    if isinstance(place.value, int | float):
        return place.number(-INTEGER_MAX, INTEGER_MAX)
    return place.text(NAME_LENGTH_MAX, least=0)


def _value(place: Place) -> Values:
    if isinstance(place.value, list):
        read = [_scalar(item) for item in place.items(1, VALUES_MAX, "values")]
        return tuple(one for one in read if one is not None)
    return None if place.value is None else _scalar(place)


def _comparison(place: Place, operators: tuple[str, ...]) -> tuple[Operator, Values] | None:
    """The operator and value of a filter or a trait; whether they suit is marked here."""
    if not (place.has("operator") and isinstance(place.value["operator"], str)):
        if place.has("operator"):
            place.at("operator").choice(operators)
        return None
    word = place.at("operator").choice(operators)
    before = len(place.findings.problems)
    value = _value(place.at("value")) if place.has("value") else None
    if word is None or len(place.findings.problems) > before:
        return None
    operator = Operator(word)
    try:
        Filter("name", operator, value)
    except CatchmentError:
        spot = place.at("value") if place.has("value") else place
        spot.wrong("operator_unfit", _what_suits(operator))
        return None
    return operator, value


def _what_suits(operator: Operator) -> str:
    if operator is Operator.IN:
        return f"'in' compares with a list of 1 to {VALUES_MAX} values."
    if operator is Operator.IS_SET:
        return "'is_set' takes true or false."
    if operator is Operator.CONTAINS:
        return "'contains' takes a text that is not empty."
    if operator in (Operator.EQUALS, Operator.NOT_EQUALS):
        return f"'{operator.value}' takes one value: a text, a number, true or false."
    return f"'{operator.value}' takes a number or a text."


def _filter(place: Place) -> Filter | None:
    if not place.is_object(("field", "operator", "value"), ("field", "operator")):
        return None
    name = _field(place.at("field")) if place.has("field") else None
    comparison = _comparison(place, OPERATORS)
    if name is None or comparison is None:
        return None
    return Filter(name, *comparison)


def _field(place: Place) -> str | None:
    name = place.text(NAME_LENGTH_MAX)
    if name is None:
        return None
    try:
        parse_field(name)
    except CatchmentError as error:
        place.wrong("field_unfit", f"{error.message}; name a column or a property.")
        return None
    return name


def _deed(place: Place) -> Deed | None:
    event = place.at("event").text(NAME_LENGTH_MAX) if place.has("event") else None
    where: list[Filter | None] = []
    if place.has("where"):
        where = [_filter(one) for one in place.at("where").items(0, WHERE_MAX, "conditions")]
    fit = tuple(one for one in where if one is not None)
    return None if event is None or len(fit) < len(where) else Deed(event, fit)


def _period(place: Place, rolling: str) -> Period:
    """The time looked at; mistakes are marked and leave that end open."""
    if place.has(rolling) and (place.has("since") or place.has("until")):
        place.wrong("keys_clash", f"Either '{rolling}' or 'since' and 'until', not both.")
        return Period()
    within = place.at(rolling).span(SPAN_MAX) if place.has(rolling) else None
    since = place.at("since").instant() if place.has("since") else None
    until = place.at("until").instant() if place.has("until") else None
    if since is not None and until is not None and until <= since:
        place.at("until").wrong("period_empty", "'until' must lie after 'since'.")
    return Period(within, since, until)


def _bounds(place: Place, total: Total) -> tuple[float | None, float | None]:
    count = total is Total.COUNT
    least, most = (0.0, float(TIMES_MAX)) if count else (-NUMBER_MAX, NUMBER_MAX)
    if place.has("exactly"):
        if place.has("at_least") or place.has("at_most"):
            place.wrong("keys_clash", "Either 'exactly', or 'at_least' and 'at_most'.")
            return None, None
        number = place.at("exactly").number(least, most, whole=count)
        return number, number
    low = place.at("at_least").number(least, most, whole=count) if place.has("at_least") else None
    high = place.at("at_most").number(least, most, whole=count) if place.has("at_most") else None
    if low is not None and high is not None and high < low:
        place.at("at_most").wrong("period_empty", "'at_most' must not be below 'at_least'.")
    if not place.has("at_least") and not place.has("at_most"):
        if count:
            return 1, None
        place.wrong("key_missing", f"A {total.value} needs 'at_least', 'at_most' or 'exactly'.")
    return low, high


def _did(place: Place) -> Rule | None:
    known = (
        "event", "where", "total", "field", "at_least", "at_most", "exactly",
        "within", "since", "until",
    )  # fmt: skip
    if not place.is_object(known, ("event",)):
        return None
    word = place.at("total").choice(TOTALS) if place.has("total") else Total.COUNT.value
    total = Total(word or "count")
    field = _field(place.at("field")) if place.has("field") else None
    if total is Total.COUNT and place.has("field") and word is not None:
        place.wrong("keys_clash", "Events are counted, so 'field' has no use; leave it out.")
    if total is not Total.COUNT and not place.has("field"):
        place.wrong("key_missing", f"A {total.value} needs 'field': say of which one.")
    deed, period = _deed(place), _period(place, "within")
    low, high = _bounds(place, total)
    return None if deed is None else Did(deed, period, total, field, low, high)


def _did_not(place: Place) -> Rule | None:
    if not place.is_object(("event", "where", "within", "since", "until"), ("event",)):
        return None
    deed, period = _deed(place), _period(place, "within")
    return None if deed is None else DidNot(deed, period)


def _sequence(place: Place) -> Rule | None:
    if not place.is_object(("steps", "within", "in_last", "since", "until"), ("steps",)):
        return None
    steps: list[Deed | None] = []
    if place.has("steps"):
        for step in place.at("steps").items(STEPS_MIN, STEPS_MAX, "steps"):
            fits = step.is_object(("event", "where"), ("event",))
            steps.append(_deed(step) if fits else None)
    within = place.at("within").span(SPAN_MAX) if place.has("within") else None
    fit = tuple(one for one in steps if one is not None)
    return DidInOrder(fit, within, _period(place, "in_last"))


def _trait(place: Place) -> Rule | None:
    if not place.is_object(("name", "operator", "value"), ("name", "operator")):
        return None
    name = place.at("name").text(NAME_LENGTH_MAX) if place.has("name") else None
    comparison = _comparison(place, OPERATORS)
    return None if name is None or comparison is None else TraitIs(name, *comparison)


def _member(make: Callable[[str, bool], Rule], flag: str) -> Callable[[Place], Rule | None]:
    def read(place: Place) -> Rule | None:
        if not place.is_object(("id", flag), ("id",)):
            return None
        name = place.at("id").text(NAME_LENGTH_MAX) if place.has("id") else None
        is_so = place.at(flag).flag() if place.has(flag) else True
        return None if name is None or is_so is None else make(name, is_so)

    return read


def _words(place: Place) -> tuple[str, ...]:
    if not place.has("any_of"):
        return ()
    items = place.at("any_of").items(1, VALUES_MAX, "words")
    return tuple(one for item in items if (one := item.text(NAME_LENGTH_MAX)) is not None)


def _level(place: Place) -> Rule | None:
    if not place.is_object(("scheme", "any_of"), ("scheme", "any_of")):
        return None
    scheme = place.at("scheme").text(NAME_LENGTH_MAX) if place.has("scheme") else None
    words = _words(place)
    return None if scheme is None else LevelIs(scheme, words)


def _stage(place: Place) -> Rule | None:
    return StageIs(_words(place)) if place.is_object(("any_of",), ("any_of",)) else None


def _score(place: Place) -> Rule | None:
    keys = ("model", "operator", "value")
    if not place.is_object(keys, keys):
        return None
    model = place.at("model").text(NAME_LENGTH_MAX) if place.has("model") else None
    word = place.at("operator").choice(ORDERINGS) if place.has("operator") else None
    value = place.at("value").number(-NUMBER_MAX, NUMBER_MAX) if place.has("value") else None
    if model is None or word is None or value is None:
        return None
    return ScoreIs(model, Operator(word), value)


def _consent(place: Place) -> Rule | None:
    keys = ("purpose", "channel", "state")
    if not place.is_object(keys, keys):
        return None
    purpose = place.at("purpose").text(NAME_LENGTH_MAX) if place.has("purpose") else None
    channel = place.at("channel").text(NAME_LENGTH_MAX) if place.has("channel") else None
    state = place.at("state").choice(CONSENTS) if place.has("state") else None
    if purpose is None or channel is None or state is None:
        return None
    return ConsentIs(purpose, channel, Consent(state))


def _sample(place: Place) -> Rule | None:
    if not place.is_object(("percent", "seed"), ("percent",)):
        return None
    percent = place.at("percent").number(0, PERCENT_MAX) if place.has("percent") else None
    if percent == 0:
        place.at("percent").wrong("number_unfit", "A sample of 0 percent holds nobody.")
    seed = place.at("seed").text(NAME_LENGTH_MAX, least=0) if place.has("seed") else ""
    return None if percent is None or seed is None else RandomSample(percent, seed)


_LEAVES: Mapping[str, Callable[[Place], Rule | None]] = {
    "did": _did,
    "did_not": _did_not,
    "sequence": _sequence,
    "trait": _trait,
    "tag": _member(TagIs, "is_held"),
    "level": _level,
    "stage": _stage,
    "score": _score,
    "consent": _consent,
    "audience": _member(InAudience, "is_in"),
    "list": _member(InList, "is_in"),
    "sample": _sample,
}
KINDS = ("all", "any", "not", *_LEAVES)


class _Reader:
    """Reads the tree, and counts it."""

    def __init__(self) -> None:
        self._size = 0

    def rule(self, place: Place, depth: int) -> Rule | None:
        """The rule at a place, or nothing and a mark."""
        self._size += 1
        if self._size > RULE_SIZE_MAX:
            if self._size == RULE_SIZE_MAX + 1:
                place.wrong(
                    "too_large", f"A rule has at most {RULE_SIZE_MAX} parts; take some away."
                )
            return None
        if depth > DEPTH_MAX:
            place.wrong("too_deep", f"Rules nest at most {DEPTH_MAX} deep; lay some side by side.")
            return None
        kind = self._kind(place)
        if kind is None:
            return None
        inner = place.at(kind)
        if kind == "not":
            rule = self.rule(inner, depth + 1)
            return None if rule is None else Not(rule)
        if kind in ("all", "any"):
            read = [self.rule(one, depth + 1) for one in inner.items(0, RULE_SIZE_MAX, "rules")]
            rules = tuple(one for one in read if one is not None)
            return AllOf(rules) if kind == "all" else AnyOf(rules)
        return _LEAVES[kind](inner)

    @staticmethod
    def _kind(place: Place) -> str | None:
        value = place.value
        if not isinstance(value, dict) or len(value) != 1:
            place.wrong(
                "not_a_rule",
                "A rule is an object with exactly one key, its kind, "
                'as {"did": {"event": "Order Completed"}}.',
            )
            return None
        (kind,) = value
        if not isinstance(kind, str) or not is_writable(kind) or kind not in KINDS:
            place.wrong(
                "kind_unknown", f"{shown(kind)} is no kind of rule; there are {', '.join(KINDS)}."
            )
            return None
        return kind
