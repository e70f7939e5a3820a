"""A place in a JSON document: what stands there, where that is, and what is wrong with it.

Reading goes on after a mistake, so that all of them are told at once; what could not be read is
`None`, and the reader refuses the whole at the end.
"""

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from catchment.audiences.errors import RuleProblem
from catchment.kernel import SpanMalformed, printable, read_span

PROBLEMS_KEPT_MAX = 200
SHOWN_LENGTH_MAX = 60


def shown(value: object) -> str:
    """What was found, short enough for a sentence and safe for a terminal."""
    if isinstance(value, str):
        text = repr(value if len(value) <= SHOWN_LENGTH_MAX else value[:SHOWN_LENGTH_MAX] + "…")
        return printable(text)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        # A number of a million digits would take long to spell, and say nothing.
        return f"{value:g}" if isinstance(value, float) or abs(value) < 10**15 else "a huge number"
    return "a list" if isinstance(value, list) else "an object"


def pointer_key(key: str) -> str:
    """A key as it stands in a JSON pointer (RFC 6901)."""
    return printable(key[:SHOWN_LENGTH_MAX]).replace("~", "~0").replace("/", "~1")


def is_writable(text: str) -> bool:
    """Whether a text can be kept: no halves of characters, no NUL."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


@dataclass(slots=True)
class Findings:
    """The wrong places found so far; beyond a bound they are no longer kept."""

    problems: list[RuleProblem] = field(default_factory=list)

    def add(self, pointer: str, code: str, message: str) -> None:
        """Marks a place."""
        if len(self.problems) < PROBLEMS_KEPT_MAX:
            self.problems.append(RuleProblem(pointer, code, message))


@dataclass(frozen=True, slots=True)
class Place:
    """A value and where it stands.

    Attributes:
        value: as JSON gave it.
        pointer: the way to it from the root.
        findings: where mistakes go.
    """

    value: Any
    pointer: str
    findings: Findings

    def wrong(self, code: str, message: str) -> None:
        """Marks this place."""
        self.findings.add(self.pointer, code, message)

    def at(self, key: str | int) -> "Place":
        """The place of a key of this object or an item of this list."""
        step = str(key) if isinstance(key, int) else pointer_key(key)
        return Place(self.value[key], f"{self.pointer}/{step}", self.findings)

    def has(self, key: str) -> bool:
        """Whether the object has the key."""
        return isinstance(self.value, dict) and key in self.value

    def is_object(self, known: Collection[str], needed: Collection[str]) -> bool:
        """Whether it is an object; keys that are unknown or missing are marked."""
        if not isinstance(self.value, dict):
            self.wrong("wrong_type", f"An object should stand here, not {shown(self.value)}.")
            return False
        for key in self.value:
            if not isinstance(key, str) or key not in known:
                name = key if isinstance(key, str) else str(key)
                self.findings.add(
                    f"{self.pointer}/{pointer_key(name)}",
                    "key_unknown",
                    f"{shown(name)} means nothing here; known are {', '.join(known)}.",
                )
        for key in needed:
            if key not in self.value:
                self.wrong("key_missing", f"{key!r} is missing; please add it.")
        return True

    def items(self, least: int, most: int, what: str) -> Iterator["Place"]:
        """The items of the list; a wrong size is marked, and none beyond the bound are read."""
        if not isinstance(self.value, list):
            self.wrong("wrong_type", f"A list of {what} should stand here.")
            return
        if not least <= len(self.value) <= most:
            self.wrong(
                "list_unfit", f"Here are {len(self.value)} {what}; there may be {least} to {most}."
            )
        for index in range(min(len(self.value), most)):
            yield self.at(index)

    def text(self, most: int, *, least: int = 1) -> str | None:
        """A text of a fit length."""
        if not isinstance(self.value, str):
            self.wrong("wrong_type", f"A text should stand here, not {shown(self.value)}.")
            return None
        if not least <= len(self.value) <= most or not is_writable(self.value):
            self.wrong(
                "text_unfit",
                f"{shown(self.value)} cannot stand here: write {least} to {most} characters.",
            )
            return None
        return self.value

    def number(self, least: float, most: float, *, whole: bool = False) -> float | None:
        """A number within bounds."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong("wrong_type", f"A number should stand here, not {shown(value)}.")
            return None
        if (
            (isinstance(value, float) and not math.isfinite(value))
            or not least <= value <= most
            or (whole and value != int(value))
        ):
            kind = "a whole number" if whole else "a number"
            self.wrong(
                "number_unfit", f"{shown(value)} is not {kind} from {least:,.15g} to {most:,.15g}."
            )
            return None
        return int(value) if whole else value

    def flag(self) -> bool | None:
        """True or false."""
        if not isinstance(self.value, bool):
            self.wrong("wrong_type", f"true or false should stand here, not {shown(self.value)}.")
            return None
        return self.value

    def choice(self, words: Sequence[str]) -> str | None:
        """One of the words."""
        if not isinstance(self.value, str) or self.value not in words:
            self.wrong(
                "choice_unknown",
                f"{shown(self.value)} is not one of {', '.join(words)}.",
            )
            return None
        return self.value

    def span(self, most: timedelta) -> timedelta | None:
        """A length of time."""
        text = self.value
        if not isinstance(text, str):
            self.wrong("wrong_type", f"A length of time should stand here, not {shown(text)}.")
            return None
        try:
            span = read_span(text)
        except SpanMalformed:
            self.wrong(
                "span_malformed",
                f"{shown(text)} is no length of time: write 45s, 90m, 36h, 7d or 2w.",
            )
            return None
        if not timedelta(0) < span <= most:
            self.wrong(
                "span_malformed", f"{shown(text)} is not above zero and up to {most.days} days."
            )
            return None
        return span

    def instant(self) -> datetime | None:
        """An instant with its time zone, in UTC."""
        try:
            instant = datetime.fromisoformat(self.value)
            if instant.tzinfo is not None:
                return instant.astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            pass
        self.wrong(
            "instant_malformed",
            f"{shown(self.value)} is no instant: write it as 2026-11-01T00:00:00+08:00.",
        )
        return None
