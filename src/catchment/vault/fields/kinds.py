"""Kinds of personal values: which ones a workspace knows, and what a typo most likely meant.

A kind is known if it is built in, if a field is declared to hold it, or if the vault keeps values
of it. A grant for any other would cover nothing; a field of any other is the first of a new kind,
unless it is spelt so like a known one that somebody has mistyped.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from catchment.kernel import Invalid, WorkspaceId
from catchment.vault.fields.built_in import BUILT_IN
from catchment.vault.fields.types import FieldSpec, PrivacyField, plain_key
from catchment.vault.types import DataClass

BUILT_IN_KINDS = frozenset(one.spec.kind for one in BUILT_IN)

_LIKE = 0.75
"""So alike that it was mistyped: `phoen` and `phone` are 0.8, `nickname` and `name` 0.67."""


@dataclass(frozen=True, slots=True)
class OtherKinds:
    """What else tells of kinds than the fields themselves.

    Attributes:
        kept: the kinds that values of a workspace are kept of; asked when no field knows a kind.
        words: kinds by what their fields are called, as `mobile` for `phone`.
    """

    kept: Callable[[WorkspaceId], Iterable[str]] = lambda _workspace_id: ()
    words: Mapping[str, str] = field(default_factory=dict)


class KindUnknown(Invalid):
    """There is no such kind of personal value in this workspace."""


class KindKept(Invalid):
    """What the house knows as important is not declared as less, by whomever."""


def refuse_less(spec: FieldSpec, words: Mapping[str, str]) -> None:
    """Refuses a field that would open what is important: a built-in kind, or a place called so.

    Who declares fields reads nothing; and nobody is to read a phone number by declaring it open.

    Raises:
        KindKept: with the kind it is.
    """
    if spec.data_class is DataClass.IMPORTANT:
        return
    last = plain_key(spec.place.rpartition(".")[2])
    kind = spec.kind if spec.kind in BUILT_IN_KINDS else words.get(last)
    if kind is not None:
        said = f"{spec.place} is of the kind {kind}, which is important and stays so"
        raise KindKept(said, pointer="/data_class")


def refuse_unknown_kinds(
    asked: Iterable[str],
    fields: Iterable[PrivacyField],
    other: OtherKinds,
    workspace_id: WorkspaceId,
) -> None:
    """Refuses kinds that nothing here is of.

    Raises:
        KindUnknown: with what is known, and what was most likely meant.
    """
    known = _known(fields)
    if all(kind in known for kind in asked):
        return
    known |= set(other.kept(workspace_id))
    wrong = [
        _place(f"/kinds/{at}", kind, nearest(kind, known, other.words))
        for at, kind in enumerate(asked)
        if kind not in known
    ]
    if wrong:
        raise KindUnknown(_said([one["message"] for one in wrong], known), problems=wrong)


def refuse_mistyped_kind(
    kind: str, fields: Iterable[PrivacyField], other: OtherKinds, workspace_id: WorkspaceId
) -> None:
    """Refuses a new kind that is spelt like a known one, or is another word for a built-in one.

    Raises:
        KindUnknown: with what is known, and what was most likely meant.
    """
    known = _known(fields)
    if kind in known:
        return
    known |= set(other.kept(workspace_id))
    meant = nearest(kind, known, other.words)
    if kind in known or meant is None:
        return
    wrong = _place("/kind", kind, meant)
    said = [wrong["message"], "If it is to be a new kind, say so."]
    raise KindUnknown(_said(said, known), problems=[wrong])


def nearest(kind: str, known: Collection[str], words: Mapping[str, str]) -> str | None:
    """The known kind that was most likely meant, if any."""
    by_another_word = words.get(plain_key(kind))
    if by_another_word is not None:
        return by_another_word
    return next(iter(get_close_matches(kind, sorted(known), 1, _LIKE)), None)


def _known(fields: Iterable[PrivacyField]) -> set[str]:
    return {*BUILT_IN_KINDS, *(one.spec.kind for one in fields)}


def _place(pointer: str, kind: str, meant: str | None) -> dict[str, str]:
    said = f"There is no kind {kind!r}" + (f"; did you mean {meant!r}?" if meant else ".")
    return {"pointer": pointer, "message": said, "code": "kind_unknown"}


def _said(parts: Iterable[str], known: Collection[str]) -> str:
    return f"{' '.join(parts)} Known here: {', '.join(sorted(known))}."
