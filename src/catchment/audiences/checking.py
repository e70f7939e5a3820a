"""Checking a rule against what there is, before it is kept.

A well-formed rule may still name a trait nobody declared, an audience that reads this one, or a
question no engine can answer. All of it is refused at saving, each place marked; what has passed
here is evaluated without a further thought.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from catchment.audiences.errors import RuleProblem, RuleRefused
from catchment.audiences.rules import (
    DEPTH_MAX,
    RULE_SIZE_MAX,
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
    Rule,
    ScoreIs,
    StageIs,
    TagIs,
    Total,
    TraitIs,
)
from catchment.lake import Operator, parse_field

AMOUNT = "amount_minor"
PERSON = "person"
_TEXT_COLUMNS = frozenset(
    {"name", "kind", "source_id", "user_id", "anonymous_id", "group_id", "order_id", "product_id",
     "live_id", "currency", "message_id", "is_historical", "is_late", "is_suspect"}
)  # fmt: skip
"""Columns that hold no number; a property may, so the events decide there."""

_ORDERINGS = (Operator.GREATER, Operator.AT_LEAST, Operator.LESS, Operator.AT_MOST)
_KINDS: Mapping[type, str] = {
    Did: "did", DidNot: "did_not", DidInOrder: "sequence", TraitIs: "trait", TagIs: "tag",
    LevelIs: "level", StageIs: "stage", ScoreIs: "score", ConsentIs: "consent",
    InAudience: "audience", InList: "list",
}  # fmt: skip


class TraitType(StrEnum):
    """What a trait's values are, as far as comparing them goes."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"
    LIST = "list"


def _not_personal(_field: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What there is to name in a workspace.

    Attributes:
        traits: declared and computed ones, by name.
        tags: ids.
        audiences: by id, the ids of those that its rule reads.
        names: what people call an audience, for telling a circle.
        lists: ids of uploaded lists.
        levels: by scheme, its levels.
        stages: of the life-cycle.
        models: those that score people.
        consents: purposes and channels that consent is kept for; `None` if any may be.
        personal: of a trait that holds personal data, its kind.
        personal_field: of a field of an event, the kind of personal data that stands there, if any.
    """

    traits: Mapping[str, TraitType] = field(default_factory=dict)
    tags: Collection[str] = ()
    audiences: Mapping[str, Collection[str]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    lists: Collection[str] = ()
    levels: Mapping[str, Collection[str]] = field(default_factory=dict)
    stages: Collection[str] = ()
    models: Collection[str] = ()
    consents: Collection[tuple[str, str]] | None = None
    personal: Mapping[str, str] = field(default_factory=dict)
    personal_field: Callable[[str], str | None] = _not_personal


def check_rule(rule: Rule, known: Catalogue, *, audience_id: str | None = None) -> None:
    """Refuses a rule that could not be evaluated.

    Args:
        rule: well formed.
        known: what there is.
        audience_id: the audience whose rule it becomes, if it exists already.

    Raises:
        RuleRefused: with every wrong place.
    """
    checker = _Checker(known, audience_id)
    placed = list(places_of(rule))
    if len(placed) > RULE_SIZE_MAX:
        checker.mark("", "too_large", f"A rule has at most {RULE_SIZE_MAX} parts.")
    for pointer, depth, part in placed:
        if depth > DEPTH_MAX:
            checker.mark(pointer, "too_deep", f"Rules nest at most {DEPTH_MAX} deep.")
        checker.look(pointer, part)
    if checker.problems:
        raise RuleRefused(checker.problems)


def places_of(rule: Rule, pointer: str = "", depth: int = 1) -> Iterator[tuple[str, int, Rule]]:
    """Every rule inside a rule, itself first: its JSON pointer, how deep it lies, and itself."""
    yield pointer, depth, rule
    match rule:
        case AllOf(rules) | AnyOf(rules):
            word = "all" if isinstance(rule, AllOf) else "any"
            for index, part in enumerate(rules):
                yield from places_of(part, f"{pointer}/{word}/{index}", depth + 1)
        case Not(inner):
            yield from places_of(inner, f"{pointer}/not", depth + 1)


def circle_of(start: str, reads: Callable[[str], Collection[str]]) -> list[str] | None:
    """A way from an audience back to itself, by those that each reads; none if there is none."""
    ways = [[start]]
    seen = set()
    while ways:
        way = ways.pop()
        for following in sorted(reads(way[-1])):
            if following == start:
                return [*way, start]
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return None


class _Checker:
    def __init__(self, known: Catalogue, audience_id: str | None) -> None:
        self._known = known
        self._audience_id = audience_id
        self.problems: list[RuleProblem] = []

    def mark(self, pointer: str, code: str, message: str) -> None:
        """Marks a place."""
        self.problems.append(RuleProblem(pointer, code, message))

    def look(self, pointer: str, rule: Rule) -> None:
        """Looks at one rule, not at those inside it."""
        if type(rule) not in _KINDS:
            return
        place = f"{pointer}/{_KINDS[type(rule)]}"
        match rule:
            case Did():
                self._did(place, rule)
            case DidNot(deed):
                self._deed(place, deed)
            case DidInOrder(steps):
                for index, step in enumerate(steps):
                    self._deed(f"{place}/steps/{index}", step)
            case TraitIs():
                self._trait(place, rule)
            case InAudience(audience_id):
                self._audience(f"{place}/id", audience_id)
            case _:
                self._named(place, rule)

    def _deed(self, place: str, deed: Deed) -> None:
        known = self._known
        for index, one in enumerate(deed.where):
            spot = f"{place}/where/{index}"
            column = parse_field(one.field).column
            if one.field == PERSON:
                # Occurrences are kept by identifier, so that joining people rewrites none.
                self.mark(
                    f"{spot}/field", "engine_unfit",
                    "Who a person is, is no field of an event: no engine can choose events by it. "
                    "Use a list or a trait instead.",
                )  # fmt: skip
            elif one.operator is not Operator.IS_SET and known.personal_field(one.field):
                kind = known.personal_field(one.field)
                self.mark(f"{spot}/operator", "personal_sealed", _sealed(one.field, kind))
            elif (
                one.operator in _ORDERINGS
                and not isinstance(one.value, str)
                and column in _TEXT_COLUMNS
            ):
                self.mark(
                    f"{spot}/operator", "engine_unfit",
                    f"{one.field!r} holds no numbers, so none is above or below {one.value}.",
                )  # fmt: skip

    def _did(self, place: str, rule: Did) -> None:
        self._deed(place, rule.deed)
        if rule.total is Total.COUNT or rule.field is None:
            return
        column = parse_field(rule.field)
        if column.column in _TEXT_COLUMNS or column.column == PERSON:
            self.mark(
                f"{place}/field", "engine_unfit",
                f"{rule.field!r} holds no numbers, so there is no {rule.total.value} of it.",
            )  # fmt: skip
        in_one_currency = any(
            one.field == "currency" and one.operator is Operator.EQUALS for one in rule.deed.where
        )
        if column.column == AMOUNT and not in_one_currency:
            self.mark(
                f"{place}/where" if rule.deed.where else place, "money_mixed",
                "Amounts of several currencies cannot be added or compared: add the condition "
                "currency equals, say, CNY.",
            )  # fmt: skip

    def _trait(self, place: str, rule: TraitIs) -> None:
        kind = self._known.traits.get(rule.name)
        if kind is None:
            self.mark(
                f"{place}/name", "trait_unknown",
                f"There is no trait {rule.name!r}; declare it first, or choose another.",
            )  # fmt: skip
            return
        personal = self._known.personal.get(rule.name)
        if personal is not None and rule.operator is not Operator.IS_SET:
            self.mark(f"{place}/operator", "personal_sealed", _sealed(rule.name, personal))
            return
        unfit = _unfit(kind, rule)
        if unfit:
            self.mark(
                f"{place}/operator", "trait_unfit",
                f"{rule.name!r} is a {kind.value}, and {unfit}.",
            )  # fmt: skip

    def _audience(self, place: str, audience_id: str) -> None:
        known = self._known
        if audience_id not in known.audiences:
            self.mark(
                place, "audience_unknown",
                f"There is no audience {audience_id!r}; choose one that exists.",
            )  # fmt: skip
            return
        if self._audience_id is None:
            return
        if audience_id == self._audience_id:
            way: list[str] | None = [audience_id]
        else:
            way = _way(audience_id, self._audience_id, known.audiences)
        if way is not None:
            names = [known.names.get(one, one) for one in [self._audience_id, *way]]
            self.mark(
                place, "audience_circular",
                f"The audience would depend on itself: {' → '.join(names)}. "
                "Break the circle somewhere.",
            )  # fmt: skip

    def _named(self, place: str, rule: Rule) -> None:
        known = self._known
        match rule:
            case TagIs(tag_id) if tag_id not in known.tags:
                self.mark(f"{place}/id", "tag_unknown", f"There is no tag {tag_id!r}.")
            case InList(list_id) if list_id not in known.lists:
                self.mark(f"{place}/id", "list_unknown", f"There is no list {list_id!r}.")
            case ScoreIs(model) if model not in known.models:
                self.mark(f"{place}/model", "model_unknown", f"No model {model!r} scores people.")
            case LevelIs(scheme) if scheme not in known.levels:
                self.mark(f"{place}/scheme", "level_unknown", f"There are no levels {scheme!r}.")
            case LevelIs(scheme, any_of):
                self._words(place, any_of, known.levels[scheme], "level")
            case StageIs(any_of):
                self._words(place, any_of, known.stages, "stage")
            case ConsentIs(purpose, channel) if (
                known.consents is not None and (purpose, channel) not in known.consents
            ):
                self.mark(
                    place, "consent_unknown",
                    f"No consent is kept for {purpose!r} on {channel!r}.",
                )  # fmt: skip

    def _words(self, place: str, found: tuple[str, ...], known: Collection[str], what: str) -> None:
        for index, word in enumerate(found):
            if word not in known:
                self.mark(
                    f"{place}/any_of/{index}", f"{what}_unknown",
                    f"There is no {what} {word!r}; there are {', '.join(known) or 'none'}.",
                )  # fmt: skip


def _way(start: str, goal: str, reads: Mapping[str, Collection[str]]) -> list[str] | None:
    """A way from one audience to another, by those that each reads."""
    circle = circle_of(goal, lambda one: {start} if one == goal else reads.get(one, ()))
    return None if circle is None else circle[1:]


def _unfit(kind: TraitType, rule: TraitIs) -> str | None:
    """Why a trait of this kind cannot be compared so."""
    values = rule.value if isinstance(rule.value, tuple) else (rule.value,)
    if rule.operator is Operator.IS_SET:
        return None
    if rule.operator is Operator.CONTAINS and kind in (TraitType.NUMBER, TraitType.FLAG):
        return "it has no text to look into"
    if rule.operator in _ORDERINGS and kind is TraitType.FLAG:
        return "true is neither above nor below false"
    is_flag = any(isinstance(one, bool) for one in values)
    if kind is TraitType.NUMBER and (is_flag or any(isinstance(one, str) for one in values)):
        return "it is compared with a number"
    if kind is TraitType.FLAG and not is_flag:
        return "it is compared with true or false"
    return None


def _sealed(name: str, kind: str | None) -> str:
    return (
        f"{name!r} holds personal data ({kind}), which is sealed: a rule may only ask whether it "
        "is known. To choose particular people, upload a list of their identifiers."
    )
