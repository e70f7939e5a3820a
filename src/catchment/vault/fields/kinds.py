"""Kinds of personal values: which ones a workspace knows, and what a typo most likely meant.

A kind is known if it is built in, if a field is declared to hold it, or if the vault keeps values
of it. A grant for any other would cover nothing; a field of any other is the first of a new kind,
unless it is spelt so like a known one that somebody has mistyped.
"""

from collections.abc import Callable, Collection, Iterable
from difflib import get_close_matches

from catchment.kernel import Invalid
from catchment.vault.detect.names import BY_NAME
from catchment.vault.fields.built_in import BUILT_IN
from catchment.vault.fields.types import PrivacyField, plain_key

BUILT_IN_KINDS = frozenset(one.spec.kind for one in BUILT_IN)

_LIKE = 0.75
"""So alike that it was mistyped: `phoen` and `phone` are 0.8, `nickname` and `name` 0.67."""

Kept = Callable[[], Iterable[str]]
"""The kinds that values are kept of; asked only when nothing else knows a kind."""


class KindUnknown(Invalid):
    """There is no such kind of personal value in this workspace."""


def refuse_unknown_kinds(
    asked: Iterable[str], fields: Iterable[PrivacyField], kept: Kept, *, pointer: str = "/kinds"
) -> None:
    """Refuses kinds that nothing here is of.

    Raises:
        KindUnknown: with what is known, and what was most likely meant.
    """
    known = _known(fields)
    if all(kind in known for kind in asked):
        return
    known |= set(kept())
    wrong = [
        _place(f"{pointer}/{at}", kind, known) for at, kind in enumerate(asked) if kind not in known
    ]
    if wrong:
        raise KindUnknown(_said([one["message"] for one in wrong], known), problems=wrong)


def refuse_mistyped_kind(kind: str, fields: Iterable[PrivacyField], kept: Kept) -> None:
    """Refuses a new kind that is spelt like a known one, or is another word for a built-in one.

    Raises:
        KindUnknown: with what is known, and what was most likely meant.
    """
    known = _known(fields)
    if kind in known or kind in (known := known | set(kept())) or nearest(kind, known) is None:
        return
    wrong = _place("/kind", kind, known)
    raise KindUnknown(
        _said([wrong["message"], "If it is to be a new kind, say so"], known), problems=[wrong]
    )


def nearest(kind: str, known: Collection[str]) -> str | None:
    """The known kind that was most likely meant, if any."""
    by_another_word = BY_NAME.get(plain_key(kind))
    if by_another_word is not None:
        return by_another_word
    return next(iter(get_close_matches(kind, sorted(known), 1, _LIKE)), None)


def _known(fields: Iterable[PrivacyField]) -> set[str]:
    return {*BUILT_IN_KINDS, *(one.spec.kind for one in fields)}


def _place(pointer: str, kind: str, known: Collection[str]) -> dict[str, str]:
    meant = nearest(kind, known)
    said = f"There is no kind {kind!r}" + (f"; did you mean {meant!r}?" if meant else ".")
    return {"pointer": pointer, "message": said, "code": "kind_unknown"}


def _said(parts: list[str], known: Collection[str]) -> str:
    first = " ".join(part if part.endswith(("?", ".")) else f"{part}." for part in parts)
    return f"{first} Known here: {', '.join(sorted(known))}."
